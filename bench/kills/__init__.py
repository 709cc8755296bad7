"""The kill campaign: a real job while processes die by `kill -9` and Redis forgets, and what must hold all the same.

`plan` says which process dies when (pure, from a seed), `system` runs what is under test and hurts it, `checks`
asks the rows and the simulators what must hold, `campaign` is the course of one round, and `main` the command.
"""

from bench.kills.command import main

__all__ = ["main"]
