"""Whether a reply is the short text a question asks for: its length and its alphabet. Pure."""

import unicodedata
from functools import lru_cache

from app.conversation.meanings import Kind, general
from app.conversation.reading import split
from app.conversation.reply import copying
from app.conversation.reply.outcome import UNSURE, Doubt, Read, Unclear
from app.tasks.asking import Question
from app.texts.reserved import COMMANDS, NO_COMMANDS, phrases

# STOP in plain words of no other meaning: wherever it stands, a person is asked what they want.
_PLAIN_STOP = phrases("stop, stopall, unsubscribe, optout")
# Other words for it open a sentence when they are meant.
_STOP = COMMANDS["STOP"]
_LETTERS_OF_SCRIPT = 0.6
# Names of scripts in Unicode's character names, by ISO 15924 code.
_SCRIPT_NAMES = {
    "Latn": "LATIN",
    "Deva": "DEVANAGARI",
    "Ethi": "ETHIOPIC",
    "Arab": "ARABIC",
    "Cyrl": "CYRILLIC",
    "Beng": "BENGALI",
    "Gujr": "GUJARATI",
    "Guru": "GURMUKHI",
    "Taml": "TAMIL",
    "Telu": "TELUGU",
    "Knda": "KANNADA",
    "Mlym": "MALAYALAM",
    "Orya": "ORIYA",
    "Hans": "CJK",
    "Hant": "CJK",
    "Thai": "THAI",
    "Mymr": "MYANMAR",
    "Nkoo": "NKO",
    "Tfng": "TIFINAGH",
    "Hebr": "HEBREW",
    "Grek": "GREEK",
}


def read(text: str, question: Question, language: str) -> Read | Unclear:
    """Read a reply to a question that asks for words; the value is what was written, without spaces around."""
    written = text.strip()
    found = split(written[: 40 * (question.longest or 400)])
    if not written or not found:
        return Unclear("empty")
    said = [word for word, _ in found]
    if not question.may_say_stop and _asks_to_stop(said, language):
        return Unclear("stop-inside")
    if _is_unsure(said, language):
        return Read(UNSURE, 0.95, "unsure")
    doubt = copying.doubt(said, question) or _form_doubt(written, question)
    return Unclear(doubt) if doubt else Read(written, 0.95, "text")


def _form_doubt(written: str, question: Question) -> Doubt | None:
    """Return what is wrong with the letters of a text, or how many they are."""
    letters = [character for character in written if character.isalpha()]
    if question.script is not None and not _is_in_script(letters, question.script):
        return "wrong-script"
    # A number of one or two digits answers another question than one for words.
    if len(written) < question.shortest or (not letters and len(written) <= 2):
        return "too-short"
    if question.longest is not None and len(written) > question.longest:
        return "too-long"
    return None


def _asks_to_stop(said: list[str], language: str) -> bool:
    if _PLAIN_STOP & set(said):
        return True
    talk = general(language)
    own = _STOP - NO_COMMANDS.get(language, frozenset())
    at = 0
    while at < len(said) and said[at] in talk and talk[said[at]].kind in {Kind.SMALL_TALK, Kind.JOINER}:
        at += 1
    return any(" ".join(said[at : at + size]) in own for size in (1, 2, 3))


def _is_unsure(said: list[str], language: str) -> bool:
    """Say whether nothing is said but `don't know`, small talk aside."""
    if len(said) > 10:
        return False
    talk = general(language)
    kept: list[str] = list(said)
    if kept == ["0"]:
        return True
    for size in range(min(6, len(kept)), 0, -1):
        for at in range(len(kept) - size + 1):
            mark = talk.get(" ".join(kept[at : at + size]))
            if mark is not None and mark.kind is Kind.CHOICE and mark.number == 0:
                rest = kept[:at] + kept[at + size :]
                return all(word in talk and talk[word].kind is Kind.SMALL_TALK for word in rest)
    return False


def _is_in_script(letters: list[str], script: str) -> bool:
    """Say whether most letters are of the script; a code that is not known here is taken on trust."""
    name = _SCRIPT_NAMES.get(script)
    if name is None:
        return True
    of_script = sum(_script_name(letter) == name for letter in letters)
    return bool(letters) and of_script >= _LETTERS_OF_SCRIPT * len(letters)


@lru_cache(maxsize=4096)
def _script_name(letter: str) -> str:
    return unicodedata.name(letter, "?").replace("FULLWIDTH ", "").split(" ", 1)[0]
