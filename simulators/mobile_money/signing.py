"""Signing callbacks: `X-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256(secret, t + "." + raw body)>`."""

import hmac

SIGNATURE = "X-Signature"


def sign(secret: str, at: int, body: bytes) -> str:
    """The header's value for a raw body sent at `at`."""
    digest = hmac.digest(secret.encode(), f"{at}.".encode() + body, "sha256")
    return f"t={at},v1={digest.hex()}"
