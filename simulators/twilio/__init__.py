"""A Twilio played locally: the Messages API, signed webhooks, and the phones on the other side.

`api` is what the application calls, `webhooks` what it is called with, `lifecycle` what happens to a
message in between, `control` the phones' side for people, crowds and tests. Run it with
`python -m simulators.twilio --help`. Not affiliated with Twilio; its public pages are cited where a
rule comes from them.
"""
