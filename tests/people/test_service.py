"""People, the phones they use, and the countries they live in."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import AppError
from app.people import service as people
from app.people.models import Cohort, Worker, WorkerAddress
from tests.tasks.arrange import NOW, make_workers


def some(session: Session, count: int) -> list[Worker]:
    return [session.get_one(Worker, worker_id) for worker_id in make_workers(session, count)]


def test_a_phone_has_one_current_worker_and_keeps_the_others(session: Session) -> None:
    one, two = some(session, 2)
    shared, own = one.address_id, two.address_id
    people.use_address(session, worker=two, address_id=shared, now=NOW)
    assert people.current_worker(session, shared) is two
    assert set(people.people_at(session, shared)) == {one, two}
    assert people.addresses_of(session, two.id) == {own, shared}
    assert people.used_by_others(session, two.id, {own, shared}) == {shared}
    people.use_address(session, worker=one, address_id=shared, now=NOW)
    assert people.current_worker(session, shared) is one
    links = session.scalars(select(WorkerAddress.current).where(WorkerAddress.address_id == shared)).all()
    assert sorted(links) == [False, True]


@pytest.mark.parametrize("current", [True, False])
def test_a_phone_of_somebody_erased_is_whose_it_was_or_who_was_heard_from_last(
    session: Session, current: bool
) -> None:
    erased, old, new, never, nowhere = some(session, 5)
    shared = erased.address_id
    for worker in (new, never, old):
        people.use_address(session, worker=worker, address_id=shared, now=NOW)
    old.last_heard_at, new.last_heard_at, never.last_heard_at = NOW, NOW + timedelta(hours=1), None
    if current:
        people.use_address(session, worker=erased, address_id=shared, now=NOW)
    people.erase(session, worker=erased, address_id=nowhere.address_id)
    assert people.current_worker(session, shared) is (new if current else old)
    assert people.addresses_of(session, erased.id) == set()


def test_of_somebody_erased_nothing_is_left_that_names_them_or_asks_them(session: Session) -> None:
    worker, nowhere = some(session, 2)
    worker.name, worker.pause_reason = b"name", "two phones"
    worker.available_at, worker.answer_hours, worker.passed = NOW, [1.0] * 24, ["water"]
    worker.invite_code, worker.site, worker.reward_due = "MAJI24ACD", "Kibera", True
    worker.assignment_id = worker.id
    session.flush()
    people.erase(session, worker=worker, address_id=nowhere.address_id)
    session.expire_all()
    left: dict[str, Any] = {
        "state": "erased", "stage": "declined", "name": None, "pause_reason": None, "available_at": None,
        "assignment_id": None, "answer_hours": [], "invite_code": None, "site": None, "passed": [],
        "reward_due": False,
    }  # fmt: skip
    assert {name: getattr(worker, name) for name in left} == left
    assert worker.address_id == nowhere.address_id


def test_a_newcomer_is_of_the_cohort_they_came_by_until_put_into_another(session: Session) -> None:
    partner = people.create_partner(session, name="Maji", help_phone="+254700111222", now=NOW)
    (other,) = some(session, 1)

    def village(code: str, site: str) -> Cohort:
        return people.create_cohort(
            session,
            partner_id=partner.id,
            name=code,
            invite_code=code,
            languages=["sw", "en"],
            site=site,
            now=NOW,
        )

    one, two = village("MAJI24", " Kajulu  village "), village("MAJI25", "")
    assert (one.site, two.site) == ("Kajulu village", None)
    came = people.create_worker(
        session, address_id=other.address_id, country="KE", cohort=one, name="Asha", now=NOW
    )
    assert (came.partner_id, came.cohort_id, came.site) == (partner.id, one.id, "Kajulu village")
    assert (came.language, came.time_zone, came.state, came.stage) == (
        "sw",
        "Africa/Nairobi",
        "new",
        "language",
    )
    assert (people.name_of(came), people.name_of(other)) == ("Asha", "")
    assert people.current_worker(session, other.address_id) is came
    assert people.partner_of(session, came.partner_id) is partner
    people.put_into(came, two)
    assert (came.partner_id, came.cohort_id, came.site) == (partner.id, two.id, None)
    people.put_into(came, None)
    assert (came.partner_id, came.cohort_id, came.site) == (None, None, None)


def test_what_somebody_agreed_to_is_kept_in_order(session: Session) -> None:
    (worker,) = some(session, 1)
    for kind, now in (("stopped", NOW + timedelta(hours=1)), ("agreed", NOW)):
        people.record_consent(
            session, worker=worker, kind=kind, address_id=worker.address_id, message_id=None, now=now
        )
    session.flush()
    found = people.consents_of(session, worker.id)
    assert [(one.kind, one.language, one.address_id) for one in found] == [
        ("agreed", "en", worker.address_id),
        ("stopped", "en", worker.address_id),
    ]


def test_who_was_paused_altogether_waits_for_work_again(session: Session) -> None:
    (worker,) = some(session, 1)
    worker.state, worker.pause_reason = "paused", "two phones"
    people.unpause(worker, NOW)
    kept = {"state": "active", "pause_reason": None, "available_at": NOW}
    assert {name: getattr(worker, name) for name in kept} == kept


def test_the_number_tells_the_country_where_it_is_possible() -> None:
    found = [
        people.number_country(number) for number in ("+254712000001", "+256772000001", "+2547", "0712", "")
    ]
    assert found == ["KE", "UG", None, None, None]


def test_what_is_not_known_of_a_country_is_the_usual() -> None:
    assert (people.time_zone("UG"), people.currency_of("UG")) == ("Africa/Kampala", "UGX")
    assert people.languages_of("UG") == ("en", "lg", "sw")
    assert (people.time_zone("XX"), people.currency_of("XX"), people.languages_of("XX")) == (
        "UTC",
        "KES",
        ("en",),
    )


def test_a_partner_has_a_name_of_its_own_and_a_number_to_call(session: Session) -> None:
    partner = people.create_partner(session, name="  Maji Group ", help_phone="+254700111222", now=NOW)
    assert people.partner_by_name(session, "Maji Group") is partner
    for name, phone, code in (
        ("Maji Group", "+254700111222", "name-taken"),
        ("  ", "+254700111222", "invalid"),
        ("M" * 31, "+254700111222", "invalid"),
        ("Wells", "0700", "invalid"),
    ):
        with pytest.raises(AppError) as raised:
            people.create_partner(session, name=name, help_phone=phone, now=NOW)
        assert raised.value.code == code
    assert people.create_partner(session, name="M" * 30, help_phone="+254700111222", now=NOW).name == "M" * 30
    with pytest.raises(AppError, match="Wells"):
        people.partner_by_name(session, "Wells")


def test_a_code_of_a_cohort_is_easy_to_type_and_nobody_elses(session: Session) -> None:
    partner = people.create_partner(session, name="Maji", help_phone="+254700111222", now=NOW)
    (worker,) = some(session, 1)
    worker.invite_code = "TAKEN1"
    session.flush()

    def made(code: str, languages: tuple[str, ...] = ("sw",)) -> str:
        cohort = people.create_cohort(
            session,
            partner_id=partner.id,
            name="Village",
            invite_code=code,
            languages=list(languages),
            now=NOW,
        )
        return cohort.invite_code

    assert [made(code) for code in (" maji24 ", "ABC", "A23456789012")] == ["MAJI24", "ABC", "A23456789012"]
    assert people.cohort_by_code(session, " maji24") is not None
    for code in ("Maji24", "taken1"):
        with pytest.raises(AppError, match="in use"):
            made(code)
    for code in ("AB", "A234567890123", "MAJI-24", "MAJI\u0661"):
        with pytest.raises(AppError, match="3 to 12 letters and digits"):
            made(code)
    with pytest.raises(AppError, match="language"):
        made("MAJI25", ())
