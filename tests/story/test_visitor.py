"""Who looks at the demonstration finds work of their own on the phone, and the crowd does not."""

from sqlalchemy import select

from app import clock
from app.accounts.models import Client
from app.demo import visitor
from app.demo import world as demo
from app.people import service as people
from app.tasks.models import Project
from tests.story.conftest import Phones, World


def test_the_work_is_for_who_joins_by_its_code(world: World, phones: Phones) -> None:
    session = world.session
    session.scalars(select(Client)).one().name = demo.CLIENT
    people.partner_by_name(session, "Maji Group").name = demo.PARTNER
    for _ in range(2):
        visitor.leave_work(session, texts=["Pump 1 is broken", "Goats ate the maize"], now=clock.now())
    session.commit()
    assert session.scalars(select(Project.name)).all() == [visitor.NAME]
    assert "no paid work" in world.join(phones(1))[-1]
    for word in (f"JOIN {visitor.INVITE}", "1", "1"):
        world.text(phones(2), word)
    assert "1) Pump 1 is broken 2) Goats ate the maize" in world.text(phones(2), "1")[-1]
    assert "+KES 4" in world.text(phones(2), "12")[-1]
