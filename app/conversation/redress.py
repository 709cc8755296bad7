"""WHY and APPEAL: why something went against the worker, and asking a person to look at it."""

from app import texts
from app.conversation.acts import Context, Reply, help_phone, known
from app.operations import appeals
from app.operations.grounds import LONGEST_REASON, Ground, cut, ground_of
from app.settings import settings
from app.tasks.rules import mask_numbers

_HOURS_A_DAY = 24
_WHY = {
    "answer": "why_refused",
    "exam": "why_exam",
    "pause": "why_paused",
    "stopped-work": "why_stopped_work",
    "payout": "pay_refused",
    "late": "why_late",
    "unsure": "why_unsure",
}


def why(context: Context) -> Reply:
    """Say why the last thing went against the worker, and what they can do about it."""
    worker = known(context)
    ground = ground_of(context.session, worker, context.now)
    phone = help_phone(context.session, worker)
    if ground is None:
        return Reply(texts.say("why_nothing", worker.language, phone=phone))
    return Reply(_said(ground, worker.language, phone))


def _said(ground: Ground, language: str, phone: str) -> str:
    reason = cut(ground.reason, LONGEST_REASON) or texts.say("why_no_reason", language)
    return texts.say(_WHY[ground.kind], language, reason=reason, phone=phone, **ground.about)


def appeal(context: Context, words: str = "") -> Reply:
    """Hand what went against the worker to a person, and say until when they look."""
    worker = known(context)
    language, phone = worker.language, help_phone(context.session, worker)
    said = mask_numbers(words).strip()
    became, found = appeals.appeal(context.session, worker=worker, words=said, now=context.now)
    if became == "taken":
        days = -(-settings().appeal_hours // _HOURS_A_DAY)
        return Reply(texts.say("appeal_taken", language, days=days))
    if became == "open":
        return Reply(texts.say("appeal_open", language))
    if became == "decided" and found is not None:
        return Reply(texts.say("appeal_decided", language, note=found.note or "-", phone=phone))
    return Reply(texts.say("appeal_nothing", language, phone=phone))
