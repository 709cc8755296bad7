"""The arithmetic of measuring: percentiles, medians of rounds, what was answered when. Pure."""

import json
import math
import random
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest of `values` that at least `percent` of them do not exceed (nearest rank)."""
    if not values:
        raise ValueError("There is no percentile of nothing.")
    rank = max(1, math.ceil(percent / 100 * len(values)))
    return sorted(values)[rank - 1]


def median(values: Sequence[float]) -> float:
    """Return the middle value, or the mean of the two in the middle."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("There is no median of nothing.")
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def spread(values: Sequence[float]) -> float:
    """Return how many times the smallest the largest is."""
    return max(values) / min(values)


def alternating(names: Sequence[str], rounds: int) -> list[list[str]]:
    """Return the order of each round: forwards, backwards, and so on, so that none always comes first."""
    return [list(names) if number % 2 == 0 else list(reversed(names)) for number in range(rounds)]


def rotated(names: Sequence[int], turn: int) -> list[int]:
    """Return the names, begun one further each turn."""
    start = turn % len(names)
    return [*names[start:], *names[:start]]


def arrivals(rate: float, seconds: float, seed: int) -> list[float]:
    """Return the instants, in seconds from the start, at which independent people write: a Poisson stream.

    They do not wait for one another's answers, so that a service that falls behind is shown to.
    """
    chance = random.Random(seed)
    found: list[float] = []
    at = chance.expovariate(rate)
    while at < seconds:
        found.append(at)
        at += chance.expovariate(rate)
    return found


@dataclass(frozen=True)
class Text:
    """One message of a phone as the provider saw it: whose phone, from it or to it, when (Unix seconds)."""

    phone: str
    inbound: bool
    at: float


def texts_of(journal: Iterable[str]) -> list[Text]:
    """Read the messages out of the simulated provider's journal, one JSON object a line, in their order."""
    events = (json.loads(line) for line in journal if '"kind":"message"' in line)
    return [
        Text(event["from_"] if inbound else event["to"], inbound, event["created_at"])
        for event in events
        for inbound in (event["direction"] == "inbound",)
    ]


def waits(texts: Sequence[Text], since: float, until: float) -> list[float]:
    """Return how long each text written in [since, until) waited for the next one to its phone, in seconds.

    One that nothing followed waited for ever (`inf`): leaving it out would make a service that loses texts
    look quick. A text written before the last was answered is paired with the second answer.
    """
    waiting: dict[str, deque[float]] = defaultdict(deque)
    found: list[float] = []
    for text in texts:
        if text.inbound:
            waiting[text.phone].append(text.at)
        elif waiting[text.phone]:
            asked_at = waiting[text.phone].popleft()
            if since <= asked_at < until:
                found.append(text.at - asked_at)
    found += [math.inf for queue in waiting.values() for asked_at in queue if since <= asked_at < until]
    return found


def steady_rate(instants: Sequence[float], skipped: int) -> float:
    """Return how many things a second happened, from the instant (seconds) of each, the first `skipped` left out.

    Things noted in batches share an instant: what counts is how many came after the first that counts.
    """
    ordered = sorted(instants)[skipped:]
    if len(ordered) < 2 or ordered[0] == ordered[-1]:
        raise ValueError(f"Too few things happened to speak of a rate: {len(instants)}.")
    return sum(instant > ordered[0] for instant in ordered) / (ordered[-1] - ordered[0])
