"""What a reply means: a command, answers to the questions of a message, or a line of a menu.

Pure, and never a guess between two readings: what could mean two things is `Unclear`, because asking once more
costs a segment and a wrong answer costs the client. How each type of question is read is in
app/conversation/reply/, the words in app/conversation/words/ and app/texts/reserved.py, how they are found in
app/conversation/reading.py; what happens next is decided in app/conversation/flow.py.

A reply is read in this order: commands of all languages, exactly; numbers, letters, values and labels; words
for yes, no and numbers; and last, typing errors in words of four letters or more, never in commands.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.conversation import words
from app.conversation.meanings import vocabulary
from app.conversation.reading import split
from app.conversation.reply import bundle, choice, courtesies, guards
from app.conversation.reply.naming import tagged
from app.conversation.reply.outcome import UNSURE, Answered, Read, Replied, Unclear
from app.tasks.asking import Choice, Question
from app.texts import reserved
from app.texts.reserved import CommandName, normalize, phrases, tokens
from app.texts.sentences import SENTENCES

__all__ = [
    "Answered",
    "Choice",
    "Command",
    "Read",
    "Replied",
    "Unclear",
    "answer",
    "command",
    "language",
    "normalize",
    "option",
    "reply",
    "reserved_words",
    "tag",
]

_POLITE = phrases(
    "please, pls, plz, thanks, thank you, tafadhali, asante, webale, weebale, bambi, ssebo, nnyabo",
    "svp, sil vous plait, merci, souple, tanpri, mesi, kripya, dhanyavaad",
    "कृपया, धन्यवाद, እባክዎ, እባክህ, እባክሽ, ebakih, ebakish",
)
_POLITE_LONGEST_FIRST = sorted(_POLITE, key=len, reverse=True)
_CALLED_CODE = phrases("code, msimbo, koodi, kodi")
# A command is a word or a few; longer texts are not even taken apart for one.
_LONGEST_COMMAND = 120
_MOST_WORDS = 9


@dataclass(frozen=True)
class Command:
    """A command; `argument` is what followed JOIN (the code in capitals, then a name) or LANG."""

    name: CommandName
    argument: str = ""


def reserved_words() -> frozenset[str]:
    """Return what a choice's value or label may not equal after `normalize`."""
    return reserved.words()


def command(text: str, language: str = "", *, asks_text: bool = False) -> Command | None:
    """Return the command a text is, or None. Exact in any language; `please` and `thanks` may stand beside it.

    Where the worker's `language` is given, a command of another one that is everyday talk in it is none; where the
    question `asks_text`, only the reserved words are, and no sentence that somebody may have been asked to write.
    """
    if len(text) > _LONGEST_COMMAND:
        return None
    said = [word for word, _ in tokens(text)]
    if not said or len(said) > _MOST_WORDS:
        return None
    plain = _without_polite(said)
    name = _COMMAND_OF.get(" ".join(said)) or _COMMAND_OF.get(" ".join(plain))
    if name is None and not asks_text:
        name = _SENTENCE_OF.get(" ".join(said)) or _SENTENCE_OF.get(" ".join(plain)) or _refusing_all(plain)
    if name is None and len(set(plain)) == 1:
        name = _COMMAND_OF.get(plain[0])
    if name is not None:
        talk = reserved.NO_COMMANDS.get(language, frozenset())
        return None if " ".join(said) in talk or " ".join(dict.fromkeys(plain)) in talk else Command(name)
    name = _COMMAND_OF.get(said[0])
    if name in {"JOIN", "LANG"} and len(said) <= 4:
        return Command(name, _argument(text))
    return None


_COMMAND_OF: dict[str, CommandName] = {
    phrase: name for name, of_name in reserved.COMMANDS.items() for phrase in of_name
}
_SENTENCE_OF: dict[str, CommandName] = {
    phrase: name for name, of_name in SENTENCES.items() for phrase in of_name
}


def _refusing_all(plain: Sequence[str]) -> CommandName | None:
    """Return STOP where a sentence that is STOP follows a no (non merci je ne veux plus de messages)."""
    if not plain or plain[0] not in words.NO:
        return None
    return "STOP" if _SENTENCE_OF.get(" ".join(plain[1:])) == "STOP" else None


def _without_polite(said: Sequence[str]) -> list[str]:
    joined = f" {' '.join(said)} "
    for phrase in _POLITE_LONGEST_FIRST:
        joined = joined.replace(f" {phrase} ", " ")
    return joined.split()


def _argument(text: str) -> str:
    """Return what follows the first word: the code as capitals, letters and digits only, then names as written."""
    _, *rest = re.findall(r"[\w'\u2019-]+", text) or [""]
    kept = [word for word in rest if normalize(word) not in _POLITE]
    if len(kept) > 1 and normalize(kept[0]) in _CALLED_CODE:
        kept = kept[1:]
    if not kept:
        return ""
    return " ".join(["".join(normalize(kept[0]).split()).upper(), *kept[1:]])


def tag(text: str) -> str | None:
    """Return the tag (`Q7`) that names the question a reply is for, or None."""
    return tagged(split(text))[0]


def reply(
    text: str,
    questions: Sequence[Question],
    language: str,
    *,
    today: date | None = None,
    numbers: Sequence[int] | None = None,
) -> Replied | Unclear:
    """Read a reply to a message that asked these questions, in this order.

    `language` is the worker's; `today` is their date, without which no date can be told by its distance from it;
    `numbers` are those the questions have in the message (from 1, where they are all of it).
    Never raises, whatever the text. Commands are for `command`, to be asked first.
    """
    in_message = tuple(numbers) if numbers is not None else tuple(range(1, len(questions) + 1))
    return bundle.read(text, bundle.Asked(tuple(questions), in_message, language, today))


def answer(text: str, choices: Sequence[Choice], language: str) -> Answered | Unclear:
    """Read a reply to one question with these choices; `language` is the worker's, for labels that clash.

    Never raises, whatever the text. Commands are for `command`, to be asked first.
    """
    if guards.is_too_long(text):
        return Unclear("too-long")
    if guards.tells_secret(text):
        return Unclear("pin", tagged(split(text))[0])
    named, found = tagged(split(courtesies.without(text)))
    read = choice.read(found, vocabulary(choices, language))
    if isinstance(read, Unclear):
        return Unclear(read.why, named)
    value = choices[read.number - 1].value if read.number else UNSURE
    return Answered(value, read.number, read.confidence, read.why, named)


def option(text: str, count: int, *, labels: Sequence[str] = (), yes_no: bool = False) -> int | None:
    """Return which of a menu's `count` lines was picked, from 1, or None.

    By number, number word, letter, or `labels` where given. With `yes_no`, of a menu of two, line 1 is also
    agreed to and line 2 refused by the words people have for that.
    """
    lines: list[dict[str, str]] = [{"": label} for label in labels[:count]]
    lines += [{}] * (count - len(lines))
    if yes_no and count == 2:
        lines = [{**line, **names} for line, names in zip(lines, (_AGREEING, _REFUSING), strict=True)]
    return _picked(text, lines)


_AGREEING = {name: name for name in words.AGREE | words.YES}
_REFUSING = {name: name for name in words.REFUSE | words.NO}


def language(text: str, offered: Sequence[str]) -> str | None:
    """Return the code of the language picked from a menu of `offered` codes, by number or by a name for it."""
    lines = [
        {name: name for name, code in words.LANGUAGE_NAMES.items() if code == offered_code}
        for offered_code in offered
    ]
    picked = _picked(text, lines)
    return offered[picked - 1] if picked else None


def _picked(text: str, lines: Sequence[Mapping[str, str]]) -> int | None:
    if guards.is_too_long(text):
        return None
    read = choice.read(split(text), vocabulary([Choice("", names) for names in lines], ""))
    return read.number if isinstance(read, Answered) and read.number else None
