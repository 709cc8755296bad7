"""Whether a reply changes the answer given last, or answers what is open now: decided purely.

People correct themselves: `sorry 2`, `1 sorry i mean 2`, `hapana samahani 2`, when the next question is there
already. Taken as the answer to that one, a correction would make two answers wrong. Where it is not clear which of
the two is meant, it is asked once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from app.conversation.parse import Replied, Unclear, reply
from app.conversation.reply import correcting
from app.conversation.reply.outcome import UNSURE
from app.tasks.asking import Question

# From so much likeness on (of 100) a second text is the first one written anew.
_ALIKE = 75


@dataclass(frozen=True)
class Given:
    """The answers a worker gave last, in one reply: the questions and the value of each.

    `joins`: so lately that what comes may be the rest of a text that was cut in two.
    `recent`: so lately that `sorry` may be about them rather than about the delay; `undoing`: the worker was asked
    these questions again, after UNDO; `unseen`: nothing that was asked after them had been sent when the reply came.
    """

    questions: tuple[Question, ...]
    values: tuple[str, ...]
    recent: bool = True
    undoing: bool = False
    unseen: bool = False
    today: date | None = None
    joins: bool = False


@dataclass(frozen=True)
class Changes:
    """Gives the answers given last other values; one of None stays as it was."""

    values: tuple[str | None, ...]
    confidence: float


@dataclass(frozen=True)
class WhichOne:
    """Corrects something, but which answer is not clear."""


@dataclass(frozen=True)
class Keeps:
    """Leaves the answers given last as they were, after UNDO."""


@dataclass(frozen=True)
class UndoUnclear:
    """Was not understood when asked again after UNDO."""

    why: str


@dataclass(frozen=True)
class Nothing:
    """Says nothing that wants an answer: thanks, or the rest of a text that came in two."""


Correcting = Changes | WhichOne | Keeps | UndoUnclear | Nothing


def decide(
    given: Given, questions: Sequence[Question], text: str, language: str, *, asked_again: bool
) -> Correcting | None:
    """Return what a reply does to the answers given last; None where it is about what is open now, or nothing."""
    if given.questions[0].type == "text" and not given.undoing:
        return _about_text(given, questions, text, language, asked_again=asked_again)
    read = reply(text, given.questions, language, today=given.today)
    if given.undoing:
        return _undone(given, read, asked_again=asked_again)
    if isinstance(read, Replied) and read.tag is not None and _named(read.tag, given):
        return _changed(given, read)
    if given.unseen:
        return _unseen(given, read)
    if not given.recent:
        return None
    said = correcting.found(text, given.questions, language, given.today)
    if said is None:
        return Nothing() if correcting.only_thanks(text, language) else None
    return _corrected(given, read, said, asked_again=asked_again or not questions)


def _about_text(
    given: Given, questions: Sequence[Question], text: str, language: str, *, asked_again: bool
) -> Correcting | None:
    """Read what follows a free text: the text anew behind `sorry I meant`, or its rest, where it came in two.

    Where another text is asked for by now, `sorry I meant` may be how that begins, and is asked about once.
    """
    meant = correcting.meant(text, language) if given.recent else ""
    if meant and any(question.type == "text" for question in questions):
        return None if asked_again else WhichOne()
    if meant:
        return _as_text(given, meant, language)
    if not (given.unseen and given.joins) or correcting.only_thanks(text, language):
        return None
    was, more = given.values[0], text.strip()
    anew = fuzz.ratio(was.casefold(), more.casefold()) >= _ALIKE
    return _as_text(given, more if anew else f"{was} {more}", language) or Nothing()


def _as_text(given: Given, written: str, language: str) -> Changes | None:
    read = reply(written, given.questions, language, today=given.today)
    if not isinstance(read, Replied) or read.answers[0].value in {None, UNSURE, given.values[0]}:
        return None
    return Changes((read.answers[0].value,), read.answers[0].confidence)


def _named(tag: int, given: Given) -> bool:
    return any(question.tag == tag for question in given.questions)


def _undone(given: Given, read: Replied | Unclear, *, asked_again: bool) -> Correcting:
    if isinstance(read, Replied):
        return _changed(given, read)
    return Keeps() if asked_again else UndoUnclear(read.why)


def _changed(given: Given, read: Replied) -> Correcting:
    """Return the change; Keeps where the values are those that were."""
    values = tuple(answer.value for answer in read.answers)
    if all(value in {None, was} for value, was in zip(values, given.values, strict=True)):
        return Keeps()
    sure = min(answer.confidence for answer in read.answers if answer.value is not None)
    return Changes(values, sure)


def _whole(read: Replied | Unclear) -> bool:
    return isinstance(read, Replied) and all(answer.value is not None for answer in read.answers)


def _unseen(given: Given, read: Replied | Unclear) -> Correcting:
    """Read a second text that came before anything else was asked: it is about the same questions.

    The rest of a text that the network cut in two says nothing of them.
    """
    if isinstance(read, Replied) and _whole(read):
        changed = _changed(given, read)
        return changed if isinstance(changed, Changes) else Nothing()
    return Nothing()


def _corrected(
    given: Given, read: Replied | Unclear, said: correcting.Correction, *, asked_again: bool
) -> Correcting | None:
    """Say which answer `sorry` is about: by what stood before it, and by what the answer was."""
    if said.opens and said.ends and said.before is None:
        return None  # nothing but `sorry`
    if not isinstance(read, Replied) or not _whole(read):
        return None if asked_again or not said.opens else WhichOne()
    now = tuple(answer.value for answer in read.answers)
    if said.ends:
        return None if now == given.values or asked_again else WhichOne()
    if said.before == given.values and now != given.values:
        return _changed(given, read)
    if not said.opens:
        return None
    if now != given.values:
        return _changed(given, read)
    return None if said.before is not None or asked_again else WhichOne()
