"""Signing webhooks as Twilio does, written from its public description and not with its SDK.

https://www.twilio.com/docs/usage/security#validating-requests: the URL, then each parameter's name
and value in the order of the names, no separators, through an HMAC and base64. The SDK's validator
takes each value of a repeated parameter once, sorted. The second scheme differs in its hash and names
itself in a header of its own.
"""

import base64
import hmac
from collections.abc import Iterable

SIGNATURE = "X-Twilio-Signature"
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"


def sign(secret: str, url: str, parameters: Iterable[tuple[str, str]], hash_name: str = "sha1") -> str:
    """The signature of a form posted to `url`, which is the URL as the public knows it."""
    text = url + "".join(name + value for name, value in sorted(set(parameters)))
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), hash_name)).decode("ascii")


def signed_headers(
    scheme: str, secret: str, shared_key: str, url: str, parameters: Iterable[tuple[str, str]]
) -> dict[str, str]:
    """The headers that sign a webhook: scheme `sha1` (the account's token) or `sha256` (a shared key)."""
    headers = {SIGNATURE: sign(secret, url, parameters, scheme)}
    if scheme == "sha256":
        headers[SETTINGS] = f"key={shared_key},algorithm=HMAC_SHA256"
    return headers
