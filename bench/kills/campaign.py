"""One round: a real job from launch to payday, under the blows of a plan, looked at all the while.

Everything that waits has a deadline, and what was not reached by then is said, never waited for.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy.exc import SQLAlchemyError

from app import clock, db, stack
from app.demo import drive, report, world
from app.errors import AppError
from app.servers import Child
from app.settings import settings
from bench.kills import plan
from bench.kills.checks import Look, Provider, Watch, at_the_end, read_journal
from bench.kills.plan import Plan, Strike
from bench.kills.system import System, start

# Answers come a moment after a send was taken: a sender that dies in that moment leaves a send of unknown fate.
TWILIO_FAULTS = {
    **world.TWILIO_FAULTS,
    "answer_delay_s": [0.0, 0.2],
    "accept_then_500_rate": 0.01,
    "accept_then_cut_rate": 0.01,
    "inbound_patience_s": 300.0,
}
MOBILE_MONEY_FAULTS = {**world.MOBILE_MONEY_FAULTS, "answer_delay_s": [0.0, 0.3]}
# Shorter than anybody would set: what a dead process held is taken up again after a time that follows from it.
SETTINGS = {"KAZI_PROVIDER_TIMEOUT_S": "3", "KAZI_PAYOUT_THRESHOLD_MINOR": "600", "KAZI_LOG_LEVEL": "WARNING"}

# Every part that judges is at work while processes die: the model, the audits, gold and its share, pauses.
ADAPTIVE = {
    "redundancy": {"mode": "adaptive", "confidence": 0.9, "max_answers": 7},
    "review": {"by": "none"},
    "gold_share": 0.2,
}
GOLD_EVERY = 6

LOOK_S = 0.1
# Nothing waits, and has not for so long: whoever wanted to ask has asked.
QUIET_S = 5.0


@dataclass(frozen=True)
class Options:
    """What a round is made of."""

    seed: int = 1
    kills: int = 20
    flushes: int = 3
    tasks: int = 60
    phones: int = 25
    limit_s: float = 420.0  # after which the round is given up
    only: tuple[str, ...] = ()  # who may die; empty: everybody
    adaptive: bool = False  # judged by the model, with gold among the questions


@dataclass
class Round:
    """A round as it goes."""

    options: Options
    run: drive.Run
    system: System
    plan: Plan
    rng: random.Random
    watch: Watch = field(default_factory=Watch)
    struck: Counter[str] = field(default_factory=Counter)
    cut_at: datetime | None = None
    struck_at_s: float = 0.0
    blows: list[dict[str, Any]] = field(default_factory=list)
    until_s: float = 0.0


def play(options: Options, data_dir: Path) -> dict[str, Any]:
    """Play one round in a folder of its own and return its figures; `broken` in them is empty if all held.

    Changes the KAZI_ settings of this process. Nothing it started is left when it returns.
    """
    (data_dir / "logs").mkdir(parents=True, exist_ok=True)
    ports = world.free_ports(0, data_dir)
    world.apply({**world.environment(ports, data_dir), **SETTINGS})
    settings.cache_clear()
    providers = [
        start(spec)
        for spec in world.simulators(
            ports, data_dir, twilio_faults=TWILIO_FAULTS, mobile_money_faults=MOBILE_MONEY_FAULTS
        )
    ]
    system = System(ports, data_dir)
    try:
        figures = _played(options, data_dir, ports, system, providers)
        if system.end() != 0:
            figures["broken"]["told to stop, it did not end in order"] = 1
        return figures
    finally:
        system.end()
        for child in providers:
            child.sweep()


def _played(
    options: Options, data_dir: Path, ports: world.Ports, system: System, others: list[Child]
) -> dict[str, Any]:
    def start_crowd(items: list[dict[str, str]]) -> None:
        others.append(
            start(world.crowd(ports, data_dir, phones=options.phones, seed=options.seed, items=items))
        )

    processes = [spec.name for spec in stack.processes(ports.web, host="127.0.0.1", log_dir=None)]
    kinds = [kind for kind in (*processes, *plan.SERVERS) if kind in options.only or not options.only]
    run = drive.Run(
        ports=ports,
        data_dir=data_dir,
        say=lambda _line: None,
        tasks=options.tasks,
        phones=options.phones,
        seed=options.seed,
        start_crowd=start_crowd,
        extra=ADAPTIVE if options.adaptive else {},
        gold_every=GOLD_EVERY if options.adaptive else 0,
    )
    found = Round(
        options=options,
        run=run,
        system=system,
        plan=plan.make(
            options.seed,
            kills=options.kills,
            flushes=options.flushes,
            kinds=kinds,
            answers=3 * options.tasks,
        ),
        rng=random.Random(f"moments {options.seed}"),
        until_s=time.monotonic() + options.limit_s,
    )
    system.start()
    failure = _course(found)
    return _figures(found, failure)


def _course(found: Round) -> str | None:
    """Go through the round; return what was not reached in time, None when all was."""
    run, system = found.run, found.system
    if not all(_until(found, system.reached)):
        return "the servers did not start"
    for _ in drive.ready(run):
        time.sleep(LOOK_S)
    if run.failure:
        return run.failure
    drive.prepare(run)
    for _ in drive.begin(run):
        pass
    if not _strike_while(found, found.plan.job, lambda look: look.answers, lambda look: look.job_done):
        return "the job was not finished in time"
    run.finished_s = time.monotonic()
    if not _payday(found):
        return "payday was not over in time"
    # What was killed last is up again before the figures are asked for.
    for _ in drive.ready(run):
        time.sleep(LOOK_S)
    return run.failure


def _payday(found: Round) -> bool:
    httpx2.post(f"{found.run.ports.crowd_url}/control/payday", timeout=10).raise_for_status()
    before = _look(found)
    settled = before.payouts_settled if before else 0
    quiet = _Quiet(found)
    return _strike_while(
        found,
        found.plan.payday,
        # When all is quiet no more payouts will come: what is left of the plan is carried out all the same.
        lambda look: look.payouts_settled - settled + (10**6 if quiet() else 0),
        lambda _look: quiet(),
    )


class _Quiet:
    """Whether nothing has been waiting, and nothing was struck, for some seconds."""

    def __init__(self, found: Round) -> None:
        self._found = found
        self._since_s: float | None = None

    def __call__(self) -> bool:
        try:
            with self._found.system.session() as session:
                waiting = sum(report.stuck(session).values())
        except SQLAlchemyError:
            waiting = 1
        if waiting:
            self._since_s = None
        elif self._since_s is None:
            self._since_s = time.monotonic()
        since_s = max(self._since_s or time.monotonic(), self._found.struck_at_s)
        return time.monotonic() - since_s >= QUIET_S


def _strike_while(
    found: Round,
    strikes: tuple[Strike, ...],
    how_far: Callable[[Look], int],
    done: Callable[[Look], bool],
) -> bool:
    """Look, and strike whenever it is time, until all is done; False when time is up before."""
    left = list(strikes)
    for _ in _until(found, lambda: False):
        found.system.tend()
        look = _look(found)
        if look is None:
            continue
        if left and how_far(look) >= left[0].at:
            _strike(found, left.pop(0).victim)
        elif not left and done(look):
            return True
    return False


def _strike(found: Round, victim: str) -> None:
    for in_time in _until(found, lambda: found.system.strike(victim, found.rng)):
        if not in_time:
            return
        # It has just died, or is just starting: it is waited for, and then dies young.
        found.system.tend()
    found.struck[victim] += 1
    found.struck_at_s = time.monotonic()
    found.blows.append({"victim": victim, "after_s": round(found.struck_at_s - found.run.started_s, 1)})
    if plan.kind_of(victim) in plan.CUTTING:
        found.cut_at = clock.now()


def _look(found: Round) -> Look | None:
    """Look at the rows; None while the database is away."""
    if not found.system.reached():
        return None
    try:
        with found.system.session() as session:
            return found.watch.look(session, found.cut_at)
    except SQLAlchemyError:
        return None


def _until(found: Round, reached: Callable[[], bool]) -> Iterator[bool]:
    """Yield once a moment until `reached()`; a last time, False, when the round's time is over."""
    while not reached():
        if time.monotonic() > found.until_s:
            yield False
            return
        yield True
        time.sleep(LOOK_S)


def _figures(found: Round, failure: str | None) -> dict[str, Any]:
    options, watch = found.options, found.watch
    figures: dict[str, Any] = {
        "seed": options.seed,
        "failure": failure,
        "kills": sum(count for victim, count in found.struck.items() if victim != plan.FLUSH),
        "flushes": found.struck[plan.FLUSH],
        "victims": dict(sorted(found.struck.items())),
        "starts": found.system.starts,
        "ended by itself": found.system.ended_by_itself,
        "looks": watch.looks,
        "blows": found.blows,
    }
    try:
        # Of a round that was given up too: it may say why.
        figures |= _after(found)
    except (SQLAlchemyError, httpx2.HTTPError, AppError, OSError) as error:
        figures["not counted"] = f"{type(error).__name__}: {error}"
        watch.broken["not counted"] += 1
    watch.broken["the installation ended by itself"] += found.system.ended_by_itself
    watch.broken["not finished"] += failure is not None
    figures["broken"] = {name: count for name, count in watch.broken.items() if count}
    return figures


def _after(found: Round) -> dict[str, Any]:
    """Hold what the rows say against what the simulators know, once all is quiet."""
    run, ports = found.run, found.run.ports
    run.crowd = httpx2.get(f"{ports.crowd_url}/control/stats", timeout=10).json()
    texts, taken = read_journal(run.data_dir / "twilio.jsonl")
    provider = Provider(
        texts=texts,
        taken=taken,
        twilio=_json(f"{ports.twilio_url}/simulator/stats"),
        paid=_json(f"{ports.mobile_money_url}/simulator/paid")["paid"],
        mobile_money=_json(f"{ports.mobile_money_url}/simulator/stats"),
    )
    # Connections of before the last blow are of a server that is dead.
    db.engine().dispose()
    with found.system.session() as session:
        held = at_the_end(session, provider, found.watch)
        waiting = report.stuck(session)
    told = report.figures(run)
    found.watch.broken["stuck"] += sum(waiting.values())
    found.watch.broken["tasks without a result"] += told["tasks"] - told["tasks_finished"]
    found.watch.broken["ledger imbalance"] += bool(told["ledger_imbalance"])
    kept = ("seconds", "tasks", "tasks_finished", "answers", "late_answers", "phones", "accuracy")
    return {**{name: told[name] for name in kept}, **held, "stuck": waiting}


def _json(url: str) -> dict[str, Any]:
    answer: dict[str, Any] = httpx2.get(url, timeout=30).raise_for_status().json()
    return answer
