"""How people write Devanagari words in Latin letters, near enough to compare: पानी, pani, paani. Pure."""

import re

_CONSONANTS = dict(
    zip(
        "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहळ",
        [
            "k",
            "kh",
            "g",
            "gh",
            "n",
            "ch",
            "ch",
            "j",
            "jh",
            "n",
            "t",
            "th",
            "d",
            "dh",
            "n",
            "t",
            "th",
            "d",
            "dh",
            "n",
            "p",
            "f",
            "b",
            "bh",
            "m",
            "y",
            "r",
            "l",
            "v",
            "sh",
            "sh",
            "s",
            "h",
            "l",
        ],
        strict=True,
    )
)
_VOWELS = dict(
    zip("अआइईउऊऋएऐओऔऑ", ["a", "a", "i", "i", "u", "u", "ri", "e", "e", "o", "o", "o"], strict=True)
)
_SIGNS = dict(zip("ािीुूृेैोौॉ", ["a", "i", "i", "u", "u", "ri", "e", "e", "o", "o", "o"], strict=True))
_NASAL, _KILLER = "\u0902", "\u094d"
# What people write in several ways, each to one of them.
_ALIKE = (
    ("chh", "ch"),
    ("ph", "f"),
    ("w", "v"),
    ("ee", "i"),
    ("oo", "u"),
    ("ai", "e"),
    ("au", "o"),
    ("z", "j"),
    ("y", "i"),
)
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
            written += _CONSONANTS[character] + ("" if silent else "a")
        elif character in _VOWELS or character in _SIGNS:
            written += _VOWELS.get(character) or _SIGNS[character]
        elif character == _NASAL:
            written += "n"
        elif character == " ":
            written += " "
        elif character != _KILLER:
            return None
    return " ".join(sound(word) for word in written.split())
