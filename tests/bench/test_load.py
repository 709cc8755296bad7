"""The requests of the load: each a message of its own, signed as Twilio's own SDK checks it."""

from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

from bench.load import Orders, requests

ORDERS = Orders(
    port=8123, path="/hook", token="secret", account_sid="AC1", to="+254711083000", count=20, connections=4
)


def _parsed(request: bytes) -> tuple[dict[str, str], dict[str, str]]:
    head, _, body = request.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    assert first == "POST /hook HTTP/1.1"
    headers = dict(line.split(": ", 1) for line in lines)
    assert headers["Content-Length"] == str(len(body))
    return headers, dict(parse_qsl(body, keep_blank_values=True))


def test_every_request_bears_the_signature_the_sdk_wants() -> None:
    validator = RequestValidator("secret")
    for request in requests(ORDERS):
        headers, form = _parsed(request)
        assert validator.validate("http://127.0.0.1:8123/hook", form, headers["X-Twilio-Signature"])


def test_every_request_is_another_message() -> None:
    assert len({_parsed(request)[1]["MessageSid"] for request in requests(ORDERS)}) == 20
