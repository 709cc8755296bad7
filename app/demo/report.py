"""The figures of a demonstration, counted from the API and the books, and how they are shown."""

import time
from collections import Counter
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app import db, pricelist
from app.channels.models import Address, Message
from app.demo.drive import Run, api
from app.payments import ledger
from app.payments.models import Payout
from app.payments.money import micros_to_minor
from app.tasks.models import Answer, Assignment

SETTLED = ("paid", "failed", "reversed")


def stuck(session: Session) -> dict[str, int]:
    """Return what still waits and should not once a job is done: messages, sends of unknown fate, payouts, leases."""

    def count(*conditions: Any) -> int:
        return session.scalar(select(func.count()).where(*conditions)) or 0

    incoming = Message.direction == "in"
    return {
        "inbound": count(incoming, or_(Message.status == "received", Message.status == "failed")),
        "outbound": count(~incoming, Message.status.in_(("queued", "sending", "unknown"))),
        "payouts": count(Payout.state.not_in(SETTLED)),
        "assignments": count(Assignment.state == "offered"),
    }


def figures(run: Run) -> dict[str, Any]:
    """Return the report: what the client can recount from the API, and what only the operator sees."""
    states = [api(run, "GET", f"/v1/projects/{project['id']}") for project in run.projects]
    results = {row["task"]: row for project in run.projects for row in _pages(run, project, "results")}
    answers = [row for project in run.projects for row in _pages(run, project, "answers")]
    truth = {item["id"]: item["truth"] for item in run.items}
    right = sum(results[task]["result"] == truth[task] for task in results)
    tasks = sum(state["progress"]["tasks"] for state in states)
    with db.transaction() as session:
        operator = _operator(session, run, len(results))
    return {
        "seconds": round(run.finished_s - run.started_s, 1),
        "seconds_with_payday": round(time.monotonic() - run.started_s, 1),
        "tasks": tasks,
        "tasks_finished": len(results),
        "answers": sum(row["label"] != "unsure" for row in answers),
        "answers_unsure": sum(row["label"] == "unsure" for row in answers),
        "answers_per_task": round(sum(row["label"] != "unsure" for row in answers) / max(len(results), 1), 3),
        "phones": run.crowd.get("phones", 0),
        "phones_by_state": run.crowd.get("states", {}),
        "languages": dict(Counter(row["language"] for row in answers)),
        "channels": dict(Counter(row["channel"] for row in answers)),
        "accuracy": round(right / max(tasks, 1), 4),
        "accuracy_of_crowd_majority": round(_crowd_majority(run), 4),
        "projects": [project["id"] for project in run.projects],
        **operator,
    }


def _crowd_majority(run: Run) -> float:
    """Return how often the majority of what the people themselves meant is right; a draw is right half the time."""
    truth = {item["text"]: item["truth"] for item in run.items}
    votes: dict[str, Counter[str]] = {text: Counter() for text in truth}
    for answer in run.crowd.get("answers", []):
        if answer["text"] in votes and answer["said"] not in {None, "unsure"}:
            votes[answer["text"]][answer["said"]] += 1
    return sum(_worth(count, truth[text]) for text, count in votes.items()) / max(len(votes), 1)


def _worth(count: Counter[str], truth: str) -> float:
    winners = [value for value, number in count.items() if number == max(count.values())]
    return 1 / len(winners) if truth in winners else 0.0


def _pages(run: Run, project: dict[str, Any], what: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    after = ""
    while True:
        page = api(run, "GET", f"/v1/projects/{project['id']}/{what}?limit=100{after}")
        found = page["data"]
        rows += found
        if not page["has_more"]:
            return rows
        after = f"&starting_after={found[-1]['id']}"


def _operator(session: Session, run: Run, finished: int) -> dict[str, Any]:
    counted = session.execute(
        select(Message.direction, func.sum(Message.segments))
        .where(or_(Message.direction == "in", Message.sent_at.is_not(None)))
        .group_by(Message.direction)
    )
    segments = {row[0]: row[1] for row in counted}
    payouts = session.execute(
        select(Payout.state, Payout.currency, func.count(), func.sum(Payout.amount_minor)).group_by(
            Payout.state, Payout.currency
        )
    )
    statuses = session.execute(
        select(Message.channel, Message.direction, Message.status, func.count()).group_by(
            Message.channel, Message.direction, Message.status
        )
    )
    waiting = stuck(session)
    return {
        "segments_out": int(segments.get("out") or 0),
        "segments_in": int(segments.get("in") or 0),
        "segments_per_task": round(sum(int(count or 0) for count in segments.values()) / max(finished, 1), 2),
        "money_per_task_minor": _money(session, run),
        "payouts": [
            {"state": state, "currency": currency, "count": count, "amount_minor": int(amount)}
            for state, currency, count, amount in payouts
        ],
        "messages": [
            {"channel": channel, "direction": direction, "status": status, "count": count}
            for channel, direction, status, count in statuses
        ],
        "joined_phones": session.scalar(select(func.count()).select_from(Address)) or 0,
        "late_answers": session.scalar(select(func.count()).where(Answer.late)) or 0,
        "ledger_imbalance": ledger.imbalance(session),
        "stuck": sum(waiting.values()),
        "stuck_by_kind": waiting,
    }


def _money(session: Session, run: Run) -> dict[str, dict[str, float]]:
    """Return what a finished task cost on average, by currency and part, in minor units."""
    found: dict[str, dict[str, float]] = {}
    states = [api(run, "GET", f"/v1/projects/{project['id']}") for project in run.projects]
    for currency in sorted({state["spend"]["currency"] for state in states}):
        mine = [state for state in states if state["spend"]["currency"] == currency]
        tasks = max(sum(state["progress"]["tasks_finished"] for state in mine), 1)
        pay = session.scalar(select(func.sum(Answer.pay_minor)).where(Answer.currency == currency)) or 0
        spend = {
            name: sum(state["spend"][f"{name}_minor"] for state in mine) for name in ("pay", "fee", "airtime")
        }
        assert spend["pay"] == int(pay), "what the API says was paid is not what the answers were paid"
        found[currency] = {name: round(minor / tasks, 2) for name, minor in spend.items()}
        found[currency]["total"] = round(sum(spend.values()) / tasks, 2)
    return found


def airtime_minor(session: Session, currency: str) -> int:
    """Return what all messages cost by the price list, in minor units of one currency."""
    rows = session.execute(
        select(Message.price_currency, func.sum(Message.price_micros)).group_by(Message.price_currency)
    )
    micros = sum(pricelist.convert_micros(int(total or 0), of, currency) for of, total in rows)
    return micros_to_minor(micros, currency)


def good(report: dict[str, Any]) -> bool:
    """Say whether every task is finished, the ledger balances and nothing is stuck."""
    balanced = not report["ledger_imbalance"]
    return bool(report["tasks"] == report["tasks_finished"] > 0 and balanced and report["stuck"] == 0)


def table(report: dict[str, Any]) -> str:
    """Return the figures as a table for a terminal."""
    accuracy, majority = report["accuracy"], report["accuracy_of_crowd_majority"]
    out, into, each = report["segments_out"], report["segments_in"], report["segments_per_task"]
    rows = [
        ("tasks finished", f"{report['tasks_finished']} of {report['tasks']} in {report['seconds']} s"),
        (
            "answers",
            f"{report['answers']} ({report['answers_per_task']} a task), {report['late_answers']} late",
        ),
        ("phones", f"{report['phones']} {_named(report['phones_by_state'])}"),
        ("languages", _named(report["languages"])),
        ("channels", _named(report["channels"])),
        ("accuracy", f"{accuracy:.1%} (majority of what the crowd said: {majority:.1%})"),
        ("segments", f"{out} out, {into} in: {each} a task"),
        *(
            (f"cost a task, {currency}", f"{_named(parts)} (minor units)")
            for currency, parts in report["money_per_task_minor"].items()
        ),
        *(
            (
                f"payouts {row['state']}",
                f"{row['count']}: {row['amount_minor']} {row['currency']} (minor units)",
            )
            for row in report["payouts"]
        ),
        ("ledger imbalance", str(report["ledger_imbalance"] or 0)),
        ("stuck", str(report["stuck"])),
    ]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)


def _named(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())
