"""A simulated crowd in virtual time: what a finished task costs, in money and segments, and how long a job takes.

The people are made up, by parameters that are printed; everything else is the app's own: the texts and what fits a
segment, the price list, the model that judges, when it asks again and how many places it opens, quiet hours and leases.
`crowd` draws people and tasks, `words` counts segments of real texts, `rules` is when a task is done, `course` plays a
job through, `measure` repeats and adds up, `tables` shows. `main` is the command.
"""

from bench.simulate.command import main

__all__ = ["main"]
