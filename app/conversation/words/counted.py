"""What a number may be one of, by kind and in all languages at once: 5 goats is no answer to how many cows.

Only what is plainly of another kind than the question's: words that are in no kind here say nothing.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from app.texts.reserved import normalize, phrases

_KINDS = (
    phrases(
        "people, persons, person, members, member, children, child, kids, men, man, women, woman, boys, girls, sons",
        "daughters, adults, family, families, household, of us, watu, mtu, watoto, mtoto, wanaume, wanawake, wasichana",
        "wavulana, wanafamilia, familia, abantu, bantu, omuntu, abaana, baana, omwana, abakazi, abasajja, amaka",
        "personnes, personne, gens, enfants, enfant, hommes, femmes, membres, famille, moun, timoun, pitit, ti moun",
        "fanm, gason, fanmi, log, logo, लोग, लोगों, aadmi",
        "आदमी, bachche, bacche, बच्चे, बच्चों, aurat, औरत, sadasya, सदस्य",
        "parivar, परिवार, ሰው, ሰዎች, ልጅ, ልጆች, ሴት, ሴቶች, ወንድ, ወንዶች, ቤተሰብ, sew, sewoch, lij, lijoch, beteseb",
    ),
    phrases(
        "cow, cows, cattle, ngombe, ente, nte, vache, vaches, boeufs, bef, vach, gaay, gaye, gai, गाय, गायें, गायों"
    )
    | phrases("ላም, ላሞች, ከብት, ከብቶች, lam, lamoch, kebt"),
    phrases(
        "goat, goats, mbuzi, embuzi, chevre, chevres, kabrit, bakri, bakriyan, bakriya, बकरी, बकरियां, ፍየል, ፍየሎች, fiyel"
    ),
    phrases("sheep, kondoo, endiga, mouton, moutons, bhed, भेड, በግ, በጎች, beg"),
    phrases(
        "chicken, chickens, hens, kuku, enkoko, nkoko, poule, poules, poul, murgi, मुर्गी, मुर्गियां, ዶሮ, ዶሮዎች, doro"
    ),
    phrases("bhains, भैंस, भैंसें, donkey, donkeys, punda, kochon, pigs"),
    phrases(
        "room, rooms, vyumba, chumba, ebisenge, ekisenge, chambre, chambres, chanm, kamre, kamra, कमरे, कमरा, ክፍል, ክፍሎች"
    ),
    phrases("hour, hours, hr, hrs, masaa, essaawa, heure, heures, edtan, ghante, ghanta, घंटे, घंटा, ሰአታት"),
    phrases("day, days, siku, ennaku, nnaku, olunaku, jour, jours, jou, din, दिन, ቀን, ቀናት, ken, kenat"),
    phrases(
        "week, weeks, wk, wks, wiki, ssabbiiti, semaine, semaines",
        "semen, hafte, hafta, हफ्ते, हफ्ता, ሳምንት, ሳምንታት, samint",
    ),
    phrases(
        "month, months, mwezi, miezi, omwezi, emyezi, myezi, mois, mwa, mahine, mahina, महीने, महीना, ወር, ወራት, wer"
    ),
    phrases(
        "year, years, yr, yrs, mwaka, miaka, omwaka, emyaka, myaka, an, ans, annees, ane, saal, sal, साल, वर्ष, አመት"
    )
    | phrases("አመታት, amet, amat, old, age, umri, emyaka, laj, aj, umr, umar, उम्र, እድሜ, edme"),
    phrases("l, lt, litre, litres, liter, liters, ltr, ltrs, lts, lita, liita, lit, लीटर, ሊትር, litir"),
    phrases("kg, kgs, kilo, kilos, kilogram, kilograms, किलो, ኪሎ, ኪሎግራም"),
    phrases("km, kms, kilometre, kilometres, kilometer, kilometers, kilomita, kilomet, किलोमीटर, ኪሎሜትር"),
    phrases(
        "acre, acres, ekari, yiika, hectare, hectares, hekta, kawo, bigha, बीघा, ekad, एकड, ሄክታር, hektar"
    ),
    phrases(
        "pay, paid, cost, costs, price, money, much, shilling, shillings",
        "kes, ksh, kshs, ugx, sh, shs, bob, rupee, rupees",
        "birr, bei, lipa, unalipa, gharama, pesa, hela, shilingi, ssente, sente, silingi, musasula, bbeeyi, omuwendo",
        "payez, prix, coute, argent, francs, fcfa, gourdes, euros",
        "peye, pri, kob, lajan, goud, paise, paisa, rupaye, rs",
        "daam, kimat, पैसे, रुपये, रुपए, दाम, कीमत, ብር, ገንዘብ, ዋጋ, ይከፍላሉ, bir, genzeb, waga",
    ),
)
_PATTERNS = tuple(
    re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, sorted(kind, key=len, reverse=True)))})(?![^\W_])")
    for kind in _KINDS
)
# A house is where people are, and counted only right beside the number.
_HOUSE = "houses?|nyumba|ennyumba|amayumba|maisons?|kay|ghar|makan|घर|मकान|ቤት|ቤቶች|bet"
_HOUSES = re.compile(rf"(?<![^\W_])(?:(?:{_HOUSE}) \d+|\d+ (?:{_HOUSE}))(?![^\W_])")
_NUMBERED = re.compile(r"\d+ [^\s\d]+")
_UNIT_FIRST = re.compile(r"[^\s\d]+ \d+(?!\d)")


@lru_cache(maxsize=1024)
def _kinds(normalized: str) -> frozenset[int]:
    # Digits written together with their unit, as 20l or 5kg, are taken apart.
    apart = re.sub(r"(?<=\d)(?=[^\W\d_])", " ", normalized)
    return frozenset(at for at, pattern in enumerate(_PATTERNS) if pattern.search(apart))


def without_copied(plain: str, wordings: Iterable[str], has_number: Callable[[str], bool]) -> str:
    """Return a folded reply without the amount its question asks the price of (500 ku liita 20), if another is said.

    The number must stand beside its unit, as in the question or of the same kind (20l, for 20 litres).
    """
    for wording in wordings:
        for number, units in _amounts(wording):
            for found in (
                *re.finditer(rf"(?<![\d.,]){number} ?([^\s\d.,;:!?]+)", plain),
                *re.finditer(rf"([^\s\d.,;:!?]+) {number}(?![\d.,])", plain),
            ):
                unit = normalize(found[1])
                rest = plain[: found.start()] + " " + plain[found.end() :]
                if (unit in units or _kinds(unit) & _kinds(" ".join(units))) and has_number(rest):
                    return rest
    return plain


@lru_cache(maxsize=256)
def _amounts(wording: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the numbers of a question, each with what it is said to be of."""
    said = normalize(re.sub(r"(?<=[^\W\d_])(?=\d)", " ", wording)).split()
    return tuple(
        (
            word,
            frozenset(near for near in (*said[max(at - 1, 0) : at], *said[at + 1 : at + 2]) if _kinds(near)),
        )
        for at, word in enumerate(said)
        if word.isdecimal()
    )


def is_of_another_kind(said: str, wordings: Iterable[str]) -> bool:
    """Say whether a normalized reply counts what the question plainly does not ask for, or copies a number of it."""
    if not wordings:
        return False
    asked = " ".join(normalize(wording) for wording in wordings)
    copied = {found for found in _NUMBERED.findall(said) if f" {found} " in f" {asked} "}
    copied |= {found for found in _UNIT_FIRST.findall(said) if f" {found} " in f" {asked} " and _kinds(found)}
    counted, wanted = _kinds(said), _kinds(asked)
    houses = wanted and not counted and _HOUSES.search(said)
    return bool(copied or houses or (counted and wanted and counted.isdisjoint(wanted)))
