"""How many requests a client may make a minute, told in RateLimit headers.

Counted in Redis, in fixed windows. Where Redis is away nobody is held back: the limit guards against mistakes
and greed, and no truth hangs on it. The headers are those of draft-ietf-httpapi-ratelimit-headers-11.
"""

import redis
import structlog
from starlette.types import Scope

from app import clock, outbox
from app.api.middleware import add_header
from app.errors import AppError
from app.settings import settings

WINDOW_S = 60
# After Redis failed it is left alone for so long, so that its timeouts do not slow every request.
_REST_S = 5.0

log = structlog.get_logger()
_resting_until_s = 0.0


def count(scope: Scope, client: str) -> None:
    """Count one request of the client and set the headers. Raises `rate-limited` (429) over the limit."""
    limit = settings().api_rate_per_minute
    now_s = clock.now().timestamp()
    reset_s = WINDOW_S - int(now_s) % WINDOW_S
    used = _increment(f"kazi:rate:{client}:{int(now_s) // WINDOW_S}", now_s)
    if used is None:
        return
    add_header(scope, "RateLimit-Policy", f'"default";q={limit};w={WINDOW_S}')
    add_header(scope, "RateLimit", f'"default";r={max(limit - used, 0)};t={reset_s}')
    if used > limit:
        raise AppError(
            "rate-limited",
            429,
            f"You may make {limit} requests a minute and have made more. Wait {reset_s} s, then go on.",
            {"retry_after_s": reset_s},
        )


def _increment(name: str, now_s: float) -> int | None:
    global _resting_until_s  # noqa: PLW0603 - one number of this process, harmless when two threads write it
    if now_s < _resting_until_s:
        return None
    try:
        with outbox.connection().pipeline(transaction=False) as pipe:
            pipe.incr(name)
            pipe.expire(name, 2 * WINDOW_S)
            return int(pipe.execute()[0])
    except redis.RedisError as error:
        _resting_until_s = now_s + _REST_S
        log.warning("requests not counted", error=type(error).__name__)
        return None
