"""Giving a written text other words, while nobody was asked about it and nothing was concluded from it."""

from sqlalchemy.orm import Session

from app.tasks.free_text import text_checks
from app.tasks.free_text.text_kind import ANSWER_FIELD
from app.tasks.models import Answer
from app.tasks.rules import Reading, mask_numbers


def change_text(session: Session, *, answer: Answer, reading: Reading) -> bool:
    """Give a text other words, and those who will check it too; False where somebody was asked about it already.

    Holds the rows of its task, of the text and of its check, in this order, as deciding it does.
    """
    held = text_checks.lock(session, answer.id)
    if held is None:
        return False
    task, answer, check = held
    begun = check is not None and (check.live or check.answered or check.unsure or check.state != "open")
    if task.state != "open" or answer.state not in {"pending", "counted"} or begun:
        return False
    answer.value, answer.confidence = reading.value, reading.confidence
    answer.raw = f"{answer.raw}\n{mask_numbers(reading.raw)}"
    if check is not None:
        check.data = {**check.data, ANSWER_FIELD: reading.value}
    session.flush()
    return True
