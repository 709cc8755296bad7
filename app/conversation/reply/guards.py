"""What no reply may hold or be, whatever was asked. Pure."""

import re

from app.texts.reserved import fold

# A long SMS is ten segments; WhatsApp allows more, but what is longer is no answer to a short question.
LONGEST_REPLY = 1600
_SECRET = re.compile(
    r"(?<!\w)(?:pin|pins|pini|pincode|otp|password|passcode|namba ya siri|neno la siri|nenosiri|nywila|mot de passe"
    r"|code secret|kod sekre|modpas|पिन|ओटीपी|ፒን|የይለፍ ቃል|ሚስጥር ቁጥር)(?!\w)"
)
_SECRET_DIGITS = re.compile(r"(?<!\d)\d(?:[ -]?\d){3,5}(?!\d)")


def is_too_long(text: str) -> bool:
    """Say whether a reply is longer than any to a short question is."""
    return len(text) > LONGEST_REPLY


def tells_secret(text: str) -> bool:
    """Say whether a reply holds what looks like a PIN: four to six digits and the word for it."""
    plain = fold(text)
    return _SECRET.search(plain) is not None and _SECRET_DIGITS.search(plain) is not None
