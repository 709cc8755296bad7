"""What a project will cost: its pay, the fee, and the airtime of its questions and replies, by the price list."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import pricelist
from app.channels import segments
from app.operations import questions
from app.payments import pricing
from app.payments.pricing import PlaceCost
from app.settings import settings
from app.tasks.models import Project, Task

# How many tasks are rendered to estimate segments: enough for a mean, few enough to answer at once.
_SAMPLE = 500
# What is reckoned with besides one question out and one answer in: receipts, reminders, the clarifying question.
_DEAREST_CHANNEL = "twilio_sms"


@dataclass(frozen=True)
class Quote:
    """What launching would reserve, in minor units, and what it rests on."""

    tasks: int
    places: int
    currency: str
    pay_minor: int
    fee_minor: int
    airtime_minor: int
    segments_by_language: dict[str, float] = field(default_factory=dict)
    longest_segments: dict[str, int] = field(default_factory=dict)

    @property
    def total_minor(self) -> int:
        """All parts together."""
        return self.pay_minor + self.fee_minor + self.airtime_minor


def quote(session: Session, *, project: Project, now: datetime) -> Quote:  # noqa: ARG001 - prices will be dated
    """Return what the project's tasks would reserve if it were launched now."""
    count, places = session.execute(
        select(func.count(), func.coalesce(func.sum(Task.places), 0)).where(Task.project_id == project.id)
    ).one()
    cost = place_cost(session, project)
    counted = _segments(session, project)
    return Quote(
        tasks=int(count),
        places=int(places),
        currency=project.currency,
        pay_minor=int(places) * cost.pay,
        fee_minor=int(places) * cost.fee,
        airtime_minor=int(places) * cost.airtime,
        segments_by_language={
            language: sum(found) / len(found) for language, found in counted.items() if found
        },
        longest_segments={language: max(found) for language, found in counted.items() if found},
    )


def place_cost(session: Session, project: Project) -> PlaceCost:
    """Return what one place is reserved at: the dearest country of the project, its longest question."""
    longest = max((max(found) for found in _segments(session, project).values() if found), default=1)
    return pricing.place_cost(
        pay_minor=project.pay_minor,
        currency=project.currency,
        fee_percent=settings().fee_percent,
        segments_out=longest,
        segments_in=1,
        prices_out=[
            pricelist.segment_price(_DEAREST_CHANNEL, country, "out") for country in project.countries
        ],
        prices_in=[pricelist.segment_price(_DEAREST_CHANNEL, country, "in") for country in project.countries],
        reserve_percent=settings().reserve_messages_percent,
    )


def _segments(session: Session, project: Project) -> dict[str, list[int]]:
    sample = list(session.scalars(select(Task).where(Task.project_id == project.id).limit(_SAMPLE)))
    return {
        language: [segments.count(questions.render(project, task, language)).segments for task in sample]
        for language in project.languages
    }
