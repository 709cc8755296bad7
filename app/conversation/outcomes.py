"""What a worker is told when answers to known questions end an exam or begin a pause: never silent, always a way on."""

from app import texts
from app.operations.teach import Outcome, name_of
from app.tasks.models import Exam, Pause, Project


def said(outcome: Outcome, language: str, phone: str) -> str:
    """Return what is said, in one segment: what was counted, that pay stays, and what to do."""
    if outcome.exam is not None:
        return _exam(outcome.exam, language, phone, last=outcome.review)
    assert outcome.pause is not None, "an outcome is an exam that ended or a pause that began"
    return _pause(outcome.pause, outcome.project, language, phone)


def _exam(exam: Exam, language: str, phone: str, *, last: bool) -> str:
    if exam.state == "passed":
        return texts.say("exam_passed", language, right=exam.right, count=exam.questions)
    key = "exam_failed_last" if last else "exam_failed"
    return texts.say(key, language, right=exam.right, count=exam.questions, needed=exam.needed, phone=phone)


def _pause(pause: Pause, project: Project, language: str, phone: str) -> str:
    key = "gold_paused" if pause.state == "retraining" else "gold_paused_review"
    return texts.say(
        key,
        language,
        project=name_of(project),
        wrong=pause.wrong,
        count=pause.right + pause.wrong,
        phone=phone,
    )
