"""A crowd of phones: seeded people who join, learn, answer, err, ask, vanish and leave.

They know nothing of the application but the texts it sends: `reading` turns a text into what a person
sees in it, `people` says who they are, `wording` how they put an answer, `person` what each does and
when, `runner` carries texts to and from the simulated Twilio. Run it with
`python -m simulators.crowd --help`.
"""
