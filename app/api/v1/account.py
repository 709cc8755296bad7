"""The client that calls, and what it may still reserve."""

from fastapi import APIRouter
from sqlalchemy import func, select

from app import ids
from app.api import schemas
from app.api.caller import CallerDep
from app.api.problems import responses
from app.db import SessionDep
from app.payments import ledger
from app.payments.models import LedgerAccount, Posting

router = APIRouter(prefix="/account", tags=["Account"])


@router.get("", operation_id="getAccount", responses=responses(401, 429))
def get_account(caller: CallerDep, session: SessionDep) -> schemas.Account:
    """Show who the key belongs to, and its credit by currency."""
    rows = session.execute(
        select(LedgerAccount.currency, func.coalesce(func.sum(Posting.amount_minor), 0))
        .join(Posting, Posting.account_id == LedgerAccount.id, isouter=True)
        .where(LedgerAccount.kind == ledger.CLIENT_CREDIT, LedgerAccount.owner_id == caller.client_id)
        .group_by(LedgerAccount.currency)
        .order_by(LedgerAccount.currency)
    )
    credit = [schemas.Credit(currency=currency, amount_minor=int(amount)) for currency, amount in rows]
    return schemas.Account(id=ids.show("cli", caller.client_id), name=caller.name, credit=credit)
