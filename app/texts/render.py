"""Numbered choices in one line: the question itself, the options under it, the language menu.

Letters are hard on a keypad, so every choice has a number, from 1; 0 is always `don't know`. Owns how these
are put together; the fixed words come from the catalogs, the question from the client's template.
"""

from collections.abc import Iterable, Sequence

from app.gsm7 import ALPHABET, fold
from app.texts.catalog import LANGUAGES, say

# Of a worker's own text, so many characters are said again.
_ECHO = 24


def options(labels: Sequence[str], language: str) -> str:
    """Return `1 Yes 2 No 0 Don't know`."""
    numbered = [f"{number} {label}" for number, label in enumerate(labels, start=1)]
    return fold(" ".join([*numbered, f"0 {say('unsure_option', language)}"]))


def short_options(labels: Sequence[str]) -> str:
    """Return `1Yes 2No 0?`: for messages of several questions, whose readers know the options."""
    return fold(" ".join([*(f"{number}{label}" for number, label in enumerate(labels, start=1)), "0?"]))


def menu(languages: Iterable[str]) -> str:
    """Return `1 English 2 Kiswahili` for language codes in the order they are offered."""
    return " ".join(
        f"{number} {LANGUAGES[code].name_in_itself}" for number, code in enumerate(languages, start=1)
    )


def join(*parts: str) -> str:
    """Put texts that share one message together with a space, leaving out the empty ones."""
    return " ".join(part for part in parts if part)


def question(
    *,
    language: str,
    template_text: str,
    labels: Sequence[str],
    pay: str | None,
    tag: str | None = None,
    prefix: str = "",
    several: bool = False,
) -> str:
    """Return the whole message, such as `Is this about WATER? "..." 1 Yes 2 No 0 Don't know. KES 2`.

    `template_text` is the client's template, already filled; `labels` are in the worker's language; `pay` is
    written money, or None where nothing is paid; `tag` (`Q7`) names a question out of sequence; `prefix` is
    what the same message says first, such as the receipt of the last answer; `several` says that more than
    one option may apply. Folded into GSM-7.
    """
    asked = f"{tag}: {template_text.strip()}" if tag else template_text.strip()
    numbered = options(labels, language)
    if several:
        return fold(join(prefix, asked, f"{numbered}.", say("tags_hint", language), pay or ""))
    return fold(join(prefix, asked, f"{numbered}. {pay}" if pay else numbered))


def brief_question(
    *, template_text: str, labels: Sequence[str], pay: str | None, tag: str | None = None
) -> str:
    """Return the whole message in as few letters as it can be asked: `Is this about WATER? "..." 1Yes 2No 0? KES 2`.

    For long texts, which would take a further segment otherwise.
    """
    asked = f"{tag}: {template_text.strip()}" if tag else template_text.strip()
    return fold(join(asked, short_options(labels), pay or ""))


def names_pay(receipt: str) -> bool:
    """Say whether a receipt names what was earned: `121 +KES 6.` does, `OK.` does not."""
    return "+" in receipt


def written_question(*, language: str, asked: str, pay: str, tag: str | None = None) -> str:
    """Return the whole message that asks for a text, such as `Translate: "..." Reply in your own words, …. KES 20`."""
    named = f"{tag}: {asked.strip()}" if tag else asked.strip()
    return fold(join(named, say("text_hint", language), pay))


def bundle(
    *,
    language: str,
    head: str,
    items: Sequence[str],
    tail: str,
    labels: Sequence[str],
    pay: str | None,
    explained: bool = True,
    dense: bool = False,
) -> str:
    """Return a message of several questions: `About WATER? 1) … 2) … 1Yes 2No 0?. 2x KES 2`.

    `head` and `tail` are said once, `items` are what differs. `explained` adds that the answers go in order; `pay` is
    left out where it is None; `dense` spares the space behind each number.
    """
    gap = "" if dense else " "
    numbered = " ".join(f"{number}){gap}{item}" for number, item in enumerate(items, start=1))
    hint = say("bundle_hint", language, count=len(items)) if explained else ""
    asked = join(head, numbered, tail, short_options(labels))
    if pay is None and not hint:
        return fold(asked)
    return fold(join(asked + ".", hint, f"{len(items)}x {pay}" if pay is not None else ""))


def shortened(text: str) -> str:
    """Return how a text begins, enough to know it by; nothing where saying it again would make the message dearer."""
    folded = fold(" ".join(text.split()))
    cut = folded if len(folded) <= _ECHO else f"{folded[:_ECHO].rstrip()}..."
    return cut if ALPHABET.issuperset(cut) else ""
