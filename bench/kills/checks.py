"""What must hold: asked of the rows at every look, and of the rows and the simulators together at the end.

The look takes one statement, so that all of it is seen at one instant. Each promise has one name, under which the
report counts how often it was broken.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock, ids
from app.channels import outgoing
from app.payments import ledger

_LOOK = text(
    """
    WITH counted AS (
        SELECT t.places, t.live, t.answered,
               (SELECT count(*) FROM assignments a WHERE a.task_id = t.id AND a.state = 'offered') AS offered,
               (SELECT count(*) FROM answers n WHERE n.task_id = t.id AND n.value <> 'unsure') AS answers
          FROM tasks t
    )
    SELECT coalesce(sum(answers), 0) AS answers,
           count(*) FILTER (WHERE offered + answers > places) AS over_answered,
           count(*) FILTER (WHERE offered <> live OR answers <> answered) AS miscounted,
           (SELECT count(*) FROM (SELECT FROM assignments GROUP BY task_id, worker_id HAVING count(*) > 1) x)
               AS given_twice,
           (SELECT count(*) FROM results) AS results,
           (SELECT count(*) FROM tasks WHERE gold IS NULL) AS tasks,
           (SELECT count(*) FROM projects WHERE state <> 'finished') AS unfinished_projects,
           (SELECT count(*) FROM payouts WHERE state IN ('paid', 'failed', 'reversed')) AS payouts_settled
      FROM counted
    """
)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# Those whose fate nobody knows: they say so, or were begun before the last death that could cut them.
_OPEN = text(
    "SELECT id FROM messages WHERE direction = 'out' AND (status = 'unknown'"
    " OR (status = 'sending' AND lease_until <= :begun_before))"
)
_STORED = text(
    "SELECT (SELECT count(*) FROM messages m WHERE m.direction = 'in' AND m.provider_message_id = s.sid),"
    " (SELECT count(*) FROM inbound_receipts r WHERE r.provider_message_id = s.sid), s.sid"
    " FROM unnest(CAST(:sids AS text[])) AS s (sid)"
)
_SENT = text(
    "SELECT id, in_reply_to, assignment_id, purpose FROM messages WHERE id = ANY (CAST(:ids AS uuid[]))"
)
_PAYOUTS = text(
    "SELECT p.id AS payout, p.state, p.amount_minor, p.currency, a.id AS reference"
    " FROM payouts p JOIN payout_attempts a ON a.payout_id = p.id"
)
# From a text that was stored to its reply in the provider's hands.
_REPLIES = text(
    "SELECT percentile_cont(ARRAY[0.5, 0.99, 1]) WITHIN GROUP (ORDER BY extract(epoch FROM r.sent_at - m.created_at))"
    " FROM messages m JOIN messages r ON r.in_reply_to = m.id WHERE r.sent_at IS NOT NULL"
)
_EARNED = text("SELECT worker_id, currency, sum(pay_minor) FROM answers GROUP BY worker_id, currency")


@dataclass(frozen=True)
class Look:
    """What the rows said at one instant."""

    answers: int
    over_answered: int
    miscounted: int
    given_twice: int
    results: int
    tasks: int
    unfinished_projects: int
    payouts_settled: int

    @property
    def job_done(self) -> bool:
        """Whether every task has its result and every project is over."""
        return self.results == self.tasks > 0 and self.unfinished_projects == 0


@dataclass
class Watch:
    """What was seen during a round: how often it was looked, what was broken, which sends were ever open."""

    looks: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    open_sends: set[UUID] = field(default_factory=set)

    def look(self, session: Session, cut_at: datetime | None) -> Look:
        """Look once; `cut_at` is when something last died that may have cut a send."""
        found = Look(**{name: int(value) for name, value in session.execute(_LOOK).mappings().one().items()})
        begun_before = (cut_at or _NEVER) + outgoing.lease()
        self.open_sends |= set(session.scalars(_OPEN, {"begun_before": begun_before}))
        self.looks += 1
        self.broken["answers + live > places"] += found.over_answered
        self.broken["counters differ from rows"] += found.miscounted
        self.broken["a task twice to a worker"] += found.given_twice
        self.broken["ledger imbalance"] += bool(ledger.imbalance(session))
        return found


@dataclass(frozen=True)
class Provider:
    """What the simulated providers know at the end, by their journals and statistics."""

    texts: list[dict[str, Any]]  # every message of the Twilio, both ways, oldest first
    taken: frozenset[str]  # inbound ones whose webhook was acknowledged
    twilio: dict[str, Any]
    paid: list[dict[str, Any]]
    mobile_money: dict[str, Any]


def read_journal(path: Path) -> tuple[list[dict[str, Any]], frozenset[str]]:
    """Return the messages a simulated Twilio wrote down, and the inbound ones that were acknowledged."""
    texts, taken = [], set()
    for line in path.read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        if event["kind"] == "message":
            texts.append(event)
        elif event["kind"] == "dispatched" and event["taken"]:
            taken.add(event["sid"])
    return texts, frozenset(taken)


def at_the_end(session: Session, provider: Provider, watch: Watch) -> dict[str, Any]:
    """Hold the rows against the simulators; add what is broken to `watch` and return the figures."""
    return {
        **_inbound(session, provider, watch.broken),
        **_repeats(session, provider, watch),
        **_payouts(session, provider, watch.broken),
        **_replies(session),
        "faults of the simulators": _simulator_errors(provider, watch.broken),
    }


def _inbound(session: Session, provider: Provider, broken: Counter[str]) -> dict[str, int]:
    """Every text that was acknowledged is stored, once, and nothing else is."""
    stored = session.execute(_STORED, {"sids": sorted(provider.taken)}).all()
    broken["acknowledged texts not stored exactly once"] += sum(
        (messages, receipts) != (1, 1) for messages, receipts, _ in stored
    )
    sids = {row["sid"] for row in provider.texts if row["direction"] == "inbound"}
    rows = set(session.scalars(text("SELECT provider_message_id FROM messages WHERE direction = 'in'")))
    broken["stored texts that nobody sent"] += len(rows - sids)
    return {"texts in": len(sids), "of them acknowledged": len(provider.taken)}


def _repeats(session: Session, provider: Provider, watch: Watch) -> dict[str, int]:
    """A text is repeated only if its fate was open, and then once."""
    sent = [row for row in provider.texts if row["direction"] == "outbound-api"]
    times = Counter(_message_id(row["callback_url"]) for row in sent)
    repeated = {message_id: count - 1 for message_id, count in times.items() if count > 1}
    repeats = sum(repeated.values())
    resends = session.scalar(text("SELECT coalesce(sum(resends), 0) FROM messages")) or 0
    watch.broken["texts repeated though their fate was known"] += len(repeated.keys() - watch.open_sends)
    watch.broken["texts repeated more than once"] += sum(count > 1 for count in repeated.values())
    watch.broken["more repeats than sends of unknown fate"] += repeats > len(watch.open_sends)
    watch.broken["more repeats than resends"] += repeats > resends
    watch.broken["the same words twice from two messages"] += _same_words(session, sent)
    return {
        "texts out": len(sent),
        "sends of unknown fate": len(watch.open_sends),
        "of them told so by the provider": provider.twilio["ambiguous_sends"],
        "sent again": int(resends),
        "texts repeated": repeats,
    }


def _same_words(session: Session, sent: list[dict[str, Any]]) -> int:
    """Count messages that say to one phone what another one said already, about the same thing.

    Two replies to two texts may be equal, and so may a reminder of one question and a push of another.
    """
    found = session.execute(_SENT, {"ids": list({_message_id(row["callback_url"]) for row in sent})})
    about = {row.id: (row.purpose, row.in_reply_to, row.assignment_id) for row in found}
    said: dict[tuple[Any, ...], set[UUID]] = {}
    for row in sent:
        message_id = _message_id(row["callback_url"])
        # A receipt names the provider's own reference: two equal ones are about one payout.
        key = (row["to"], row["body"], *about.get(message_id, ("unknown", None, None)))
        said.setdefault(key, set()).add(message_id)
    return sum(len(messages) - 1 for messages in said.values())


def _replies(session: Session) -> dict[str, float]:
    """Return how long people waited for a reply, which is what all the dying costs."""
    found = session.scalar(_REPLIES) or []
    names = ("reply median s", "reply p99 s", "reply worst s")
    return {name: round(float(seconds), 2) for name, seconds in zip(names, found, strict=False)}


def _message_id(callback_url: str) -> UUID:
    """Return which of our messages a send was, by the address its statuses are told to."""
    return ids.read("msg", parse_qs(urlsplit(callback_url).query)["m"][0])


def _payouts(session: Session, provider: Provider, broken: Counter[str]) -> dict[str, Any]:
    """What was really paid is what the books say was, each payout once; nobody got more than they earned."""
    attempts = {str(row.reference): row for row in session.execute(_PAYOUTS)}
    times = Counter(entry["reference"] for entry in provider.paid)
    of_payout = Counter(attempts[reference].payout for reference in times if reference in attempts)
    booked = {reference for reference, row in attempts.items() if row.state == "paid"}
    broken["payouts doubled"] += sum(count - 1 for count in times.values())
    broken["payouts doubled"] += sum(count - 1 for count in of_payout.values())
    broken["paid but not booked, or booked but not paid"] += len(set(times) ^ booked)
    broken["paid another amount"] += sum(
        (entry["amount_minor"], entry["currency"]) != (row.amount_minor, row.currency)
        for entry in provider.paid
        if (row := attempts.get(entry["reference"]))
    )
    broken["earned is not available + in flight + paid"] += _uneven(session)
    return {
        "payouts paid": len(times),
        "of unknown fate to the rail's caller": provider.mobile_money["ambiguous"],
    }


def _uneven(session: Session) -> int:
    wrong = 0
    for worker_id, currency, earned in session.execute(_EARNED):
        money = ledger.worker_balance(session, worker_id=worker_id, currency=currency, since=clock.now())
        parts = money.available + money.in_flight + money.paid
        wrong += not int(earned) == money.earned == parts
    return wrong


def _simulator_errors(provider: Provider, broken: Counter[str]) -> int:
    """A simulator that failed, or gave up telling us a text, has shown nothing."""
    counts = provider.twilio["counts"]
    errors = counts.get("internal_errors", 0) + provider.mobile_money["counts"].get("internal_errors", 0)
    errors += counts.get("inbound_dropped", 0)
    broken["the simulators failed"] += errors
    return int(errors)
