"""Pictures: asked about by WhatsApp alone, sent by their address, never fetched by Kazi."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.channels.models import Message
from app.operations import create, launch
from app.tasks.loading import TaskItem
from app.tasks.models import Answer, Project
from tests.story.conftest import WATER, Phones, World

SMS, WHATSAPP = "twilio_sms", "twilio_whatsapp"
TAPS: dict[str, Any] = {
    **WATER,
    "template": {"en": "Does water come out of this tap?"},
    "media": "image",
    "redundancy": {"mode": "fixed", "answers": 1},
    "bundle": None,
}


def taps(world: World, count: int = 2, **changes: Any) -> Project:
    """Launch a project of so many pictures."""
    now = clock.now()
    project = create.create_project(
        world.session, client_id=world.client_id, body={**TAPS, **changes}, now=now, actor="cli"
    )
    items = [
        TaskItem(line, f"t{line}", {"image": f"https://pictures.example/{line}.jpg"})
        for line in range(1, count + 1)
    ]
    report = create.add_tasks(world.session, project=project, lines=items, now=now)
    assert report.added == count
    launch.launch(world.session, project=project, now=now, actor="cli")
    world.session.commit()
    return project


def join(world: World, number: str, channel: str) -> str:
    for word in ("JOIN MAJI24", "1", "1"):
        world.text(number, word, channel)
    return world.text(number, "1", channel)[-1]


def sent(session: Session) -> list[tuple[str, str | None]]:
    """The channels and pictures of the questions sent, in order."""
    session.expire_all()
    rows = session.scalars(
        select(Message)
        .where(Message.direction == "out", Message.assignment_id.is_not(None))
        .order_by(Message.created_at, Message.id)
    )
    return [(row.channel, row.media_url) for row in rows]


def test_a_picture_is_asked_about_by_whatsapp_and_answered(world: World, phones: Phones) -> None:
    taps(world)
    asked = join(world, phones(1), WHATSAPP)
    assert "Does water come out of this tap? 1 Yes 2 No" in asked
    assert "https" not in asked
    [second] = world.text(phones(1), "1", WHATSAPP)
    assert second.startswith("Got 1 Yes, +KES 2")
    world.text(phones(1), "2", WHATSAPP)
    assert sent(world.session) == [
        (WHATSAPP, "https://pictures.example/1.jpg"),
        (WHATSAPP, "https://pictures.example/2.jpg"),
    ]
    answers = world.session.scalars(select(Answer.value).order_by(Answer.id)).all()
    assert answers == ["yes", "no"]


def test_by_sms_nobody_is_asked_about_a_picture(world: World, phones: Phones) -> None:
    taps(world)
    assert "no paid work just now" in join(world, phones(1), SMS)
    [none] = world.text(phones(1), "more", SMS)
    assert "no work" in none
    assert sent(world.session) == []


def test_who_goes_over_to_whatsapp_is_asked_there(world: World, phones: Phones) -> None:
    taps(world)
    join(world, phones(1), SMS)
    world.text(phones(1), "JOIN MAJI24", WHATSAPP)
    [asked] = world.text(phones(1), "more", WHATSAPP)
    assert "this tap" in asked
    assert sent(world.session) == [(WHATSAPP, "https://pictures.example/1.jpg")]


def test_other_work_goes_on_by_sms(world: World, phones: Phones) -> None:
    taps(world)
    world.project(1, redundancy={"mode": "fixed", "answers": 1})
    assert "Pump 1" in join(world, phones(1), SMS)
    assert sent(world.session)[-1] == (SMS, None)


def test_asked_again_the_picture_comes_again(world: World, phones: Phones) -> None:
    taps(world, 1)
    join(world, phones(1), WHATSAPP)
    world.text(phones(1), "more", WHATSAPP)
    assert sent(world.session) == [(WHATSAPP, "https://pictures.example/1.jpg")] * 2


def test_pictures_never_share_a_message(world: World, phones: Phones) -> None:
    taps(world, 3, template={"en": "Water?"})
    assert join(world, phones(1), WHATSAPP).count("Water?") == 1
    assert len(sent(world.session)) == 1


def test_a_picture_that_is_sent_without_a_word_is_no_answer(world: World, phones: Phones) -> None:
    taps(world)
    join(world, phones(1), WHATSAPP)
    [told] = world.text(phones(1), "", WHATSAPP, media_count=1)
    assert "can only read text" in told
    [said] = world.text(phones(1), "1", WHATSAPP, media_count=1)  # with words it is read
    assert said.startswith("Got 1 Yes")
    world.text(phones(1), "STOP", WHATSAPP)
    assert world.text(phones(1), "", WHATSAPP, media_count=1) == []


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        7,
        "http://pictures.example/1.jpg",
        "ftp://pictures.example/1.jpg",
        "https://",
        "https://localhost/1.jpg",
        "https://user:secret@pictures.example/1.jpg",
        "https://pictures.example:8080/1.jpg",
        "https://pictures.example:x/1.jpg",
        "https://pictures.example/a b.jpg",
        "https://pictures.example/" + "x" * 2000,
        "javascript:alert(1)",
    ],
)
def test_an_address_that_is_none_of_a_picture_is_refused(world: World, address: object) -> None:
    project = create.create_project(
        world.session, client_id=world.client_id, body=TAPS, now=clock.now(), actor="cli"
    )
    item = TaskItem(1, "t1", {"image": address} if address is not None else {"other": "x"})
    [error] = create.add_tasks(world.session, project=project, lines=[item], now=clock.now()).errors
    assert error.pointer == "/data/image"
