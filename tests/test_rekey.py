"""A change of the secret key: everything goes on, while it lasts and after the old key is gone."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, crypto
from app.accounts import service as accounts
from app.channels.models import Address, Message
from app.errors import AppError
from app.payments import payouts
from app.payments.models import PayoutAccount
from app.people.models import Worker, WorkerAddress
from app.rekey import COLUMNS, rekey
from app.settings import settings
from app.webhooks.models import WebhookEndpoint
from tests.conftest import TEST_SETTINGS
from tests.story.conftest import World, world

__all__ = ["world"]

NUMBER = "+254712345678"
OLD = TEST_SETTINGS["KAZI_SECRET_KEY"]
NEW = "another secret of the tests, as long as it must be"
Keys = Callable[[str, str], None]


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Keys:
    def use(current: str, previous: str) -> None:
        monkeypatch.setenv("KAZI_SECRET_KEY", current)
        monkeypatch.setenv("KAZI_SECRET_KEY_PREVIOUS", previous)
        settings.cache_clear()
        crypto.forget_keys()

    return use


@pytest.fixture
def api_key(world: World) -> str:
    """Somebody who joined and works, a client's key, and a secret of each kind."""
    now = clock.now()
    world.project(3)
    for word in ("JOIN MAJI24 Achieng", "1", "1", "1"):
        world.text(NUMBER, word)
    world.session.add(
        WebhookEndpoint(
            id=world.client_id,
            client_id=world.client_id,
            url="https://client.example/hook",
            secret=crypto.encrypt("whsec_secret"),
            events=["answer"],
            created_at=now,
        )
    )
    token = accounts.issue_key(world.session, client_id=world.client_id, now=now)
    world.session.commit()
    return token


def changed(batch: int = 2) -> dict[str, int]:
    return {done.column.table: done.changed for done in rekey(batch) if done.changed}


def worker_of(session: Session, number: str) -> Worker:
    return session.scalars(
        select(Worker)
        .join(WorkerAddress, WorkerAddress.worker_id == Worker.id)
        .join(Address, Address.id == WorkerAddress.address_id)
        .where(Address.number_index == crypto.blind_index(number))
    ).one()


def all_clear(session: Session) -> list[str]:
    session.expire_all()
    columns = (Address.number, PayoutAccount.number, WebhookEndpoint.secret, Worker.name, Message.body)
    blobs = [blob for column in columns for blob in session.scalars(select(column)) if blob]
    return sorted(crypto.decrypt(blob) for blob in blobs)


def test_the_whole_change(world: World, api_key: str, keys: Keys) -> None:
    before, worker = all_clear(world.session), worker_of(world.session, NUMBER)
    keys(NEW, OLD)
    assert all_clear(world.session) == before
    assert accounts.client_of_key(world.session, api_key, clock.now()) is not None
    rows = changed()
    assert set(rows) == {column.table for column in COLUMNS}
    assert sum(rows.values()) == len(before)
    assert changed() == {}
    world.session.commit()
    keys(NEW, "")
    assert all_clear(world.session) == before
    assert accounts.client_of_key(world.session, api_key, clock.now()) is not None
    assert worker_of(world.session, NUMBER).id == worker.id
    world.seen[NUMBER + "twilio_sms"] = 10_000
    world.text(NUMBER, "1")
    assert len(world.session.scalars(select(Worker)).all()) == 1
    account = payouts.set_account(
        world.session, worker_id=worker.id, number_e164=NUMBER, country="KE", now=clock.now()
    )
    assert world.session.scalars(select(PayoutAccount)).all() == [account]


def test_whoever_writes_before_their_row_was_reached_is_known(world: World, api_key: str, keys: Keys) -> None:
    worker = worker_of(world.session, NUMBER)
    keys(NEW, OLD)
    world.text(NUMBER, "1")
    assert worker_of(world.session, NUMBER).id == worker.id
    assert len(world.session.scalars(select(Address)).all()) == 1
    payouts.set_account(world.session, worker_id=worker.id, number_e164=NUMBER, country="KE", now=clock.now())
    world.session.commit()
    assert len(world.session.scalars(select(PayoutAccount)).all()) == 1
    assert not any(done.doubled for done in rekey())
    keys(NEW, "")
    assert worker_of(world.session, NUMBER).id == worker.id


def test_a_key_not_used_meanwhile_is_lost_with_the_old_secret(world: World, api_key: str, keys: Keys) -> None:
    keys(NEW, "")
    assert accounts.client_of_key(world.session, api_key, clock.now()) is None


def test_who_is_signed_in_stays_so_and_can_sign_out(world: World, keys: Keys) -> None:
    session, now = world.session, clock.now()
    accounts.create_user(session, email="a@b.example", password="long enough a word", role="admin", now=now)
    session.commit()
    token, _ = accounts.sign_in(session, email="a@b.example", password="long enough a word", now=now)
    keys(NEW, OLD)
    assert accounts.session_user(session, token, now) is not None
    accounts.sign_out(session, token)
    assert accounts.session_user(session, token, now) is None


def test_a_stopped_run_is_taken_up_where_it_ended(world: World, api_key: str, keys: Keys) -> None:
    before = all_clear(world.session)
    keys(NEW, OLD)
    run = rekey(1)
    first = [next(run), next(run)]
    run.close()
    rest = changed(1)
    assert sum(done.changed for done in first) + sum(rest.values()) == len(before)
    assert not {"addresses", "payout_accounts"} & set(rest)
    assert all(crypto.is_current(blob) for blob in world.session.scalars(select(Message.body)))


def test_without_the_old_key_nothing_is_changed(world: World, api_key: str, keys: Keys) -> None:
    keys(NEW, "")
    with pytest.raises(AppError, match="cannot-decrypt"):
        changed()
    keys(OLD, "")
    assert NUMBER in all_clear(world.session)


def test_a_number_taken_in_twice_stays_readable_and_is_not_written_to(
    world: World, api_key: str, keys: Keys
) -> None:
    first = worker_of(world.session, NUMBER).address_id
    keys(NEW, "")
    world.text(NUMBER, "hello")
    keys(NEW, OLD)
    found = {done.column.table: done.doubled for done in rekey()}
    assert found["addresses"] == 1
    world.session.expire_all()
    kept = world.session.get_one(Address, first)
    assert kept.suppressed_why == "doubled"
    keys(NEW, "")
    assert crypto.decrypt(kept.number) == NUMBER


def test_the_callbacks_of_texts_sent_before_are_still_ours(keys: Keys) -> None:
    keys(OLD, "")
    made = crypto.sign_token("status", "msg_1")
    keys(NEW, OLD)
    assert crypto.is_signed("status", "msg_1", made)
    assert not crypto.is_signed("status", "msg_2", made)
    assert not crypto.is_signed("status", "msg_1", "é")
    assert crypto.sign_token("status", "msg_1") != made
    keys(NEW, "")
    assert not crypto.is_signed("status", "msg_1", made)
