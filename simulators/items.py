"""Short reports with a known answer to "is this about water?", for demonstrations, tests and benchmarks.

Sentences in English, Swahili and Luganda, each joined with a place or a time. All are plain ASCII (so
GSM-7) and at most 45 characters. The Luganda and Swahili ones are drafts until a speaker confirms them.
Run `python -m simulators.items --count 200` to see them as JSON.
"""

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from typing import TypedDict

LANGUAGES = ("en", "sw", "lg")
LONGEST_TEXT = 45


class Item(TypedDict):
    """One report; `truth` is `yes` when it is about water, else `no`."""

    id: str
    text: str
    language: str
    truth: str


_ABOUT_WATER = {
    "en": (
        "The well is dry,The well is far away,The well has a snake in it,The well needs a cover,"
        "The tap is broken,The tap leaks,The tap gives dirty water,The borehole is broken,"
        "The borehole pump is stolen,The water smells bad,The water tastes of salt,There is no water,"
        "The water tank is empty,The water tank leaks,The water pipe burst,The pipe is blocked,"
        "The river is dirty,The river dried up,The spring is dirty,Water now costs more"
    ),
    "sw": (
        "Kisima kimekauka,Kisima ni kichafu,Kisima kiko mbali,Kisima kimevunjika,Bomba limevunjika,"
        "Bomba linavuja,Bomba halitoi maji,Maji ni machafu,Maji yananuka,Maji yamekatika,Maji hayatoshi,"
        "Tangi la maji ni tupu,Tangi la maji linavuja,Pampu ya maji imeharibika,Mto umekauka,"
        "Mto una maji machafu,Hakuna maji ya kunywa,Foleni ya maji ni ndefu,Bei ya maji imepanda,"
        "Chemchemi imekauka"
    ),
    "lg": (
        "Oluzzi lukalidde,Oluzzi lucaafu,Oluzzi luli wala,Amazzi macaafu,Amazzi gawunya,Amazzi gavuddeko,"
        "Tewali mazzi,Omudumu gw'amazzi gukutuse,Omudumu gw'amazzi gutonnya,Taapu tevaamu mazzi,"
        "Taapu efudde,Ttanka y'amazzi nkalu,Pampu y'amazzi efudde,Omugga gukalidde,Ensulo y'amazzi ekalidde,"
        "Amazzi matono,Nayikonto efudde,Nayikonto teriimu mazzi,Amazzi ga bbeeyi,Tetulina mazzi ga kunywa"
    ),
}

_ABOUT_OTHER = {
    "en": (
        "The road is bad,The road has holes,The bridge is broken,The school roof is broken,"
        "The school has no desks,The teacher did not come,The clinic has no medicine,The nurse is away,"
        "There is no power,The street lights are off,The market is closed,Maize now costs more,"
        "The bus is late,The bus fare went up,The phone network is bad,Rubbish fills the market,"
        "The cows are sick,The seeds did not come,Rats ate the maize,A house burned down"
    ),
    "sw": (
        "Barabara ni mbaya,Barabara ina mashimo,Daraja limevunjika,Paa la shule limevunjika,"
        "Shule haina madawati,Mwalimu hajafika,Zahanati haina dawa,Daktari hayupo,Umeme umekatika,"
        "Taa zimezimika,Soko limefungwa,Bei ya mahindi imepanda,Basi limechelewa,Nauli imepanda,"
        "Mtandao wa simu ni mbovu,Takataka zimejaa,Ng'ombe ni wagonjwa,Mbegu hazijafika,"
        "Panya wamekula mahindi,Nyumba imeungua"
    ),
    "lg": (
        "Oluguudo lubi,Oluguudo lulimu ebinnya,Olutindo lumenyese,Akasolya k'essomero kagudde,"
        "Essomero terina ntebe,Omusomesa tazze,Eddwaliro terina ddagala,Omusawo taliiwo,"
        "Amasannyalaze gavuddeko,Ettaala zizikidde,Akatale kaggaddwa,Kasooli wa bbeeyi,Bbaasi ekeereye,"
        "Ebisale bya bbaasi birinnye,Netiwaaka ya ssimu mbi,Kasasiro ajjudde,Ente zirwadde,"
        "Ensigo tezizze,Emmese ziridde kasooli,Ennyumba eyidde"
    ),
}

_WHERE_OR_WHEN = {
    "en": ", in Kisumu, in Busia, in Kitale, in Siaya, in Homa Bay, today, since Monday, this week, again,"
    " near the market, near the school, in our village, in Nakuru",
    "sw": ", Kisumu, Busia, Kitale, Siaya, Homa Bay, leo, tangu jana, wiki hii, tena,"
    " karibu na soko, karibu na shule, kijijini kwetu, Nakuru",
    "lg": ", e Masaka, e Jinja, e Mukono, e Mbale, e Luweero, leero, okuva jjo, wiki eno, nate,"
    " okumpi n'akatale, okumpi n'essomero, mu kyalo kyaffe, e Gulu",
}

_WATER_WORD = re.compile(
    r"\b(wells?|taps?|water|pipes?|boreholes?|rivers?|spring|maji|kisima|bomba|mto|chemchemi|pampu|"
    r"a?mazzi|oluzzi|omudumu|taapu|nayikonto|omugga|ensulo)\b",
    re.IGNORECASE,
)


def about_water(text: str) -> bool:
    """What a reader who knows the three languages would say of such a report."""
    return _WATER_WORD.search(text) is not None


def texts(language: str, truth: str) -> list[str]:
    """Every text of a language that has this truth, in a fixed order."""
    sentences = (_ABOUT_WATER if truth == "yes" else _ABOUT_OTHER)[language].split(",")
    endings = _WHERE_OR_WHEN[language].split(",")
    joined = (sentence + ending for ending in endings for sentence in sentences)
    return [text for text in joined if len(text) <= LONGEST_TEXT]


def make_items(count: int, seed: int = 0, languages: Sequence[str] = LANGUAGES) -> list[Item]:
    """Distinct items, the languages and the two truths evenly mixed. Raises ValueError past the stock."""
    pools = {pool: _shuffled(pool, seed) for pool in _pools(languages)}
    stock = len(pools) * min(len(texts_left) for texts_left in pools.values())
    if count > stock:
        raise ValueError(f"There are {stock} evenly mixed items in {', '.join(languages)}, not {count}.")
    turns = _turns(languages)
    chosen = [(pool, pools[pool].pop()) for pool, _ in zip(turns, range(count), strict=False)]
    random.Random(f"{seed} order").shuffle(chosen)
    return [
        Item(id=f"w-{number:04}", text=text, language=language, truth=truth)
        for number, ((language, truth), text) in enumerate(chosen, 1)
    ]


def truth_of(items: Sequence[Item]) -> dict[str, str]:
    """The truth file of a crowd: the answer by text."""
    return {item["text"]: item["truth"] for item in items}


def _pools(languages: Sequence[str]) -> list[tuple[str, str]]:
    return [(language, truth) for truth in ("yes", "no") for language in languages]


def _turns(languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    while True:
        yield from _pools(languages)


def _shuffled(pool: tuple[str, str], seed: int) -> list[str]:
    found = texts(*pool)
    random.Random(f"{seed} {pool}").shuffle(found)
    return found


def main() -> None:
    """Print items, or their truth file."""
    parser = argparse.ArgumentParser(prog="python -m simulators.items", description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--truth", action="store_true", help="print {text: truth} instead")
    asked = parser.parse_args()
    items = make_items(asked.count, asked.seed)
    json.dump(truth_of(items) if asked.truth else items, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
