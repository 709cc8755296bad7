"""What the demonstration leaves for whoever looks at it: work of their own, by a code that the crowd does not know.

When the job is done nothing is left to ask, and a person who plays a worker on the phone page would only be told so.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts import service as accounts
from app.demo import world
from app.ids import show
from app.operations import create, launch
from app.people import service as people
from app.tasks.loading import TaskItem

INVITE = "JARIBU"  # Swahili for `try`
NAME = "Yours to try"
COUNT = 40


def leave_work(session: Session, *, texts: Sequence[str], now: datetime) -> None:
    """Launch a project for those who join by INVITE alone, one answer a task; again changes nothing."""
    if people.cohort_by_code(session, INVITE) is not None:
        return
    partner = people.partner_by_name(session, world.PARTNER)
    cohort = people.create_cohort(
        session,
        partner_id=partner.id,
        name="You",
        invite_code=INVITE,
        languages=["en", "sw", "lg"],
        now=now,
    )
    template = {"en": world.ENGLISH, "sw": world.SWAHILI, "lg": world.LUGANDA}
    job = world.Job(NAME, template, ("KE", "UG"), "KES", 200, (), answers=1)
    body = {**job.body(), "lease": "PT4H", "audience": {"cohorts": [show("coh", cohort.id)]}}
    client = accounts.client_by_name(session, world.CLIENT)
    project = create.create_project(session, client_id=client.id, body=body, now=now, actor="cli")
    lines = [TaskItem(n, f"try-{n}", {"text": text}) for n, text in enumerate(texts[:COUNT], start=1)]
    create.add_tasks(session, project=project, lines=lines, now=now)
    launch.launch(session, project=project, now=now, actor="cli")
