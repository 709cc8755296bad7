"""The routes of version 1, together."""

from fastapi import APIRouter

from app.api.v1 import account, disputes, documents, events, gold, outcomes, projects, webhooks

router = APIRouter(prefix="/v1")
for _part in (projects, documents, events, outcomes, disputes, gold, webhooks, account):
    router.include_router(_part.router)
