"""`python -m bench.phones`: many phones that each answer "1" or "2" at instants fixed beforehand.

A process of its own. It writes to the simulated provider, which posts the webhooks. It never waits for an
answer before the next phone writes. Reads its orders as JSON from the file named, prints what it did.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import uvloop

from bench.figures import arrivals


@dataclass(frozen=True)
class Phase:
    """So many texts a second for so many seconds, and the pause after."""

    name: str
    rate: float
    seconds: float
    pause_s: float
    seed: int


async def write(twilio_url: str, numbers: Sequence[str], phases: Sequence[Phase]) -> list[dict[str, Any]]:
    """Go through the phases; return when each began and ended, how much was written, and how late at worst."""
    done = []
    turn = 0
    connector = aiohttp.TCPConnector(limit=64, keepalive_timeout=60)
    async with aiohttp.ClientSession(twilio_url, connector=connector) as session:
        for phase in phases:
            instants = arrivals(phase.rate, phase.seconds, phase.seed)
            began, start = time.time(), time.perf_counter()
            sending = []
            latest = 0.0
            for instant in instants:
                await asyncio.sleep(max(0.0, start + instant - time.perf_counter()))
                latest = max(latest, time.perf_counter() - start - instant)
                number = numbers[turn % len(numbers)]
                word = "2" if turn // len(numbers) % 2 else "1"
                sending.append(asyncio.create_task(_write(session, number, word)))
                turn += 1
            await asyncio.sleep(max(0.0, start + phase.seconds - time.perf_counter()))
            ended = time.time()
            await asyncio.gather(*sending)
            done.append(
                {
                    "name": phase.name,
                    "began": began,
                    "ended": ended,
                    "written": len(instants),
                    "late_s": latest,
                }
            )
            await asyncio.sleep(phase.pause_s)
    return done


async def _write(session: aiohttp.ClientSession, number: str, word: str) -> None:
    path = f"/simulator/phones/{number.removeprefix('+')}/send"
    async with session.post(path, json={"body": word, "channel": "sms"}) as response:
        response.raise_for_status()
        await response.read()


def main() -> None:
    """Read the orders, write, print what was done."""
    orders = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    phases = [Phase(**phase) for phase in orders["phases"]]
    print(json.dumps(uvloop.run(write(orders["twilio_url"], orders["numbers"], phases))))


if __name__ == "__main__":
    main()
