"""crowd-kit's methods on the same answers, run by the Python of a separate environment where it is installed.

That Python gets a script of a few lines and the votes as CSV on standard input, and gives back results as JSON; so
Kazi needs none of crowd-kit's packages. A method that fails there is told by its error, and stops nothing.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

from app.tasks.quality import Votes
from bench.quality.data import Classes
from bench.quality.measures import Judged, judged, told

METHODS = ("MajorityVote", "DawidSkene", "OneCoinDawidSkene", "GLAD", "MACE")
_TIMEOUT_S = 900

_SCRIPT = """
import importlib, json, sys, warnings
import pandas
warnings.filterwarnings("ignore")
aggregation = importlib.import_module("crowdkit.aggregation")
votes = pandas.read_csv(sys.stdin)
found = {}
for name in sys.argv[1:]:
    try:
        told = getattr(aggregation, name)().fit_predict(votes)
        found[name] = {str(task): int(label) for task, label in told.items()}
    except Exception as error:
        found[name] = f"{type(error).__name__}: {error}"
json.dump(found, sys.stdout)
"""


def on_votes(python: Path, data: Classes, asked: Votes) -> dict[str, Judged | str]:
    """Return what each method of crowd-kit reaches on these votes, or why it does not run."""
    rows = zip(asked.task.tolist(), asked.worker.tolist(), asked.label.tolist(), strict=True)
    lines = ["task,worker,label", *(f"{task},{worker},{label}" for task, worker, label in rows)]
    try:
        ran = subprocess.run(
            [python, "-c", _SCRIPT, *METHODS],
            input="\n".join(lines) + "\n",
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return dict.fromkeys(METHODS, f"does not run: {error}")
    if ran.returncode:
        return dict.fromkeys(METHODS, f"does not run: {ran.stderr.strip().splitlines()[-1:]}")
    return {name: _judged(data, asked, labels) for name, labels in json.loads(ran.stdout).items()}


def _judged(data: Classes, asked: Votes, labels: Any) -> Judged | str:
    if isinstance(labels, str):
        return labels
    known = data.known
    best = np.array([labels.get(str(task), 0) for task in known])
    spent = float(np.bincount(asked.task, minlength=asked.tasks)[known].mean())
    return judged(told(best, asked.classes), None, data.truth[known], spent)
