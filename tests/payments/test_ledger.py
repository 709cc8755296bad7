"""The ledger: balances are sums, references count once, nobody overdraws, and the database itself objects."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import ids
from app.errors import AppError
from app.payments import ledger
from app.payments.ledger import Leg, account
from app.payments.models import Posting

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)


def funded(session: Session, amount_minor: int = 10_000) -> UUID:
    client_id = ids.new()
    ledger.credit_client(
        session,
        client_id=client_id,
        amount_minor=amount_minor,
        currency="KES",
        reference=f"bank:{client_id}",
        now=NOW,
    )
    return client_id


def launched(session: Session, amount_minor: int = 3_000) -> tuple[UUID, UUID]:
    client_id, project_id = funded(session), ids.new()
    ledger.reserve(
        session,
        client_id=client_id,
        project_id=project_id,
        amount_minor=amount_minor,
        currency="KES",
        reference=f"reserve:{project_id}:0",
        now=NOW,
    )
    return client_id, project_id


def earn(session: Session, project_id: UUID, worker_id: UUID, amount_minor: int, at: datetime = NOW) -> UUID:
    answer_id = ids.new()
    ledger.pay_answer(
        session,
        project_id=project_id,
        worker_id=worker_id,
        answer_id=answer_id,
        amount_minor=amount_minor,
        currency="KES",
        now=at,
    )
    return answer_id


def test_a_credit_counts_once_by_its_reference(session: Session) -> None:
    client_id = funded(session, 500)
    again = ledger.credit_client(
        session, client_id=client_id, amount_minor=500, currency="KES", reference=f"bank:{client_id}", now=NOW
    )
    assert not again
    assert ledger.client_credit(session, client_id=client_id, currency="KES") == 500
    assert ledger.imbalance(session) == 0


def test_a_reference_that_stands_for_another_amount_is_refused(session: Session) -> None:
    client_id = funded(session, 500)
    with pytest.raises(AppError) as refused:
        ledger.credit_client(
            session,
            client_id=client_id,
            amount_minor=501,
            currency="KES",
            reference=f"bank:{client_id}",
            now=NOW,
        )
    assert refused.value.code == "reference-reused"


@pytest.mark.parametrize("amount_minor", [0, -1])
def test_a_credit_is_positive(session: Session, amount_minor: int) -> None:
    with pytest.raises(AppError) as refused:
        ledger.credit_client(
            session,
            client_id=ids.new(),
            amount_minor=amount_minor,
            currency="KES",
            reference="bank:1",
            now=NOW,
        )
    assert refused.value.code == "invalid"


def test_a_reserve_beyond_the_credit_is_refused_with_the_figures(session: Session) -> None:
    client_id = funded(session, 500)
    with pytest.raises(AppError) as refused:
        ledger.reserve(
            session,
            client_id=client_id,
            project_id=ids.new(),
            amount_minor=501,
            currency="KES",
            reference="reserve:1:0",
            now=NOW,
        )
    assert (refused.value.code, refused.value.status) == ("insufficient-credit", 402)
    assert refused.value.data == {"needed_minor": 501, "available_minor": 500, "currency": "KES"}


def test_a_repeated_reserve_is_no_second_one_even_without_credit(session: Session) -> None:
    client_id, project_id = launched(session, 10_000)
    again = ledger.reserve(
        session,
        client_id=client_id,
        project_id=project_id,
        amount_minor=10_000,
        currency="KES",
        reference=f"reserve:{project_id}:0",
        now=NOW,
    )
    assert not again
    assert ledger.client_credit(session, client_id=client_id, currency="KES") == 0


def test_what_a_worker_earned_today_and_before(session: Session) -> None:
    _, project_id = launched(session)
    worker_id = ids.new()
    earn(session, project_id, worker_id, 200, MIDNIGHT - timedelta(seconds=1))
    earn(session, project_id, worker_id, 300, MIDNIGHT)
    found = ledger.worker_balance(session, worker_id=worker_id, currency="KES", since=MIDNIGHT)
    assert found == ledger.WorkerBalance("KES", available=500, in_flight=0, paid=0, earned=500, today=300)
    assert ledger.earned_since(session, worker_id=worker_id, currency="KES", since=MIDNIGHT) == 300
    assert ledger.currencies_of(session, worker_id) == ["KES"]


def test_an_answer_is_paid_once(session: Session) -> None:
    _, project_id = launched(session)
    worker_id = ids.new()
    answer_id = earn(session, project_id, worker_id, 200)
    again = ledger.pay_answer(
        session,
        project_id=project_id,
        worker_id=worker_id,
        answer_id=answer_id,
        amount_minor=200,
        currency="KES",
        now=NOW,
    )
    assert not again
    assert ledger.balance(session, account(ledger.WORKER_PAYABLE, worker_id, "KES")) == 200


def settle(
    session: Session, client_id: UUID, project_id: UUID, airtime_minor: int
) -> ledger.Settlement | None:
    return ledger.settle_project(
        session,
        project_id=project_id,
        client_id=client_id,
        currency="KES",
        fee_minor=80,
        airtime_minor=airtime_minor,
        airtime_reserved_minor=900,
        now=NOW,
    )


@pytest.mark.parametrize(("spent", "charged"), [(450, 450), (901, 900), (99_999, 900)])
def test_the_end_of_a_project_charges_fee_and_airtime_and_refunds_the_rest(
    session: Session, spent: int, charged: int
) -> None:
    client_id, project_id = launched(session, 3_000)
    earn(session, project_id, ids.new(), 400)
    assert settle(session, client_id, project_id, spent) == ledger.Settlement(80, charged, 2_520 - charged)
    assert settle(session, client_id, project_id, spent) is None
    assert ledger.balance(session, account(ledger.PROJECT_RESERVE, project_id, "KES")) == 0
    assert ledger.client_credit(session, client_id=client_id, currency="KES") == 7_000 + 2_520 - charged
    assert ledger.project_spend(session, project_id=project_id, currency="KES") == {
        "reserve": 3_000,
        "answer": -400,
        "settle": -2_600,
    }
    assert ledger.imbalance(session) == 0


def test_legs_that_do_not_sum_to_zero_are_refused_before_the_database(session: Session) -> None:
    with pytest.raises(ValueError, match="sum to zero"):
        ledger.post(
            session,
            kind="credit",
            reference="x",
            legs=[Leg(account(ledger.EXTERNAL, None, "KES"), 1)],
            currency="KES",
            now=NOW,
        )


def test_the_database_refuses_what_does_not_balance(session: Session) -> None:
    _, project_id = launched(session)
    earn(session, project_id, ids.new(), 200)
    session.execute(
        text(
            "INSERT INTO postings SELECT gen_random_uuid(), transaction_id, account_id, 1, currency, at"
            " FROM postings LIMIT 1"
        )
    )
    assert ledger.imbalance(session) == 1
    with pytest.raises(IntegrityError, match="does not sum to zero"):
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_the_database_refuses_to_forget(session: Session) -> None:
    funded(session)
    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(delete(Posting))
