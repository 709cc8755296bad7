"""The people and the tasks: drawn by parameters that are written here and printed with every figure."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from app.people.rhythm import CROWD, HOURS

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Parameters:
    """The crowd. Shares are 0..1; what is known of real crowds is behind each figure where it is known."""

    workers: int = 300
    tasks: int = 1000
    # A worker's chance to see a clear task right: a Beta of the mean (0.76) and spread (0.15) that the workers of seven
    # recorded crowds have on average (possent, product, rte_snow, sp_amt, temporal, weather_amt, weather_cf): by
    # answers, of those with 15 or more, the noise of so few taken out. A task may be ambiguous: then 60 % see it right.
    skill_right: float = 5.2
    skill_wrong: float = 1.6
    ambiguous: float = 0.05
    ambiguous_right: float = 0.6
    dont_know: float = 0.03
    # Of the messages a person answers at all: Beta(3, 2), mean 0.6. Half of those who answer do within 50 minutes
    # (Uganda, quizzes by SMS) of their own good hours; the spread is that of a log-normal.
    responds_yes: float = 3.0
    responds_no: float = 2.0
    reply_median_s: float = 3000.0
    reply_sigma: float = 1.2
    # In a conversation the next reply comes within minutes, and of the people 12 % are lost with each further question
    # (Kenya, m4RH).
    next_median_s: float = 120.0
    next_sigma: float = 0.8
    drop_off: float = 0.12
    # A reminder brings a reply from so many of those who would not have answered (PxD: 2 to 6 points).
    reminded: float = 0.04
    # Replies that are not understood at once, answers to a bundle in a wrong number, people who leave: by message.
    unclear: float = 0.04
    slips: float = 0.03
    leaves: float = 0.002
    # Each person has an hour of their own beside the crowd's curve: how much higher, and how wide (hours).
    own_height: float = 2.5
    own_width: float = 2.0

    def lines(self) -> list[str]:
        """Return them, for people to read."""
        told = [f"{each.name} {getattr(self, each.name):g}" for each in fields(self)]
        return [", ".join(told[start : start + 6]) for start in range(0, len(told), 6)]


@dataclass
class Person:
    """One worker: how good, how willing, and how fast their day runs in each hour (mean 1 over 8 to 19)."""

    skill: float
    responds: float
    speed: Floats

    def arrives(self, start: datetime, awake_s: float, zone: str) -> datetime:
        """Return when so many seconds of the person's own day have passed: slow in hours that are not theirs."""
        at, left = start, awake_s
        while True:
            local = at.astimezone(ZoneInfo(zone))
            ends = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
            room_s = (ends - local).total_seconds()
            speed = max(float(self.speed[local.hour]), 0.01)
            if left <= room_s * speed:
                return at + timedelta(seconds=left / speed)
            left -= room_s * speed
            at = ends.astimezone(at.tzinfo)


def people(given: Parameters, rng: Generator) -> list[Person]:
    """Draw the workers."""
    crowd = np.array(CROWD) / np.mean(CROWD)
    waking = crowd[6:22] / crowd[6:22].sum()
    hours = np.arange(HOURS)
    found = []
    for _ in range(given.workers):
        own = 6 + int(rng.choice(len(waking), p=waking))
        apart = np.minimum(abs(hours - own), HOURS - abs(hours - own))
        speed = crowd * (0.3 + given.own_height * np.exp(-((apart / given.own_width) ** 2) / 2))
        found.append(
            Person(
                skill=float(rng.beta(given.skill_right, given.skill_wrong)),
                responds=float(rng.beta(given.responds_yes, given.responds_no)),
                speed=speed / speed[8:19].mean(),
            )
        )
    return found


@dataclass(frozen=True)
class Truth:
    """What is true of each task (0 or 1), and whether it is ambiguous."""

    value: NDArray[np.intp]
    ambiguous: NDArray[np.bool_]


def truth(given: Parameters, rng: Generator) -> Truth:
    """Draw the tasks."""
    return Truth(rng.integers(0, 2, given.tasks).astype(np.intp), rng.random(given.tasks) < given.ambiguous)
