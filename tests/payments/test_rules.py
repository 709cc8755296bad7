"""What a payout may do, checked against a rail that lies in every way a rail can lie short of its own books."""

from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.errors import AppError
from app.payments import rules
from app.payments.models import PAYOUT_STATES
from app.payments.rails.base import Accepted, Failed, Mismatch, NotFound, Outcome, Paid, Reversed, Unknown

OUTCOMES: tuple[Outcome, ...] = (
    Accepted(), Paid("R1"), Failed("wallet_limit"), Reversed(), Unknown("ReadTimeout"),
    NotFound(), NotFound(certain=True), Mismatch(("amount",)),
)  # fmt: skip


def after(state: str, outcome: Outcome, *, acknowledged: bool = False, past_grace: bool = False) -> str:
    heard = rules.hear(state, outcome, acknowledged=acknowledged, past_grace=past_grace)
    return heard.steps[-1] if heard.steps else state


def test_the_table_knows_every_state_of_the_model() -> None:
    assert set(rules.TRANSITIONS) == set(PAYOUT_STATES)


@pytest.mark.parametrize(
    ("state", "outcome", "acknowledged", "past_grace"),
    [
        (state, outcome, acknowledged, past_grace)
        for state, outcome, acknowledged, past_grace in product(
            PAYOUT_STATES, OUTCOMES, (True, False), (True, False)
        )
    ],
)
def test_whatever_is_heard_is_a_walk_along_the_table(
    state: str, outcome: Outcome, acknowledged: bool, past_grace: bool
) -> None:
    heard = rules.hear(state, outcome, acknowledged=acknowledged, past_grace=past_grace)
    at = state
    for step in heard.steps:
        rules.check_move(at, step)
        at = step
    if state in rules.SETTLED:
        assert at == state or (state, at) == (rules.PAID, rules.REVERSED)
    if at != state and at in rules.SETTLED:
        assert isinstance(outcome, Paid | Failed | Reversed)
    if isinstance(outcome, Mismatch):
        assert heard.conflict
    if heard.resend:
        assert isinstance(outcome, NotFound)
        assert not acknowledged
        assert past_grace or outcome.certain
        assert state in rules.AT_THE_RAIL


@pytest.mark.parametrize("story", [(Paid("R"),), (Failed("x"),), (Paid("R"), Reversed()), (Reversed(),)])
@pytest.mark.parametrize("noise", [(), (Unknown("500"),), (NotFound(),), (Mismatch(("amount",)),)])
def test_reports_of_one_payout_commute_and_may_repeat(
    story: tuple[Outcome, ...], noise: tuple[Outcome, ...]
) -> None:
    told = (Accepted(), *story, *story, *noise)
    ends = set()
    for order in set(permutations(told)):
        state = rules.SUBMITTING
        for outcome in order:
            state = after(state, outcome)
        ends.add(state)
    expected = {Paid: rules.PAID, Failed: rules.FAILED, Reversed: rules.REVERSED}[type(story[-1])]
    assert ends == {expected}


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (rules.FAILED, Paid()),
        (rules.PAID, Failed("x")),
        (rules.APPROVED, Paid()),
        (rules.FAILED, Mismatch(("amount",))),
    ],
)
def test_what_contradicts_the_books_needs_a_person(state: str, outcome: Outcome) -> None:
    heard = rules.hear(state, outcome, acknowledged=True, past_grace=True)
    assert not heard.steps
    assert heard.conflict


def test_what_the_rail_once_knew_is_never_sent_again() -> None:
    heard = rules.hear(rules.UNKNOWN, NotFound(), acknowledged=True, past_grace=True)
    assert not heard.resend
    assert heard.conflict


@pytest.mark.parametrize("state", PAYOUT_STATES)
@pytest.mark.parametrize("to", PAYOUT_STATES)
def test_a_step_outside_the_table_says_where_it_stands(state: str, to: str) -> None:
    if to in rules.TRANSITIONS[state]:
        rules.check_move(state, to)
        return
    with pytest.raises(AppError) as refused:
        rules.check_move(state, to)
    assert (refused.value.code, refused.value.status) == ("payout-state", 409)
    assert refused.value.data == {"state": state, "to": to}


@given(st.lists(st.integers(1, 3600), min_size=1, max_size=5), st.integers(0, 50))
def test_the_last_step_between_look_ups_repeats(steps_s: list[int], lookups: int) -> None:
    found = rules.look_up_after_s(tuple(steps_s), lookups)
    assert found == (steps_s[lookups] if lookups < len(steps_s) else steps_s[-1])


class PayoutAtALyingRail(RuleBasedStateMachine):
    """Our books beside a rail's. Requests and answers get lost, callbacks come in any order, late and twice.

    The rail pays every request it gets that it does not already know, so that each needless one would show.
    """

    def __init__(self) -> None:
        super().__init__()
        self.state = rules.SUBMITTING
        self.acknowledged = False
        self.must_send = True
        self.rail: Outcome | None = None
        self.rail_forgot = False
        self.payments = 0
        self.said: list[Outcome] = []

    def hear(self, outcome: Outcome, *, past_grace: bool) -> None:
        heard = rules.hear(self.state, outcome, acknowledged=self.acknowledged, past_grace=past_grace)
        for step in heard.steps:
            rules.check_move(self.state, step)
            self.state = step
        if isinstance(outcome, Accepted | Paid | Failed | Reversed | Mismatch):
            self.acknowledged = True
        self.must_send = self.must_send or heard.resend

    def rail_becomes(self, outcome: Outcome) -> None:
        self.rail = outcome
        self.said.append(outcome)

    @precondition(lambda self: self.must_send and self.state not in rules.SETTLED)
    @rule(arrives=st.booleans(), answered=st.booleans())
    def send(self, arrives: bool, answered: bool) -> None:
        if self.state == rules.UNKNOWN:
            self.state = rules.SUBMITTING
        self.must_send = False
        known = self.rail is not None and not self.rail_forgot
        if arrives and not known:
            self.rail_forgot = False
            self.rail_becomes(Accepted())
        self.hear(Accepted() if arrives and answered else Unknown("ReadTimeout"), past_grace=False)

    @precondition(lambda self: self.rail == Accepted())
    @rule(outcome=st.sampled_from([Paid("R1"), Failed("wallet_limit")]))
    def rail_settles(self, outcome: Outcome) -> None:
        self.payments += isinstance(outcome, Paid)
        self.rail_becomes(outcome)

    @precondition(lambda self: isinstance(self.rail, Paid))
    @rule()
    def rail_reverses(self) -> None:
        self.rail_becomes(Reversed())

    @precondition(lambda self: self.acknowledged and self.rail is not None)
    @rule()
    def rail_forgets(self) -> None:
        """Its look-up answers 404 although it paid, or will: what it once acknowledged must not be sent again."""
        self.rail_forgot = True

    @precondition(lambda self: bool(self.said))
    @rule(data=st.data())
    def callback(self, data: st.DataObject) -> None:
        self.hear(data.draw(st.sampled_from(self.said)), past_grace=False)

    @rule()
    def forged_amount(self) -> None:
        if self.rail is not None:
            self.hear(Mismatch(("amount",)), past_grace=False)

    @rule(lost=st.booleans(), hidden=st.booleans())
    def look_up(self, lost: bool, hidden: bool) -> None:
        """A rail may hide what it has for a while, but by our grace it does not."""
        if self.must_send:
            return
        if lost:
            self.hear(Unknown("ReadTimeout"), past_grace=True)
        elif self.rail is None or self.rail_forgot:
            self.hear(NotFound(), past_grace=True)
        elif hidden:
            self.hear(NotFound(), past_grace=False)
        else:
            self.hear(self.rail, past_grace=True)

    @invariant()
    def the_rail_paid_once_at_most(self) -> None:
        assert self.payments <= 1

    @invariant()
    def our_books_never_run_ahead_of_the_rail(self) -> None:
        if self.state in rules.SETTLED:
            assert self.rail is not None
        if self.state == rules.FAILED:
            assert isinstance(self.rail, Failed)
        if self.state == rules.PAID:
            assert isinstance(self.rail, Paid | Reversed)
        if self.state == rules.REVERSED:
            assert isinstance(self.rail, Reversed)

    def teardown(self) -> None:
        """When everything that was said has been heard, the books agree."""
        for outcome in self.said:
            self.hear(outcome, past_grace=False)
        if isinstance(self.rail, Paid | Failed | Reversed):
            assert (
                self.state
                == {Paid: rules.PAID, Failed: rules.FAILED, Reversed: rules.REVERSED}[type(self.rail)]
            )


TestPayoutAtALyingRail = PayoutAtALyingRail.TestCase
