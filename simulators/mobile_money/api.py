"""The provider's API under `/v1`, and the test's side under `/simulator`."""

import asyncio
import re
import secrets
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators import knobs as knob_rules
from simulators.mobile_money.service import Payout, Service
from simulators.serving import BadRequestError, CutResponse, answer, read_json

_E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z")
_LONGEST_NOTE = 140


class RefusedError(Exception):
    """An answer of the API other than success."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status = status
        self.code = code
        super().__init__(message)


def routes(service: Service) -> list[Route]:
    """All paths; those of the provider are behind its bearer secret."""

    def bound(endpoint: Callable[[Service, Request], Awaitable[Response]], *, guarded: bool) -> Any:
        async def call(request: Request) -> Response:
            try:
                if guarded:
                    _authenticate(service, request)
                return await endpoint(service, request)
            except RefusedError as error:
                service.counts[f"refused.{error.code}"] += 1
                return answer({"code": error.code, "message": str(error)}, error.status)

        return call

    return [
        Route("/v1/payouts", bound(_create, guarded=True), methods=["POST"]),
        Route("/v1/payouts/{reference}", bound(_look_up, guarded=True), methods=["GET"]),
        Route("/v1/balance", bound(_balance, guarded=True), methods=["GET"]),
        Route("/simulator/paid", bound(_paid, guarded=False), methods=["GET"]),
        Route("/simulator/payouts", bound(_payouts, guarded=False), methods=["GET"]),
        Route("/simulator/stats", bound(_stats, guarded=False), methods=["GET"]),
        Route("/simulator/config", bound(_config, guarded=False), methods=["GET"]),
        Route("/simulator/config", bound(_configure, guarded=False), methods=["POST"]),
    ]


def _authenticate(service: Service, request: Request) -> None:
    given = request.headers.get("authorization", "")
    if not secrets.compare_digest(given.encode(), f"Bearer {service.secret}".encode()):
        raise RefusedError(401, "unauthorized", "The bearer secret is missing or wrong.")


async def _create(service: Service, request: Request) -> Response:
    try:
        asked = await read_json(request)
    except BadRequestError as error:
        raise RefusedError(400, "invalid_body", str(error)) from error
    reference, recipient = _reference(asked.get("reference")), str(asked.get("recipient"))
    if reference in service.payouts:
        service.counts["duplicates"] += 1
        raise RefusedError(409, "duplicate_reference", f"Reference {reference} was used before: look it up.")
    _check(service, asked, recipient)
    turned_away = service.refusal(reference, recipient)
    if turned_away:
        return await _turn_away(service, turned_away)
    payout = service.accept(
        reference, asked["amount_minor"], asked["currency"], recipient, str(asked.get("note", ""))
    )
    walk = service.start(payout)
    return await _reply(service, payout, walk)


async def _turn_away(service: Service, how: str) -> Response:
    if how == "429":
        raise RefusedError(429, "too_many_requests", "Too many requests at once: wait.")
    if how == "500":
        raise RefusedError(500, "internal_error", "The provider failed on its side.")
    service.counts["refused.timeout"] += 1
    await service.bell.hold(service.knobs.timeout_hold_s)
    return CutResponse()


async def _reply(service: Service, payout: Payout, walk: asyncio.Task[None]) -> Response:
    """The answer to a payout that was taken, which may never reach the caller."""
    if payout.fate.callback_before_reply:
        await asyncio.wait([walk], timeout=service.knobs.callback_timeout_s)
    if payout.fate.reply == "500":
        service.counts["ambiguous.500"] += 1
        raise RefusedError(500, "internal_error", "The provider failed on its side.")
    if payout.fate.reply == "timeout":
        service.counts["ambiguous.timeout"] += 1
        await service.bell.hold(service.knobs.timeout_hold_s)
        return CutResponse()
    delay_s = service.chance.between(service.knobs.answer_delay_s, "answer delay", payout.reference)
    await service.bell.hold(delay_s)
    return answer({"reference": payout.reference, "status": "accepted"}, 202)


def _reference(given: object) -> str:
    try:
        return str(uuid.UUID(str(given)))
    except ValueError as error:
        raise RefusedError(400, "invalid_reference", "`reference` must be a UUID of the caller's.") from error


def _check(service: Service, asked: dict[str, Any], recipient: str) -> None:
    knobs, amount = service.knobs, asked.get("amount_minor")
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise RefusedError(400, "invalid_amount", "`amount_minor` must be a whole number of minor units.")
    if not max(1, knobs.smallest_minor) <= amount <= knobs.largest_minor:
        bounds = f"{max(1, knobs.smallest_minor)} to {knobs.largest_minor}"
        raise RefusedError(400, "amount_out_of_bounds", f"`amount_minor` must be from {bounds}.")
    if asked.get("currency") not in knobs.currencies:
        known = ", ".join(knobs.currencies)
        raise RefusedError(400, "invalid_currency", f"`currency` must be one of {known}.")
    if not _E164.match(recipient):
        raise RefusedError(400, "invalid_recipient", "`recipient` must be a number as +254712345678.")
    if len(str(asked.get("note", ""))) > _LONGEST_NOTE:
        raise RefusedError(400, "invalid_note", f"`note` must have at most {_LONGEST_NOTE} characters.")


async def _look_up(service: Service, request: Request) -> Response:
    reference = _reference(request.path_params["reference"])
    payout = service.found(reference)
    service.counts["look_ups"] += 1
    if payout is None:
        raise RefusedError(404, "not_found", f"No payout has the reference {reference}.")
    return answer(payout.as_json())


async def _balance(service: Service, _request: Request) -> Response:
    balances = [
        {"currency": currency, "available_minor": service.balance_minor(currency)}
        for currency in service.knobs.currencies
    ]
    return answer({"balances": balances})


async def _paid(service: Service, _request: Request) -> Response:
    """The payments really made; a reversed one was made, and is marked."""
    paid = [
        {**payout.as_json(), "paid_at": payout.paid_at, "reversed": payout.status == "reversed"}
        for payout in service.payouts.values()
        if payout.paid_at is not None
    ]
    return answer({"paid": sorted(paid, key=lambda entry: entry["paid_at"])})


async def _payouts(service: Service, _request: Request) -> Response:
    return answer({"payouts": [payout.as_json() for payout in service.payouts.values()]})


async def _stats(service: Service, _request: Request) -> Response:
    by_status: dict[str, int] = {}
    for payout in service.payouts.values():
        by_status[payout.status] = by_status.get(payout.status, 0) + 1
    return answer(
        {
            "counts": dict(sorted(service.counts.items())),
            "by_status": by_status,
            "ambiguous": sum(n for name, n in service.counts.items() if name.startswith("ambiguous.")),
            "busy": service.busy,
        }
    )


async def _config(service: Service, _request: Request) -> Response:
    return answer(knob_rules.as_json(service.knobs))


async def _configure(service: Service, request: Request) -> Response:
    knob_rules.change(service.knobs, await read_json(request))
    return answer(knob_rules.as_json(service.knobs))
