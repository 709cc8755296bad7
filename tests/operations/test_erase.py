"""A person's data: all of it can be had, and none of it is left afterwards."""

import json
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from app import cli, clock, crypto, db, ids
from app.accounts.models import AuditEntry
from app.channels import service
from app.channels.models import Address, Message
from app.errors import AppError
from app.models import metadata
from app.operations.erase import erase_worker, export_worker
from app.payments import ledger, payouts
from app.payments.models import Payout
from app.people import inviting
from app.people import service as people
from app.people.models import Worker, WorkerAddress
from app.tasks.models import Answer, Assignment, Result, Task
from app.tasks.rules import passing
from tests.story.conftest import World, world

__all__ = ["world"]

NUMBER = "+254712345678"
SAID = "where do I find the pump, my son Barasa asks"
PAY = {"amount": 50_000, "currency": "KES"}


def worked(world: World, number: str = NUMBER, name: str = "Achieng") -> Worker:
    """Return somebody who joined, answered, said something of their own, and has a question open."""
    world.project(3, pay=PAY, redundancy={"mode": "fixed", "answers": 1})
    for word in (f"JOIN MAJI24 {name}", "1", "1", "1"):
        world.text(number, word)
    world.text(number, "1")
    world.text(number, SAID)
    return by_number(world.session, number)


def by_number(session: Session, number: str) -> Worker:
    found = session.scalars(
        select(Worker)
        .join(WorkerAddress, WorkerAddress.worker_id == Worker.id)
        .join(Address, Address.id == WorkerAddress.address_id)
        .where(Address.number_index == crypto.blind_index(number), WorkerAddress.current)
    ).one()
    session.refresh(found)
    return found


def everything(session: Session) -> list[Any]:
    """Return every value of every table, in the clear, and the bytes as they are."""
    session.expire_all()
    values: list[Any] = []
    for table in metadata.sorted_tables:
        for row in session.execute(select(table)):
            for value in row:
                values.append(value)
                if isinstance(value, bytes):
                    try:
                        values.append(crypto.decrypt(value))
                    except AppError:
                        continue
    return values


def places_of(session: Session, *secrets: str) -> int:
    """Return in how many values one of these stands, or the index of one of them."""
    indexes = {crypto.blind_index(secret) for secret in secrets}
    return sum(
        value in indexes if isinstance(value, bytes) else any(secret in str(value) for secret in secrets)
        for value in everything(session)
    )


def balances(session: Session, worker: Worker) -> list[ledger.WorkerBalance]:
    return [
        ledger.worker_balance(session, worker_id=worker.id, currency="KES", since=worker.joined_at),
    ]


def results(session: Session) -> list[tuple[Any, ...]]:
    rows = session.execute(select(Result.client_task_id, Result.value, Result.confidence, Result.votes)).all()
    answers = session.execute(select(Answer.task_id, Answer.value, Answer.pay_minor)).all()
    return [tuple(row) for row in (*rows, *answers)]


def test_all_that_is_kept_can_be_had(world: World) -> None:
    worker = worked(world)
    inviting.own_code(world.session, worker)
    people.note_passed(world.session, worker_id=worker.id, name=passing(ids.new(), "Water exam"))
    found = json.loads(json.dumps(export_worker(world.session, worker.id)))
    assert found["worker"] == ids.show("wkr", worker.id)
    assert (found["name"], found["state"], found["language"], found["country"]) == (
        "Achieng", "active", "en", "KE",
    )  # fmt: skip
    assert (found["site"], found["passed"], found["brought_by"]) == (None, ["water exam"], None)
    assert found["invite_code"].startswith("MAJI24")
    assert [one["number"] for one in found["addresses"]] == [NUMBER]
    assert [one["number"] for one in found["payout_accounts"]] == [NUMBER]
    assert [one["kind"] for one in found["consents"]] == ["joined", "agreed"]
    assert all(one["at"] for one in found["consents"])
    kept = world.session.scalar(select(func.count()).select_from(Message))
    assert len(found["messages"]) == kept
    assert {SAID, "JOIN MAJI24 Achieng"} < {one["text"] for one in found["messages"]}
    assert [(one["value"], one["raw"]) for one in found["answers"]] == [("yes", "1")]
    assert found["balances"][0]["available_minor"] == PAY["amount"]


def test_nothing_of_it_is_left(world: World) -> None:
    worker = worked(world)
    before, done = balances(world.session, worker), results(world.session)
    assert places_of(world.session, NUMBER, "Achieng", "Barasa") > 5
    erase_worker(world.session, worker.id, actor="cli", now=clock.now())
    assert places_of(world.session, NUMBER, "Achieng", "Barasa") == 0
    assert {row.text for row in all_texts(world.session, worker)} == {""}
    assert set(world.session.scalars(select(Answer.raw))) == {""}
    assert balances(world.session, worker) == before
    assert before[0].available == PAY["amount"]
    assert results(world.session) == done
    assert ledger.imbalance(world.session) == 0


def all_texts(session: Session, worker: Worker) -> Any:
    return service.messages_of(session, worker.id, 1000)


def test_their_open_question_is_somebody_elses(world: World) -> None:
    worker = worked(world)
    erase_worker(world.session, worker.id, actor="cli", now=clock.now())
    world.session.expire_all()
    states = set(world.session.scalars(select(Assignment.state)))
    assert states == {"answered", "withdrawn"}
    assert set(world.session.scalars(select(Task.live))) == {0}
    assert (worker.state, worker.available_at, worker.assignment_id) == ("erased", None, None)
    waiting = select(Message).where(Message.direction == "out", Message.status == "queued")
    assert world.session.scalars(waiting).all() == []
    noted = select(AuditEntry.subject).where(AuditEntry.action == "worker.erased")
    assert world.session.scalars(noted).all() == [ids.show("wkr", worker.id)]


def test_a_later_text_is_a_strangers_and_they_may_join_anew(world: World) -> None:
    worker = worked(world)
    erase_worker(world.session, worker.id, actor="cli", now=clock.now())
    world.session.commit()
    world.seen.clear()
    world.text(NUMBER, "1")
    assert world.session.scalars(select(WorkerAddress)).all() == []
    world.join(NUMBER)
    assert by_number(world.session, NUMBER).id != worker.id


def test_erasing_twice_changes_nothing(world: World) -> None:
    worker = worked(world)
    for _ in range(2):
        erase_worker(world.session, worker.id, actor="cli", now=clock.now())
    noted = select(func.count()).where(AuditEntry.action == "worker.erased")
    assert world.session.scalar(noted) == 1


def test_money_on_its_way_is_waited_for(world: World) -> None:
    worker = worked(world)
    now = clock.now()
    payout = payouts.request(
        world.session, worker_id=worker.id, partner_id=None, currency="KES", requested_by="worker", now=now
    )
    world.session.commit()
    with pytest.raises(AppError, match="payout-in-progress") as refused:
        erase_worker(world.session, worker.id, actor="cli", now=now)
    assert refused.value.status == 409
    world.session.rollback()
    assert export_worker(world.session, worker.id)["payout_accounts"][0]["number"] == NUMBER
    found = world.session.scalars(select(Payout).where(Payout.id == payout.id)).one()
    for state in ("approved", "submitting", "paid"):
        if found.state != state:
            payouts.move(world.session, found, state, actor="rail", now=now)
    erase_worker(world.session, worker.id, actor="cli", now=now)
    assert places_of(world.session, NUMBER, "Achieng") == 0
    assert balances(world.session, worker)[0].paid == payout.amount_minor


def test_a_shared_phone_stays_the_others(world: World) -> None:
    first = worked(world)
    for word in ("JOIN MAJI24 Otieno", "1", "1", "1"):
        world.text(NUMBER, word)
    other = by_number(world.session, NUMBER)
    assert other.id != first.id
    world.text(NUMBER, "JOIN MAJI24 Achieng")
    assert by_number(world.session, NUMBER).id == first.id
    erase_worker(world.session, first.id, actor="cli", now=clock.now())
    assert by_number(world.session, NUMBER).id == other.id, "who is left writes from the phone"
    assert places_of(world.session, "Achieng", "Barasa") == 0
    kept = export_worker(world.session, other.id)
    assert [one["number"] for one in kept["addresses"]] == [NUMBER]
    assert [one["number"] for one in kept["payout_accounts"]] == [NUMBER]
    gone = export_worker(world.session, first.id)
    assert (gone["name"], gone["addresses"], gone["payout_accounts"]) == ("", [], [])
    assert people.name_of(other) == "Otieno"
    assert NUMBER not in json.dumps(gone)


def test_the_same_number_on_another_channel_goes_too(world: World) -> None:
    world.text(NUMBER, "hello", channel="twilio_whatsapp")
    worker = worked(world)
    erase_worker(world.session, worker.id, actor="cli", now=clock.now())
    assert places_of(world.session, NUMBER, "hello") == 0


def test_the_command_asks_to_be_sure_and_says_what_is_owed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = worked(world)
    world.session.commit()

    @contextmanager
    def joined() -> Any:
        with db.transaction() as session:
            yield session

    monkeypatch.setattr(cli, "_database", joined)
    shown = ids.show("wkr", worker.id)
    run = CliRunner()
    told = run.invoke(cli.app, ["person", "export", shown])
    assert json.loads(told.stdout)["addresses"][0]["number"] == NUMBER
    unsure = run.invoke(cli.app, ["person", "erase", shown])
    assert isinstance(unsure.exception, AppError)
    assert unsure.exception.code == "not-confirmed"
    sure = run.invoke(cli.app, ["person", "erase", shown, "--yes"])
    assert (sure.exit_code, sure.stdout) == (0, "")
    assert "50000 minor units of KES" in sure.stderr
    world.session.expire_all()
    assert worker.state == "erased"


def test_what_is_nobody_is_not_found(session: Session) -> None:
    for verb in (export_worker, lambda s, i: erase_worker(s, i, actor="cli", now=clock.now())):
        with pytest.raises(AppError, match="not-found"):
            verb(session, ids.new())
