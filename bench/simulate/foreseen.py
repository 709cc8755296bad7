"""How far what is said beforehand is from what then happens: forecasts while a job runs, and quotes before it does.

Many jobs of different sizes, people, crowds and hours of beginning, because a forecast that is right of one kind of job
may be wrong of all others.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache, partial
from itertools import product

import numpy as np

from app import hours
from app.tasks.quality import CAREFUL, DEFAULT
from app.tasks.speed import forecasting
from app.tasks.speed.expecting import expected
from bench.outcome import Outcome, Target
from bench.simulate.course import LEASE_S, QUIET, START, ZONE, Course, Scheme
from bench.simulate.crowd import Parameters
from bench.simulate.foretold import Said
from bench.simulate.measure import Run, course_of, run_of
from bench.simulate.rules import Adaptive, Fixed, Rule
from bench.simulate.words import Words

Say = Callable[[str], None]
# Tasks, tasks a worker, from when on (seeds take turns), and what is different of the crowd.
SIZES = (60, 250, 1000)
TASKS_A_WORKER = (1, 4, 16)
BEGINS = {"Monday at eight": 0, "Monday at one": 5, "Monday at six": 10}
CROWDS: dict[str, dict[str, float]] = {
    "usual": {},
    "unwilling": {"responds_yes": 2.0, "responds_no": 3.0},
    "leaving": {"leaves": 0.02},
}
RULES: dict[str, Callable[[], Rule]] = {
    "three, fixed": partial(Fixed, 3),
    "adaptive, default": partial(Adaptive, DEFAULT.confidence),
    "adaptive, careful": partial(Adaptive, CAREFUL.confidence),
}
_FEWEST_WORKERS = 15
_HOUR_S = 3600.0
_QUOTES_NOTE = (
    "of people whose skill is known; open hours: medians of the jobs that ended, and the middle half of what each took "
    "of what was said"
)


@dataclass(frozen=True)
class Played:
    """One job: what it was, what was said while it ran, and what came of it.

    `took_open_s` is None where it never ended; `said` are the forecasts, each with the hours that were then left, those
    its likely end lay too late, and whether its late end was kept.
    """

    tasks: int
    a_worker: int
    workers: int
    rule: str
    crowd: str
    begins: str
    adaptive: bool
    confidence: float
    skill: float
    took_open_s: float | None
    run: Run
    said: tuple[tuple[Said, float, float, float], ...]


@lru_cache
def _jobs(given: Parameters, seeds: int, say: Say) -> tuple[Played, ...]:
    found = []
    for seed in range(seeds):
        say(f"forecasts and quotes: crowd {seed + 1} of {seeds}")
        found += list(_round(given, seed))
    return tuple(found)


def _round(given: Parameters, seed: int) -> Iterator[Played]:
    """Play every kind of job once, each from the hour whose turn it is."""
    largest = given.tasks
    for turn, (tasks, each, crowd, rule) in enumerate(product(SIZES, TASKS_A_WORKER, CROWDS, RULES)):
        if tasks > largest or tasks // each < _FEWEST_WORKERS:
            continue
        begins = list(BEGINS)[(turn + turn // len(RULES) + seed) % len(BEGINS)]
        changed = replace(given, tasks=tasks, workers=tasks // each, **CROWDS[crowd])
        scheme = Scheme("Kazi", Words(40, bundled=True), starts=START + timedelta(hours=BEGINS[begins]))
        course = course_of(scheme, RULES[rule](), changed, 100 * seed + turn)
        yield _played(course, each, rule, crowd, begins)


def _played(course: Course, a_worker: int, rule: str, crowd: str, begins: str) -> Played:
    ended = None if course.job.left else max(course.job.done_at.values())
    known = course.rule
    return Played(
        tasks=course.given.tasks,
        a_worker=a_worker,
        workers=course.given.workers,
        rule=rule,
        crowd=crowd,
        begins=begins,
        adaptive=isinstance(known, Adaptive),
        confidence=known.confidence if isinstance(known, Adaptive) else 0.0,
        skill=_skill(course),
        took_open_s=None if ended is None else hours.open_seconds(QUIET, course.scheme.starts, ended, ZONE),
        run=run_of(course),
        said=tuple(
            (
                each,
                (ended - each.now).total_seconds() / _HOUR_S,
                (each.done_at - ended).total_seconds() / _HOUR_S,
                float(ended <= each.done_by),
            )
            for each in course.said
            if each is not None and ended is not None
        ),
    )


def _skill(course: Course) -> float:
    """Return how often its people are right, on any task."""
    given = course.given
    clear = float(np.mean([state.person.skill for state in course.people]))
    return (1 - given.ambiguous) * clear + given.ambiguous * given.ambiguous_right


def forecasts(given: Parameters, seeds: int, say: Say) -> Outcome:
    """How far off forecasts were, and how often the late end was kept."""
    jobs = _jobs(given, seeds, say)
    rows = [["forecasts", "how many", "hours left", "off by", "too early by", "kept `done_by`"]]
    kinds: list[tuple[str, Callable[[Played, Said], object]]] = [
        ("at {:.0%} of the tasks", lambda _, said: said.share),
        ("{}", lambda job, _: job.rule),
        ("{} tasks", lambda job, _: job.tasks),
        ("{} tasks a worker", lambda job, _: job.a_worker),
        ("a crowd that is {}", lambda job, _: job.crowd),
        ("begun {}", lambda job, _: job.begins),
    ]
    for form, key in kinds:
        groups = dict.fromkeys(key(job, said) for job in jobs for said, *_ in job.said)
        rows += [_row(form.format(group), jobs, key, group) for group in groups]
    rows.append(_row("all", jobs, lambda *_: True, group=True))
    kept = [kept for job in jobs for *_, kept in job.said]
    never = sum(job.took_open_s is None for job in jobs)
    target = Target(
        "the end meant to hold in nine of ten cases does", f"{np.mean(kept):.1%}", bool(np.mean(kept) >= 0.9)
    )
    note = (
        f"{len(jobs)} jobs; {never} never ended, because of their few people none went on answering: left out"
    )
    figures = {row[0]: dict(zip(rows[0][1:], row[1:], strict=True)) for row in rows[1:]}
    return Outcome("Forecasts made while jobs ran", rows, [target], [note], {"jobs": len(jobs), **figures})


def _row(
    name: str, jobs: Sequence[Played], key: Callable[[Played, Said], object], group: object
) -> list[str]:
    found = np.array(
        [(left, off, kept) for job in jobs for said, left, off, kept in job.said if key(job, said) == group]
    )
    left, off, kept = found.T
    return [
        name,
        f"{len(found)}",
        f"{left.mean():.0f}",
        f"{abs(off).mean():.0f}",
        f"{-off.mean():+.0f}",
        f"{kept.mean():.0%}",
    ]


def quotes(given: Parameters, seeds: int, say: Say) -> Outcome:
    """What a quote says of answers, accuracy and time, beside what then happened."""
    jobs = _jobs(given, seeds, say)
    rows = [
        ["jobs", "how many", "answers: said", "were", "accuracy: said", "was", "hours: said", "were", "were of said"]
    ]  # fmt: skip
    kinds = dict.fromkeys((job.rule, job.tasks, job.a_worker) for job in jobs)
    for kind in kinds:
        these = [job for job in jobs if (job.rule, job.tasks, job.a_worker) == kind]
        rows.append(_quoted("{}, {} tasks, {} a worker".format(*kind), these))
    rows.append(_quoted("all", jobs))
    figures: dict[str, object] = {row[0]: dict(zip(rows[0][1:], row[1:], strict=True)) for row in rows[1:]}
    return Outcome(
        "Quotes, beside what jobs then did",
        rows,
        (),
        (_QUOTES_NOTE,),
        figures,
    )


def _quoted(name: str, jobs: Sequence[Played]) -> list[str]:
    found = []
    for job in jobs:
        said = expected(
            classes=2,
            skill=job.skill,
            fixed=None if job.adaptive else 3,
            confidence=job.confidence,
            most=CAREFUL.max_answers if job.adaptive else 3,
        )
        ahead = forecasting.before(
            answers=said.answers * job.tasks,
            tasks=job.tasks,
            workers=job.workers,
            lease_s=LEASE_S,
            adaptive=job.adaptive,
        )
        took = np.nan if job.took_open_s is None else job.took_open_s
        found.append(
            (
                said.answers,
                job.run.answers,
                said.accuracy,
                job.run.accuracy,
                ahead.done_s / _HOUR_S,
                took / _HOUR_S,
            )
        )
    table = np.array(found)
    ended = table[~np.isnan(table[:, 5])]
    means = table[:, :4].mean(axis=0)
    ratios = ended[:, 5] / ended[:, 4]
    low, high = np.quantile(ratios, (0.25, 0.75)) if len(ended) else (np.nan, np.nan)
    return [
        name,
        f"{len(jobs)}",
        f"{means[0]:.2f}",
        f"{means[1]:.2f}",
        f"{means[2]:.3f}",
        f"{means[3]:.3f}",
        f"{np.median(ended[:, 4]):.0f}" if len(ended) else "-",
        f"{np.median(ended[:, 5]):.0f}" if len(ended) else "-",
        f"{low:.2f} to {high:.2f}" if len(ended) else "-",
    ]
