"""The web application, put together: the providers' webhooks, the API, the console, health. No rule lives here."""

from fastapi import FastAPI

from app import log
from app.api import health, openapi, problems
from app.api.caller import Replay, replayed
from app.api.middleware import Frame
from app.api.v1 import routes as v1
from app.api.v1.events import NothingMore, nothing_more
from app.channels import routes as channels
from app.console import routes as console
from app.operations import pay
from app.payments import routes as payments


def serve() -> FastAPI:
    """Return the application for `uvicorn app.main:serve --factory`, and make the process log as all others do."""
    log.configure()
    return create_app()


def create_app() -> FastAPI:
    """Return the application alone, for whoever has a process of their own: tests and benchmarks."""
    # The interactive pages load their scripts from elsewhere, which our own policy forbids.
    app = FastAPI(title="Kazi", openapi_url="/v1/openapi.json", docs_url=None, redoc_url=None)
    problems.install(app)
    app.add_exception_handler(Replay, replayed)
    app.add_exception_handler(NothingMore, nothing_more)
    app.include_router(channels.router)
    app.include_router(payments.make_router(pay.on_settled))
    app.include_router(v1.router)
    app.include_router(health.router)
    app.include_router(console.router)
    console.mount_static(app)
    openapi.describe(app)
    # Last, and so around everything else.
    app.add_middleware(Frame)
    return app
