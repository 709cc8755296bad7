"""When a task is done: after a fixed number of answers, once so many agree, or when the app's model is sure enough."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from app.tasks.quality import CAREFUL, Fit, Posterior, Vote, Votes, audited, decide, fit, update, verdicts
from app.tasks.quality import model as quality_model
from app.tasks.speed.expecting import expected
from app.tasks.speed.pacing import CALM, Pace, audit_goes_on, places_to_open
from bench.simulate.jobs import Job

# Answers that make a new fit worth it, and as a share of those it was made of.
_REFIT, _REFIT_SHARE = 20, 0.03


class Rule(Protocol):
    """A way to conclude tasks; `review` says of each concluded task whether it was handed to a person."""

    begins_with: int
    pause_s: float

    def judge(self, job: Job, waiting: list[int], pace: Pace) -> None:
        """Conclude each waiting task, or open places of it."""

    def end(self, job: Job) -> None:
        """Do what is done when every task is concluded."""

    def wanted(self) -> tuple[float, float]:
        """Return how many answers a task is expected to get, and the most it can."""


@dataclass
class Fixed:
    """So many answers a task, and the majority of them; equally many are told by chance (the first)."""

    begins_with: int
    pause_s: float = 0.0

    def judge(self, job: Job, waiting: list[int], _pace: Pace) -> None:
        """Conclude what is full."""
        for task in filter(job.is_full, waiting):
            job.conclude(task, _majority(job, task), review=False)

    def end(self, job: Job) -> None:
        """Nothing is read again."""

    def wanted(self) -> tuple[float, float]:
        """Return the answers that are fixed."""
        return float(self.begins_with), float(self.begins_with)


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

    def end(self, job: Job) -> None:
        """Nothing is read again."""

    def wanted(self) -> tuple[float, float]:
        """Return the answers that are fixed."""
        return float(self.begins_with), float(self.begins_with)


@dataclass
class Adaptive:
    """The app's own: fitted in batches and judged by the last fit between; `at_once` opens places side by side."""

    confidence: float
    cap: int = CAREFUL.max_answers
    at_once: bool = True
    begins_with: int = 1
    pause_s: float = 120.0
    audits: bool = True
    _found: Fit | None = None
    _fitted: int = 0  # answers the last fit was made of

    def judge(self, job: Job, waiting: list[int], pace: Pace) -> None:
        """Judge the waiting tasks."""
        found = self._found
        if found is None or len(job.said) >= self._fitted + max(_REFIT, _REFIT_SHARE * self._fitted):
            self._refit(job)
        for each in waiting:
            posterior = self._posterior(job, each)
            answers = int(job.answered[each])
            audit = self.audits and audited(str(each)) and audit_goes_on(answers, self.cap, pace)
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
        if found is not self._found:
            self._open_again(job)

    def _open_again(self, job: Job) -> None:
        """Ask again what was concluded and is doubtful by a new fit, unless a person looks at it."""
        assert self._found is not None
        ask = verdicts(self._found, self._found.answers, self.cap, self.confidence).ask
        for task in np.flatnonzero(ask & ~job.open_ & (job.answered < self.cap)):
            if int(task) not in job.reviewed and job.unsure[task] <= 2 * job.places[task]:
                job.open_again(int(task))

    def end(self, job: Job) -> None:
        """Read every result again by a last fit, as the app does when a project ends."""
        self._refit(job)
        assert self._found is not None
        for task in job.told:
            job.told[task] = self._found.posterior(task).best

    def wanted(self) -> tuple[float, float]:
        """Return what the quote says."""
        skill = quality_model.SKILL
        quoted = expected(classes=2, skill=skill, fixed=None, confidence=self.confidence, most=self.cap)
        return quoted.answers, float(self.cap)

    def _refit(self, job: Job) -> None:
        task, worker, label = job.votes()
        self._found = fit(Votes.of(task, worker, label, classes=2, tasks=job.tasks, workers=job.workers))
        self._fitted = len(job.said)

    def _posterior(self, job: Job, task: int) -> Posterior:
        """Return what a task's answers say by the last fit, those that came since with it."""
        found = self._found
        assert found is not None
        said = job.said_of(task)
        if all(at < self._fitted for at, _, _ in said):
            return found.posterior(task)
        votes = [Vote(found.worker(worker), label, counted=at < self._fitted) for at, worker, label in said]
        return update(found.model, votes)


def _majority(job: Job, task: int) -> int:
    return int(np.argmax(job.counts(task)))
