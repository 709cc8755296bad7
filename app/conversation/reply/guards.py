"""What no reply may hold or be, whatever was asked. Pure."""

import re

from app.conversation.reply.outcome import Doubt
from app.texts.reserved import fold, split_folded

# Four segments of SMS: what is longer is a letter, in which a word or a number is no answer.
LONGEST_REPLY = 640
# What WhatsApp lets people write at once, for questions that ask for words.
LONGEST_TEXT = 4096
_SECRET = re.compile(
    r"(?<!\w)(?:pin|pins|pini|pincode|otp|password|passcode|namba ya siri|neno la siri|nenosiri|nywila|mot de passe"
    r"|code secret|kod sekre|modpas|पिन|ओटीपी|ፒን|የይለፍ ቃል|ሚስጥር ቁጥር)(?!\w)"
)
_SECRET_DIGITS = re.compile(r"(?<!\d)\d(?:[ -]?\d){3,5}(?!\d)")


_NO_MORE = re.compile(
    r"(?<!\w)(?:(?:dont|do not) want to (?:work|continue|participate|answer)(?: (?:any ?more|again|with you))"
    r"|sitaki (?:kufanya )?kazi tena|sitaki kuendelea|saagala kukola nate"
    r"|(?:ne )?veux plus (?:travailler|participer|continuer)"
    r"|pa vle (?:travay|patisipe|kontinye) anko|(?:kaam|काम) (?:nahi|नहीं) (?:karna|करना)|መስራት አልፈልግም"
    r"|(?:no|any) more (?:messages?|sms|texts?|msgs?)"
    r"|(?:i )?(?:dont|do not) want (?:\w+ ){0,3}(?:messages?|sms|texts?|msgs?)"
    r"|(?:do not|dont|stop) (?:message|text|texting|messaging|sending|bother|disturb|disturbing|bothering) (?:me|us)"
    r"|(?:sitaki|sihitaji) (?:tena )?(?:\w+ )?(?:ujumbe|meseji|sms|jumbe|message|messages)"
    r"|(?:usi|msi)(?:nitumie|tutumie|nisumbue)(?:ni)? ?(?:tena|ujumbe|meseji|sms)?"
    r"|(?:saagala|sagala|ssaagala|sikyayagala|sikyetaaga) (?:\w+ )?(?:bubaka|obubaka|message|messages|sms)"
    r"|(?:temuddamu|toddamu) kumpeereza|(?:ne )?veux (?:plus|pas) (?:\w+ ){0,3}(?:messages?|sms|textos?)"
    r"|plus (?:de|aucun) (?:messages?|sms|textos?)|ne me? ?(?:menvoyez|menvoie|envoyez|contactez|contacte)"
    r" (?:plus|pas)"
    r"|pa (?:vle|bezwen) (?:\w+ ){0,3}(?:mesaj|sms)|pa voye (?:\w+ ){0,3}(?:mesaj|sms)|pa ekri m anko"
    r"|(?:message|messages|sms|msg) (?:\w+ )?(?:nahi|nahin|mat|nhi) (?:chahiye|bhejo|bhejna|bhejiye|karo)"
    r"|(?:mujhe|aur) (?:\w+ )?(?:message|messages|sms|msg) (?:nahi|nahin|nhi) chahiye|pareshan mat karo"
    r"|(?:मैसेज|संदेश|एसएमएस)(?: और)? (?:नहीं|मत|नही) (?:चाहिए|चाहिये|भेजो|भेजना|भेजें|भेजिए|करो)"
    r"|(?:መልእክት|መልክት|ሜሴጅ|sms)(?:ኦች)? (?:አልፈልግም|አትላኩ|አትላኩልኝ|አትላኩብኝ|አይላክልኝ)"
    r"|(?:meleikt|melikt|message) (?:alfelgim|atlaku))(?!\w)"
)


def asks_no_more(text: str) -> bool:
    """Say whether a reply asks that no more messages come, whatever it says besides (non merci, plus de messages)."""
    return _NO_MORE.search(" ".join(word for word, _ in split_folded(fold(text)))) is not None


def is_too_long(text: str) -> bool:
    """Say whether a reply is longer than any to a short question is."""
    return len(text) > LONGEST_REPLY


def tells_secret(text: str) -> bool:
    """Say whether a reply holds what looks like a PIN: four to six digits and the word for it."""
    plain = fold(text)
    return _SECRET.search(plain) is not None and _SECRET_DIGITS.search(plain) is not None


def doubt(text: str, *, wordy: bool) -> Doubt | None:
    """Return why a reply can be no answer, whatever was asked; `wordy` where it may be a text."""
    if len(text) > (LONGEST_TEXT if wordy else LONGEST_REPLY):
        return "too-long"
    if tells_secret(text):
        return "pin"
    return "stop-inside" if not wordy and asks_no_more(text) else None
