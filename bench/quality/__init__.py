"""What concluding by a model of each worker brings, replayed on recorded answers of real crowds with known truths.

`data` reads a folder of data sets, `baselines` are what it is compared with, `replay` asks recorded answers one by one
as a project would, `measures` judges, `stress` spoils answers first, `other_kinds` has numbers and free text, `peers`
runs crowd-kit where it is installed elsewhere, `tables` and `curves` show. `main` is the command.
"""

from bench.quality.command import main

__all__ = ["main"]
