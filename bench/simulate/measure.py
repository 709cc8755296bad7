"""Jobs played through several times over, and what they cost and how long they took, on average."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np

from app import pricelist
from app.payments.pricing import place_cost
from app.settings import settings
from bench.simulate.course import Course, Scheme
from bench.simulate.crowd import Parameters, people, truth
from bench.simulate.rules import Rule
from bench.simulate.words import CURRENCY, PAY_MINOR

_HOUR_S = 3600.0


@dataclass(frozen=True)
class Run:
    """One job, or the mean of several: by task, what was sent and received in segments, answered, and how well.

    `half_h`, `most_h` and `all_h` are hours to half, 95 % and all of the tasks (`inf`: never). `accuracy` is that of
    all results, `kept` that of those not handed to review, `covered` their share.
    """

    accuracy: float
    kept: float
    covered: float
    answers: float
    out: float
    in_: float
    half_h: float
    most_h: float
    all_h: float

    @property
    def segments(self) -> float:
        """Both directions."""
        return self.out + self.in_


def played(
    scheme: Scheme, rule: Callable[[], Rule], given: Parameters, seeds: int, *, clear: bool = False
) -> Run:
    """Return the mean of so many jobs, each of a crowd and tasks of its own; `clear` scores only tasks that are."""
    runs = [run_of(course_of(scheme, rule(), given, seed), clear=clear) for seed in range(seeds)]
    return mean(runs)


def mean(runs: Sequence[Run]) -> Run:
    """Return the mean of each figure."""
    return Run(
        **{each.name: float(np.mean([getattr(run, each.name) for run in runs])) for each in fields(Run)}
    )


def course_of(scheme: Scheme, rule: Rule, given: Parameters, seed: int) -> Course:
    """Play a job through."""
    rng = np.random.default_rng(seed)
    crowd, true = people(given, rng), truth(given, rng)
    course = Course(scheme, rule, given, crowd, true, np.random.default_rng(seed + 1000))
    course.run()
    return course


def run_of(course: Course, *, clear: bool = False) -> Run:
    """Return the figures of a job played through."""
    job, spent, given, true = course.job, course.spent, course.given, course.true
    scored = [task for task in job.told if not (clear and true.ambiguous[task])]
    right = {task: job.told[task] == true.value[task] for task in scored}
    kept = [task for task in scored if task not in job.reviewed]
    ends = sorted((at - course.scheme.starts).total_seconds() / _HOUR_S for at in job.done_at.values())

    def share_h(share: float) -> float:
        place = int(np.ceil(share * given.tasks)) - 1
        return ends[place] if place < len(ends) else float("inf")

    return Run(
        accuracy=float(np.mean([right[task] for task in scored])),
        kept=float(np.mean([right[task] for task in kept])) if kept else 0.0,
        covered=len(kept) / len(scored),
        answers=spent.paid / given.tasks,
        out=spent.out / given.tasks,
        in_=spent.in_ / given.tasks,
        half_h=share_h(0.5),
        most_h=share_h(0.95),
        all_h=share_h(1.0),
    )


@dataclass(frozen=True)
class Money:
    """What a finished task costs, in US cents by part."""

    pay: float
    fee: float
    airtime: float

    @property
    def total(self) -> float:
        """All parts."""
        return self.pay + self.fee + self.airtime


def money(run: Run, channel: str, country: str) -> Money:
    """Return what a task costs by the price list, answers at the pay of the words' project."""
    cost = place_cost(
        pay_minor=PAY_MINOR, currency=CURRENCY, fee_percent=settings().fee_percent, airtime_minor=0
    )
    pay, fee = (run.answers * minor / 100 / _rate() * 100 for minor in (cost.pay_minor, cost.fee_minor))
    out, in_ = (_cents(channel, country, direction) for direction in ("out", "in"))
    return Money(pay, fee, run.out * out + run.in_ * in_)


def _rate() -> float:
    return float(pricelist.price_list().rates[CURRENCY])


def _cents(channel: str, country: str, direction: str) -> float:
    micros, currency = pricelist.segment_price(channel, country, "out" if direction == "out" else "in")
    return pricelist.convert_micros(micros, currency, "USD") / 10_000


def at_accuracy(runs: Sequence[tuple[float, Run]], accuracy: float) -> tuple[float, Run]:
    """Return the confidence and the figures at which runs (by confidence) are as accurate.

    Between the two settings that lie around it, by a straight line; the dearest where none is so accurate, the cheapest
    where all are more.
    """
    ordered = sorted(runs)
    for (low, less), (high, more) in pairwise(ordered):
        if less.accuracy < accuracy <= more.accuracy:
            part = (accuracy - less.accuracy) / (more.accuracy - less.accuracy)
            between = {
                each.name: (1 - part) * getattr(less, each.name) + part * getattr(more, each.name)
                for each in fields(Run)
            }
            return (1 - part) * low + part * high, Run(**between)
    return ordered[0] if ordered[0][1].accuracy >= accuracy else ordered[-1]


def least_kept(runs: Sequence[tuple[float, Run]], accuracy: float) -> tuple[float, Run]:
    """Return the cheapest run whose concluded results are so accurate, or the most accurate where none is."""
    good = [pair for pair in runs if pair[1].kept >= accuracy]
    return min(good, key=lambda pair: pair[1].segments) if good else max(runs, key=lambda pair: pair[1].kept)
