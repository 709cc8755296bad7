"""What a payout may do: its states, who may go where, and what a rail's report means in each. Pure.

Three rules carry the rest. Only proof settles: a timeout, a server error or a contradiction leaves a payout
open. A settled payout never goes back, except that a payment may be reversed. And reports commute: they may come
twice, late and in any order, and the payout ends the same.
"""

from dataclasses import dataclass

from app.errors import AppError, conflict
from app.payments.rails.base import Accepted, Failed, Mismatch, NotFound, Outcome, Paid, Reversed, Unknown

REQUESTED = "requested"
HELD = "held"
APPROVED = "approved"
SUBMITTING = "submitting"
ACCEPTED = "accepted"
UNKNOWN = "unknown"
PAID = "paid"
FAILED = "failed"
REVERSED = "reversed"

# Where each state may lead. Up to `approved` people decide; from `submitting` on only the rail does.
TRANSITIONS: dict[str, frozenset[str]] = {
    REQUESTED: frozenset({HELD, APPROVED, FAILED}),
    HELD: frozenset({REQUESTED, APPROVED, FAILED}),
    APPROVED: frozenset({SUBMITTING}),
    SUBMITTING: frozenset({ACCEPTED, UNKNOWN, PAID, FAILED}),
    ACCEPTED: frozenset({UNKNOWN, PAID, FAILED}),
    UNKNOWN: frozenset({SUBMITTING, ACCEPTED, PAID, FAILED}),
    PAID: frozenset({REVERSED}),
    FAILED: frozenset(),
    REVERSED: frozenset(),
}
SETTLED = frozenset({PAID, FAILED, REVERSED})
AT_THE_RAIL = frozenset({SUBMITTING, ACCEPTED, UNKNOWN})


@dataclass(frozen=True)
class Heard:
    """What a report makes of a payout: the states it passes through, whether the same reference is to be sent
    again, and what contradicts the books and needs a person.
    """

    steps: tuple[str, ...] = ()
    resend: bool = False
    conflict: str | None = None


def check_move(state: str, to: str) -> None:
    """Raise `payout-state` (409) when a payout in `state` may not become `to`."""
    if to not in TRANSITIONS[state]:
        raise wrong_state(state, to)


def wrong_state(state: str, to: str) -> AppError:
    """Return the error for a step the payout's present state does not allow."""
    return conflict(
        "payout-state", f"The payout is {state} and cannot become {to}. Look at it again.", state=state, to=to
    )


def check_approver(requested_by: str, approver: str) -> None:
    """Raise `approver-is-requester` (403): money takes two people."""
    if requested_by == approver:
        raise AppError(
            "approver-is-requester", 403, "You asked for this payout yourself; somebody else must approve it."
        )


def hear(state: str, outcome: Outcome, *, acknowledged: bool, past_grace: bool) -> Heard:
    """Return what an outcome means for a payout in `state`.

    `acknowledged`: the rail has said before that it knows the reference. `past_grace`: it was sent long enough
    ago that not finding it counts (a rail may answer 404 for a while and pay after all).
    """
    if state not in AT_THE_RAIL:
        return _hear_outside(state, outcome)
    match outcome:
        case Accepted():
            return Heard((ACCEPTED,)) if state != ACCEPTED else Heard()
        case Paid():
            return Heard((PAID,))
        case Failed():
            return Heard((FAILED,))
        case Reversed():
            return Heard((PAID, REVERSED))
        case Unknown():
            return Heard((UNKNOWN,)) if state == SUBMITTING else Heard()
        case Mismatch(fields):
            steps = () if state == UNKNOWN else (UNKNOWN,)
            return Heard(steps, conflict=f"mismatch: {', '.join(fields)}")
        case NotFound(certain):
            return _hear_not_found(state, acknowledged=acknowledged, counts=certain or past_grace)


def _hear_not_found(state: str, *, acknowledged: bool, counts: bool) -> Heard:
    steps = (UNKNOWN,) if state == SUBMITTING else ()
    if acknowledged:
        return Heard(steps, conflict="the rail no longer knows a payout it had acknowledged")
    return Heard(steps, resend=counts)


def _hear_outside(state: str, outcome: Outcome) -> Heard:
    """Hear of a payout that was never sent, or is settled: only a reversal still moves one that was paid."""
    match outcome:
        case Reversed() if state == PAID:
            return Heard((REVERSED,))
        case Mismatch(fields):
            return Heard(conflict=f"mismatch: {', '.join(fields)}")
        case Paid() if state not in {PAID, REVERSED}:
            return Heard(conflict=f"the rail says paid, the payout is {state}")
        case Failed() if state not in {FAILED, REVERSED}:
            return Heard(conflict=f"the rail says failed, the payout is {state}")
        case Reversed() if state not in {FAILED, REVERSED}:
            return Heard(conflict=f"the rail says reversed, the payout is {state}")
        case _:
            return Heard()


def look_up_after_s(steps_s: tuple[int, ...], lookups: int) -> int:
    """Return how many seconds after a look the next one follows; the last step repeats until it is settled."""
    return steps_s[min(lookups, len(steps_s) - 1)]
