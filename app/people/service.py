"""The verbs of people: partners, cohorts, workers, who uses which address, what they agreed to.

One writer of these tables. What a worker says and is told is the conversation's business.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import phonenumbers
from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from app import crypto, gsm7, ids
from app.errors import AppError, Pointer, invalid, not_found
from app.people.models import Cohort, Consent, Partner, Worker, WorkerAddress

_INVITE_CODE_LENGTHS = range(3, 13)
# One zone stands for a country: none of these has more than one, and quiet hours are by the hour.
_ZONES = {
    "KE": "Africa/Nairobi", "UG": "Africa/Kampala", "TZ": "Africa/Dar_es_Salaam", "RW": "Africa/Kigali",
    "ET": "Africa/Addis_Ababa", "GH": "Africa/Accra", "NG": "Africa/Lagos", "IN": "Asia/Kolkata",
    "HT": "America/Port-au-Prince", "BI": "Africa/Bujumbura", "ZM": "Africa/Lusaka", "MW": "Africa/Blantyre",
}  # fmt: skip
_CURRENCIES = {
    "KE": "KES", "UG": "UGX", "TZ": "TZS", "RW": "RWF", "ET": "ETB", "GH": "GHS",
    "NG": "NGN", "IN": "INR", "HT": "HTG", "BI": "BIF", "ZM": "ZMW", "MW": "MWK",
}  # fmt: skip


# Swahili is read in all of them; where no translation is had yet, English is.
_LANGUAGES = {"KE": ("en", "sw"), "UG": ("en", "lg", "sw"), "TZ": ("sw", "en"), "RW": ("en", "sw")}


def languages_of(country: str) -> tuple[str, ...]:
    """Return the languages a newcomer from the country is offered, in the order of the menu."""
    return _LANGUAGES.get(country, ("en",))


def time_zone(country: str) -> str:
    """Return the IANA zone of a country (ISO 3166); UTC where it is not known."""
    return _ZONES.get(country, "UTC")


def currency_of(country: str) -> str:
    """Return the currency (ISO 4217) mobile money of the country is in; KES where it is not known."""
    return _CURRENCIES.get(country, "KES")


def number_country(e164: str) -> str | None:
    """Return the ISO 3166 country of a number, or None where it is no possible number of one country.

    New number ranges are possible before they are valid, so `possible` is what is asked for.
    """
    try:
        parsed = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.region_code_for_country_code(parsed.country_code or 0)


def create_partner(session: Session, *, name: str, help_phone: str, now: datetime) -> Partner:
    """Make a partner. Raises `name-taken`, or `invalid` when the help number cannot be one."""
    if not name.strip() or len(name) > 30:
        message = (
            "A partner's name has 1 to 30 characters, because it stands in the first text a worker gets."
        )
        raise invalid(message, [Pointer("/name", message)])
    if not gsm7.fits(name):
        message = (
            "Use letters and digits that every phone shows, and no pictures: workers read the name in texts."
        )
        raise invalid(message, [Pointer("/name", message)])
    if number_country(help_phone) is None:
        message = "The help number is no phone number in the form +254700000000."
        raise invalid(message, [Pointer("/help_phone", message)])
    if session.scalar(select(Partner.id).where(Partner.name == name.strip())):
        message = f"There is a partner named {name.strip()!r} already. Choose another name."
        raise AppError("name-taken", 409, message, errors=[Pointer("/name", message)])
    partner = Partner(id=ids.new(), name=name.strip(), help_phone=help_phone, created_at=now)
    session.add(partner)
    session.flush()
    return partner


def create_cohort(
    session: Session,
    *,
    partner_id: UUID,
    name: str,
    invite_code: str,
    languages: list[str],
    site: str = "",
    now: datetime,
) -> Cohort:
    """Make a cohort, joined by texting `JOIN <invite_code>`. Raises `code-taken` or `invalid`.

    `site` is the one place its people live in, if it is one: cohorts of one place are neighbours.
    """
    code = invite_code.strip().upper()
    if not code.isascii() or not code.isalnum() or len(code) not in _INVITE_CODE_LENGTHS:
        message = "An invite code is 3 to 12 letters and digits, easy to type on a keypad, such as MAJI24."
        raise invalid(message, [Pointer("/invite_code", message)])
    if not languages:
        message = "A cohort has at least one language."
        raise invalid(message, [Pointer("/languages", message)])
    if session.scalar(select(Cohort.id).where(Cohort.invite_code == code)) or session.scalar(
        select(Worker.id).where(Worker.invite_code == code)
    ):
        message = f"The invite code {code} is in use. Choose another."
        raise AppError("code-taken", 409, message, errors=[Pointer("/invite_code", message)])
    cohort = Cohort(
        id=ids.new(),
        partner_id=partner_id,
        name=name,
        invite_code=code,
        languages=languages,
        site=" ".join(site.split()) or None,
        created_at=now,
    )
    session.add(cohort)
    session.flush()
    return cohort


def partner_by_name(session: Session, name: str) -> Partner:
    """Return the partner of that name. Raises `not-found`."""
    found = session.scalar(select(Partner).where(Partner.name == name))
    if found is None:
        raise not_found("partner", name)
    return found


def cohort_by_code(session: Session, code: str) -> Cohort | None:
    """Return the cohort of an invite code as somebody typed it, or None."""
    return session.scalar(select(Cohort).where(Cohort.invite_code == code.strip().upper()))


def partner_of(session: Session, partner_id: UUID | None) -> Partner | None:
    """Return the partner, or None for a worker who came without one."""
    return session.get(Partner, partner_id) if partner_id else None


# Made once: it runs for every text that comes in.
_CURRENT_WORKER = (
    select(Worker)
    .join(WorkerAddress, WorkerAddress.worker_id == Worker.id)
    # The state is looked at again under the lock: who was erased meanwhile is nobody's current worker.
    .where(
        WorkerAddress.address_id == bindparam("address_id"), WorkerAddress.current, Worker.state != "erased"
    )
    .with_for_update(key_share=True, of=Worker)
    .execution_options(populate_existing=True)
)


def current_worker(session: Session, address_id: UUID) -> Worker | None:
    """Return who is writing from the address now, their row locked until the transaction ends.

    The lock does not hinder rows that refer to the worker (FOR NO KEY UPDATE).
    """
    return session.scalar(_CURRENT_WORKER, {"address_id": address_id})


def lock_worker(session: Session, worker_id: UUID, *, wait: bool = True) -> Worker | None:
    """Return the worker, locked; None when they are gone or, without waiting, when somebody else has the lock."""
    return session.scalar(
        select(Worker)
        .where(Worker.id == worker_id)
        .with_for_update(key_share=True, skip_locked=not wait)
        .execution_options(populate_existing=True)
    )


def people_at(session: Session, address_id: UUID) -> list[Worker]:
    """Return everybody who uses the address, oldest first."""
    return list(
        session.scalars(
            select(Worker)
            .join(WorkerAddress, WorkerAddress.worker_id == Worker.id)
            .where(WorkerAddress.address_id == address_id)
            .order_by(Worker.joined_at)
        )
    )


def create_worker(
    session: Session, *, address_id: UUID, country: str, cohort: Cohort | None, name: str, now: datetime
) -> Worker:
    """Make a worker who has just asked to join from the address, and make them its current one."""
    worker = Worker(
        id=ids.new(),
        partner_id=cohort.partner_id if cohort else None,
        cohort_id=cohort.id if cohort else None,
        site=cohort.site if cohort else None,
        name=crypto.encrypt(name) if name else None,
        country=country,
        time_zone=time_zone(country),
        language=(cohort.languages[0] if cohort else "en"),
        address_id=address_id,
        joined_at=now,
        last_heard_at=now,
        training_step=0,
        question_number=0,
        session_answers=0,
        asked_again=0,
        ignored_in_row=0,
        state="new",
        stage="language",
    )
    session.add(worker)
    session.flush()
    use_address(session, worker=worker, address_id=address_id, now=now)
    return worker


def put_into(worker: Worker, cohort: Cohort | None) -> None:
    """Make the worker one of a cohort, or of none."""
    worker.cohort_id = cohort.id if cohort else None
    worker.partner_id = cohort.partner_id if cohort else None
    worker.site = cohort.site if cohort else None


def use_address(session: Session, *, worker: Worker, address_id: UUID, now: datetime) -> None:
    """Make the worker the one who is writing from the address; whoever was before keeps their share in it."""
    session.execute(
        update(WorkerAddress)
        .where(WorkerAddress.address_id == address_id, WorkerAddress.current)
        .values(current=False)
    )
    link = session.get(WorkerAddress, (worker.id, address_id), populate_existing=True)
    if link is None:
        session.add(WorkerAddress(worker_id=worker.id, address_id=address_id, current=True, since=now))
    else:
        link.current = True
    worker.address_id = address_id
    session.flush()


def addresses_of(session: Session, worker_id: UUID) -> set[UUID]:
    """Return the ids of the addresses the worker uses."""
    return set(session.scalars(select(WorkerAddress.address_id).where(WorkerAddress.worker_id == worker_id)))


def used_by_others(session: Session, worker_id: UUID, address_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the addresses that somebody beside the worker uses."""
    others = select(WorkerAddress.address_id).where(
        WorkerAddress.address_id.in_(address_ids), WorkerAddress.worker_id != worker_id
    )
    return set(session.scalars(others))


def consents_of(session: Session, worker_id: UUID) -> list[Consent]:
    """Return what the worker agreed to and withdrew, oldest first."""
    found = select(Consent).where(Consent.worker_id == worker_id).order_by(Consent.at, Consent.id)
    return list(session.scalars(found))


def erase(session: Session, *, worker: Worker, address_id: UUID) -> None:
    """Take a locked worker's name and addresses away for ever; `address_id` is one that leads nowhere.

    On a phone they shared and were the last to write from, whoever of the others was heard from last is the one
    who writes from it now: their answers go on being understood.
    """
    left = session.scalars(
        delete(WorkerAddress).where(WorkerAddress.worker_id == worker.id).returning(WorkerAddress.address_id)
    ).all()
    worker.state, worker.stage, worker.pause_reason, worker.name = "erased", "declined", None, None
    worker.available_at = worker.assignment_id = None
    worker.answer_hours = []
    worker.invite_code = worker.site = None
    worker.passed = []
    worker.reward_due = False
    worker.address_id = address_id
    session.flush()
    for shared in left:
        _pass_on(session, shared)


def _pass_on(session: Session, address_id: UUID) -> None:
    link = session.execute(
        select(WorkerAddress)
        .join(Worker, Worker.id == WorkerAddress.worker_id)
        .where(WorkerAddress.address_id == address_id)
        .order_by(WorkerAddress.current.desc(), Worker.last_heard_at.desc().nulls_last())
        .limit(1)
    ).scalar()
    if link is not None:
        link.current = True
        session.flush()


def pause(worker: Worker, why: str) -> None:
    """Pause a locked worker altogether. Who left stays so, and is paused when they come back."""
    worker.pause_reason, worker.assignment_id = why, None
    if worker.state == "active":
        worker.state = "paused"


def unpause(worker: Worker, now: datetime) -> None:
    """Let a locked worker work again who was paused altogether; who left meanwhile stays so."""
    worker.pause_reason = None
    if worker.state == "paused":
        worker.state, worker.available_at = "active", now


def name_of(worker: Worker) -> str:
    """Return the name the worker gave, or an empty string."""
    return crypto.decrypt(worker.name) if worker.name else ""


def record_consent(
    session: Session,
    *,
    worker: Worker,
    kind: str,
    address_id: UUID | None,
    message_id: UUID | None,
    now: datetime,
) -> None:
    """Keep what the person agreed to or withdrew: append-only, whatever happens to the rest."""
    session.add(
        Consent(
            id=ids.new(),
            worker_id=worker.id,
            address_id=address_id,
            kind=kind,
            language=worker.language,
            message_id=message_id,
            data={},
            at=now,
        )
    )


def note_passed(session: Session, *, worker_id: UUID, name: str) -> None:
    """Note that the worker passed (see tasks.rules.passing for the name): they may work where it is asked for.

    Noting it twice changes nothing.
    """
    session.execute(
        update(Worker)
        .where(Worker.id == worker_id, ~Worker.passed.contains([name]))
        .values(passed=Worker.passed.concat([name]))
        .execution_options(synchronize_session=False)
    )
    _read_passed(session, worker_id)


def withdraw_passed(session: Session, *, worker_id: UUID, name: str) -> None:
    """Take back that the worker passed: from now on they get nothing that asks for it."""
    session.execute(
        update(Worker)
        .where(Worker.id == worker_id, Worker.passed.contains([name]))
        .values(passed=Worker.passed.op("-")(name))
        .execution_options(synchronize_session=False)
    )
    _read_passed(session, worker_id)


def _read_passed(session: Session, worker_id: UUID) -> None:
    """Let this session read anew, of a worker it holds, what they passed."""
    worker = session.identity_map.get(session.identity_key(Worker, worker_id))
    if worker is not None:
        session.expire(worker, ["passed"])


def join_group(session: Session, *, worker_id: UUID, other_id: UUID) -> UUID:
    """Put two workers whose answers may depend on each other, and all who depend on them, into one group.

    Returns the group: the id of the one of its people who joined first. Joining what is joined changes nothing.
    """
    both = session.execute(
        select(Worker.id, func.coalesce(Worker.group_id, Worker.id)).where(
            Worker.id.in_((worker_id, other_id))
        )
    ).all()
    groups = {row[1] for row in both}
    joined = min(groups)
    session.execute(
        update(Worker)
        .where(
            or_(Worker.group_id.in_(groups), Worker.id.in_({row[0] for row in both})),
            Worker.group_id.is_distinct_from(joined),
        )
        .values(group_id=joined)
        .execution_options(synchronize_session="fetch")
    )
    return joined


def groups_of(session: Session, worker_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the group of each of the workers who may depend on others; who depends on nobody is left out."""
    rows = session.execute(
        select(Worker.id, Worker.group_id).where(Worker.id.in_(worker_ids), Worker.group_id.is_not(None))
    )
    return {row[0]: row[1] for row in rows if row[1] is not None}


def count_by_state(session: Session) -> dict[str, int]:
    """Return how many workers there are by state."""
    rows = session.execute(select(Worker.state, func.count()).group_by(Worker.state))
    return {row[0]: row[1] for row in rows}
