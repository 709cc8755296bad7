"""What no reply may hold or be, whatever was asked. Pure."""

import re

from app.texts.reserved import fold

# Four segments of SMS: what is longer is a letter, in which a word or a number is no answer.
LONGEST_REPLY = 640
# What WhatsApp lets people write at once, for questions that ask for words.
LONGEST_TEXT = 4096
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
