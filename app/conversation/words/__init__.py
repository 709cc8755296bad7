"""The words replies are read by, one file a language, and which languages a worker's reply may be mixed of.

Owns the tables only. What each does to a reply is in app/conversation/reading.py; the commands and the ways to
say `don't know` are in app/texts/reserved.py, because they hold in every language at once.
"""

from app.conversation.words.amharic import AMHARIC
from app.conversation.words.creole import CREOLE
from app.conversation.words.english import ENGLISH
from app.conversation.words.french import FRENCH
from app.conversation.words.hindi import HINDI
from app.conversation.words.luganda import LUGANDA
from app.conversation.words.swahili import SWAHILI
from app.conversation.words.table import Words
from app.texts.reserved import phrases

BY_CODE: dict[str, Words] = {
    "en": ENGLISH,
    "fr": FRENCH,
    "sw": SWAHILI,
    "lg": LUGANDA,
    "hi": HINDI,
    "ht": CREOLE,
    "am": AMHARIC,
}
# People mix the languages they live with in one line. The later a language stands, the more its meaning of a
# word counts; the worker's own is last.
_MIXED: dict[str, tuple[str, ...]] = {
    "en": ("lg", "sw", "en"),
    "sw": ("lg", "en", "sw"),
    "lg": ("sw", "en", "lg"),
    "fr": ("en", "fr"),
    "ht": ("en", "fr", "ht"),
    "hi": ("en", "hi"),
    "am": ("en", "am"),
}
# Yes and no in all languages at once, where no other language has the same word for something else.
WORLD_YES = phrases(
    "yes, yeah, yep, ndiyo, ndio, ndyo, naam, yee, weewaawo, oui, wi, haan, ji haan, haan ji, हां, जी हां",
    "हां जी, አዎ, አዎን",
)
WORLD_NO = phrases("no, nope, hapana, nedda, nneda, non, nahi, nahin, नहीं, नही, जी नहीं, አይ, አይደለም, aydelem")

# What people call a language, for menus and LANG.
LANGUAGE_NAMES: dict[str, str] = {
    **dict.fromkeys(
        phrases(
            "en, eng, english, kiingereza, kingereza, oluzungu, olungereza, lungereza, anglais, angle",
            "angrezi",
        ),
        "en",
    ),
    **dict.fromkeys(phrases("sw, swa, swahili, kiswahili, kiswahli, oluswayiri, luswayiri"), "sw"),
    **dict.fromkeys(phrases("lg, lug, luganda, oluganda, kiganda, ganda"), "lg"),
    **dict.fromkeys(phrases("fr, fra, french, francais, kifaransa, olufalansa, franse"), "fr"),
    **dict.fromkeys(phrases("hi, hin, hindi, हिंदी, हिन्दी, kihindi"), "hi"),
    **dict.fromkeys(phrases("ht, kreyol, kreyol ayisyen, creole, haitian creole, haitian"), "ht"),
    **dict.fromkeys(phrases("am, amh, amharic, አማርኛ, amarigna, amharigna"), "am"),
}
AGREE = frozenset().union(*(words.agree for words in BY_CODE.values()))
REFUSE = frozenset().union(*(words.refuse for words in BY_CODE.values()))
YES = frozenset().union(WORLD_YES, *(words.yes for words in BY_CODE.values()))
NO = frozenset().union(WORLD_NO, *(words.no for words in BY_CODE.values()))
FIRM_NO = frozenset().union(*(words.firm_no for words in BY_CODE.values()))


def mixed(language: str) -> tuple[Words, ...]:
    """Return the tables a reply of somebody of this language is read by, the one that counts most last."""
    return tuple(BY_CODE[code] for code in _MIXED.get(language, _MIXED["en"]))
