"""One job played through in virtual time: messages go out and come in, as the service would send and read them.

The rules are those of app/operations: who waits is texted outside quiet hours, a lease stands still in them, a reminder
at half of it where nobody else can be asked, longer and longer rests after questions ignored in a row, sessions of five
and a pause. Seeded: the same job is the same to the second.
"""

import heapq
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.random import Generator

from app import hours
from app.hours import QuietHours
from app.operations.questions import EXPERIENCED_FROM
from app.people import rhythm
from app.tasks.speed.pacing import Pace, lease_s
from bench.simulate.crowd import Parameters, Person, Truth
from bench.simulate.foretold import SHARES, Answered, Rules, Said, foretell
from bench.simulate.jobs import Job
from bench.simulate.rules import Rule
from bench.simulate.words import Words

ZONE = "Africa/Nairobi"
START = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)  # a Monday, eight in the morning in Nairobi
QUIET = QuietHours.parse("19:00-08:00")
LEASE_S, LEAST_LEASE_S, REMINDER_SHARE = 4 * 3600, 300, 0.5
SESSION, PAUSE = 5, timedelta(hours=4)
LONGEST = timedelta(days=60)
_OPEN_DAY_S = 11 * 3600


@dataclass(frozen=True)
class Scheme:
    """How a job is run: which texts, whether the receipt is a message of its own, what is done for speed."""

    name: str
    words: Words
    own_receipt: bool = False
    good_hours: bool = True
    quickest_first: bool = True
    deadline: datetime | None = None
    starts: datetime = START


@dataclass
class Spent:
    """What was sent and received, in segments, and what was answered."""

    out: int = 0
    in_: int = 0
    messages: int = 0
    pushes: int = 0
    reminders: int = 0
    paid: int = 0
    unpaid_late: int = 0
    run_out: int = 0


@dataclass
class _Asked:
    tasks: list[int]
    at: datetime
    expired: bool = False
    answered: bool = False


@dataclass
class _State:
    """One worker in the course of a job, as their row has it."""

    person: Person
    available_at: datetime | None
    asked: _Asked | None = None
    session: int = 0
    ignored: int = 0
    questions: int = 0
    left: bool = False
    heeded: float = rhythm.HEEDED
    reply_s: float = rhythm.REPLY_S
    counts: list[float] = field(default_factory=list)
    heard_at: datetime | None = None


class Course:
    """A job under way."""

    def __init__(
        self, scheme: Scheme, rule: Rule, given: Parameters, crowd: list[Person], true: Truth, rng: Generator
    ) -> None:
        self.scheme, self.rule, self.given, self.true, self.rng = scheme, rule, given, true, rng
        self.job = Job(given.tasks, given.workers, rule.begins_with, scheme.starts)
        self.people = [_State(person, scheme.starts) for person in crowd]
        self.spent = Spent()
        self.now = scheme.starts
        self._events: list[tuple[datetime, int, str, int, _Asked | None]] = []
        self._order = 0
        self._judging = False
        self._waiting_now = 0
        self._round_s = 0.0
        self._leases_over = 0
        self.answers: list[Answered] = []
        self.said: list[Said | None] = []

    def run(self) -> None:
        """Go on until every task is done, or nothing more can come."""
        for number in range(len(self.people)):
            self._at(self.now, "wake", number)
        while self._events and self.job.left and self.now < self.scheme.starts + LONGEST:
            self.now, _, kind, number, asked = heapq.heappop(self._events)
            self.job.now = self.now
            getattr(self, f"_{kind}")(number, asked)
            self._foretell()
        self.rule.end(self.job)

    def _foretell(self) -> None:
        """Ask for a forecast each time another share of the tasks is finished."""
        told = len(self.said)
        if told == len(SHARES) or len(self.job.done_at) < SHARES[told] * self.job.tasks:
            return
        wanted, most = self.rule.wanted()
        rules = Rules(self.scheme.starts, QUIET, ZONE, PAUSE.total_seconds(), LEASE_S, wanted, most)
        said = foretell(
            self.job,
            self.answers,
            SHARES[told],
            rules,
            run_out=self.spent.run_out,
            ended=self._leases_over,
        )
        self.said.append(said)

    def _at(self, at: datetime, kind: str, number: int, asked: _Asked | None = None) -> None:
        self._order += 1
        heapq.heappush(self._events, (at, self._order, kind, number, asked))

    def _wake(self, number: int, _asked: _Asked | None) -> None:
        """Text a worker who waits, if there is something for them and it is a good hour."""
        worker = self.people[number]
        if worker.available_at is None or worker.available_at > self.now or worker.left:
            return
        opens = hours.open_at(QUIET, self.now, ZONE)
        if self.scheme.good_hours and opens == self.now:
            opens = self._good_time(worker)
        if opens > self.now:
            worker.available_at = opens
            self._at(opens, "wake", number)
            return
        if not self._ask(number, receipt_of=0):
            return  # woken again when a place comes up
        self.spent.pushes += 1
        asked = worker.asked
        if self.rng.random() < self.given.leaves:
            worker.left = True
        elif self.rng.random() < worker.person.responds:
            self._reply_later(number, asked, self.given.reply_median_s, self.given.reply_sigma)

    def _good_time(self, worker: _State) -> datetime:
        latest = self.now + rhythm.LONGEST_WAIT
        if self.scheme.deadline is not None:
            latest = min(latest, self.scheme.deadline - timedelta(seconds=LEASE_S))
        places = int((self.job.places - self.job.answered - self.job.live)[self.job.offerable()].sum())
        if places < self._waiting_now:
            latest = self.now
        return rhythm.good_time(rhythm.curve(worker.counts), self.now, ZONE, QUIET, latest)

    def _reply_later(self, number: int, asked: _Asked | None, median_s: float, sigma: float) -> None:
        awake_s = float(median_s * np.exp(self.rng.normal(0, sigma)))
        self._at(self.people[number].person.arrives(self.now, awake_s, ZONE), "reply", number, asked)

    def _ask(self, number: int, *, receipt_of: int) -> bool:
        """Give the worker the next questions; say whether there were any."""
        worker, words = self.people[number], self.scheme.words
        experienced = worker.questions >= EXPERIENCED_FROM
        joined = 0 if self.scheme.own_receipt else receipt_of
        most = words.most_together(experienced=experienced, receipt_of=joined)
        tasks = self.job.take(number, most)
        if not tasks:
            return False
        worker.asked, worker.available_at = _Asked(tasks, self.now), None
        worker.questions += len(tasks)
        self._send(words.question_segments(len(tasks), experienced=experienced, receipt_of=joined))
        lease = timedelta(seconds=lease_s(LEASE_S, least_s=LEAST_LEASE_S, pace=self._pace()))
        self._at(
            hours.add_open_time(QUIET, self.now, lease * REMINDER_SHARE, ZONE), "remind", number, worker.asked
        )
        self._at(hours.add_open_time(QUIET, self.now, lease, ZONE), "expire", number, worker.asked)
        return True

    def _send(self, segments: int) -> None:
        self.spent.out += segments
        self.spent.messages += 1

    def _remind(self, number: int, asked: _Asked | None) -> None:
        worker = self.people[number]
        assert asked is not None
        if asked.answered or asked.expired or worker.left or worker.ignored >= rhythm.REMINDED_UNDER:
            return
        if self._others_come(number):
            return
        experienced = worker.questions >= EXPERIENCED_FROM
        self._send(self.scheme.words.reminder_segments(len(asked.tasks), experienced=experienced))
        self.spent.reminders += 1
        if self.rng.random() < self.given.reminded:
            self._reply_later(number, asked, self.given.reply_median_s, self.given.reply_sigma)

    def _others_come(self, number: int) -> bool:
        """Say whether somebody else can be asked before the lease ends: a text to them brings more than a reminder."""
        until = self.now + timedelta(seconds=LEASE_S)
        return any(
            other.available_at is not None and other.available_at <= until and not other.left
            for at, other in enumerate(self.people)
            if at != number
        )

    def _expire(self, number: int, asked: _Asked | None) -> None:
        worker = self.people[number]
        assert asked is not None
        self._leases_over += len(asked.tasks)
        if asked.answered or asked.expired:
            return
        asked.expired = True
        self.spent.run_out += len(asked.tasks)
        for task in asked.tasks:
            self.job.free(task)
        worker.ignored += 1
        rest = rhythm.rest(worker.ignored, PAUSE)
        if rest is not None:
            worker.available_at = self.now + rest
            self._at(worker.available_at, "wake", number)
        worker.heeded = rhythm.heeded_after(worker.heeded, answered=False)
        self._places_came()

    def _reply(self, number: int, asked: _Asked | None) -> None:
        worker, given = self.people[number], self.given
        assert asked is not None
        if worker.left or asked.answered or asked is not worker.asked:
            return
        asked.answered = True
        waited_s = (self.now - asked.at).total_seconds()
        self._heard(worker, waited_s)
        bundled = len(asked.tasks) > 1
        unclear = self.rng.random() < (given.slips if bundled else given.unclear)
        self.spent.in_ += 1 + unclear
        if unclear:
            self._send(self.scheme.words.clarify_segments())
        taken = sum(self._answer(number, task, waited_s, expired=asked.expired) for task in asked.tasks)
        worker.session += taken
        worker.asked = None
        self._places_came()
        self._go_on(number, len(asked.tasks))

    def _heard(self, worker: _State, waited_s: float) -> None:
        worker.ignored = 0
        worker.heeded = rhythm.heeded_after(worker.heeded, answered=True)
        hour = hours.local_hour(self.now, ZONE)
        if worker.heard_at is None or self.now - worker.heard_at >= timedelta(hours=1):
            # Within a conversation people answer at once: that tells neither their hours nor how quick they are.
            worker.counts = rhythm.learned(worker.counts, hour)
            worker.reply_s = rhythm.reply_after(worker.reply_s, waited_s)
        worker.heard_at = self.now

    def _answer(self, number: int, task: int, waited_s: float, *, expired: bool) -> bool:
        """Record one answer; say whether it was taken."""
        if expired and not self.job.regain(task):
            self.spent.unpaid_late += 1
            return False
        label: int | None = None
        if self.rng.random() >= self.given.dont_know:
            skill = self.people[number].person.skill
            chance = self.given.ambiguous_right if self.true.ambiguous[task] else skill
            right = self.rng.random() < chance
            label = int(self.true.value[task]) if right else 1 - int(self.true.value[task])
            self.spent.paid += 1
            self.answers.append(Answered(self.now, waited_s))
        self.job.answer(task, number, label)
        return True

    def _go_on(self, number: int, answered: int) -> None:
        """Say what was understood, and ask what comes next, or end the session."""
        worker, words = self.people[number], self.scheme.words
        if self.scheme.own_receipt:
            for _ in range(answered):
                self._send(words.receipt_segments())
        if worker.session < SESSION and self._ask(number, receipt_of=answered):
            if self.rng.random() < (1 - self.given.drop_off) ** answered:
                self._reply_later(number, worker.asked, self.given.next_median_s, self.given.next_sigma)
            return
        if not self.scheme.own_receipt:
            self._send(words.last_segments(max(1, worker.session)))
        ended = worker.session >= SESSION
        worker.session = 0 if ended else worker.session
        worker.available_at = self.now + PAUSE if ended else self.now
        if ended:
            self._at(worker.available_at, "wake", number)

    def _places_came(self) -> None:
        """Have what is due judged soon, and text those who wait where there are places."""
        if self.job.flagged and not self._judging:
            self._judging = True
            self._at(self.now + timedelta(seconds=self.rule.pause_s), "judge", 0)
        self._wake_waiting()

    def _judge(self, _number: int, _asked: _Asked | None) -> None:
        self._judging = False
        waiting = sorted(
            task for task in self.job.flagged if self.job.open_[task] and self.job.live[task] == 0
        )
        self.job.flagged.clear()
        if waiting:
            self.rule.judge(self.job, waiting, self._pace())
            self._wake_waiting()

    def _wake_waiting(self) -> None:
        """Text whoever waits, the quick and willing first, while there are places."""
        if not self.job.offerable().any():
            return
        waiting = [
            number
            for number, worker in enumerate(self.people)
            if worker.available_at is not None and worker.available_at <= self.now and not worker.left
        ]
        if self.scheme.quickest_first:
            waiting.sort(
                key=lambda number: rhythm.hoped_s(self.people[number].heeded, self.people[number].reply_s)
            )
        self._waiting_now = len(waiting)
        for number in waiting:
            self._wake(number, None)
            if not self.job.offerable().any():
                return

    def _left_s(self) -> float | None:
        deadline = self.scheme.deadline
        return None if deadline is None else max(0.0, hours.open_seconds(QUIET, self.now, deadline, ZONE))

    def _pace(self) -> Pace:
        idle = sum(
            worker.available_at is not None
            and worker.available_at <= self.now + timedelta(hours=1)
            and not worker.left
            for worker in self.people
        )
        if len(self.answers) % 50 == 0 or not self._round_s:
            newest = [answer.waited_s for answer in self.answers[-200:]]
            self._round_s = float(np.quantile(newest, 0.9)) if len(newest) >= 20 else LEASE_S / 2
        return Pace(self._left_s(), self._round_s, self.given.tasks, self.job.left, idle)
