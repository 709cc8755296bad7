"""What payments keep of a person, told and forgotten: the numbers they are paid to, and their payouts.

The ledger knows only a worker's id, and is never touched. How payouts move is app/payments/payouts.py.
"""

import secrets
from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session, aliased

from app import crypto, ids
from app.errors import conflict
from app.payments import ledger, payouts
from app.payments.ledger import account
from app.payments.models import Payout, PayoutAccount, WorkerPayoutAccount


def accounts_of(session: Session, worker_id: UUID) -> list[PayoutAccount]:
    """Return every account the worker is or was paid to."""
    return list(
        session.scalars(
            select(PayoutAccount)
            .join(WorkerPayoutAccount, WorkerPayoutAccount.payout_account_id == PayoutAccount.id)
            .where(WorkerPayoutAccount.worker_id == worker_id)
            .order_by(WorkerPayoutAccount.since)
        )
    )


def payouts_of(session: Session, worker_id: UUID) -> list[Payout]:
    """Return the worker's payouts, oldest first."""
    return list(session.scalars(select(Payout).where(Payout.worker_id == worker_id).order_by(Payout.id)))


def forget_accounts(session: Session, *, worker_id: UUID) -> None:
    """Overwrite the numbers only this worker is paid to, and take the shared ones from them.

    Raises `payout-in-progress` (409) while a payout of theirs is on its way: the number is still needed.
    """
    for currency in ledger.currencies_of(session, worker_id):
        # The lock a payout is asked for under: none can begin between looking and forgetting.
        ledger.locked_balance(session, account(ledger.WORKER_PAYABLE, worker_id, currency))
        under_way = payouts.open_payout(session, worker_id=worker_id, currency=currency)
        if under_way is not None:
            raise conflict(
                "payout-in-progress",
                f"The payout {ids.show('pay', under_way.id)} is still on its way to this person's number "
                f"(it is {under_way.state}). Wait until it is settled, or refuse it, then erase again.",
                payout_id=ids.show("pay", under_way.id),
                state=under_way.state,
            )
    theirs = session.scalars(
        delete(WorkerPayoutAccount)
        .where(WorkerPayoutAccount.worker_id == worker_id)
        .returning(WorkerPayoutAccount.payout_account_id)
    ).all()
    other = aliased(WorkerPayoutAccount)
    for account_id in sorted(theirs):
        number = f"erased-{secrets.token_hex(8)}"
        session.execute(
            update(PayoutAccount)
            .where(PayoutAccount.id == account_id, ~exists().where(other.payout_account_id == account_id))
            .values(number=crypto.encrypt(number), number_index=crypto.blind_index(number), ending="--")
        )
