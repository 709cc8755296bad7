"""The webhooks of the rails: verify, record, commit, acknowledge.

Owns HTTP's side only. What a report means is app/payments/rules.py; what is told to the worker is given to
`make_router` by whoever puts the service together.
"""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import Counter

from app import clock, outage
from app.errors import AppError
from app.payments import attempts, rails
from app.payments.payouts import OnSettled
from app.payments.rails.base import RailReport

LARGEST_BODY_BYTES = 100_000

refused = Counter(
    "kazi_payout_callbacks_refused", "Payout callbacks whose signature was missing, wrong or old.", ["rail"]
)


async def _raw_body(request: Request) -> bytes:
    """Return the body as it came: a signature covers its bytes, not what they mean."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY_BYTES:
            raise AppError("too-large", 413, f"A callback has at most {LARGEST_BODY_BYTES} bytes.")
    return bytes(body)


def _report(rail: str, request: Request, raw: bytes, now: datetime) -> RailReport:
    report = rails.get(rail).parse_callback(request.headers, raw, now)
    if report is None:
        refused.labels(rail).inc()
        raise AppError(
            "bad-signature",
            403,
            "The signature of this callback is missing, wrong or out of date. Sign it anew.",
        )
    return report


def make_router(on_settled: OnSettled) -> APIRouter:
    """Return the routes; `on_settled` is called in the transaction in which a payout is settled."""
    router = APIRouter(tags=["webhooks"])

    def simulated_report(request: Request, raw: Annotated[bytes, Depends(_raw_body)]) -> RailReport:
        return _report("simulated", request, raw, clock.now())

    @router.post("/webhooks/payouts/simulated", status_code=204, include_in_schema=False)
    def simulated_callback(
        report: Annotated[RailReport, Depends(simulated_report)],
    ) -> Response:
        outage.endure(
            lambda session: attempts.record_callback(
                session, rail="simulated", report=report, now=clock.now(), on_settled=on_settled
            ),
            for_s=outage.WEBHOOK_S,
        )
        return Response(status_code=204)

    return router
