"""Inviting: a worker's own code, who came by it, and when the one who brought them is to be thanked.

Owns these columns of workers. Whoever is brought is of one group with who brought them from the first, so that an
invitation only ever makes their answers count for less. What is paid for it is operations'.
"""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import conflict
from app.people.models import Cohort, Worker
from app.people.service import join_group, lock_worker

# Letters and digits that are not taken for one another on a small screen or in somebody's hand; a code ends in
# these, first a letter, so that it can be told from its cohort's code, which often ends in digits.
_LETTERS = "ACDEFHJKMNPRTUVWXY"
_SIGNS = _LETTERS + "34679"
_SHORTEST, _LONGEST, _TRIES = 3, 6, 8


def own_code(session: Session, worker: Worker) -> str:
    """Return the code friends of a locked worker join by; made when it is first asked for, and theirs for good.

    It begins with their cohort's code, if they are of one: friends join that cohort.
    """
    if worker.invite_code is None:
        cohort = session.get(Cohort, worker.cohort_id) if worker.cohort_id else None
        worker.invite_code = _new_code(session, cohort.invite_code if cohort else "")
        session.flush()
    return worker.invite_code


def _new_code(session: Session, start: str) -> str:
    for length in range(_SHORTEST if start else _SHORTEST + 1, _LONGEST + 1):
        for _ in range(_TRIES):
            end = secrets.choice(_LETTERS) + "".join(secrets.choice(_SIGNS) for _ in range(length - 1))
            if not taken(session, start + end):
                return start + end
    raise conflict("code-taken", "No invite code is left. Ask for one again.")


def taken(session: Session, code: str) -> bool:
    """Say whether a code is a cohort's or a worker's already."""
    of_cohort = select(Cohort.id).where(Cohort.invite_code == code)
    of_worker = select(Worker.id).where(Worker.invite_code == code)
    return session.scalar(of_cohort) is not None or session.scalar(of_worker) is not None


def inviter(session: Session, code: str) -> Worker | None:
    """Return whose invite code that is, as somebody typed it; None where it is nobody's any more."""
    return session.scalar(
        select(Worker).where(Worker.invite_code == code.strip().upper(), Worker.state != "erased")
    )


def cohort_of(session: Session, worker: Worker) -> Cohort | None:
    """Return the cohort a worker is of, into which whoever they bring comes too."""
    return session.get(Cohort, worker.cohort_id) if worker.cohort_id else None


def brought(session: Session, *, worker: Worker, by: Worker, rewarded: bool) -> None:
    """Note who brought a newcomer, whose row is held; `rewarded`: there is a reward for it, once they have worked.

    Does nothing where it is known already who brought them, or where they are one person.
    """
    if worker.referrer_id is not None or worker.id == by.id:
        return
    worker.referrer_id, worker.reward_due = by.id, rewarded
    session.flush()
    join_group(session, worker_id=worker.id, other_id=by.id)


def reward(session: Session, *, worker: Worker, most: int) -> Worker | None:
    """Count a reward for who brought the worker; return whom it is due to, None where to nobody, or not yet.

    The worker's row is held; that of who brought them is tried for and not waited for, because they may be waiting
    for a task this transaction holds: it is due as before then, at the worker's next answer. Once a worker, and at
    most `most` for whoever brings.
    """
    if not worker.reward_due or worker.referrer_id is None:
        return None
    referrer = lock_worker(session, worker.referrer_id, wait=False)
    if referrer is None:
        return None
    worker.reward_due = False
    if referrer.rewards >= most or referrer.state == "erased":
        return None
    referrer.rewards += 1
    session.flush()
    return referrer
