"""The words that belong to the worker, commands and `don't know` in every language, and how words compare.

A project may not offer one of these as a choice, so that STOP always stops. Exact after `normalize`, never by
likeness. Pure. What a command does is decided in app/conversation; finding an answer in a reply is
app/conversation/parse.py.
"""

import re
import unicodedata
from functools import cache
from typing import Literal

CommandName = Literal[
    "STOP", "START", "HELP", "SKIP", "MORE", "BAL", "PAY", "JOIN", "LANG", "WHY", "APPEAL", "UNDO"
]


def phrases(*lines: str) -> frozenset[str]:
    """Return the comma-separated phrases of a table's lines."""
    return frozenset(phrase.strip() for line in lines for phrase in line.split(","))


# English, Swahili and Luganda together. The opt-out words are those carriers and providers act on
# (twilio.com/docs, "Twilio support for opt-out keywords"; 47 CFR 64.1200(a)(10)) and their like in the other
# languages: whatever a provider takes for STOP, Kazi must take for STOP too. YES, which providers may take
# for START, is left out, because here it is an answer.
COMMANDS: dict[CommandName, frozenset[str]] = {
    "STOP": phrases(
        "stop, stopall, stop all, unsubscribe, cancel, end, quit, revoke, optout, opt out",
        "acha, sitisha, koma, komesha, simamisha, jiondoe",
        "lekeraawo, lekera awo, lekerawo, leka, vaamu, nvaamu, okuvaamu, yimiriza",
    ),
    "START": phrases("start, unstop, anza, tandika"),
    "HELP": phrases(
        "help, info, help me, i need help, need help, msaada, saidia, nisaidie, naomba msaada, nahitaji msaada",
        "obuyambi, yamba, nnyamba, nyamba, njagala obuyambi",
    ),
    "SKIP": phrases("skip, ruka, buuka"),
    "MORE": phrases(
        "more, more work, more questions, zaidi, endelea, kazi zaidi, maswali zaidi",
        "bungi, nnyongera, nyongera, weyongereyo, emirimu emirala",
    ),
    "BAL": phrases("bal, balance, my balance, salio, salio langu, balansi, ssente zange, sente zange"),
    "PAY": phrases("pay, pay me, lipa, lipwa, nilipe, nataka kulipwa, nsasula, sasula, okusasulwa"),
    "JOIN": phrases("join, jiunge, wegatte, wegatteko, okwegatta"),
    "LANG": phrases("lang, language, lugha, olulimi"),
    "WHY": phrases("why, kwanini, kwa nini, lwaki"),
    "APPEAL": phrases("appeal, rufaa, okujulira, njulira"),
    "UNDO": phrases("undo, tendua, zzaayo, zzayo"),
}
UNSURE = phrases(
    "unsure, not sure, im not sure, i am not sure, dont know, i dont know, do not know, i do not know",
    "dont no, i dont no, idk, dunno, i dunno, no idea, i have no idea",
    "sijui, sijuwi, mimi sijui, sifahamu, sina uhakika, sina hakika",
    "simanyi, ssimanyi, nze simanyi, sikakasa",
)

_APOSTROPHES = re.compile("['\u2018\u2019\u201b\u02bc\u02bb\u0060\u00b4\u2032]")
# Accents are dropped from Latin letters; marks of other scripts are letters of their words. The rest is
# invisible: what makes a keycap or an emoji out of a plain character, joiners, direction marks.
_DROPPED = re.compile("[\u0300-\u036f\u20e3\ufe0e\ufe0f\u00ad\u200b-\u200f\u2060\ufeff]")


def tokens(text: str) -> list[tuple[str, bool]]:
    """Split `text` into comparable words, each with whether punctuation or a new line stood before it.

    NFKC and casefold; accents and apostrophes dropped (`don't`, `ng'ombe` are one word); digits of every
    script become 0 to 9.
    """
    plain = unicodedata.normalize("NFKC", _APOSTROPHES.sub("", text)).casefold()
    plain = unicodedata.normalize("NFC", _DROPPED.sub("", unicodedata.normalize("NFKD", plain)))
    plain = plain.replace("\u014b", "ng")
    found: list[tuple[str, bool]] = []
    word, boundary = "", False
    for character in plain:
        if _is_part_of_word(character):
            decimal = unicodedata.decimal(character, None)
            word += character if decimal is None else str(decimal)
            continue
        if word:
            found.append((word, boundary))
            word, boundary = "", False
        boundary = boundary or character == "\n" or not character.isspace()
    if word:
        found.append((word, boundary))
    return found


def _is_part_of_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character) in {"Mn", "Mc"}


def normalize(text: str) -> str:
    """Return `text` as it is compared: its words, spaces between. Normalising twice changes nothing more."""
    return " ".join(word for word, _ in tokens(text))


@cache
def words() -> frozenset[str]:
    """Return what no choice may equal after `normalize`: commands, `don't know` and its 0."""
    return frozenset({"0"}).union(UNSURE, *COMMANDS.values())
