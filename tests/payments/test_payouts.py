"""Asking for money, approving, holding and refusing it: what is refused and why, and that nobody has it twice."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, crypto, db, ids, outbox
from app.errors import AppError
from app.payments import attempts, ledger, payouts, rules
from app.payments.models import Payout, PayoutAccount, PayoutAttempt, WorkerPayoutAccount
from app.payments.rails.base import Failed, Paid, RailReport, Reversed
from tests.conftest import Database
from tests.payments.arrange import balance_of, earn, make_worker

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NUMBER = "+254712000001"


def ask(session: Session, worker_id: UUID, requested_by: str = "worker", currency: str = "KES") -> Payout:
    return payouts.request(
        session, worker_id=worker_id, partner_id=None, currency=currency, requested_by=requested_by, now=NOW
    )


def refusal(action: Callable[[], object]) -> AppError:
    with pytest.raises(AppError) as refused:
        action()
    return refused.value


def test_a_payout_takes_whole_shillings_and_leaves_the_rest(session: Session) -> None:
    worker = make_worker(session, NOW)
    earn(session, worker.id, 1_234, NOW)
    payout = ask(session, worker.id)
    assert (payout.amount_minor, payout.state) == (1_200, rules.REQUESTED)
    found = balance_of(session, worker.id, NOW)
    assert (found.available, found.in_flight, found.paid, found.earned) == (34, 1_200, 0, 1_234)


def test_a_currency_without_cents_is_paid_to_the_last_unit(session: Session) -> None:
    worker = make_worker(session, NOW)
    earn(session, worker.id, 1_234, NOW, currency="UGX")
    assert ask(session, worker.id, currency="UGX").amount_minor == 1_234


def test_below_the_minimum_the_figures_are_given(session: Session) -> None:
    worker = make_worker(session, NOW)
    earn(session, worker.id, 999, NOW)
    error = refusal(lambda: ask(session, worker.id))
    assert error.code == "payout-below-minimum"
    assert error.data == {"available_minor": 999, "minimum_minor": 1_000, "currency": "KES"}


def test_cents_do_not_lift_a_balance_over_the_minimum(
    session: Session, rail_settings: Callable[..., None]
) -> None:
    worker = make_worker(session, NOW)
    earn(session, worker.id, 1_050, NOW)
    rail_settings(payout_minimum_minor=1_010)
    assert refusal(lambda: ask(session, worker.id)).code == "payout-below-minimum"


def test_nothing_earned_is_nothing_to_pay(session: Session) -> None:
    worker = make_worker(session, NOW)
    assert refusal(lambda: ask(session, worker.id)).code == "payout-nothing"


def test_one_payout_at_a_time(session: Session) -> None:
    worker = make_worker(session, NOW)
    earn(session, worker.id, 2_000, NOW)
    first = ask(session, worker.id)
    earn(session, worker.id, 2_000, NOW)
    error = refusal(lambda: ask(session, worker.id))
    assert error.code == "payout-in-progress"
    assert error.data == {
        "payout_id": ids.show("pay", first.id),
        "state": rules.REQUESTED,
        "amount_minor": first.amount_minor,
        "currency": first.currency,
    }


def test_without_a_number_there_is_no_payout(session: Session) -> None:
    assert refusal(lambda: ask(session, ids.new())).code == "payout-no-account"


def test_below_the_automatic_limit_nobody_need_approve(
    session: Session, rail_settings: Callable[..., None]
) -> None:
    worker = make_worker(session, NOW)
    earn(session, worker.id, 2_000, NOW)
    rail_settings(payout_auto_limit=2_001)
    payout = ask(session, worker.id)
    assert (payout.state, payout.approved_by, payout.approved_at) == (rules.APPROVED, "auto", NOW)


def test_at_the_automatic_limit_somebody_must(session: Session, rail_settings: Callable[..., None]) -> None:
    worker = make_worker(session, NOW)
    earn(session, worker.id, 2_000, NOW)
    rail_settings(payout_auto_limit=2_000)
    assert ask(session, worker.id).state == rules.REQUESTED


def test_an_approved_payout_has_its_reference_before_any_call(session: Session) -> None:
    worker = make_worker(session, NOW)
    earn(session, worker.id, 2_000, NOW)
    payout = payouts.approve(session, payout_id=ask(session, worker.id).id, user_id=ids.new(), now=NOW)
    attempt = session.scalars(select(PayoutAttempt).where(PayoutAttempt.payout_id == payout.id)).one()
    assert (attempt.sent_at, attempt.due_at) == (None, NOW)
    session.commit()
    assert outbox.queue("payouts").count == 1


def test_the_approver_is_not_who_asked(session: Session) -> None:
    worker, user_id = make_worker(session, NOW), ids.new()
    earn(session, worker.id, 2_000, NOW)
    payout = ask(session, worker.id, f"user:{user_id}")
    error = refusal(lambda: payouts.approve(session, payout_id=payout.id, user_id=user_id, now=NOW))
    assert (error.code, error.status) == ("approver-is-requester", 403)
    assert payouts.approve(session, payout_id=payout.id, user_id=ids.new(), now=NOW).state == rules.APPROVED


def test_a_refused_payout_gives_the_money_back_with_a_reason(session: Session) -> None:
    worker = make_worker(session, NOW)
    earn(session, worker.id, 2_000, NOW)
    payout_id = ask(session, worker.id).id
    assert (
        refusal(
            lambda: payouts.refuse(session, payout_id=payout_id, user_id=ids.new(), reason=" ", now=NOW)
        ).code
        == "payout-no-reason"
    )
    payout = payouts.refuse(session, payout_id=payout_id, user_id=ids.new(), reason="wrong number", now=NOW)
    assert (payout.state, payout.reason, payout.settled_at) == (rules.FAILED, "wrong number", NOW)
    assert balance_of(session, worker.id, NOW).available == 2_000
    assert ask(session, worker.id).amount_minor == 2_000


def test_a_held_payout_waits_until_it_is_released_or_approved(session: Session) -> None:
    worker, user_id = make_worker(session, NOW), ids.new()
    earn(session, worker.id, 2_000, NOW)
    payout = ask(session, worker.id)
    payouts.hold(session, payout_id=payout.id, user_id=user_id, reason="new SIM", now=NOW)
    assert (payout.state, payout.reason) == (rules.HELD, "new SIM")
    payouts.release(session, payout_id=payout.id, user_id=user_id, now=NOW)
    assert (payout.state, payout.reason) == (rules.REQUESTED, None)
    payouts.hold(session, payout_id=payout.id, user_id=user_id, reason="new SIM", now=NOW)
    payouts.approve(session, payout_id=payout.id, user_id=user_id, now=NOW)
    assert [event.state for event in payouts.events(session, payout.id)] == [
        "requested", "held", "requested", "held", "approved",
    ]  # fmt: skip
    decided: list[Callable[[], object]] = [
        lambda: payouts.approve(session, payout_id=payout.id, user_id=user_id, now=NOW),
        lambda: payouts.release(session, payout_id=payout.id, user_id=user_id, now=NOW),
        lambda: payouts.hold(session, payout_id=payout.id, user_id=user_id, reason="x", now=NOW),
        lambda: payouts.refuse(session, payout_id=payout.id, user_id=user_id, reason="x", now=NOW),
    ]
    assert {refusal(action).code for action in decided} == {"payout-state"}


@pytest.mark.parametrize("further", [(), (rules.ACCEPTED,), (rules.UNKNOWN,)])
def test_what_is_at_the_rail_nobody_takes_back(session: Session, further: tuple[str, ...]) -> None:
    worker, user_id = make_worker(session, NOW), ids.new()
    earn(session, worker.id, 2_000, NOW)
    payout = payouts.approve(session, payout_id=ask(session, worker.id).id, user_id=user_id, now=NOW)
    for state in (rules.SUBMITTING, *further):
        payouts.move(session, payout, state, actor="system", now=NOW)
    for taken_back in (payouts.refuse, payouts.hold):
        act = partial(taken_back, session, payout_id=payout.id, user_id=user_id, reason="x", now=NOW)
        assert refusal(act).code == "payout-state"
    assert balance_of(session, worker.id, NOW).in_flight == 2_000


def test_a_payout_that_is_not_there_is_not_found(session: Session) -> None:
    act = partial(payouts.approve, session, payout_id=ids.new(), user_id=ids.new(), now=NOW)
    assert refusal(act).code == "not-found"


def test_each_is_paid_to_their_own_number(session: Session) -> None:
    numbers = ("+254712000001", "+254712000002", "+254712000003")
    workers = [make_worker(session, NOW, number) for number in numbers]
    found = [payouts.current_account(session, worker.id) for worker in workers]
    assert [one and crypto.decrypt(one.number) for one in found] == list(numbers)
    assert payouts.current_account(session, ids.new()) is None
    for worker, number in zip(workers, numbers, strict=True):
        earn(session, worker.id, 2_000, NOW)
        target = session.get_one(PayoutAccount, ask(session, worker.id).payout_account_id)
        assert crypto.decrypt(target.number) == number


def test_a_number_is_stored_encrypted_and_shared_by_those_who_share_it(session: Session) -> None:
    first, second = make_worker(session, NOW), make_worker(session, NOW)
    accounts = session.scalars(select(PayoutAccount)).all()
    assert len(accounts) == 1
    assert NUMBER.encode() not in accounts[0].number
    assert (crypto.decrypt(accounts[0].number), accounts[0].ending) == (NUMBER, "01")
    for worker in (first, second):
        assert payouts.current_account(session, worker.id) is accounts[0]


def test_a_worker_is_paid_to_the_number_set_last(session: Session) -> None:
    worker = make_worker(session, NOW)
    for number in ("+254712000002", NUMBER, NUMBER):
        set_to = payouts.set_account(session, worker_id=worker.id, number_e164=number, country="KE", now=NOW)
        assert payouts.current_account(session, worker.id) is set_to
    links = session.scalars(
        select(WorkerPayoutAccount).where(WorkerPayoutAccount.worker_id == worker.id)
    ).all()
    assert len(links) == 2


def test_an_unknown_rail_is_refused(session: Session) -> None:
    error = refusal(
        lambda: payouts.set_account(
            session, worker_id=ids.new(), number_e164=NUMBER, country="KE", rail="pigeon", now=NOW
        )
    )
    assert "pigeon" in error.message


def due(session: Session, now: datetime = NOW, since: datetime | None = None) -> list[tuple[UUID, str]]:
    return payouts.due_by_threshold(session, now=now, limit=10, since=since)


def test_who_has_earned_the_threshold_is_due(session: Session) -> None:
    rich, poor = make_worker(session, NOW), make_worker(session, NOW, "+254712000002")
    earn(session, rich.id, 20_000, NOW)
    earn(session, poor.id, 19_999, NOW)
    earn(session, ids.new(), 20_000, NOW)  # who has no number
    assert due(session) == [(rich.id, "KES")]
    assert due(session, since=NOW) == [(rich.id, "KES")]
    assert due(session, since=NOW + timedelta(seconds=1)) == []
    payout = ask(session, rich.id)
    assert due(session) == []
    earn(session, rich.id, 20_000, NOW)
    assert due(session) == []
    payouts.refuse(session, payout_id=payout.id, user_id=ids.new(), reason="wrong number", now=NOW)
    assert due(session) == []
    assert due(session, NOW + timedelta(days=1)) == [(rich.id, "KES")]


def test_what_is_under_way_holds_up_no_other_worker_and_no_other_currency(session: Session) -> None:
    asking, other = make_worker(session, NOW), make_worker(session, NOW, "+254712000002")
    earn(session, asking.id, 20_000, NOW)
    ask(session, asking.id)
    earn(session, asking.id, 20_000, NOW)
    earn(session, other.id, 20_000, NOW)
    assert due(session) == [(other.id, "KES")]
    earn(session, asking.id, 20_000, NOW, currency="UGX")
    assert sorted(due(session)) == sorted([(other.id, "KES"), (asking.id, "UGX")])
    assert ask(session, asking.id, currency="UGX").currency == "UGX"


def test_the_money_of_several_answers_makes_the_threshold_and_another_s_does_not(session: Session) -> None:
    worker, other = make_worker(session, NOW), make_worker(session, NOW, "+254712000002")
    earn(session, worker.id, 10_000, NOW)
    earn(session, other.id, 10_000, NOW)
    assert due(session) == []
    earn(session, worker.id, 10_000, NOW)
    assert due(session) == [(worker.id, "KES")]


def test_who_was_paid_and_has_earned_enough_again_is_due_at_once(session: Session) -> None:
    worker = make_worker(session, NOW)
    earn(session, worker.id, 20_000, NOW)
    payout = payouts.approve(session, payout_id=ask(session, worker.id).id, user_id=ids.new(), now=NOW)
    for state in (rules.SUBMITTING, rules.PAID):
        payouts.move(session, payout, state, actor="rail", now=NOW)
    assert due(session) == []
    earn(session, worker.id, 20_000, NOW)
    assert due(session) == [(worker.id, "KES")]


def test_who_is_paid_to_the_same_number_is_known_and_nobody_else(session: Session) -> None:
    first, second = make_worker(session, NOW), make_worker(session, NOW)
    make_worker(session, NOW, "+254712000002")
    shared = payouts.current_account(session, first.id)
    assert shared is not None
    assert payouts.paid_alike(session, account_id=shared.id, worker_id=first.id) == [second.id]
    assert set(payouts.paid_alike(session, account_id=shared.id, worker_id=ids.new())) == {
        first.id,
        second.id,
    }


def test_each_payout_has_its_own_history(session: Session) -> None:
    user_id = ids.new()
    made = []
    for number in (NUMBER, "+254712000002"):
        worker = make_worker(session, NOW, number)
        earn(session, worker.id, 2_000, NOW)
        made.append(ask(session, worker.id))
    for payout in made:
        payouts.hold(session, payout_id=payout.id, user_id=user_id, reason="new SIM", now=NOW)
    payouts.release(session, payout_id=made[0].id, user_id=user_id, now=NOW)
    assert [[event.state for event in payouts.events(session, payout.id)] for payout in made] == [
        ["requested", "held", "requested"],
        ["requested", "held"],
    ]


def report(attempt: PayoutAttempt, payout: Payout, outcome: Paid | Failed | Reversed) -> RailReport:
    return RailReport(attempt.id, outcome, payout.amount_minor, payout.currency, NUMBER)


def test_the_ledger_follows_a_payout_to_its_end_and_back(
    session: Session, rail_settings: Callable[..., None]
) -> None:
    worker, settled = make_worker(session, NOW), list[str]()
    earn(session, worker.id, 2_000, NOW)
    payout = payouts.approve(session, payout_id=ask(session, worker.id).id, user_id=ids.new(), now=NOW)
    session.commit()
    rail_settings(simulated_rail_url="http://127.0.0.1:1")
    with time_machine.travel(NOW):
        assert attempts.submit_due(on_settled=lambda _session, found: settled.append(found.state)) == 1
    session.expire_all()
    assert payout.state == rules.UNKNOWN
    attempt = session.scalars(select(PayoutAttempt).where(PayoutAttempt.payout_id == payout.id)).one()
    moved = [
        attempts.record_callback(
            session,
            rail="simulated",
            report=report(attempt, payout, outcome),
            now=NOW,
            on_settled=lambda _session, found: settled.append(found.state),
        )
        for outcome in (Paid("R1"), Paid("R1"), Failed("late"), Reversed(), Paid("R1"), Reversed())
    ]
    assert moved == [True, False, False, True, False, False]
    assert settled == ["paid", "reversed"]
    assert payout.receipt == "R1"
    found = balance_of(session, worker.id, NOW)
    assert (found.available, found.in_flight, found.paid, found.earned) == (2_000, 0, 0, 2_000)
    assert ledger.balance(session, ledger.account(ledger.RAIL_FLOAT, None, "KES")) == 0
    whys = [event.why for event in payouts.events(session, payout.id)]
    assert "the rail says failed, the payout is paid" in whys


def at_once(count: int, action: Callable[[], object]) -> list[str]:
    """Do it in so many threads at the same moment; return what became of each, an error by its code."""
    start = threading.Barrier(count)

    def one(_: int) -> str:
        start.wait(10)
        try:
            return str(action())
        except AppError as error:
            return error.code

    with ThreadPoolExecutor(count) as pool:
        return sorted(pool.map(one, range(count)))


def test_of_requests_at_once_one_gets_the_money(database: Database) -> None:
    with db.transaction() as session:
        worker_id = make_worker(session, NOW).id
        earn(session, worker_id, 2_000, NOW)

    def request() -> str:
        with db.transaction() as session:
            return ask(session, worker_id).state

    assert at_once(8, request) == ["payout-in-progress"] * 7 + ["requested"]
    with db.transaction() as session:
        found = balance_of(session, worker_id, NOW)
        assert (found.available, found.in_flight) == (0, 2_000)


def test_of_reserves_at_once_only_what_the_credit_holds(database: Database) -> None:
    client_id = ids.new()
    with db.transaction() as session:
        ledger.credit_client(
            session, client_id=client_id, amount_minor=1_000, currency="KES", reference="bank:1", now=NOW
        )

    def reserve() -> bool:
        with db.transaction() as session:
            project_id = ids.new()
            return ledger.reserve(
                session,
                client_id=client_id,
                project_id=project_id,
                amount_minor=400,
                currency="KES",
                reference=f"reserve:{project_id}:launch",
                now=NOW,
            )

    assert at_once(8, reserve) == ["True"] * 2 + ["insufficient-credit"] * 6
    with db.transaction() as session:
        assert ledger.client_credit(session, client_id=client_id, currency="KES") == 200


def test_the_same_answer_at_once_is_paid_once(database: Database) -> None:
    project_id, worker_id, answer_id = ids.new(), ids.new(), ids.new()

    def pay() -> bool:
        with db.transaction() as session:
            return ledger.pay_answer(
                session,
                project_id=project_id,
                worker_id=worker_id,
                answer_id=answer_id,
                amount_minor=200,
                currency="KES",
                now=clock.now(),
            )

    assert at_once(8, pay) == ["False"] * 7 + ["True"]
    with db.transaction() as session:
        assert ledger.balance(session, ledger.account(ledger.WORKER_PAYABLE, worker_id, "KES")) == 200
        assert ledger.imbalance(session) == 0
