"""The crowd as a whole: one connection that hears all phones, the sending, and what was said.

Deliveries are followed from the moment the crowd starts; what a phone was sent before is not its
business.
"""

import asyncio
import contextlib
import logging
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import aiohttp

from simulators.chance import Chance
from simulators.crowd.people import Person
from simulators.crowd.person import Habits, Player
from simulators.events import Bell

log = logging.getLogger("simulators.crowd")

_WAIT_S = 20.0
_PAUSE_S = 0.2
_TRIES = 25


@dataclass(frozen=True)
class Numbers:
    """The application's sender on each channel."""

    sms: str
    whatsapp: str

    def on(self, channel: str) -> str:
        return self.whatsapp if channel == "whatsapp" else self.sms


class Crowd:
    """All people of a run. Made anywhere, opened in the event loop that runs it."""

    def __init__(
        self, people: list[Person], habits: Habits, twilio_url: str, numbers: Numbers, seed: int
    ) -> None:
        self.bell = Bell()
        self.truth: dict[str, str] = dict(habits.truth)
        self.lost_sends = 0
        shared = Habits(
            self.truth, habits.invite, habits.speed, habits.join_span_s, habits.idle_s, habits.keep_hours
        )
        chance = Chance(seed)
        self.players = {person.number: Player(person, shared, chance, self._send) for person in people}
        self._twilio_url = twilio_url.rstrip("/")
        self._numbers = numbers
        self._session: aiohttp.ClientSession | None = None
        self._listening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start to listen, then let everyone join."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_WAIT_S + 20))
        after = await self._last_event()
        self._listening = asyncio.create_task(self._listen(after))
        for player in self.players.values():
            player.start()

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
        for player in self.players.values():
            await player.stop()
        if self._session is not None:
            await self._session.close()

    def payday(self) -> int:
        """Everyone who can asks for their money; how many do."""
        asking = [p for p in self.players.values() if not p.gone and p.life.answered]
        for player in asking:
            player.payday()
        return len(asking)

    async def _last_event(self) -> int:
        for _ in range(_TRIES):
            try:
                return int((await self._events(10**12, 0.0))["last"])
            except (aiohttp.ClientError, TimeoutError):
                await asyncio.sleep(_PAUSE_S)
        raise ConnectionError(f"No simulated Twilio answers at {self._twilio_url}: start it first.")

    async def _listen(self, after: int) -> None:
        while True:
            try:
                found = await self._events(after, _WAIT_S)
            except (aiohttp.ClientError, TimeoutError):
                await asyncio.sleep(_PAUSE_S)
                continue
            for event in found["events"]:
                after = event["n"]
                player = self.players.get(event["phone"])
                if player is not None:
                    player.receive(event["body"])

    async def _events(self, after: int, wait_s: float) -> dict[str, Any]:
        url = f"{self._twilio_url}/simulator/events?after={after}&wait_s={wait_s}"
        async with self._open_session().get(url) as response:
            response.raise_for_status()
            found: dict[str, Any] = await response.json()
            return found

    async def _send(self, person: Person, words: str) -> None:
        url = f"{self._twilio_url}/simulator/phones/{person.number}/send"
        text = {"body": words, "to": self._numbers.on(person.channel), "channel": person.channel}
        for _ in range(_TRIES):
            try:
                async with self._open_session().post(url, json=text) as response:
                    response.raise_for_status()
                    return
            except (aiohttp.ClientError, TimeoutError):
                await asyncio.sleep(_PAUSE_S)
        self.lost_sends += 1
        log.warning("a text of %s could not be sent", person.name)

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("The crowd is not open: call open() in the event loop first.")
        return self._session

    def stats(self) -> dict[str, Any]:
        """What became of everyone, what they said, and what a majority of that is worth."""
        answers = [
            {"phone": p.person.name, "text": text, "said": said, "truth": self.truth.get(text)}
            for p in self.players.values()
            for text, said in p.life.said.items()
        ]
        states = Counter(player.life.state for player in self.players.values())
        return {
            "phones": len(self.players),
            "states": dict(sorted(states.items())),
            "alive": sum(not player.gone for player in self.players.values()),
            "sent": sum(player.life.sent for player in self.players.values()),
            "received": sum(player.life.received for player in self.players.values()),
            "lost_sends": self.lost_sends,
            "majority": majority(answers),
            "people": [_person(player, self.truth) for player in self.players.values()],
            "answers": answers,
        }


def majority(answers: list[dict[str, Any]]) -> dict[str, Any]:
    """How often the majority of what was said of a text is right; a draw is right half the time."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    truths: dict[str, str] = {}
    for answer in answers:
        if answer["truth"] is not None and answer["said"] not in {None, "unsure"}:
            votes[answer["text"]][answer["said"]] += 1
            truths[answer["text"]] = answer["truth"]
    right = sum(_worth(count, truths[text]) for text, count in votes.items())
    said = sum(count.total() for count in votes.values())
    rightly = sum(count[truths[text]] for text, count in votes.items())
    return {
        "texts": len(votes),
        "answers": said,
        "accuracy": right / len(votes) if votes else None,
        "answer_accuracy": rightly / said if said else None,
    }


def _worth(count: Counter[str], truth: str) -> float:
    most = max(count.values())
    winners = [value for value, number in count.items() if number == most]
    return 1 / len(winners) if truth in winners else 0.0


def _person(player: Player, truth: dict[str, str]) -> dict[str, Any]:
    person, life = player.person, player.life
    judged = [(said, truth[text]) for text, said in life.said.items() if text in truth]
    return {
        "phone": person.name,
        "number": person.number,
        "country": person.country,
        "language": person.language,
        "channel": person.channel,
        "skill": person.skill,
        "state": life.state,
        "sent": life.sent,
        "received": life.received,
        "answered": len(judged),
        "right": sum(said == right for said, right in judged),
        "pays": life.pays,
    }
