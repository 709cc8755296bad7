"""Clients and keys, users and sessions, and that guessing is slow."""

import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import db
from app.accounts import service
from app.accounts.models import ApiKey, AuditEntry, User, UserSession
from app.errors import AppError
from tests.conftest import Database

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
PASSWORD = "a long enough one"


def user(session: Session) -> User:
    return service.create_user(session, email="Amina@Example.org", password=PASSWORD, role="admin", now=NOW)


def test_a_key_opens_its_client_until_it_is_revoked_and_is_not_stored(session: Session) -> None:
    client = service.create_client(session, name="Maji", now=NOW)
    token = service.issue_key(session, client_id=client.id, now=NOW)
    assert token.startswith("kazi_live_")
    assert service.client_of_key(session, token, NOW) == client
    assert service.client_of_key(session, token + "x", NOW) is None
    stored = session.execute(text("SELECT api_keys::text FROM api_keys")).scalar_one()
    assert token not in stored
    assert token.removeprefix("kazi_live_").encode().hex() not in stored
    (key,) = service.keys_of(session, client.id)
    assert key.last_used_at == NOW
    service.revoke_key(session, key_id=key.id, now=NOW)
    session.expire_all()
    assert service.client_of_key(session, token, NOW) is None


def test_client_names_are_one_each(session: Session) -> None:
    client = service.create_client(session, name=" Maji ", now=NOW)
    assert service.client_by_name(session, "Maji") == client
    for name, code in (
        ("Maji", "client-exists"),
        ("", "invalid"),
        ("x" * 101, "invalid"),
        ("a\0b", "invalid"),
    ):
        with pytest.raises(AppError) as refused:
            service.create_client(session, name=name, now=NOW)
        assert refused.value.code == code
    with pytest.raises(AppError, match="not-found"):
        service.client_by_name(session, "Nobody")
    with pytest.raises(AppError, match="not-found"):
        service.revoke_key(session, key_id=uuid4(), now=NOW)


def test_a_user_signs_in_is_known_and_signs_out(session: Session) -> None:
    made = user(session)
    assert made.email == "amina@example.org"
    assert PASSWORD not in made.password_hash
    token, signed_in = service.sign_in(session, email=" AMINA@example.org", password=PASSWORD, now=NOW)
    assert signed_in.csrf_token
    assert service.session_user(session, token, NOW + timedelta(hours=11, minutes=59)) == (made, signed_in)
    assert service.session_user(session, token, NOW + timedelta(hours=12)) is None
    assert service.session_user(session, token + "x", NOW) is None
    service.sign_out(session, token)
    assert service.session_user(session, token, NOW) is None
    assert "user.signed-in" in session.scalars(select(AuditEntry.action)).all()


def test_signing_in_gives_a_new_session_and_ends_the_one_the_browser_came_with(session: Session) -> None:
    user(session)
    first, _ = service.sign_in(session, email="amina@example.org", password=PASSWORD, now=NOW)
    second, _ = service.sign_in(
        session, email="amina@example.org", password=PASSWORD, now=NOW, replaces=first
    )
    assert first != second
    assert service.session_user(session, first, NOW) is None
    assert service.session_user(session, second, NOW) is not None


def test_a_disabled_user_and_a_changed_password_end_every_session(session: Session) -> None:
    made = user(session)
    token, _ = service.sign_in(session, email=made.email, password=PASSWORD, now=NOW)
    service.change_password(session, user=made, password="another long one", now=NOW)
    session.flush()
    assert service.session_user(session, token, NOW) is None
    with pytest.raises(AppError, match="sign-in-failed"):
        service.sign_in(session, email=made.email, password=PASSWORD, now=NOW)
    token, _ = service.sign_in(session, email=made.email, password="another long one", now=NOW)
    service.disable_user(session, user=made, actor="cli", now=NOW)
    session.flush()
    assert service.session_user(session, token, NOW) is None
    with pytest.raises(AppError, match="sign-in-failed"):
        service.sign_in(session, email=made.email, password="another long one", now=NOW)
    assert session.scalars(select(UserSession)).all() == []


@pytest.mark.parametrize(
    ("email", "password", "role", "partner", "code"),
    [
        ("no-at", PASSWORD, "admin", False, "invalid"),
        ("a@b\0.org", PASSWORD, "admin", False, "invalid"),
        ("a@b.org", "eleven char", "admin", False, "invalid"),
        ("a@b.org", "x" * 201, "admin", False, "invalid"),
        ("a@b.org", PASSWORD, "root", False, "invalid"),
        ("a@b.org", PASSWORD, "partner", False, "invalid"),
        ("a@b.org", PASSWORD, "viewer", True, "invalid"),
        ("amina@EXAMPLE.org", PASSWORD, "viewer", False, "user-exists"),
    ],
)
def test_a_user_that_cannot_be_is_refused(
    session: Session, email: str, password: str, role: str, partner: bool, code: str
) -> None:
    user(session)
    partner_id = uuid4() if partner else None
    with pytest.raises(AppError) as refused:
        service.create_user(
            session, email=email, password=password, role=role, partner_id=partner_id, now=NOW
        )
    assert refused.value.code == code


def _fails(email: str, password: str, at: datetime) -> bool:
    try:
        with db.transaction() as session:
            service.sign_in(session, email=email, password=password, now=at)
    except AppError as error:
        return error.code == "sign-in-failed"
    return False


def test_ten_failures_in_a_row_lock_the_account_for_longer_and_longer(database: Database) -> None:
    with db.transaction() as session:
        email = user(session).email
    for _ in range(9):
        assert _fails(email, "wrong password", NOW)
    assert not _fails(email, PASSWORD, NOW)  # nine are forgiven, and forgotten by a success
    for _ in range(10):
        assert _fails(email, "wrong password", NOW)
    assert _fails(email, PASSWORD, NOW + timedelta(seconds=59))
    assert _fails(email, "wrong password", NOW + timedelta(seconds=61))  # the eleventh: two minutes
    assert _fails(email, PASSWORD, NOW + timedelta(seconds=170))
    with db.transaction() as session:
        locked = session.scalars(select(User)).one()
        assert locked.failed_sign_ins == 11
        assert locked.locked_until == NOW + timedelta(seconds=61 + 120)
    assert not _fails(email, PASSWORD, NOW + timedelta(seconds=182))
    with db.transaction() as session:
        for _ in range(2):
            service.unlock(session, user=session.scalars(select(User)).one(), actor="cli", now=NOW)


def test_an_unknown_email_takes_as_much_reckoning_as_a_wrong_password(database: Database) -> None:
    with db.transaction() as session:
        email = user(session).email
    _fails("nobody@example.org", PASSWORD, NOW)  # the first makes the hash of nobody

    def fastest(address: str) -> float:
        took = []
        for _ in range(4):
            # The processor's time: what else the machine does is no difference between the two.
            started = time.process_time()
            assert _fails(address, "wrong password", NOW)
            took.append(time.process_time() - started)
        return min(took)

    known, unknown = fastest(email), fastest("nobody@example.org")
    assert 0.5 < known / unknown < 2


def test_keys_are_noted_as_used_at_most_once_a_minute(session: Session) -> None:
    client = service.create_client(session, name="Maji", now=NOW)
    token = service.issue_key(session, client_id=client.id, now=NOW)
    for seconds, expected in ((0, 0), (30, 0), (61, 61)):
        service.client_of_key(session, token, NOW + timedelta(seconds=seconds))
        session.flush()
        assert session.scalars(select(ApiKey.last_used_at)).one() == NOW + timedelta(seconds=expected)


def test_ended_sessions_are_forgotten(session: Session) -> None:
    email = user(session).email
    service.sign_in(session, email=email, password=PASSWORD, now=NOW)
    later, _ = service.sign_in(session, email=email, password=PASSWORD, now=NOW + timedelta(hours=1))
    service.forget_ended_sessions(session, now=NOW + timedelta(hours=12))
    assert len(session.scalars(select(UserSession.token_hash)).all()) == 1
    assert service.session_user(session, later, NOW + timedelta(hours=12)) is not None
