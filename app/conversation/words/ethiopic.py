"""How people write Ethiopic words in Latin letters, near enough to compare: ዋጋ, waga; ተባይ, tebay. Pure."""

import re
import unicodedata

_SYLLABLE = re.compile(
    r"ETHIOPIC SYLLABLE (?:GLOTTAL |PHARYNGEAL )?(?P<consonant>[B-DF-HJ-NP-TV-Z]*)(?P<vowel>[AEIOU]+)"
)
# Unicode's names for the vowels are not as they sound.
_VOWELS = {"A": "e", "U": "u", "I": "i", "AA": "a", "EE": "e", "E": "", "O": "o", "OA": "o"}
_CONSONANTS = {
    "SZ": "s",
    "HH": "h",
    "X": "h",
    "KX": "h",
    "Q": "k",
    "NY": "n",
    "TH": "t",
    "CHH": "ch",
    "PH": "p",
    "TZ": "ts",
}
# What people write in several ways, each to one of them; the shortest vowel is written or left out.
_ALIKE = (
    ("ua", "wa"),
    ("q", "k"),
    ("ph", "p"),
    ("tz", "ts"),
    ("gn", "n"),
    ("ny", "n"),
    ("ie", "e"),
    ("ae", "e"),
    ("y", ""),
    ("i", ""),
)
_DOUBLED = re.compile(r"(.)\1+")
_SHORTEST = 3
_ORDERS = 8
_U_ORDER, _BARE_ORDER = 1, 5


def latin_sound(latin: str) -> str:
    """Return Latin letters as they sound, so that two ways to write an Amharic word become the same."""
    for written, said in _ALIKE:
        latin = latin.replace(written, said)
    return _DOUBLED.sub(r"\1", latin)


def ethiopic_sound(phrase: str) -> str | None:
    """Return the sound of a normalized word in Ethiopic, None where it is anything else, or very short."""
    written = ""
    for letter in phrase:
        named = _SYLLABLE.fullmatch(unicodedata.name(letter, ""))
        if named is None:
            return None
        consonant = _CONSONANTS.get(named["consonant"], named["consonant"].lower())
        # Alone, and behind a w (ቧ), the first vowel is an a.
        full = named["vowel"] == "A" and (not consonant or (consonant.endswith("w") and len(consonant) > 1))
        written += consonant + ("a" if full else _VOWELS.get(named["vowel"], ""))
    heard = latin_sound(written)
    return heard if len(heard) >= _SHORTEST else None


def indefinite(word: str) -> str:
    """Return an Ethiopic word without the `the` that changes its last letter (በሩ: በር), empty where it has none."""
    if (
        not word
        or _SYLLABLE.fullmatch(unicodedata.name(word[-1], "")) is None
        or ord(word[-1]) % _ORDERS != _U_ORDER
    ):
        return ""
    return word[:-1] + chr(ord(word[-1]) - _U_ORDER + _BARE_ORDER)


def drops_glide(word: str, name: str) -> bool:
    """Say whether a word is a name without the glide before its last vowel (ጣራ: ጣሪያ)."""
    shorter = name.endswith("ያ") and len(word) == len(name) - 1 > 1 and word[:-1] == name[:-2]
    return shorter and ethiopic_sound(word) == ethiopic_sound(name) is not None
