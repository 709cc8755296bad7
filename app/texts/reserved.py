"""The words that belong to the worker, commands and `don't know` in every language, and how words compare.

A project may not offer one of these as a choice, so that STOP always stops. Exact after `normalize`, never by
likeness. Pure. What a command does is decided in app/conversation; finding an answer in a reply is
app/conversation/parse.py.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Literal

CommandName = Literal[
    "STOP", "START", "HELP", "SKIP", "MORE", "BAL", "PAY", "JOIN", "LANG", "WHY", "APPEAL", "UNDO", "INVITE"
]


def phrases(*lines: str) -> frozenset[str]:
    """Return the comma-separated phrases of a table's lines."""
    return frozenset(phrase.strip() for line in lines for phrase in line.split(","))


# All languages together. The opt-out words are those carriers and providers act on (twilio.com/docs, "Twilio
# support for opt-out keywords"; 47 CFR 64.1200(a)(10)) and their like in the other languages: whatever a provider
# takes for STOP, Kazi must take for STOP too. YES, which providers may take for START, is left out, because here
# it is an answer; so are words that mean stop and something plainer as well (Hindi ruko, wait).
COMMANDS: dict[CommandName, frozenset[str]] = {
    "STOP": phrases(
        "stop, stopall, stop all, unsubscribe, cancel, end, quit, revoke, optout, opt out",
        "acha, sitisha, koma, komesha, simamisha, jiondoe",
        "lekeraawo, lekera awo, lekerawo, leka, vaamu, nvaamu, okuvaamu, yimiriza",
        "arret, arreter, arretez, arrete, desabonner, me desabonner, desabonnez moi, desinscription",
        "desinscrire",
        "sispann, kanpe, dezabone",
        "रोको, रोकें, रोक दो, बंद करो, बंद करें, बन्द करो, बंद कर दो, स्टॉप, roko, rok do, band karo",
        "band kro, band kar do",
        "አቁም, አቁሙ, ይቁም, አቋርጥ, ስቶፕ, akum, aqum, akumu, akuarit, aquarit, mniondoe, niondoe",
    ),
    "START": phrases(
        "start, unstop, anza, tandika, commencer, reprendre, demarrer, komanse, rekomanse, शुरू, शुरू करो",
        "शुरू करें",
        "shuru, shuru karo, ጀምር, ጀምሩ, jemir",
    ),
    "HELP": phrases(
        "help, info, help me, i need help, need help, msaada, saidia, nisaidie, naomba msaada, nahitaji msaada",
        "obuyambi, yamba, nnyamba, nyamba, njagala obuyambi",
        "aide, aidez moi, aide moi, besoin daide, jai besoin daide, ede m, ede mwen, mwen bezwen ed",
        "bezwen ed, ed",
        "मदद, सहायता, मदद करो, मदद चाहिए, madad, sahayata, madad karo, madad chahiye, mujhe madad chahiye",
        "मुझे मदद चाहिए",
        "እርዳታ, እርዱኝ, እገዛ, erdata, irdata, erdugn",
    ),
    "SKIP": phrases(
        "skip, ruka, buuka, passer, sauter, sote, छोडो, छोड दो, chhodo, chhod do, chodo, ዝለል, እለፍ, zilel, elef",
        "अगला सवाल भेजो, agla sawal bhejo",
    ),
    "MORE": phrases(
        "more, more work, more questions, zaidi, endelea, kazi zaidi, maswali zaidi",
        "bungi, nnyongera, nyongera, weyongereyo, emirimu emirala",
        "encore, plus de travail, plus de questions, plis travay, plis kesyon, anko, और काम, और सवाल",
        "aur kaam, aur sawal",
        "ተጨማሪ, ተጨማሪ ስራ, techemari, techemari sira",
    ),
    "BAL": phrases(
        "bal, balance, my balance, salio, salio langu, balansi, ssente zange, sente zange",
        "solde, mon solde, balans, balans mwen, बैलेंस, शेष, मेरा बैलेंस, mera balance, ቀሪ ሂሳብ, ሂሳቤ",
        "kari hisab",
    ),
    "PAY": phrases(
        "pay, pay me, lipa, lipwa, nilipe, nataka kulipwa, nsasula, sasula, okusasulwa",
        "payer, payez moi, paye moi, paie moi, peye m, peye mwen, भुगतान, पैसे दो, bhugtan, paise do, ክፈል",
        "ክፈሉኝ, ክፍያ, kifya",
    ),
    "JOIN": phrases(
        "join, jiunge, wegatte, wegatteko, okwegatta, rejoindre, rejwenn, जुडें, जुडो, ተቀላቀል, tekelakel"
    ),
    "LANG": phrases("lang, language, lugha, olulimi, langue, भाषा, bhasha, ቋንቋ, kuankua, quanqua"),
    "WHY": phrases("why, kwanini, kwa nini, lwaki, pourquoi, poukisa, क्यों, kyon, kyun, ለምን, lemin"),
    "APPEAL": phrases(
        "appeal, rufaa, okujulira, njulira, recours, faire appel, apel, fe apel, अपील, apil, ይግባኝ, yigbagn"
    ),
    "UNDO": phrases("undo, tendua, tengua, zzaayo, zzayo, defaire, defe, वापस लो, wapas lo, ቀልብስ"),
    "INVITE": phrases(
        "invite, refer, invite friends, invite a friend, refer a friend, alika, alika rafiki, alika marafiki",
        "mwalike rafiki, yita mukwano, yita mikwano, yita mukwano gwange, inviter, parrainer, inviter un ami",
        "envite, envite zanmi, निमंत्रण, दोस्त बुलाओ, nimantran, dost bulao, ጋብዝ, ጓደኛ ጋብዝ, gabiz, guadegna gabiz",
    ),
}
# A command of one language that is everyday talk in another, for those who speak that one (Hindi acha: well, good).
NO_COMMANDS: dict[str, frozenset[str]] = {"hi": phrases("acha"), "ht": phrases("end"), "am": phrases("leka")}
UNSURE = phrases(
    "havent a clue, i havent a clue, not a clue, havent got a clue, beats me, god knows",
    "only god knows, no clue at all, no idea at all, i have no idea at all, sina wazo",
    "sina wazo lolote, sina habari, sielewi chochote, mungu ndiye anajua, sirina kye mmanyi",
    "sirina kirowoozo, sirina kye mmanyiiko, je nai aucune idee, jai aucune idee",
    "pas la moindre idee, je nai pas la moindre idee, aucune idee du tout, m pa gen lide",
    "mwen pa gen lide, m pa gen okenn lide, mwen pa gen okenn lide, pa gen lide, koi andaza nahi",
    "andaza nahi, pata hi nahi, कोई अंदाजा नहीं, अंदाजा नहीं, पता ही नहीं, कोई आइडिया नहीं",
    "आइडिया नहीं, ምንም ሀሳብ የለኝም, ሀሳብ የለኝም, ምንም የማውቀው የለም, ምንም የማውቀው ነገር የለም, hasab yelegnim",
    "minim hasab yelegnim",
    "not really sure, im not really sure, m pa fin konnen, mwen pa fin konnen, m pa two konnen",
    "nt sure, not very sure, not so sure, not too sure, not quite sure, im not very sure",
    "dk, hard to say, hard to tell, its hard to say, its hard to tell, difficult to tell, difficult to say",
    "cannot tell, i cannot tell, cannot say, i cannot say, cant know, i cant know, unable to tell, iam not sure",
    "i am unable to tell",
    "ckujua, sikujua, siwezi kujua, siwezi kusema, si jui, sina uakika, vigumu kusema, ni vigumu kusema",
    "ni vigumu kujua, vigumu kujua, sijui bana",
    "sikakasizza, ssikakasizza, tetumanyi, simanyiiko, ssimanyiiko, kizibu okumanya, simanyi kyakuddamu",
    "che pas, sais po, difficile a dire, difficile de dire, je ne peux pas dire, pas didee, nsp, jspr, j sai pa",
    "je sai pa, jsais pas, jsai pas, je c pas, jc pas, inconnu",
    "m pa byen konnen, okenn lide, mwen pa ka konnen, m pa ka konnen, m pa two si",
    "m pa kone, mwen pa kone, mpa kone, pa kone, chai pa, chepa, chais po, je sais plus, je ne sais plus",
    "dont remember, i dont remember, cant remember, i cant remember, do not remember, i do not remember, sikumbuki",
    "sijakumbuka, sijjukira, yaad nahi, mujhe yaad nahi, याद नहीं, je ne me souviens pas, je ne me souviens plus",
    "je me souviens pas, mwen pa two si, m pa sonje, mwen pa sonje",
    "kya pata, क्या पता, sure nahi, sure nahi hu, main sure nahi, idea nahi, koi idea nahi, mujhe koi idea nahi",
    "kuch pata nahi, kuch nahi pata, कुछ पता नहीं, maloom nhi, malum nhi, mjhe ni pta, ni pta, nhi pta, pta ni",
    "አላወቅኩም, አላወኩም, ማወቅ አልችልም, አላስታውስም, እኔጃ, ምንም አላውቅም, መልሱን አላውቅም, alaweqkum",
    "unsure, not sure, im not sure, i am not sure, dont know, i dont know, do not know, i do not know",
    "dont no, i dont no, idk, dunno, i dunno, no idea, i have no idea, no clue, not certain, im not certain",
    "dont knw, i dont knw, dnt know, i dnt know, dnt knw, i dnt knw, dont kno, i dont kno, cant tell",
    "i cant tell",
    "cant say, i cant say, i have no clue, i really dont know, dont really know, unknown, i am unsure",
    "im unsure",
    "sijui, sijuwi, mimi sijui, sifahamu, sina uhakika, sina hakika, cjui, sjui, sijuii, sijui kabisa",
    "sijui kwa kweli, sijui kitu, sijui chochote, sijui lolote",
    "hata sijui, sijajua, sijui jibu, sielewi kama, sina jibu",
    "simanyi, ssimanyi, nze simanyi, sikakasa, ssikakasa, nze ssimanyi, simanyi bulungi, simanyidde",
    "sikimanyi, ssikimanyi",
    "je ne sais pas, je sais pas, sais pas, ne sais pas, jsp, j sais pas, chais pas, pas sur, pas sure",
    "aucune idee, je sais pas trop, sais pas trop, je ne sais pas trop, je ne sais pas vraiment",
    "je ne suis pas sur, je ne suis pas sure, je suis pas sur, je nai aucune idee, je nen sais rien",
    "jen sais rien",
    "je ne connais pas, je ne sais, sait pas, je sait pas, je ne sait pas, pas certain, je ne suis pas certain",
    "mwen pa konnen, m pa konnen, pa konnen, mwen pa konen, m pa konen, mpa konen, pa konen",
    "mpkonn, mpkonnen, mpakonn, mpakonnen, mpa konnen, mwen pa konn, m pa konn, mpa konn, pa konn",
    "m pa seten",
    "pa seten, mwen pa seten, mwen pa si, m pa si, pa si, mwen pa gen lide, m pa gen lide, nou pa konnen",
    "mw pa konnen",
    "pata nahi, pata nahin, pta nahi, pta nhi, pata nhi, nahi pata, nahin pata, mujhe nahi pata",
    "mujhe pata nahi",
    "mujhe nahin pata, mujhe pata nahin, malum nahi, maloom nahi, nahi maloom, nahi malum, mujhe nahi maloom",
    "nahi jaanta, nahi janta, nahi janti, nahi jaanti, main nahi janta, main nahi jaanta, mai nahi janta",
    "pakka nahi, pakka nahi pata, pakka pata nahi, mujhe pakka nahi pata",
    "पता नहीं, नहीं पता, मुझे नहीं पता, मुझे पता नहीं, मालूम नहीं, नहीं मालूम, मुझे नहीं मालूम",
    "मुझे मालूम नहीं, पक्का नहीं",
    "नहीं जानता, नहीं जानती, मैं नहीं जानता, मैं नहीं जानती, पता नही, मुझे नही पता, नही पता",
    "አላውቅም, አላውቀውም, እኔ አላውቅም, እርግጠኛ አይደለሁም, አይታወቅም, አላቅም, እንጃ, እኔ እንጃ, አልገባኝም አላውቅም",
    "alawkim, alawqim, alawkm, alawqm, alaweqim, alakim, alakm, ene alawkim, ene alawqim",
    "ergitegna aydelehum, enja, alawkewim",
)

_APOSTROPHES = re.compile("['\u2018\u2019\u201b\u02bc\u02bb\u0060\u00b4\u2032]")
# Accents are dropped from Latin letters; marks of other scripts are letters of their words, but for the Devanagari
# nukta, which is written or not as one likes. The rest is invisible: what makes a keycap or an emoji out of a plain
# character, joiners, direction marks.
_DROPPED = re.compile("[\u0300-\u036f\u093c\u20e3\ufe0e\ufe0f\u00ad\u200b-\u200f\u2060\u2066-\u2069\ufeff]")
_WORD = re.compile(r"[^\W_]+")
# Latin and Ethiopic letters, and the punctuation and emoji around them: no letter here takes a mark once folded.
_WITHOUT_MARKS = re.compile("[\u0000-\u02ff\u1200-\u135c\u1360-\u139f\u2000-\u206f\U0001f000-\U0001faff]*")
_ETHIOPIC_DIGIT = range(0x1369, 0x1372)
_ETHIOPIC_NUMERAL = re.compile("[\u1369-\u137b]+")


def _same_letters() -> dict[int, str]:
    """Make the table of letters that are one sound and are written for one another, each to one of them.

    Ethiopic has two or three letters for h, s, a and ts (the usual normalization of Amharic text); Devanagari
    writes a nasal as chandrabindu or anusvara.
    """
    table = {0x0901: "\u0902", 0x014B: "ng"}
    for first, same, count in (
        (0x1210, 0x1200, 7),
        (0x1280, 0x1200, 7),
        (0x1220, 0x1230, 8),
        (0x12D0, 0x12A0, 7),
        (0x1340, 0x1338, 7),
    ):
        table |= {first + step: chr(same + step) for step in range(count)}
    # Their first and fourth forms sound alike too.
    table |= dict.fromkeys((0x1203, 0x1213, 0x1283, 0x1210, 0x1280), "\u1200")
    return table | dict.fromkeys((0x12A3, 0x12D0, 0x12D3), "\u12a0")


_SAME_LETTERS = _same_letters()


class _Digits(dict[int, int | str]):
    """Each character by its code, digits of every script as 0 to 9; learnt as they are met."""

    def __missing__(self, code: int) -> int | str:
        digit = unicodedata.digit(chr(code), None)
        self[code] = code if digit is None else str(digit)
        return self[code]


_DIGITS = _Digits()


@lru_cache(maxsize=512)
def fold(text: str) -> str:
    """Return `text` with all that looks or sounds the same written the same; its punctuation and spaces stay.

    NFKC and casefold; accents and apostrophes dropped (`don't`, `ng'ombe` are one word); digits of every
    script become 0 to 9.
    """
    if text.isascii():
        return text.replace("'", "").replace("\u0060", "").lower()
    plain = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text)).casefold()
    plain = unicodedata.normalize("NFC", _DROPPED.sub("", unicodedata.normalize("NFKD", plain)))
    return _ETHIOPIC_NUMERAL.sub(_ethiopic, plain.translate(_SAME_LETTERS)).translate(_DIGITS)


def _ethiopic(found: re.Match[str]) -> str:
    """Write an Ethiopic numeral with the digits 0 to 9; ones in a row are the digits of a keypad."""
    if all(ord(character) in _ETHIOPIC_DIGIT for character in found[0]):
        return "".join(str(ord(character) - 0x1368) for character in found[0])
    total = 0
    for character in found[0]:
        value = int(unicodedata.numeric(character))
        total = (total or 1) * value if value >= 100 else total + value
    return str(total)


def lexemes(text: str) -> list[tuple[str, str]]:
    """Split folded `text` into its words, each with what stood before it since the last."""
    return split_folded(fold(text))


def split_folded(plain: str) -> list[tuple[str, str]]:
    """As `lexemes`, of a text that is folded already."""
    if not _WITHOUT_MARKS.fullmatch(plain):
        return _split_with_marks(plain)
    found: list[tuple[str, str]] = []
    end = 0
    for word in _WORD.finditer(plain):
        found.append((word[0], plain[end : word.start()]))
        end = word.end()
    return found


def _split_with_marks(plain: str) -> list[tuple[str, str]]:
    """Split a text of scripts whose vowels may be marks, which belong to the word they stand in."""
    found: list[tuple[str, str]] = []
    word, gap = "", ""
    for character in plain:
        if character.isalnum() or (
            not character.isascii() and unicodedata.category(character) in {"Mn", "Mc"}
        ):
            word += character
            continue
        if word:
            found.append((word, gap))
            word, gap = "", ""
        gap += character
    if word:
        found.append((word, gap))
    return found


def is_boundary(gap: str) -> bool:
    """Say whether what stands between two words parts them more than a space does."""
    return "\n" in gap or not (gap == " " or not gap or gap.isspace())


def tokens(text: str) -> list[tuple[str, bool]]:
    """Split `text` into comparable words, each with whether punctuation or a new line stood before it."""
    return [(word, is_boundary(gap)) for word, gap in lexemes(text)]


def normalize(text: str) -> str:
    """Return `text` as it is compared: its words, spaces between. Normalising twice changes nothing more."""
    return " ".join(word for word, _ in lexemes(text))


@cache
def words() -> frozenset[str]:
    """Return what no choice may equal after `normalize`: commands, `don't know` and its 0."""
    return frozenset({"0"}).union(UNSURE, *COMMANDS.values())
