"""What a reply means to one question, of whatever type. Pure."""

from datetime import date

from app.conversation.meanings import vocabulary
from app.conversation.reading import split
from app.conversation.reply import choice, number, tags, text, when
from app.conversation.reply.outcome import UNSURE, Read, Unclear
from app.tasks.asking import Question


def read(written: str, question: Question, language: str, today: date | None) -> Read | Unclear:
    """Read `written` as the answer to one question; only a question for words needs it as it was written."""
    if question.type == "text":
        return text.read(written, question, language)
    if question.type == "date":
        return when.read(written, question, language, today)
    if question.type in {"number", "scale"}:
        return number.read(written, question, language)
    known = vocabulary(question.choices, language)
    if question.type == "tags":
        return tags.read(written, split(written), question.choices, known)
    answered = choice.read_text(written, known)
    if isinstance(answered, Unclear):
        return answered
    value = question.choices[answered.number - 1].value if answered.number else UNSURE
    return Read(value, answered.confidence, answered.why)
