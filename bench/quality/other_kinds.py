"""Sets of numbers and of free text, each judged by a measure that fits: how near the truth a result comes."""

from collections import defaultdict
from collections.abc import Callable

import numpy as np

from app.tasks.quality import alikeness, number, text
from bench.quality.data import Answers, ranks

FIXED = (1, 3, 5, 10)


def on_numbers(answers: Answers, seeds: int) -> dict[str, dict[str, float]]:
    """Return, for mean, median and ours at fixed answers, the correlation with the truth and the mean error."""
    found: dict[str, dict[str, float]] = {}
    low, high = min(map(float, answers.labels)), max(map(float, answers.labels))
    methods: dict[str, Callable[[list[float]], float]] = {
        "mean": lambda values: float(np.mean(values)),
        "median": lambda values: float(np.median(values)),
        "ours": lambda values: float(number(values, low, high).value or 0.0),
    }
    for name, method in methods.items():
        for most in FIXED:
            runs = []
            for seed in range(seeds):
                told = {
                    task: method([float(value) for value in values])
                    for task, values in _asked(answers, most, seed).items()
                    if task in answers.truth
                }
                truth = np.array([float(answers.truth[task]) for task in told])
                results = np.array(list(told.values()))
                runs.append((float(np.corrcoef(results, truth)[0, 1]), float(np.abs(results - truth).mean())))
            correlation, error = np.mean(runs, axis=0)
            found[f"{name} {most}"] = {
                "correlation": round(float(correlation), 4),
                "mean_error": round(float(error), 4),
            }
    return found


def on_texts(answers: Answers, seeds: int) -> dict[str, dict[str, float]]:
    """Return, for a random answer and the medoid at fixed answers, how like the true text the result is."""
    found = {}
    for most in FIXED:
        random, ours = [], []
        for seed in range(seeds):
            for task, told in _asked(answers, most, seed).items():
                if task in answers.truth:
                    truth = answers.truth[task]
                    random.append(alikeness(told[0], truth))
                    ours.append(alikeness(text(told).value or "", truth))
        found[f"random {most}"] = {"likeness": round(float(np.mean(random)), 4)}
        found[f"ours {most}"] = {"likeness": round(float(np.mean(ours)), 4)}
    return found


def _asked(answers: Answers, most: int, seed: int) -> dict[str, list[str]]:
    """Return up to so many answers of each task, drawn at random, in random order."""
    index = {name: at for at, name in enumerate(dict.fromkeys(answers.tasks))}
    rank = ranks(np.array([index[task] for task in answers.tasks]), np.random.default_rng(seed))
    drawn: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for task, label, place in zip(answers.tasks, answers.labels, rank, strict=True):
        if place < most:
            drawn[task].append((int(place), label))
    return {task: [label for _, label in sorted(found)] for task, found in drawn.items()}
