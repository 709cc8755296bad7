"""What a client may expect of a project before it runs: accuracy, answers, time, and what an hour of it earns.

Each figure says what it rests on: what was measured here, or an assumption, in words. Where it cannot be said, why not.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import hours
from app.operations.pace import zone_of
from app.people import habits
from app.settings import settings
from app.tasks.models import Answer, Project, Skill
from app.tasks.quality import DEFAULT
from app.tasks.quality.model import SKILL
from app.tasks.speed import forecasting
from app.tasks.speed.expecting import Expected, expected

# Workers and answers of earlier projects that are enough to go by, and how many of the newest are read.
_LEAST_WORKERS, _LEAST_ANSWERS, _NEWEST = 20, 50, 1000
# A worker's skill says something from so many answers on.
_KNOWN_FROM = 10
# An answer within this is one of a conversation: what it took is the work itself, not waiting.
_CONVERSATION_S = 600
# What an answer takes where nothing was measured: to read a text message, decide, and type a digit.
ASSUMED_ANSWER_S = 30
# Who was heard from within this is counted as somebody who will answer.
_ACTIVE = timedelta(days=30)
_MOST_COUNTED = 100_000


@dataclass
class Expectation:
    """What to expect; None where `unknown` says why, under the same name. `basis` says what each figure rests on."""

    answers: float
    accuracy: float | None = None
    finished_in_s: int | None = None
    net_pay_per_hour_minor: int | None = None
    pay_floor_per_hour_minor: int | None = None
    under_pay_floor: bool | None = None
    basis: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)


def expect(session: Session, *, project: Project, tasks: int, places: int, now: datetime) -> Expectation:
    """Return what to expect of a project of so many tasks, which has so many places at most."""
    found = Expectation(answers=float(places))
    _quality(session, project, tasks, found)
    _time(session, project, tasks, found, now)
    _pay(session, project, found)
    return found


def _quality(session: Session, project: Project, tasks: int, found: Expectation) -> None:
    if project.kind not in {"verification", "tagging"} or project.spec.get("multiple"):
        found.unknown["accuracy"] = (
            "It is reckoned only where each answer is one choice; here results are judged otherwise."
        )
        return
    skill, basis = _skill(session)
    each = expectation_of(project, skill)
    found.accuracy = round(each.accuracy, 3)
    found.answers = round(each.answers * tasks, 1)
    found.basis["accuracy"] = found.basis["expected_answers"] = basis


def expectation_of(project: Project, skill: float) -> Expected:
    """Return what to expect of one task of a project of choices."""
    redundancy = project.spec["redundancy"]
    return expected(
        classes=len(project.spec["choices"]),
        skill=skill,
        fixed=None if project.adaptive else project.answers_wanted,
        confidence=redundancy.get("confidence") or DEFAULT.confidence,
        most=project.most_places,
    )


def _skill(session: Session) -> tuple[float, str]:
    """Return how often workers are right, and what that rests on: their projects so far, whoever's they were."""
    newest = (
        select(Skill.skill)
        .where(Skill.answers >= _KNOWN_FROM)
        .order_by(Skill.fitted_at.desc())
        .limit(_NEWEST)
        .subquery()
    )
    workers, mean = session.execute(select(func.count(), func.avg(newest.c.skill))).one()
    if workers < _LEAST_WORKERS:
        return (
            SKILL,
            f"Assumed: workers are right {SKILL:.0%} of the time; fewer than {_LEAST_WORKERS} are known.",
        )
    return float(mean), f"Measured: workers were right {mean:.0%} of the time in projects here so far."


def _time(session: Session, project: Project, tasks: int, found: Expectation, now: datetime) -> None:
    workers = habits.active(
        session,
        since=now - _ACTIVE,
        countries=project.countries,
        languages=project.languages,
        cohorts=project.cohorts,
        most=_MOST_COUNTED,
    )
    if not workers:
        found.unknown["finished_in_s"] = (
            "Nobody who may do this work was heard from in the last 30 days: invite workers who read its languages."
        )
        return
    ahead = forecasting.before(
        answers=found.answers,
        tasks=int(found.answers) if project.kind == "survey" else tasks,
        workers=workers,
        lease_s=float(project.lease_s),
        adaptive=project.adaptive,
    )
    ends = hours.add_open_time(settings().quiet_hours, now, timedelta(seconds=ahead.done_s), zone_of(project))
    found.finished_in_s = int((ends - now).total_seconds())
    found.basis["finished_in_s"] = (
        f"{workers} workers who may do it were heard from in the last 30 days; assumed that each gives "
        f"{forecasting.FIRST_DAY_ANSWERS} answers on the first day, fewer later, and does nothing else. "
        "Once it runs there is a forecast."
    )


def _pay(session: Session, project: Project, found: Expectation) -> None:
    seconds, basis = _answer_s(session, project)
    found.net_pay_per_hour_minor = int(project.pay_minor * 3600 / seconds)
    found.basis["net_pay_per_hour_minor"] = basis
    floor = settings().pay_floors.get(project.currency)
    if floor is None:
        why = f"The operator has set no floor for {project.currency}."
        found.unknown["pay_floor_per_hour_minor"] = found.unknown["under_pay_floor"] = why
        return
    found.pay_floor_per_hour_minor = floor
    found.under_pay_floor = found.net_pay_per_hour_minor < floor


def _answer_s(session: Session, project: Project) -> tuple[float, str]:
    """Return the seconds of work an answer takes, and what that rests on: projects of the same kind."""
    newest = (
        select((Answer.seconds * 1.0 / Answer.asked).label("each_s"), Answer.seconds)
        .join(Project, Project.id == Answer.project_id)
        .where(Project.kind == project.kind)
        .order_by(Answer.id.desc())
        .limit(_NEWEST)
        .subquery()
    )
    answers, median = session.execute(
        select(func.count(), func.percentile_cont(0.5).within_group(newest.c.each_s)).where(
            newest.c.seconds <= _CONVERSATION_S
        )
    ).one()
    if answers < _LEAST_ANSWERS:
        return (
            ASSUMED_ANSWER_S,
            f"Assumed: an answer takes {ASSUMED_ANSWER_S} seconds; replies are free to workers.",
        )
    return (
        max(1.0, float(median)),
        f"Measured: half of the answers given in a conversation took {median:.0f} seconds or less; replies are free.",
    )
