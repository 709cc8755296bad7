"""The gettext catalogs: read once from the .po files, checked, rendered.

Messages are keyed by stable names (`receipt`), not by their English, so that the English can be improved
without orphaning a translation. The .po files are compiled in memory, so that no build step can be forgotten.
Owns loading and rendering; the words themselves are in catalogs/*.po.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from app.errors import AppError
from app.gsm7 import ALPHABET, fold

_FOLDER = Path(__file__).parent / "catalogs"
_FIELD = re.compile(r"\{([a-z_]+)\}")
# Absent or anything else means draft: a header dropped by a translator's tool must not promote a language.
_CONFIRMED = '"X-Kazi-Status: confirmed\\n"'


@dataclass(frozen=True)
class Language:
    """A language workers are written to in; `draft` until a speaker has confirmed its catalog."""

    code: str
    name_in_itself: str
    draft: bool


@cache
def _load(language: str) -> dict[str, str]:
    with (_FOLDER / f"{language}.po").open("rb") as file:
        catalog = read_po(file, locale=language, abort_invalid=True)
    return {
        str(message.id): str(message.string)
        for message in catalog
        if message.id and message.string and not message.fuzzy
    }


def _language(code: str, name_in_itself: str) -> Language:
    confirmed = _CONFIRMED in (_FOLDER / f"{code}.po").read_text(encoding="utf-8")
    return Language(code, name_in_itself, draft=not confirmed)


# The order is that of every language menu.
LANGUAGES: dict[str, Language] = {
    language.code: language
    for language in (_language("en", "English"), _language("sw", "Kiswahili"), _language("lg", "Luganda"))
}


def is_draft(language: str) -> bool:
    """Say whether no speaker has confirmed this language's texts yet."""
    return _known(language).draft


def keys() -> frozenset[str]:
    """Return the keys of all texts, which are those of the English catalog."""
    return frozenset(_load("en"))


def fields(key: str, language: str = "en") -> frozenset[str]:
    """Return the names a text must be given values for."""
    return frozenset(_FIELD.findall(_message(key, language)))


def say(key: str, language: str, **values: object) -> str:
    """Render the text `key` in `language`, each `{name}` filled by a value, folded into GSM-7.

    A value is never searched for further fields. Raises AppError `unknown-text`, `unknown-language` or
    `missing-text-value`; values a text does not use are ignored.
    """
    message = _message(key, language)
    missing = sorted(set(_FIELD.findall(message)) - values.keys())
    if missing:
        raise AppError(
            "missing-text-value",
            500,
            f"The text {key!r} ({language}) needs a value for {', '.join(missing)}. Pass it to say().",
        )
    return fold(_FIELD.sub(lambda match: str(values[match[1]]), message))


def _known(language: str) -> Language:
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise AppError("unknown-language", 422, f"There are no texts in {language!r}. Use one of {known}.")
    return LANGUAGES[language]


def _message(key: str, language: str) -> str:
    messages = _load(_known(language).code)
    if key not in messages:
        raise AppError("unknown-text", 500, f"There is no text {key!r} in app/texts/catalogs/{language}.po.")
    return messages[key]


def catalog_check() -> list[str]:
    """Return what is wrong with the catalogs, a sentence each; empty when every language is whole.

    Every key stands in every language, with the same fields, in GSM-7 characters only.
    """
    return [problem for language in LANGUAGES for problem in _problems(language)]


def _problems(language: str) -> list[str]:
    english, own = _load("en"), _load(language)
    problems = [f"{language}: {key} is missing" for key in sorted(english.keys() - own.keys())]
    problems += [f"{language}: {key} is not in English" for key in sorted(own.keys() - english.keys())]
    for key in sorted(english.keys() & own.keys()):
        if sorted(_FIELD.findall(own[key])) != sorted(_FIELD.findall(english[key])):
            problems.append(f"{language}: {key} has other fields than in English")
        if set("{}") & set(_FIELD.sub("", own[key])):
            problems.append(f"{language}: {key} has a brace that names no field")
        if not ALPHABET.issuperset(own[key]):
            problems.append(f"{language}: {key} has characters outside GSM-7")
    return problems
