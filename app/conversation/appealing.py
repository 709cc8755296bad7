"""APPEAL with a reason behind it: `appeal my text was right`. Pure.

APPEAL alone is a command like the others and is read exactly; only with words behind it is it looked for here, and
only where no text is asked for, which may well begin with that word.
"""

import re

from app.texts import reserved

_APART = re.compile(r"[\s.,:;!?\-]+")
# A digit or a letter behind the word may be an answer: such a reply is none of the two for sure.
_A_WORD = re.compile(r"[^\W\d_]{2,}")
_PHRASES = sorted(reserved.COMMANDS["APPEAL"], key=lambda phrase: -len(phrase.split()))


def words_of(text: str) -> str | None:
    """Return what is said behind APPEAL, in any language; None where a text is no such thing."""
    plain = text.strip(" .,:;!?-\n\t")
    for phrase in _PHRASES:
        count = len(phrase.split())
        parts = _APART.split(plain, maxsplit=count)
        if len(parts) <= count or reserved.normalize(" ".join(parts[:count])) != phrase:
            continue
        return parts[count] if _A_WORD.search(parts[count]) else None
    return None
