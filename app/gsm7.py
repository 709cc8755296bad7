"""The alphabet an SMS is cheapest in (GSM 03.38, 3GPP TS 23.038), and how other text is folded into it.

One character outside this alphabet more than doubles what a message costs, so every room that writes or
prices a text needs the same two questions answered: is it in the alphabet, and what is it without the curly
quote. Pure. How many segments a text takes is counted in app/channels/segments.py.
"""

import re
import unicodedata

# TS 23.038 section 6.2.1: the default alphabet, then the extension table whose characters cost two units.
# Code point 0x1B is the escape itself and no character. The Greek capitals look like Latin ones on purpose.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅå"
    "\u0394_\u03a6\u0393\u039b\u03a9\u03a0\u03a8\u03a3\u0398\u039eÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
ALPHABET = BASIC | EXTENSION

# What Unicode's own decompositions do not give. Letters keep their sound where they have one in ASCII:
# Luganda writes the velar nasal as ng', Hausa's hooked letters lose their hook, as on local keypads.
_LOOK_ALIKES = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u02bb\u2039\u203a`\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u2023\u25cf\u25aa", "-"),
    **dict.fromkeys("\u2044\u2215\u00f7", "/"),
    **dict.fromkeys("\t\v", " "),
    **dict.fromkeys("\u2028\u2029\u0085", "\n"),
    # Invisible: soft hyphen, zero-width space, byte order mark, direction marks.
    **dict.fromkeys("\u00ad\u200b\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e", ""),
    "\u2026": "...",
    "\u00b7": ".",
    "\u00d7": "x",
    "\u00a6": "|",
    "\u00a9": "(c)",
    "\u00ae": "(R)",
    "\u2122": "TM",
    "\u00b0": "deg",
    "\u00b9": "^1",
    "\u00b2": "^2",
    "\u00b3": "^3",
    "\u20b9": "Rs",
    "\u20a6": "NGN",
    "\u20b5": "GHS",
    "\u014b": "ng'",
    "\u014a": "Ng'",
    "\u0253": "b",
    "\u0181": "B",
    "\u0257": "d",
    "\u018a": "D",
    "\u0199": "k",
    "\u0198": "K",
    "\u01b4": "y",
    "\u01b3": "Y",
    "\u0153": "oe",
    "\u0152": "OE",
    "\u0142": "l",
    "\u0141": "L",
    "\u0111": "d",
    "\u0110": "D",
    "\u00f0": "d",
    "\u00d0": "D",
    "\u00fe": "th",
    "\u00de": "Th",
    "\u0131": "i",
    "\u0127": "h",
    "\u0126": "H",
}
_MARK = "\u0300-\u036f"
_CLUSTER = re.compile(f"[^{_MARK}][{_MARK}]*|[{_MARK}]+")
_SAFE_DECOMPOSITIONS = ("<wide>", "<narrow>", "<noBreak>", "<font>", "<compat>", "<fraction>")
# 2 and a half must not become 21/2.
_DIGIT_BEFORE_FRACTION = re.compile("(?<=[0-9])(?=[\u00bc-\u00be\u2150-\u215e])")


def fold(text: str) -> str:
    """Return `text` with quotes, dashes, spaces, accents and the like as their GSM-7 look-alikes.

    What has no look-alike that is safe to read (another script, an emoji) is left as it is; the text then
    counts as UCS-2. Folding twice changes nothing more.
    """
    if ALPHABET.issuperset(text):
        return text
    spaced = _DIGIT_BEFORE_FRACTION.sub(" ", text)
    return "".join(_fold_cluster(cluster) for cluster in _CLUSTER.findall(spaced))


def fits(text: str) -> bool:
    """Say whether a text, folded, has only characters of the alphabet."""
    return ALPHABET.issuperset(fold(text))


def _fold_cluster(cluster: str) -> str:
    """Fold one character with the combining accents that follow it."""
    composed = unicodedata.normalize("NFC", cluster)
    if ALPHABET.issuperset(composed):
        return composed
    folded = "".join(_fold_character(character) for character in unicodedata.normalize("NFD", cluster))
    bare = re.sub(f"[{_MARK}]", "", folded)
    return bare if ALPHABET.issuperset(bare) else cluster


def _fold_character(character: str) -> str:
    if character in ALPHABET:
        return character
    if character in _LOOK_ALIKES:
        return _LOOK_ALIKES[character]
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    if category == "Cc":
        return ""
    if unicodedata.decomposition(character).startswith(_SAFE_DECOMPOSITIONS):
        plain = unicodedata.normalize("NFKD", character).replace("\u2044", "/")
        return plain if plain.strip() else character
    return character
