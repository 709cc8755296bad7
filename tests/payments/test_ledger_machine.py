"""The ledger under any order of deeds, on the real database, beside the plainest model of it that could be right."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import ids
from app.errors import AppError
from app.payments import attempts, ledger, payouts, rules
from app.payments.models import Payout, PayoutAttempt
from app.payments.rails.base import Failed, Outcome, Paid, RailReport, Reversed
from tests.payments.arrange import balance_of, make_worker

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NUMBER = "+254712000001"
WORKERS = 2


class Money(RuleBasedStateMachine):
    """One client, one project after another, two workers, and payouts that end in every way."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.savepoint = session.begin_nested()
        self.client_id, self.user_id = ids.new(), ids.new()
        self.workers = [make_worker(session, NOW).id for _ in range(WORKERS)]
        self.project_id = ids.new()
        self.deeds = 0
        # The model: what everybody has, in plain numbers.
        self.credit = self.reserved = self.charged = 0
        self.earned = dict.fromkeys(self.workers, 0)
        self.paid = dict.fromkeys(self.workers, 0)
        self.in_flight = dict.fromkeys(self.workers, 0)
        self.open: dict[UUID, UUID] = {}
        self.approved: list[UUID] = []

    def teardown(self) -> None:
        self.session.expunge_all()
        self.savepoint.rollback()

    @initialize()
    def begin(self) -> None:
        """Where it gets interesting: a funded project, and everybody has earned something."""
        self.credit_client(100_000)
        self.reserve(50_000)
        for who in range(WORKERS):
            self.answer(who, 3_333, 1)

    @rule(amount=st.integers(1, 100_000))
    def credit_client(self, amount: int) -> None:
        self.deeds += 1
        for first in (True, False):
            recorded = ledger.credit_client(
                self.session,
                client_id=self.client_id,
                amount_minor=amount,
                currency="KES",
                reference=f"bank:{self.client_id}:{self.deeds}",
                now=NOW,
            )
            assert recorded == first
        self.credit += amount

    @rule(over=st.sampled_from([1, 0, -1, -5_000, -20_000]))
    def reserve_about_all(self, over: int) -> None:
        """Up to all of the credit, or one cent more."""
        if self.credit + over > 0:
            self.reserve(self.credit + over)

    def reserve(self, amount: int) -> None:
        self.deeds += 1

        def deed() -> None:
            ledger.reserve(
                self.session,
                client_id=self.client_id,
                project_id=self.project_id,
                amount_minor=amount,
                currency="KES",
                reference=f"reserve:{self.project_id}:{self.deeds}",
                now=NOW,
            )

        if amount > self.credit:
            with pytest.raises(AppError, match="insufficient-credit"):
                deed()
            return
        deed()
        self.credit -= amount
        self.reserved += amount

    @precondition(lambda self: self.reserved > 0)
    @rule(who=st.integers(0, WORKERS - 1), amount=st.integers(500, 5_000), times=st.integers(1, 2))
    def answer(self, who: int, amount: int, times: int) -> None:
        amount = min(amount, self.reserved)  # places are funded before they are offered
        worker_id, answer_id = self.workers[who], ids.new()
        for _ in range(times):
            ledger.pay_answer(
                self.session,
                project_id=self.project_id,
                worker_id=worker_id,
                answer_id=answer_id,
                amount_minor=amount,
                currency="KES",
                now=NOW,
            )
        self.earned[worker_id] += amount
        self.reserved -= amount

    @precondition(lambda self: self.reserved > 0)
    @rule(fee=st.integers(0, 50_000), airtime=st.integers(0, 50_000), cap=st.integers(0, 50_000))
    def settle_project(self, fee: int, airtime: int, cap: int) -> None:
        charged = min(fee, self.reserved)
        charged += min(airtime, cap, self.reserved - charged)
        for _ in range(2):
            ledger.settle_project(
                self.session,
                project_id=self.project_id,
                client_id=self.client_id,
                currency="KES",
                fee_minor=fee,
                airtime_minor=airtime,
                airtime_reserved_minor=cap,
                now=NOW,
            )
        self.credit += self.reserved - charged
        self.charged += charged
        self.reserved = 0
        self.project_id = ids.new()

    @rule(who=st.integers(0, WORKERS - 1))
    def request(self, who: int) -> None:
        worker_id = self.workers[who]
        available = self.earned[worker_id] - self.paid[worker_id] - self.in_flight[worker_id]
        amount = available // 100 * 100

        def deed() -> Payout:
            return payouts.request(
                self.session,
                worker_id=worker_id,
                partner_id=None,
                currency="KES",
                requested_by="worker",
                now=NOW,
            )

        if worker_id in self.open or amount < 1_000:
            with pytest.raises(AppError, match=r"payout-(in-progress|nothing|below-minimum)"):
                deed()
            return
        payout = deed()
        assert payout.amount_minor == amount
        self.in_flight[worker_id] = amount
        self.open[worker_id] = payout.id

    @rule(who=st.integers(0, WORKERS - 1))
    def go_to_the_rail(self, who: int) -> None:
        """The usual way of a payout, so that what lies behind it is reached often."""
        if self.workers[who] not in self.open:
            if self.reserved:
                self.answer(who, 2_000, 1)
            self.request(who)
        if self.workers[who] in self.open:
            payout_id = self.open[self.workers[who]]
            if self.payout(payout_id).state in {rules.REQUESTED, rules.HELD}:
                payouts.approve(self.session, payout_id=payout_id, user_id=self.user_id, now=NOW)
                self.approved.append(payout_id)

    @precondition(lambda self: self.open)
    @rule(data=st.data(), deed=st.sampled_from(["approve", "hold", "release", "refuse"]))
    def decide(self, data: st.DataObject, deed: str) -> None:
        worker_id = data.draw(st.sampled_from(sorted(self.open)))
        payout_id = self.open[worker_id]
        why = {"reason": "a person said so"} if deed in {"hold", "refuse"} else {}
        state = self.payout(payout_id).state
        allowed = {
            "approve": {rules.REQUESTED, rules.HELD},
            "hold": {rules.REQUESTED},
            "release": {rules.HELD},
            "refuse": {rules.REQUESTED, rules.HELD},
        }[deed]
        verb: Callable[..., Payout] = getattr(payouts, deed)
        if state not in allowed:
            with pytest.raises(AppError, match="payout-state"):
                verb(self.session, payout_id=payout_id, user_id=self.user_id, now=NOW, **why)
            return
        verb(self.session, payout_id=payout_id, user_id=self.user_id, now=NOW, **why)
        if deed == "approve":
            self.approved.append(payout_id)
        if deed == "refuse":
            self.end(worker_id, paid=False)

    @precondition(lambda self: self.approved)
    @rule(
        data=st.data(),
        outcome=st.sampled_from([Paid("R1"), Failed("wallet_limit"), Reversed()]),
        off=st.sampled_from([0, 0, 0, 1]),
    )
    def rail_reports(self, data: st.DataObject, outcome: Outcome, off: int) -> None:
        """Any report of any payout, of its own amount or another."""
        payout_id = data.draw(st.sampled_from(self.approved))
        attempt = self.session.scalars(
            select(PayoutAttempt).where(PayoutAttempt.payout_id == payout_id)
        ).one()
        payout = self.payout(payout_id)
        if payout.state == rules.APPROVED:
            # As the sender does before it calls.
            attempt.sent_at = NOW
            payouts.move(self.session, payout, rules.SUBMITTING, actor="system", now=NOW)
        before, amount = payout.state, payout.amount_minor
        attempts.record_callback(
            self.session,
            rail="simulated",
            report=RailReport(attempt.id, outcome, amount + off, "KES", NUMBER),
            now=NOW,
            on_settled=lambda _session, _payout: None,
        )
        if off:
            return
        if before in rules.AT_THE_RAIL:
            self.end(payout.worker_id, paid=isinstance(outcome, Paid))
        elif before == rules.PAID and isinstance(outcome, Reversed):
            self.paid[payout.worker_id] -= amount

    def payout(self, payout_id: UUID) -> Payout:
        return self.session.get_one(Payout, payout_id)

    def end(self, worker_id: UUID, *, paid: bool) -> None:
        del self.open[worker_id]
        if paid:
            self.paid[worker_id] += self.in_flight[worker_id]
        self.in_flight[worker_id] = 0

    @invariant()
    def every_transaction_sums_to_zero(self) -> None:
        assert ledger.imbalance(self.session) == 0

    @invariant()
    def the_house_agrees_with_the_model(self) -> None:
        def of(kind: str, owner_id: UUID | None = None) -> int:
            return ledger.balance(self.session, ledger.account(kind, owner_id, "KES"))

        assert of(ledger.CLIENT_CREDIT, self.client_id) == self.credit >= 0
        assert of(ledger.PROJECT_RESERVE, self.project_id) == self.reserved >= 0
        assert of(ledger.FEE_INCOME) + of(ledger.AIRTIME_INCOME) == self.charged
        assert of(ledger.RAIL_FLOAT) == sum(self.paid.values())

    @invariant()
    def what_was_earned_is_available_in_flight_or_paid(self) -> None:
        for worker_id in self.workers:
            found = balance_of(self.session, worker_id, NOW)
            assert found.earned == found.available + found.in_flight + found.paid == self.earned[worker_id]
            assert (found.in_flight, found.paid) == (self.in_flight[worker_id], self.paid[worker_id])
            assert found.available >= 0

    @invariant()
    def nobody_has_two_payouts_on_their_way(self) -> None:
        counts = self.session.scalars(
            select(func.count())
            .where(Payout.state.not_in(rules.SETTLED))
            .group_by(Payout.worker_id, Payout.currency)
        )
        assert all(count == 1 for count in counts)


def test_the_ledger_holds_under_any_order_of_deeds(session: Session) -> None:
    class MoneyHere(Money):
        def __init__(self) -> None:
            super().__init__(session)

    run_state_machine_as_test(
        MoneyHere,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # A failing walk is short enough to read, and shrinking it on a database is slow.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
        ),
    )
