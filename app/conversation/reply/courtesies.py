"""Greetings before a reply, thanks behind it and quotes around it, which change nothing of what it says. Pure.

What is read is what stands between them: `hello, is it 1? thanks` asks as `is it 1?` does.
"""

import re
from functools import lru_cache

from app.conversation.reply.copying import GREETINGS
from app.texts.reserved import fold, phrases

# These may be the answer, or part of one, or agree to something.
_NOT_ASIDE = phrases(
    "ok, okay, k, fine, welcome, sawa, sawa sawa, kale, poa, sasa, vipi, ji, जी, theek hai, ठीक है, እሺ, karibu, mambo",
    "kazi, team, ca va, ki kati, morning, niaje, mambo vipi, habari gani, dear",
)
_POLITE = phrases(
    "please, pls, plz, kindly, tafadhali, tafadhari, bambi, mwattu, ssebo, nnyabo, svp, stp, sil vous plait, tanpri",
    "souple, silvouple, kripya, कृपया, እባክዎ, እባክዎን, እባክህ, እባክሽ, ebakih, ebakish",
)
# Behind, these are polite; before, they are a yes, or somebody spoken of.
_HONORIFIC = phrases("ji, जी")
_SPOKEN_TO = phrases(
    "mon frere, ma soeur, grand frere, grande soeur, mon pote, fre, kome, muganda wange, mwannyinaze",
    "አለቃዬ, አለቃ, frerot",
    "man, guys, folks, bro, boss, chief, mate, mzee, bosi, mkuu, ndugu, bwana, kaka, dada, mama, baba, jamani, taata",
    "maama, munnange, banange, patron, chef, frere, tonton, tata, papa, maman, les gars, manman, konpe, fre m, se m",
    "bhai, bhaiya, didi, yaar, boss ji, sir ji, भाई, भैया, दीदी, यार, ጌታዬ, ወንድሜ, እህቴ, አባቴ, እናቴ, gashe",
)
_GOOD_BYE = phrases(
    "have a good day, have a nice day, nice day, take care, siku njema, jioni njema, uwe na siku njema, kazi njema",
    "siiba bulungi, osiibe bulungi, musiibe bulungi, weeraba, bonne journee, bonne soiree, a plus",
    "a bientot, bon jounen, pase bon jounen, bon apremidi, n a we, shubh din, aapka din shubh ho, phir milenge, alvida",
    "मिलते हैं, फिर मिलेंगे, अलविदा, दिन शुभ हो, መልካም ቀን, መልካም ምሽት, ደህና ዋሉ, ደህና ሁኑ, ደህና እደሩ, ቻው, chaw",
)
_ANNOUNCING = phrases(
    "my answer is, my ans is, the answer is, my reply is, jibu langu ni, jibu langu, jibu ni, okuddamu kwange kuli",
    "okuddamu kwange, okuddamu kuli, ma reponse est, ma reponse cest, la reponse est, repons mwen se, repons mwen",
    "repons lan se, mera jawab hai, mera jawab, mera uttar hai, mera uttar, मेरा जवाब, मेरा उत्तर, መልሴ, የእኔ መልስ, melse",
)


def _either(known: frozenset[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(known, key=len, reverse=True))


_ASIDE = (GREETINGS | _POLITE) - _NOT_ASIDE
# A minus belongs to its number.
_GAP = r"(?:[\s,.!;:]|-(?!\d))*"
_BEFORE = re.compile(rf"{_GAP}(?:(?:{_either(_ASIDE | _ANNOUNCING)})(?![^\W_]){_GAP})+(?=[^\s])")
_BEHIND = re.compile(
    rf"(?:[\s,.!;:-]*(?<![^\W_])(?:{_either(_ASIDE | _HONORIFIC | _SPOKEN_TO | _GOOD_BYE)}))+[\s,.!;:]*$"
)
_STOPS_BEHIND = re.compile(r"(?<=[^\s.!,;:])[\s.!,;:]+$")
_SPACES = re.compile(r"[^\S\n]+")
_QUOTES = '"\u201c\u201d\u201e\u00ab\u00bb'
_LONGEST = 200


@lru_cache(maxsize=256)
def without(text: str) -> str:
    """Return a reply folded and without greetings before it and thanks behind it; as it is where it is nothing else."""
    if len(text) > _LONGEST:
        return text
    plain = _SPACES.sub(" ", fold(text)).strip().strip(_QUOTES).strip()
    opening = _BEFORE.match(plain)
    said = plain[opening.end() :] if opening else plain
    if opening and said in _HONORIFIC:
        return opening[0].strip()  # namaste ji
    closing = _BEHIND.search(said)
    if closing is not None and closing.start() > 0:
        said = said[: closing.start()]
    said = _STOPS_BEHIND.sub("", said)
    return said if said.strip(" .,!;:-\n") else text
