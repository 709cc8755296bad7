"""How people write Devanagari words in Latin letters, near enough to compare: पानी, pani, paani. Pure."""

import re

_CONSONANTS = {
    "क": "k",
    "ख": "kh",
    "ग": "g",
    "घ": "gh",
    "ङ": "n",
    "च": "ch",
    "छ": "ch",
    "ज": "j",
    "झ": "jh",
    "ञ": "n",
    "ट": "t",
    "ठ": "th",
    "ड": "d",
    "ढ": "dh",
    "ण": "n",
    "त": "t",
    "थ": "th",
    "द": "d",
    "ध": "dh",
    "न": "n",
    "प": "p",
    "फ": "f",
    "ब": "b",
    "भ": "bh",
    "म": "m",
    "य": "y",
    "र": "r",
    "ल": "l",
    "व": "v",
    "ळ": "l",
    "श": "sh",
    "ष": "sh",
    "स": "s",
    "ह": "h",
}
_VOWELS = {"अ": "a", "आ": "a", "इ": "i", "ई": "i", "उ": "u", "ऊ": "u", "ऋ": "ri"}
_VOWELS |= {"ए": "e", "ऐ": "e", "ओ": "o", "औ": "o", "ऑ": "o"}
_SIGNS = {"\u093e": "a", "\u093f": "i", "\u0940": "i", "\u0941": "u", "\u0942": "u", "\u0943": "ri"}
_SIGNS |= {"\u0947": "e", "\u0948": "e", "\u094b": "o", "\u094c": "o", "\u0949": "o"}
_NASAL, _KILLER = "\u0902", "\u094d"
# What people write in several ways, each to one of them.
_ALIKE = (
    ("chh", "ch"),
    ("cch", "ch"),
    ("chch", "ch"),
    ("ph", "f"),
    ("w", "v"),
    ("ee", "i"),
    ("oo", "u"),
    ("ai", "e"),
    ("au", "o"),
    ("z", "j"),
    ("y", "i"),
)
# The vowel of a consonant without a sign, which is not said between two others: darAvaja, darvaja.
_INHERENT = "A"
_SILENT = re.compile(r"(?<=[Aaeiou][b-df-hj-np-tv-z])A(?=[b-df-hj-np-tv-z]h?[aeiou])")
_DOUBLED = re.compile(r"(.)\1+")


def sound(latin: str) -> str:
    """Return Latin letters as they sound, so that two ways to write a Hindi word become the same."""
    for written, said in _ALIKE:
        latin = latin.replace(written, said)
    latin = _DOUBLED.sub(r"\1", latin)
    return latin[:-1] if len(latin) > 4 and latin.endswith("a") else latin


def romanized(phrase: str) -> str | None:
    """Return the sound of a normalized phrase in Devanagari, None where it holds anything else."""
    written = ""
    for at, character in enumerate(phrase):
        follows = phrase[at + 1] if at + 1 < len(phrase) else " "
        if character in _CONSONANTS:
            silent = follows in _SIGNS or follows in {_KILLER, " "}
            written += _CONSONANTS[character] + ("" if silent else _INHERENT)
        elif character in _VOWELS or character in _SIGNS:
            written += _VOWELS.get(character) or _SIGNS[character]
        elif character == _NASAL:
            written += "n"
        elif character == " ":
            written += " "
        elif character != _KILLER:
            return None
    said = _SILENT.sub("", written).replace(_INHERENT, "a")
    return " ".join(sound(word) for word in said.split())
