"""Our own check of Twilio's signatures says what the SDK's validator says, on whatever is thought of."""

import base64
import hmac
from hashlib import sha256
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator, get_signature_algorithm

from app.channels.twilio_signature import algorithm_named, body_is_signed, signed_by

# The documented example of https://www.twilio.com/docs/usage/security.
EXAMPLE_URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
EXAMPLE_PAIRS = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675309"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
]
EXAMPLE_SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
EXAMPLE_TOKEN = "12345"

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
tokens = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
pairs = st.lists(st.tuples(words, words), max_size=8)
hosts = st.sampled_from(["kazi.example", "kazi.example:443", "kazi.example:80", "127.0.0.1:8000", "h:8443"])
urls = st.builds(
    lambda scheme, host, path, query: f"{scheme}://{host}/{path}" + (f"?{query}" if query else ""),
    st.sampled_from(["http", "https"]),
    hosts,
    st.sampled_from(["", "webhooks/twilio/messages", "a/b;c=1"]),
    st.dictionaries(words.filter(bool), words, max_size=3).map(urlencode),
)
algorithms = st.sampled_from(["HMAC_SHA1", "HMAC_SHA256", "hmac_sha256", "HMAC_MD5", ""])


class MultiDict(dict[str, list[str]]):
    """Parameters as a web framework hands them to the SDK."""

    def __init__(self, given_pairs: list[tuple[str, str]]) -> None:
        for name, value in given_pairs:
            self.setdefault(name, []).append(value)

    def getlist(self, name: str) -> list[str]:
        return self[name]


def test_the_documented_example() -> None:
    assert signed_by(EXAMPLE_TOKEN, EXAMPLE_URL, EXAMPLE_PAIRS, EXAMPLE_SIGNATURE, "HMAC_SHA1")
    assert not signed_by(EXAMPLE_TOKEN, EXAMPLE_URL, EXAMPLE_PAIRS, EXAMPLE_SIGNATURE, "HMAC_SHA256")
    assert not signed_by("12346", EXAMPLE_URL, EXAMPLE_PAIRS, EXAMPLE_SIGNATURE, "HMAC_SHA1")


@pytest.mark.parametrize("position", range(len(EXAMPLE_PAIRS)))
def test_a_changed_parameter_is_refused(position: int) -> None:
    changed = list(EXAMPLE_PAIRS)
    name, value = changed[position]
    changed[position] = (name, value[:-1] + "X")
    assert not signed_by(EXAMPLE_TOKEN, EXAMPLE_URL, changed, EXAMPLE_SIGNATURE, "HMAC_SHA1")


@given(tokens, urls, urls, pairs, pairs, algorithms)
def test_it_agrees_with_the_sdk(
    token: str,
    signed_url: str,
    url: str,
    signed_pairs: list[tuple[str, str]],
    given_pairs: list[tuple[str, str]],
    algorithm: str,
) -> None:
    validator = RequestValidator(token)
    known = algorithm.upper() in {"HMAC_SHA1", "HMAC_SHA256"}
    signature = validator.compute_signature(
        signed_url, MultiDict(signed_pairs), algorithm if known else "HMAC_SHA1"
    )
    for checked_url in (signed_url, url):
        for checked_pairs in (signed_pairs, given_pairs):
            expected = validator.validate(
                checked_url, MultiDict(checked_pairs), signature, algorithm or "none"
            )
            ours = signed_by(token, checked_url, checked_pairs, signature, algorithm or "none")
            assert ours == expected


@given(tokens, urls, pairs, st.text(max_size=40))
def test_junk_for_a_signature_is_refused(
    token: str, url: str, given_pairs: list[tuple[str, str]], junk: str
) -> None:
    expected = RequestValidator(token).validate(url, MultiDict(given_pairs), junk)
    assert signed_by(token, url, given_pairs, junk, "HMAC_SHA1") == expected


@given(st.text(st.sampled_from("key=algorithm,HMAC_SHA1256 "), max_size=60))
def test_the_settings_header_is_read_as_the_sdk_reads_it(header: str) -> None:
    assert algorithm_named(header) == get_signature_algorithm(header)


@pytest.mark.parametrize(
    "header", ["", "key=k,algorithm=HMAC_SHA256", "algorithm=,key=k", " algorithm = HMAC_SHA1 "]
)
def test_known_settings_headers(header: str) -> None:
    assert algorithm_named(header) == get_signature_algorithm(header)


@given(st.binary(max_size=30), st.booleans(), st.booleans())
def test_a_body_that_is_no_form_is_vouched_for_by_its_digest(
    body: bytes, has_digest: bool, right: bool
) -> None:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return
    digest = sha256(body if right else body + b"x").hexdigest()
    url = f"https://kazi.example/hook?bodySHA256={digest}" if has_digest else "https://kazi.example/hook"
    signature = base64.b64encode(hmac.digest(b"token", url.encode(), "sha1")).decode()
    ours = body_is_signed(url, body) and signed_by("token", url, (), signature, "HMAC_SHA1")
    try:
        expected = RequestValidator("token").validate(url, text, signature)
    except TypeError:
        expected = False
    assert ours == expected
