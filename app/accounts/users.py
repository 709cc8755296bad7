"""Staff and partner users: making them, signing in and out, and the sessions of their browsers.

A session is a row; the browser holds a random token of 256 bits, the row its hash. Guessing is slowed per
account: each try is counted, and committed, before the password is looked at: many at once gain nothing.
"""

import re
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app import crypto, db, ids
from app.accounts import passwords
from app.accounts.audit import CLI, record, user_actor
from app.accounts.models import ROLES, User, UserSession
from app.errors import AppError, Pointer, invalid

SESSION_LIFE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
FREE_TRIES = 10
LONGEST_LOCK = timedelta(hours=1)

_EMAIL = re.compile(r"[^@\s\x00]{1,64}@[^@\s\x00]{1,190}")


def create_user(
    session: Session,
    *,
    email: str,
    password: str,
    role: str,
    partner_id: UUID | None = None,
    client_id: UUID | None = None,
    actor: str = CLI,
    now: datetime,
) -> User:
    """Make a user who may sign in to the console.

    `role` is one of ROLES; a `partner` user needs the partner they belong to, a `client` user the client. Raises
    `invalid` (422) for a bad e-mail, password or role, `user-exists` (409) for an e-mail already in use.
    """
    address = _address(email)
    passwords.check_rules(password)
    if role not in ROLES:
        raise invalid(
            f"There is no role {role!r}. Choose one of: {', '.join(ROLES)}.", [Pointer("/role", "unknown")]
        )
    if (role == "partner") != (partner_id is not None):
        message = "A user of role partner needs the partner they belong to; other roles have none."
        raise invalid(message, [Pointer("/partner_id", message)])
    if (role == "client") != (client_id is not None):
        message = "A user of role client needs the client they belong to; other roles have none."
        raise invalid(message, [Pointer("/client_id", message)])
    if session.scalar(select(User.id).where(User.email == address)):
        raise AppError("user-exists", 409, f"There is already a user {address}. Choose another e-mail.")
    user = User(
        id=ids.new(),
        email=address,
        password_hash=passwords.hashed(password),
        role=role,
        partner_id=partner_id,
        client_id=client_id,
        created_at=now,
    )
    session.add(user)
    session.flush()
    record(
        session,
        actor=actor,
        action="user.created",
        subject=ids.show("usr", user.id),
        data={"role": role},
        now=now,
    )
    return user


def _address(email: str) -> str:
    address = email.strip().lower()
    if not _EMAIL.fullmatch(address):
        message = f"{email!r} is not an e-mail address. Write it as name@example.org."
        raise invalid(message, [Pointer("/email", message)])
    return address


def user_by_email(session: Session, email: str) -> User | None:
    """Return the user of that address, or None."""
    return session.scalar(select(User).where(User.email == _address(email)))


def change_password(session: Session, *, user: User, password: str, now: datetime) -> None:
    """Set a new password and end all of the user's sessions. Raises `invalid` (422)."""
    passwords.check_rules(password)
    user.password_hash = passwords.hashed(password)
    user.failed_sign_ins, user.locked_until = 0, None
    _end_sessions(session, user.id)
    subject = ids.show("usr", user.id)
    record(session, actor=user_actor(user.id), action="user.password-changed", subject=subject, now=now)


def disable_user(session: Session, *, user: User, actor: str, now: datetime) -> None:
    """Shut the user out, at once and from every browser."""
    user.disabled_at = now
    _end_sessions(session, user.id)
    record(session, actor=actor, action="user.disabled", subject=ids.show("usr", user.id), now=now)


def _end_sessions(session: Session, user_id: UUID) -> None:
    session.execute(delete(UserSession).where(UserSession.user_id == user_id))


def sign_in(
    session: Session, *, email: str, password: str, now: datetime, replaces: str | None = None
) -> tuple[str, UserSession]:
    """Return a new session token (shown once, for the cookie) and its row, which has the CSRF token.

    `replaces` is the token the browser came with, which ends here: signing in always gives a new one. Raises
    `sign-in-failed` (401), in the same words and time for an unknown e-mail, a wrong password, a disabled
    user and an account locked by too many tries. Call it before anything else is done with `session`.
    """
    user_id = _count_try(email, now)
    user = session.get(User, user_id) if user_id else None
    if not passwords.matches(user.password_hash if user else None, password) or user is None:
        raise AppError(
            "sign-in-failed",
            401,
            "That e-mail and password do not fit, or the account rests after too many tries. "
            "Check both, wait some minutes, and try again.",
        )
    if passwords.is_dated(user.password_hash):
        user.password_hash = passwords.hashed(password)
    user.failed_sign_ins, user.locked_until = 0, None
    if replaces:
        sign_out(session, replaces)
    token = secrets.token_urlsafe(32)
    signed_in = UserSession(
        token_hash=crypto.token_hash(token),
        user_id=user.id,
        csrf_token=secrets.token_urlsafe(32),
        created_at=now,
        seen_at=now,
        expires_at=now + SESSION_LIFE,
    )
    session.add(signed_in)
    session.flush()
    record(
        session, actor=user_actor(user.id), action="user.signed-in", subject=ids.show("usr", user.id), now=now
    )
    return token, signed_in


def _count_try(email: str, now: datetime) -> UUID | None:
    """Count one more try and return the user's id, or None where nobody may sign in as that e-mail now.

    In a transaction of its own, because the caller's is rolled back when the try fails. Only a success resets
    the count: from the tenth failure in a row, each locks the account for twice as long as the one before.
    """
    with db.transaction() as own:
        user = own.scalar(
            select(User).where(User.email == email.strip().lower().replace("\0", "")).with_for_update()
        )
        if user is None or user.disabled_at is not None or (user.locked_until and user.locked_until > now):
            return None
        user.failed_sign_ins += 1
        if user.failed_sign_ins >= FREE_TRIES:
            doublings = min(user.failed_sign_ins - FREE_TRIES, 10)
            user.locked_until = now + min(timedelta(minutes=2**doublings), LONGEST_LOCK)
        return user.id


def session_user(session: Session, token: str, now: datetime) -> tuple[User, UserSession] | None:
    """Return who the browser with that token is, and its session; None when unknown, over, or shut out."""
    found = session.execute(
        select(User, UserSession)
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            UserSession.token_hash.in_(crypto.token_hashes(token)),
            UserSession.expires_at > now,
            User.disabled_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return None
    user, signed_in = found
    if signed_in.seen_at < now - SEEN_EVERY:
        signed_in.seen_at = now
    return user, signed_in


def sign_out(session: Session, token: str) -> None:
    """End the session of that token; unknown ones are no error."""
    session.execute(delete(UserSession).where(UserSession.token_hash.in_(crypto.token_hashes(token))))


def forget_ended_sessions(session: Session, *, now: datetime) -> None:
    """Delete the rows of sessions that are over. For the sweeper."""
    session.execute(delete(UserSession).where(UserSession.expires_at <= now))


def unlock(session: Session, *, user: User, actor: str, now: datetime) -> None:
    """Let a locked user try again at once."""
    session.execute(update(User).where(User.id == user.id).values(failed_sign_ins=0, locked_until=None))
    record(session, actor=actor, action="user.unlocked", subject=ids.show("usr", user.id), now=now)
