"""The phones' side, for people, crowds and tests: what no real provider has.

Everything is under `/simulator`. Numbers in paths are E.164, with or without the plus.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from hashlib import sha256
from itertools import pairwise
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators import knobs as knob_rules
from simulators.serving import BadRequestError, answer, number_asked, read_json
from simulators.twilio.inbound import receive
from simulators.twilio.provider import Provider
from simulators.twilio.records import Message, channel_of
from simulators.twilio.store import count_by_status

_LARGEST_ANSWER = 1000


def routes(provider: Provider) -> list[Route]:
    """The paths under `/simulator`."""

    def bound(endpoint: Callable[[Provider, Request], Awaitable[Response]]) -> Callable[[Request], Any]:
        async def call(request: Request) -> Response:
            return await endpoint(provider, request)

        return call

    return [
        Route("/simulator/phones", bound(_phones), methods=["GET"]),
        Route("/simulator/phones/{number}/send", bound(_send), methods=["POST"]),
        Route("/simulator/phones/{number}/messages", bound(_messages), methods=["GET"]),
        Route("/simulator/events", bound(_events), methods=["GET"]),
        Route("/simulator/stats", bound(_stats), methods=["GET"]),
        Route("/simulator/config", bound(_config), methods=["GET"]),
        Route("/simulator/config", bound(_configure), methods=["POST"]),
    ]


def _number(request: Request) -> str:
    digits = str(request.path_params["number"]).strip().removeprefix("+")
    if not digits.isdecimal():
        raise BadRequestError(f"{request.path_params['number']!r} is not a phone number: use E.164.")
    return "+" + digits


async def _phones(provider: Provider, _request: Request) -> Response:
    return answer({"phones": provider.store.phones()})


async def _send(provider: Provider, request: Request) -> Response:
    asked = await read_json(request)
    body, to, channel = asked.get("body"), asked.get("to"), asked.get("channel")
    if not isinstance(body, str):
        raise BadRequestError("`body` must be the text that the phone sends.")
    if to is not None and not isinstance(to, str):
        raise BadRequestError("`to` must be the number the phone writes to, or be left out.")
    if channel not in {None, "sms", "whatsapp"}:
        raise BadRequestError(f"`channel` is sms or whatsapp, not {channel!r}.")
    message = receive(provider, _number(request), body, to, channel)
    return answer({"sid": message.sid, "from": message.from_, "to": message.to}, 201)


async def _messages(provider: Provider, request: Request) -> Response:
    number = _number(request)
    after, limit, wait_s = _cursor(request)
    found = await provider.bell.until(lambda: provider.store.phone_entries(number, after, limit), wait_s)
    return answer({"messages": [entry.as_json() for entry in found], "last": provider.store.last_n})


async def _events(provider: Provider, request: Request) -> Response:
    """What was delivered to any phone; one reader can play them all."""
    after, limit, wait_s = _cursor(request)
    found = await provider.bell.until(lambda: provider.store.deliveries(after, limit), wait_s)
    return answer({"events": [entry.as_json() for entry in found], "last": provider.store.last_n})


def _cursor(request: Request) -> tuple[int, int, float]:
    after = int(number_asked(request, "after", 0))
    limit = max(1, min(int(number_asked(request, "limit", _LARGEST_ANSWER)), _LARGEST_ANSWER))
    return after, limit, number_asked(request, "wait_s", 0.0)


async def _config(provider: Provider, _request: Request) -> Response:
    return answer(knob_rules.as_json(provider.knobs))


async def _configure(provider: Provider, request: Request) -> Response:
    knob_rules.change(provider.knobs, await read_json(request))
    return answer(knob_rules.as_json(provider.knobs))


async def _stats(provider: Provider, _request: Request) -> Response:
    return answer(stats(provider))


def stats(provider: Provider) -> dict[str, Any]:
    """Everything that can be counted about this run."""
    store = provider.store
    counts = dict(sorted(store.counts.items()))
    taken = [m for m in store.messages.values() if m.direction == "outbound-api"]
    return {
        "counts": counts,
        "by_status": count_by_status(store),
        "phones": len(store.phones()),
        "busy": provider.busy,
        "sends_accepted": len(taken),
        "ambiguous_sends": sum(n for name, n in counts.items() if name.startswith("ambiguous.")),
        "segments": _by_channel(taken, lambda m: float(m.segments)),
        "segments_inbound": _by_channel(
            [m for m in store.messages.values() if m.inbound], lambda m: float(m.segments)
        ),
        "price": _by_channel(taken, lambda m: m.price),
        "price_unit": provider.knobs.price_unit,
        "opt_outs": sorted([own, phone] for own, phone in store.opt_outs),
        "repeated": _repeated(provider, taken),
        "repeated_callbacks": _repeated_callbacks(taken),
        "webhooks_pending": len(store.undispatched),
    }


def _by_channel(messages: list[Message], measure: Callable[[Message], float]) -> dict[str, float]:
    totals = {"sms": 0.0, "whatsapp": 0.0}
    for message in messages:
        totals[channel_of(message.phone)] += measure(message)
    return totals


def _repeated(provider: Provider, taken: list[Message]) -> list[dict[str, Any]]:
    """Texts taken more than once for one phone.

    `unprompted` counts the repeats before which the phone had sent nothing new: a person who asks for
    HELP twice is rightly told the same twice, and that is not one of them.
    """
    groups: dict[tuple[str, str], list[Message]] = defaultdict(list)
    for message in taken:
        groups[message.to, message.body].append(message)
    found = []
    for (to, body), group in groups.items():
        if len(group) > 1:
            pairs = pairwise(group)
            unprompted = sum(not _wrote_between(provider, first, second) for first, second in pairs)
            found.append(
                {
                    "to": to,
                    "body_sha256": sha256(body.encode()).hexdigest(),
                    "count": len(group),
                    "unprompted": unprompted,
                    "sids": [message.sid for message in group],
                }
            )
    return found


def _wrote_between(provider: Provider, first: Message, second: Message) -> bool:
    for message in provider.store.newest_first(to=None, from_=second.to):
        if message.inbound and message.seq < second.seq:
            return message.seq > first.seq
    return False


def _repeated_callbacks(taken: list[Message]) -> list[dict[str, Any]]:
    """Sends that carried one status callback URL, which names one message of the application's."""
    groups: dict[str, list[str]] = defaultdict(list)
    for message in taken:
        if message.callback_url:
            groups[message.callback_url].append(message.sid)
    return [{"url": url, "sids": sids} for url, sids in groups.items() if len(sids) > 1]
