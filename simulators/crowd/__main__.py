"""`python -m simulators.crowd`: the command line of the crowd, and its control API under `/control`."""

import argparse
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.crowd.people import Mix, make_people
from simulators.crowd.person import Habits
from simulators.crowd.runner import Crowd, Numbers
from simulators.serving import BadRequestError, answer, make_app, read_json, serve


def build(crowd: Crowd, report: str | None = None) -> Starlette:
    """The app of one crowd; its report is written when it ends."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await crowd.open()
        yield
        await crowd.close()
        if report is not None:
            _write(Path(report), crowd.stats())

    async def stats(_request: Request) -> Response:
        return answer(crowd.stats())

    async def payday(_request: Request) -> Response:
        return answer({"asking": crowd.payday()})

    async def truth(request: Request) -> Response:
        crowd.truth.update(_checked_truth(await read_json(request)))
        return answer({"known": len(crowd.truth)})

    routes = [
        Route("/control/stats", stats, methods=["GET"]),
        Route("/control/payday", payday, methods=["POST"]),
        Route("/control/truth", truth, methods=["POST"]),
    ]
    return make_app(routes, lifespan)


def _write(report: Path, stats: object) -> None:
    report.write_text(json.dumps(stats, indent=1), encoding="utf-8")


def read_truth(path: str | None) -> dict[str, str]:
    """The answer by text, from {text: truth} or a list of items that have both. Raises ValueError."""
    if path is None:
        return {}
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    if isinstance(found, list):
        found = {item["text"]: item["truth"] for item in found}
    return _checked_truth(found)


def _checked_truth(found: object) -> dict[str, str]:
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise BadRequestError('A truth file is {"text": "yes", …} or a list of {"text": …, "truth": …}.')
    return found


def _shares(text: str) -> dict[str, float]:
    """`sms=0.7,whatsapp=0.3` as a mapping."""
    try:
        pairs = (part.split("=") for part in text.split(","))
        return {name.strip(): float(share) for name, share in pairs}
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=SHARE,NAME=SHARE") from error


def _span(text: str) -> tuple[float, float]:
    """`0.7,0.95` as a span."""
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not LOW,HIGH") from error
    return low, high


def make_parser() -> argparse.ArgumentParser:
    """Every flag of the command."""
    parser = argparse.ArgumentParser(prog="python -m simulators.crowd", description="People with phones.")
    usual = Mix()
    add = parser.add_argument
    add("--twilio", required=True, metavar="URL", help="the simulated Twilio")
    add("--kazi-number", required=True, metavar="+254…", help="the application's SMS sender")
    add("--kazi-whatsapp", metavar="+254…", help="its WhatsApp sender (the SMS one when left out)")
    add("--invite", required=True, metavar="CODE", help="what follows JOIN")
    add("--truth", metavar="FILE.json", help="what the people know: {text: yes|no}")
    add("--phones", type=int, default=40)
    add("--seed", type=int, default=0)
    add("--port", type=int, default=0, help="of the control API, on 127.0.0.1; 0 takes a free one")
    add("--speed", type=float, default=1.0, help="how many times faster than life")
    add("--join-span-s", type=float, help="over how long they join (60 s of life when left out)")
    add("--idle-s", type=float, help="the silence after which they ask for PAY (30 minutes of life)")
    add("--channel-mix", type=_shares, default=usual.channels, metavar="sms=0.75,whatsapp=0.25")
    add("--language-mix", type=_shares, default=usual.languages, metavar="en=0.34,sw=0.33,lg=0.33")
    add("--skill", type=_span, default=usual.skill, metavar="0.75,0.98", help="chance to be right")
    add("--messy", type=float, default=usual.messy, help="share who write as they like")
    add("--vanish", type=float, default=usual.vanish, help="share who fall silent after some answers")
    add("--stop", type=float, default=usual.stop, help="share who text STOP after some answers")
    add("--duplicate", type=float, default=usual.duplicate, help="share who sometimes send a text twice")
    add("--late", type=float, default=usual.late, help="share who sometimes reply very late")
    add("--awake-hours", action="store_true", help="people sleep at night, Kenyan and Ugandan time")
    add("--report", metavar="FILE", help="write the statistics here at the end")
    return parser


def main() -> None:
    """Read the command line and serve."""
    parser = make_parser()
    asked = parser.parse_args()
    mix = Mix(
        channels=asked.channel_mix,
        languages=asked.language_mix,
        skill=asked.skill,
        messy=asked.messy,
        vanish=asked.vanish,
        stop=asked.stop,
        duplicate=asked.duplicate,
        late=asked.late,
    )
    try:
        truth = read_truth(asked.truth)
    except (OSError, ValueError, KeyError, TypeError) as error:
        parser.error(f"--truth {asked.truth}: {error}")
    habits = Habits(
        truth=truth,
        invite=asked.invite,
        speed=asked.speed,
        join_span_s=60 / asked.speed if asked.join_span_s is None else asked.join_span_s,
        idle_s=1800 / asked.speed if asked.idle_s is None else asked.idle_s,
        keep_hours=asked.awake_hours,
    )
    people = make_people(asked.phones, asked.seed, mix)
    numbers = Numbers(asked.kazi_number, asked.kazi_whatsapp or asked.kazi_number)
    crowd = Crowd(people, habits, asked.twilio, numbers, asked.seed)
    serve(build(crowd, asked.report), crowd.bell, asked.port)


if __name__ == "__main__":
    main()
