"""The provider's API: create, fetch, list, cancel, redact and delete messages.

https://www.twilio.com/docs/messaging/api/message-resource. The faults of a send are chosen here,
because they are about the answer and not about the message.
"""

import base64
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.serving import CutResponse, answer, read_form
from simulators.twilio import delivery
from simulators.twilio.errors import TwilioError
from simulators.twilio.provider import Provider
from simulators.twilio.records import API_VERSION, Message, as_json, media_list
from simulators.twilio.sending import accept

Endpoint = Callable[[Request], Awaitable[Response]]

_LARGEST_PAGE = 1000


def routes(provider: Provider) -> list[Route]:
    """The provider's own paths, each behind the account's credentials."""
    base = f"/{API_VERSION}/Accounts/{{account_sid}}/Messages"

    def guarded(endpoint: Callable[[Provider, Request], Awaitable[Response]]) -> Endpoint:
        async def call(request: Request) -> Response:
            try:
                _authenticate(provider, request)
                return await endpoint(provider, request)
            except TwilioError as error:
                provider.count(f"refused.{error.code}")
                return answer(error.as_json(), error.status, _challenge(error))

        return call

    return [
        Route(f"{base}.json", guarded(_create), methods=["POST"]),
        Route(f"{base}.json", guarded(_list), methods=["GET"]),
        Route(f"{base}/{{sid}}.json", guarded(_fetch), methods=["GET"]),
        Route(f"{base}/{{sid}}.json", guarded(_update), methods=["POST"]),
        Route(f"{base}/{{sid}}/Media.json", guarded(_media), methods=["GET"]),
        Route(f"{base}/{{sid}}.json", guarded(_delete), methods=["DELETE"]),
    ]


def _challenge(error: TwilioError) -> dict[str, str]:
    return {"WWW-Authenticate": 'Basic realm="Twilio API"'} if error.code == 20003 else {}


def _authenticate(provider: Provider, request: Request) -> None:
    account = provider.account
    token = base64.b64encode(f"{account.sid}:{account.auth_token}".encode()).decode("ascii")
    if not secrets.compare_digest(
        request.headers.get("authorization", "").encode(), f"Basic {token}".encode()
    ):
        raise TwilioError(20003)
    if request.path_params["account_sid"] != account.sid:
        raise TwilioError(20404, request.url.path)


async def _create(provider: Provider, request: Request) -> Response:
    form = await read_form(request)
    knobs, key = provider.knobs, (form.get("To", ""), provider.store.next_try("ask " + form.get("To", "")))
    if provider.chance.happens(knobs.reject_429_rate, "429", *key):
        raise TwilioError(20429)
    if provider.chance.happens(knobs.reject_500_rate, "500 before", *key):
        raise TwilioError(20500)
    if provider.chance.happens(knobs.reject_timeout_rate, "timeout before", *key):
        provider.count("refused.timeout")
        await provider.bell.hold(knobs.timeout_hold_s)
        return CutResponse()
    message = accept(provider, form)
    provider.count("sends_accepted")
    delivery.start(provider, message)
    return await _answer_to_send(provider, message, key)


async def _answer_to_send(provider: Provider, message: Message, key: tuple[str, int]) -> Response:
    """The answer to a message that was taken, which may never reach the caller."""
    knobs, chance = provider.knobs, provider.chance
    if chance.happens(knobs.accept_then_500_rate, "500 after", *key):
        provider.count("ambiguous.500")
        raise TwilioError(20500)
    if chance.happens(knobs.accept_then_cut_rate, "cut after", *key):
        provider.count("ambiguous.cut")
        return CutResponse()
    if chance.happens(knobs.accept_then_timeout_rate, "timeout after", *key):
        provider.count("ambiguous.timeout")
        await provider.bell.hold(knobs.timeout_hold_s)
        return CutResponse()
    shown = as_json(message, provider.account.sid)
    await provider.bell.hold(chance.between(knobs.answer_delay_s, "answer delay", *key))
    return answer(shown, 201)


async def _fetch(provider: Provider, request: Request) -> Response:
    return answer(as_json(_found(provider, request), provider.account.sid))


async def _media(provider: Provider, request: Request) -> Response:
    """List the pictures of a message, as https://www.twilio.com/docs/messaging/api/media-resource has them."""
    message = _found(provider, request)
    return answer({"media_list": media_list(message, provider.account.sid), "next_page_uri": None})


async def _update(provider: Provider, request: Request) -> Response:
    """Cancel a scheduled message, or redact a finished one: the only changes there are."""
    message = _found(provider, request)
    form = await read_form(request)
    if form.get("Status") == "canceled":
        if message.status != "scheduled":
            raise TwilioError(30409)
        provider.store.set_status(message, "canceled", provider.now())
    if form.get("Body") == "":
        _require_final(message)
        provider.store.redact(message)
    return answer(as_json(message, provider.account.sid))


async def _delete(provider: Provider, request: Request) -> Response:
    message = _found(provider, request)
    _require_final(message)
    provider.store.delete(message)
    return Response(status_code=204)


def _found(provider: Provider, request: Request) -> Message:
    message = provider.store.messages.get(request.path_params["sid"])
    if message is None:
        raise TwilioError(20404, request.url.path)
    return message


def _require_final(message: Message) -> None:
    if not message.final:
        raise TwilioError(20009)


async def _list(provider: Provider, request: Request) -> Response:
    """A page of messages, newest first; a page is found by the message the one before ended with."""
    query = request.query_params
    size = max(1, min(int(query.get("PageSize", "50")), _LARGEST_PAGE))
    number = int(query.get("Page", "0"))
    token = query.get("PageToken", "")
    before = int(token.removeprefix("PA")) if token else None
    wanted = (
        message
        for message in provider.store.newest_first(query.get("To"), query.get("From"))
        if (before is None or message.seq < before) and _in_dates(message, request)
    )
    found = list(islice(wanted, size + 1))
    page, more = found[:size], len(found) > size
    return answer(
        {
            "end": number * size + len(page) - 1 if page else 0,
            "first_page_uri": _page_uri(request, {"Page": "0"}),
            "next_page_uri": _page_uri(request, {"Page": str(number + 1), "PageToken": f"PA{page[-1].seq}"})
            if more
            else None,
            "page": number,
            "page_size": size,
            "previous_page_uri": None,
            "messages": [as_json(message, provider.account.sid) for message in page],
            "start": number * size,
            "uri": _page_uri(request, {}),
        }
    )


def _page_uri(request: Request, changed: dict[str, str]) -> str:
    query = {name: value for name, value in request.query_params.multi_items() if name != "PageToken"}
    return f"{request.url.path}?{urlencode(query | changed)}"


def _in_dates(message: Message, request: Request) -> bool:
    """The three filters by date; a day alone means the whole of it, in UTC."""
    query = request.query_params
    moment = datetime.fromtimestamp(message.sent_at or message.created_at, UTC)
    on, since, until = query.get("DateSent"), query.get("DateSent>"), query.get("DateSent<")
    if on and moment.date() != _instant(on).date():
        return False
    if since and moment < _instant(since):
        return False
    if until and len(until) == len("2026-01-01"):
        return moment.date() <= _instant(until).date()
    return not until or moment <= _instant(until)


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
