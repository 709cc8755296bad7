"""What a project will cost: its pay, the fee, and the airtime of its questions and replies, by the price list."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import pricelist
from app.channels import segments
from app.operations import funding, questions, survey_texts
from app.payments import pricing
from app.payments.pricing import PlaceCost
from app.settings import settings
from app.tasks.adding import fields_of
from app.tasks.free_text import text_kind
from app.tasks.models import CHECK, Project, Task
from app.tasks.surveys import funds
from app.tasks.surveys.shape import questions_of

# How many tasks are rendered to estimate segments: enough for a mean, few enough to answer at once.
_SAMPLE = 500
# WhatsApp costs less everywhere; what is reserved must do for either.
_DEAREST_CHANNEL = "twilio_sms"


@dataclass(frozen=True)
class Quote:
    """What launching would reserve, in minor units, and the segments of a question by language.

    `checks` is how much of it is for checks of texts, where there are such.
    """

    cost: pricing.Quote
    checks: pricing.Quote | None = None
    mean_segments: dict[str, float] = field(default_factory=dict)
    longest_segments: dict[str, int] = field(default_factory=dict)


def quote(session: Session, *, project: Project) -> Quote:
    """Return what the project's tasks would reserve if it were launched now."""
    funded = funding.wanted(session, project)
    if funded.tasks == 0 and asks_all_alike(project):
        # Made when it is launched.
        funded = funding.Funding(tasks=1, places=project.most_places)
    cost = place_cost(session, project)
    counted = _segments(session, project)
    checks = project.most_places * text_kind.checks_at_most(project.spec)
    return Quote(
        cost=pricing.quote(
            tasks=funded.tasks,
            answers_wanted=project.most_places,
            cost=cost,
            gold_places=funded.gold_places,
            lesson_messages=funded.lesson_messages,
        ),
        checks=pricing.quote(tasks=funded.tasks, answers_wanted=checks, cost=check_cost(session, project))
        if checks
        else None,
        mean_segments={language: sum(found) / len(found) for language, found in counted.items() if found},
        longest_segments={language: max(found) for language, found in counted.items() if found},
    )


def place_cost(session: Session, project: Project) -> PlaceCost:
    """Return what one place is reserved at: the dearest country of the project, its longest question.

    A place of a survey is as many questions as it is funded for (see app/tasks/surveys/funds.py).
    """
    longest = max((max(found) for found in _segments(session, project).values() if found), default=1)
    one = _cost(project, project.pay_minor, longest, reply_segments(project))
    cost = pricing.times(one, funds.answers_a_place(project.spec))
    if project.spec.get("check") is None:
        return cost
    return pricing.with_checks(
        cost,
        check_cost(session, project),
        texts=text_kind.texts_at_most(project.spec),
        checks=text_kind.checks_at_most(project.spec),
    )


def check_cost(session: Session, project: Project) -> PlaceCost:
    """Return what one check of a text is reserved at: the longest text, in the question about it."""
    longest = max(
        (
            segments.count(questions.render(project, _checking(project, task), language)).segments
            for task in _sample_of(session, project)
            for language in project.languages
        ),
        default=1,
    )
    return _cost(project, project.check_pay_minor, longest, 1)


def _checking(project: Project, task: Task) -> Task:
    """Return the check that a text as long as may be would make of a task."""
    data = {**task.data, text_kind.ANSWER_FIELD: text_kind.longest(project.spec)}
    return Task(data=data, step=CHECK)


def _cost(project: Project, pay_minor: int, segments_out: int, segments_in: int) -> PlaceCost:
    dearest = max(_airtime(project, country, segments_out, segments_in) for country in project.countries)
    return pricing.place_cost(
        pay_minor=pay_minor,
        currency=project.currency,
        fee_percent=settings().fee_percent,
        airtime_minor=dearest,
    )


def fee_each(project: Project) -> int:
    """Return the fee of one paid answer of a launched project, in minor units."""
    return project.place_fee_minor // funds.answers_a_place(project.spec)


def asks_all_alike(project: Project) -> bool:
    """Say whether the project is a survey that needs no data, so that one task of many places is all of it."""
    return project.kind == "survey" and not fields_of(project)


def _airtime(project: Project, country: str, segments_out: int, segments_in: int) -> int:
    """Return the airtime of one place in a country, with what reminders and lapsed offers add."""

    def micros(direction: pricelist.Direction) -> int:
        price, currency = pricelist.segment_price(_DEAREST_CHANNEL, country, direction)
        return pricelist.convert_micros(price, currency, project.currency)

    return pricing.airtime_minor(
        segments_out=segments_out,
        segments_in=segments_in,
        out_micros=micros("out"),
        in_micros=micros("in"),
        currency=project.currency,
        reserve_percent=settings().reserve_messages_percent,
    )


def reply_segments(project: Project) -> int:
    """Return the segments of the longest reply a question of the project is answered by: one but for free text."""
    if project.kind == text_kind.KIND:
        return segments.count(text_kind.longest(project.spec)).segments
    longest = max((question.max_length or 1 for question in questions_of(project.spec)), default=1)
    return segments.count("x" * longest).segments


def _segments(session: Session, project: Project) -> dict[str, list[int]]:
    sample = _sample_of(session, project)
    if not sample and asks_all_alike(project):
        sample = [Task(data={})]
    return {
        language: [
            segments.count(text).segments for task in sample for text in _texts(project, task, language)
        ]
        for language in project.languages
    }


def _sample_of(session: Session, project: Project) -> list[Task]:
    asked = select(Task).where(Task.project_id == project.id, Task.step != CHECK)
    return list(session.scalars(asked.limit(_SAMPLE)))


def _texts(project: Project, task: Task, language: str) -> list[str]:
    """Return the questions of a task, as they are sent alone."""
    if project.kind != "survey":
        return [questions.render(project, task, language)]
    return [survey_texts.render(project, task.data, at, language) for at in survey_texts.places(project)]
