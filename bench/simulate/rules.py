"""When a task is done: after a fixed number of answers, once so many agree, or when the app's model is sure enough."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from app.tasks.quality import CAREFUL, Votes, audited, decide, fit
from app.tasks.rules_speed import CALM, Pace, places_to_open
from bench.simulate.jobs import Job


class Rule(Protocol):
    """A way to conclude tasks; `review` says of each concluded task whether it was handed to a person."""

    begins_with: int
    pause_s: float

    def judge(self, job: Job, waiting: list[int], pace: Pace) -> None:
        """Conclude each waiting task, or open places of it."""


@dataclass
class Fixed:
    """So many answers a task, and the majority of them; equally many are told by chance (the first)."""

    begins_with: int
    pause_s: float = 0.0

    def judge(self, job: Job, waiting: list[int], _pace: Pace) -> None:
        """Conclude what is full."""
        for task in filter(job.is_full, waiting):
            job.conclude(task, _majority(job, task), review=False)


@dataclass
class FirstTo:
    """Asked one by one until so many agree."""

    agree: int
    begins_with: int = 0
    pause_s: float = 0.0

    def __post_init__(self) -> None:
        self.begins_with = self.agree

    def judge(self, job: Job, waiting: list[int], _pace: Pace) -> None:
        """Conclude where enough agree, else ask as many as are missing: fewer can never do."""
        for task in filter(job.is_full, waiting):
            most = int(max(job.counts(task)))
            if most >= self.agree or job.answered[task] < job.places[task]:
                job.conclude(task, _majority(job, task), review=False)
            else:
                job.open(task, self.agree - most)


@dataclass
class Adaptive:
    """The app's own: fitted in batches, concluded when sure enough; `at_once` opens places side by side."""

    confidence: float
    cap: int = CAREFUL.max_answers
    at_once: bool = True
    begins_with: int = 1
    pause_s: float = 600.0
    audits: bool = True

    def judge(self, job: Job, waiting: list[int], pace: Pace) -> None:
        """Judge the waiting tasks by one fit of all answers."""
        task, worker, label = job.votes()
        votes = Votes.of(task, worker, label, classes=2, tasks=job.tasks, workers=job.workers)
        found = fit(votes)
        for each in waiting:
            posterior = found.posterior(each)
            audit = self.audits and audited(str(each))
            answers = int(job.answered[each])
            verdict = decide(posterior, answers, self.cap, self.confidence, audit=audit)
            if verdict != "ask" or (job.is_full(each) and answers < job.places[each]):
                job.conclude(each, posterior.best, review=verdict == "review")
                continue
            opened = places_to_open(
                doubt=1 - posterior.confidence,
                allowed=1 - self.confidence,
                room=self.cap - answers,
                pace=pace if self.at_once else CALM,
                audit=audit and self.at_once,
            )
            # A place may be empty still, because its worker let it run out.
            job.open(each, max(0, opened - int(job.places[each] - job.answered[each])))


def _majority(job: Job, task: int) -> int:
    return int(np.argmax(job.counts(task)))
