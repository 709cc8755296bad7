"""Pure decisions about messages: which status a report leads to, what follows from the outcome of a send."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.channels.base import OptedOut, Outcome, Rejected, Retry, Sent, Unknown

# Further along wins, whatever order reports come in; delivered is a fact that no later failure undoes.
_RANK = {
    status: rank
    for rank, status in enumerate(
        (
            "queued",
            "suppressed",
            "cancelled",
            "rejected",
            "sending",
            "unknown",
            "sent",
            "undelivered",
            "failed",
            "delivered",
            "read",
        )
    )
}
# What a provider calls the stages before it has handed the text on. Any of them proves that it has the text.
_TAKEN = frozenset({"accepted", "scheduled", "queued", "sending"})
OPTED_OUT_CODES = frozenset({"21610"})

MAX_ATTEMPTS = 12
MAX_RESENDS = 1
_FIRST_WAIT_S = 2.0
_LONGEST_WAIT_S = 600.0
_FIRST_LOOK_S = 2.0
_LONGEST_LOOK_S = 60.0


def reported_status(reported: str) -> str | None:
    """Return our word for a provider's status of an outgoing message; None for one that says nothing new."""
    if reported in _TAKEN:
        return "sent"
    if reported in {"canceled", "cancelled"}:
        return "failed"
    return reported if reported in {"sent", "delivered", "read", "undelivered", "failed"} else None


def next_status(current: str, reported: str) -> str:
    """Return the status after a report: the further of the two, whatever their order and number."""
    status = reported_status(reported)
    if status is None:
        return current
    return max(current, status, key=lambda name: _RANK.get(name, -1))


@dataclass(frozen=True)
class Try:
    """Where an outgoing message stood when it was handed to the provider, or looked up there."""

    status: str  # sending: it was sent; unknown: it was looked up
    attempts: int
    resends: int = 0
    unknown_since: datetime | None = None


@dataclass(frozen=True)
class Change:
    """What becomes of the message. `due_at` None: nothing is left to do. `suppress`: why its address is."""

    status: str
    due_at: datetime | None = None
    provider_message_id: str | None = None
    error_code: str | None = None
    unknown_since: datetime | None = None
    resends: int = 0
    suppress: str | None = None


def after(tried: Try, outcome: Outcome, now: datetime, *, unknown_wait_s: float, jitter: float) -> Change:
    """Decide what becomes of a message after an outcome. `jitter` is a share from 0 to 1.

    A send that may have happened is repeated once at most, and only after look-ups have found nothing for
    `unknown_wait_s`: a text too many is a lesser harm than a worker left without an answer.
    """
    if isinstance(outcome, Sent):
        return Change(
            next_status("sent", outcome.status),
            provider_message_id=outcome.provider_message_id,
            error_code=outcome.error_code,
            resends=tried.resends,
        )
    if isinstance(outcome, Rejected):
        suppress = outcome.code if outcome.suppress else None
        return Change("rejected", error_code=outcome.code, resends=tried.resends, suppress=suppress)
    if isinstance(outcome, OptedOut):
        return Change("rejected", error_code=outcome.code, resends=tried.resends, suppress=outcome.code)
    if isinstance(outcome, Retry) and tried.status == "sending":
        return _again(tried, outcome, now, jitter)
    return _unknown(tried, outcome, now, unknown_wait_s)


def _again(tried: Try, outcome: Retry, now: datetime, jitter: float) -> Change:
    if tried.attempts >= MAX_ATTEMPTS:
        return Change("failed", error_code=outcome.code, resends=tried.resends)
    wait_s = outcome.after_s or min(_FIRST_WAIT_S * 2 ** (tried.attempts - 1), _LONGEST_WAIT_S)
    due_at = now + timedelta(seconds=wait_s * (1 + jitter / 2))
    return Change("queued", due_at=due_at, error_code=outcome.code, resends=tried.resends)


def _unknown(tried: Try, outcome: Retry | Unknown, now: datetime, unknown_wait_s: float) -> Change:
    since = tried.unknown_since or now
    waited_s = (now - since).total_seconds()
    answered = tried.status == "unknown" and isinstance(outcome, Unknown)
    if answered and waited_s >= unknown_wait_s:
        if tried.resends >= MAX_RESENDS or tried.attempts >= MAX_ATTEMPTS:
            return Change("failed", error_code="unknown-outcome", resends=tried.resends)
        return Change("queued", due_at=now, resends=tried.resends + 1)
    # Often at first, when a look-up is most likely to find it; never later than the wait is over.
    wait_s = min(max(_FIRST_LOOK_S, waited_s), _LONGEST_LOOK_S)
    if waited_s < unknown_wait_s:
        wait_s = min(wait_s, unknown_wait_s - waited_s)
    return Change(
        "unknown", due_at=now + timedelta(seconds=wait_s), unknown_since=since, resends=tried.resends
    )
