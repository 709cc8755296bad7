"""What one person does, and when: the state of a conversation as its human side sees it.

Owns a person's timers. Texts come in through `receive` and go out through the `send` it was given.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from simulators.chance import Chance
from simulators.crowd.people import Person
from simulators.crowd.reading import Seen, digit_of_answer, digit_of_language, read
from simulators.crowd.wording import put_answer
from simulators.items import about_water

Send = Callable[[Person, str], Awaitable[None]]
Doing = Callable[[], Awaitable[None]]

_UTC_OFFSET = timedelta(hours=3)  # Kenya and Uganda
_SIGMA = 0.6
_LATE_BY = 20.0
_TIMES_A_QUESTION = 4
_OWN_WORDS_KEPT = 20


@dataclass(frozen=True)
class Habits:
    """What all people of a run have in common."""

    truth: Mapping[str, str]
    invite: str
    speed: float = 1.0
    join_span_s: float = 20.0
    idle_s: float = 120.0
    keep_hours: bool = False


@dataclass
class Life:
    """What became of a person so far."""

    state: str = "new"  # new, working, vanished, stopped
    sent: int = 0
    received: int = 0
    answered: int = 0
    said: dict[str, str | None] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    own_words: list[str] = field(default_factory=list)
    pays: int = 0


class Player:
    """A person at their phone."""

    def __init__(self, person: Person, habits: Habits, chance: Chance, send: Send) -> None:
        self.person = person
        self.life = Life()
        self._habits = habits
        self._chance = chance
        self._send = send
        self._open: Seen | None = None
        self._pending: asyncio.Task[None] | None = None
        self._pending_for: tuple[str, ...] = ()
        self._tasks: set[asyncio.Task[None]] = set()
        self._last_at = time.monotonic()
        self._paid_at_count = 0

    @property
    def gone(self) -> bool:
        return self.life.state in {"vanished", "stopped"}

    def start(self) -> None:
        """Join in a while, and ask for the money whenever nothing has come for long."""
        after_s = self._habits.join_span_s * self._chance.draw("join", self.person.name)
        self._later(after_s, self._join)
        self._keep(asyncio.create_task(self._ask_when_idle()))

    def payday(self) -> None:
        """Ask for the money soon, if there can be any."""
        if not self.gone and self.life.answered:
            self._later(self._delay_s("payday", self.life.sent), self._pay)

    def receive(self, text: str) -> None:
        """A text has come: decide what to do about it, if anything."""
        self.life.received += 1
        self._last_at = time.monotonic()
        if self.gone:
            return
        seen = read(text, self._habits.truth, self.life.own_words)
        if seen.kind == "languages":
            digit = digit_of_language(seen.options, self.person.language)
            self._answer_soon((), partial(self._say, digit))
        elif seen.kind == "consent":
            self._answer_soon((), partial(self._say, "1"))
        elif seen.kind == "question":
            self._open = seen
            self._take_question(seen)
        elif seen.kind == "again" and self._open is not None:
            self._take_question(Seen("question", seen.options, self._open.items, self._open.tag))
        elif seen.mentions_more and self._pending is None:
            self._answer_soon((), partial(self._say, "MORE"))

    async def stop(self) -> None:
        """Forget every timer."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _join(self) -> None:
        self.life.state = "working"
        await self._say(f"JOIN {self._habits.invite}")

    async def _pay(self) -> None:
        if not self.gone:
            self.life.pays += 1
            self._paid_at_count = self.life.answered
            await self._say("PAY")

    async def _ask_when_idle(self) -> None:
        idle_s = self._habits.idle_s
        while not self.gone:
            quiet_s = time.monotonic() - self._last_at
            if quiet_s < idle_s:
                await asyncio.sleep(idle_s - quiet_s)
            else:
                if self.life.answered > self._paid_at_count:
                    await self._pay()
                self._last_at = time.monotonic()

    def _take_question(self, seen: Seen) -> None:
        """Mean to answer a question, unless that is meant already, or it is time to be gone."""
        if self._pending is not None and self._pending_for == seen.items:
            return
        if any(self.life.asked[item] >= _TIMES_A_QUESTION for item in seen.items):
            return
        if self.person.vanish_after is not None and self.life.answered >= self.person.vanish_after:
            self.life.state = "vanished"
            return
        if self.person.stop_after is not None and self.life.answered >= self.person.stop_after:
            self._answer_soon((), self._leave)
            return
        self._wonder()
        self._answer_soon(seen.items, partial(self._answer, seen))

    def _wonder(self) -> None:
        """Now and then, ask something else first."""
        name, count = self.person.name, self.life.received
        if self._chance.happens(self.person.curiosity, "wonders", name, count):
            word = self._chance.pick(("BAL", "HELP", "PAY"), "what", name, count)
            self._later(self._delay_s("wonders how long", count) / 2, partial(self._say, word))

    async def _leave(self) -> None:
        self.life.state = "stopped"
        await self._say("STOP")

    async def _answer(self, seen: Seen) -> None:
        """Judge what is quoted and say so; several questions are answered by their digits in a row."""
        name = self.person.name
        values = [self._judge(item) for item in seen.items]
        digits = ["0" if value == "unsure" else digit_of_answer(seen.options, value) for value in values]
        about = (*seen.items, *(self.life.asked[item] for item in seen.items))
        if len(digits) == 1:
            label = seen.options.get(digits[0], "") if values[0] != "unsure" else ""
            words, clear = put_answer(self.person, digits[0], label, self._chance, *about)
        else:
            words, clear = "".join(digits), True
        if seen.tag and clear and self._chance.happens(0.5, "tag", name, *about):
            words = f"{seen.tag} {words.strip()}"
        for item, value in zip(seen.items, values, strict=True):
            self.life.asked[item] += 1
            if clear:
                self.life.said[item] = value
        self.life.answered += clear
        await self._say(words)
        if self._chance.happens(self.person.duplicates, "twice", name, *about):
            await self._say(words)

    def _judge(self, item: str) -> str:
        """What the person thinks, the same however often they are asked."""
        name = self.person.name
        truth = self._habits.truth.get(item) or ("yes" if about_water(item) else "no")
        if self._chance.happens(self.person.unsure, "unsure", name, item):
            return "unsure"
        if self._chance.happens(self.person.skill, "right", name, item):
            return truth
        return "no" if truth == "yes" else "yes"

    def _answer_soon(self, items: tuple[str, ...], doing: Doing) -> None:
        """Do it after this person's time to reply; what they only meant to do before is dropped."""
        if self._pending is not None:
            self._pending.cancel()
        count = self.life.received
        delay_s = self._delay_s("reply", count)
        if self._chance.happens(self.person.lateness, "late", self.person.name, count):
            delay_s *= _LATE_BY
        self._pending = self._later(delay_s, partial(self._no_longer_pending, doing))
        self._pending_for = items

    async def _no_longer_pending(self, doing: Doing) -> None:
        """What has begun is done to its end: the next text may come before the sending is over."""
        self._pending = None
        await doing()

    def _delay_s(self, *about: object) -> float:
        median_s = self.person.reply_median_s / self._habits.speed
        return self._chance.lognormal(median_s, _SIGMA, "delay", self.person.name, *about)

    async def _say(self, words: str) -> None:
        if self.life.state == "vanished":
            return
        self.life.sent += 1
        self.life.own_words = [*self.life.own_words, words][-_OWN_WORDS_KEPT:]
        await self._send(self.person, words)

    def _later(self, after_s: float, doing: Doing) -> asyncio.Task[None]:
        return self._keep(asyncio.create_task(_after(after_s + self._asleep_s(), doing)))

    def _asleep_s(self) -> float:
        """How long until this person is awake, where the run keeps hours."""
        if not self._habits.keep_hours or self.person.awake is None:
            return 0.0
        local = datetime.now(UTC) + _UTC_OFFSET
        hour = local.hour + local.minute / 60
        wakes, sleeps = self.person.awake
        is_awake = wakes <= hour < sleeps if wakes < sleeps else hour >= wakes or hour < sleeps
        return 0.0 if is_awake else (wakes - hour) % 24 * 3600 / self._habits.speed

    def _keep(self, task: asyncio.Task[None]) -> asyncio.Task[None]:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _after(after_s: float, doing: Doing) -> None:
    await asyncio.sleep(after_s)
    await doing()
