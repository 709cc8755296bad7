"""Surveys: ordered questions of mixed type that one person answers in a row, with branching.

`shape` is how a client describes the questions, `paths` which question follows which answer, `checking` whether it
can be run; all pure. `session` takes one person through it, `outcome` says how the answers are spread, and `crowd`
lets many people begin one survey at the same time.
"""
