"""The smallest application around the webhooks: what a test serves in a process of its own."""

from fastapi import FastAPI

from app.api import problems
from app.channels import routes
from app.errors import AppError


def create_app() -> FastAPI:
    app = FastAPI()
    app.include_router(routes.router)
    app.add_exception_handler(AppError, problems.from_app_error)
    return app
