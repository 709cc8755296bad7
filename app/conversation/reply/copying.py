"""Replies that are no text of the worker's own: what was sent to them copied back, or nothing but a greeting. Pure."""

from collections.abc import Sequence

from app.conversation.reply.outcome import Doubt
from app.tasks.asking import Question
from app.texts.reserved import normalize, phrases

# Greetings, thanks, and whom they are said to; in every language, since people mix them.
GREETINGS = phrases(
    "hi, hello, hey, hallo, helo, hy, good morning, good afternoon, good evening, good night, good day, morning",
    "how are you, how are u, thanks, thank you, thank u, thanx, thx, tnx, ok, okay, k, fine, welcome, god bless",
    "god bless you, dear, sir, madam, kazi, team, please, pls, bye, goodbye",
    "habari, habari yako, habari zenu, habari gani, habari za asubuhi, habari za jioni",
    "habari za leo, habari za mchana, habari za kazi, za asubuhi, mambo, mambo vipi, vipi",
    "niaje, sasa, jambo, hujambo, hamjambo, sijambo, shikamoo, marahaba, salama, poa, asante, asanteni, asante sana",
    "ahsante, shukrani, karibu, tafadhali, ndugu, sawa, sawa sawa, kwaheri, usiku mwema",
    "oli otya, oliotya, muli mutya, gyebale, gyebaleko",
    "gyebale ko, wasuze otya, osiibye otya, ki kati, webale, weebale",
    "webale nnyo, weebale nnyo, weebale nyo, mwebale, ssebo, nnyabo, kale, tukusanyukidde",
    "bonjour, bonsoir, salut, bonne nuit, merci, merci beaucoup, ca va, svp, au revoir",
    "bonjou, bonswa, sak pase, kijan ou ye, mesi, mesi anpil, souple, orevwa",
    "namaste, namaskar, pranam, dhanyavaad, dhanyavad, shukriya, ram ram, kaise ho, kaise hain, ji, theek hai",
    "नमस्ते, नमस्कार, प्रणाम, धन्यवाद, शुक्रिया, राम राम, जी, ठीक है",
    "selam, salam, tena yistilign, indemin neh, indemin nesh, endemin neh, dehna neh, ameseginalehu, amesegenalehu",
    "ሰላም, ጤና ይስጥልኝ, እንደምን ነህ, እንደምን ነሽ, ደህና ነህ, ደህና ነሽ, አመሰግናለሁ, እሺ",
)
_LONGEST = max(len(phrase.split()) for phrase in GREETINGS)


def doubt(said: Sequence[str], question: Question) -> Doubt | None:
    """Return `copy` or `greeting` where the words are no text of the worker's own."""
    if _is_copy(said, question):
        return "copy"
    return "greeting" if _is_greeting(said, question) else None


def _is_copy(said: Sequence[str], question: Question) -> bool:
    """Say whether the words are one of the question's copies, or hold the whole of the longest (the question)."""
    written = " ".join(said)
    copies = [normalize(copy) for copy in question.copies]
    if written in copies:
        return True
    whole = max(copies, key=len, default="")
    return len(whole.split()) > 3 and f" {whole} " in f" {written} "


def _is_greeting(said: Sequence[str], question: Question) -> bool:
    """Say whether the words are nothing but greetings; not where what was asked about is one itself."""
    if not _only_greetings(said):
        return False
    return not any(_only_greetings(normalize(copy).split()) for copy in question.copies)


def _only_greetings(said: Sequence[str]) -> bool:
    at = 0
    while at < len(said):
        sizes = range(min(_LONGEST, len(said) - at), 0, -1)
        size = next((size for size in sizes if " ".join(said[at : at + size]) in GREETINGS), 0)
        if not size:
            return False
        at += size
    return bool(said)
