"""The number words against the rules by which each language puts its numbers together, made here from those rules.

The rules are those of the grammars and of Unicode's spell-out rules (CLDR); the tables under test were written by
hand, form by form. Every form must be read, as that number and no other.
"""

from collections.abc import Callable, Iterator

import pytest

from app.conversation.reply.spelled import number_words, spelled_at
from app.texts.reserved import normalize

Spelled = Iterator[tuple[str, int]]
TENS = range(10, 100, 10)


_CARDINALS_TO_99 = """
    शून्य एक दो तीन चार पाँच छह सात आठ नौ दस ग्यारह बारह तेरह चौदह पन्द्रह सोलह सत्रह अठारह उन्नीस बीस इक्कीस बाईस तेईस
    चौबीस पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस चालीस
    इकतालीस बयालीस तैंतालीस चौवालीस पैंतालीस छियालीस सैंतालीस अड़तालीस उनचास पचास इक्यावन बावन तिरेपन चौवन पचपन छप्पन
    सत्तावन अट्ठावन उनसठ साठ इकसठ बासठ तिरेसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर
    पचहत्तर छिहत्तर सतहत्तर अठहत्तर उनासी अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी नब्बे
    इक्यानबे बानबे तिरानबे चौरानबे पंचानबे छियानबे सत्तानबे अट्ठानबे निन्यानबे
"""


def units(line: str) -> dict[int, str]:
    return dict(enumerate(line.split(), start=1))


def tens(line: str) -> dict[int, str]:
    return dict(zip(TENS, line.split(","), strict=True))


def swahili() -> Spelled:
    """Ten and unit, joined by `na`, which keypads leave out or write together with its neighbours."""
    ones = units("moja mbili tatu nne tano sita saba nane tisa")
    for ten, name in tens("kumi,ishirini,thelathini,arobaini,hamsini,sitini,sabini,themanini,tisini").items():
        yield name, ten
        for one, unit in ones.items():
            yield from ((f"{name}{joint}{unit}", ten + one) for joint in (" na ", " ", " na", "na"))
    yield from (("mia moja", 100), ("mia mbili na hamsini", 250), ("elfu moja mia tano", 1500))


def luganda() -> Spelled:
    """Ten, then `na`, or `mu` after twenty and more; the joint loses its vowel before one."""
    ones = units("emu bbiri ssatu nnya ttaano mukaaga musanvu munaana mwenda")
    elided = units("emu ebbiri essatu ennya ettaano")
    named = "kkumi,amakumi abiri,amakumi asatu,amakumi ana,amakumi ataano,nkaaga,nsanvu,kinaana,kyenda"
    for ten, name in tens(named).items():
        yield name, ten
        for one, unit in ones.items():
            yield from ((f"{name} {joint} {unit}", ten + one) for joint in ("na", "mu"))
        for one, unit in elided.items():
            yield f"{name} {'n' if ten == 10 else 'mw'}'{unit}", ten + one
    # Six hundred and six thousand are nouns, by the same roots as six and sixty.
    for one, root in enumerate(("kaaga", "sanvu", "naana"), start=6):
        yield from ((f"lu{root}", one * 100), (f"ka{root}", one * 1000))
    yield from (("ebikumi bibiri", 200), ("enkumi bbiri", 2000), ("kikumi mu amakumi ataano", 150))


def creole() -> Spelled:
    """One word: the ten as it sounds before the unit; twenties' system from sixty and eighty on."""
    ones = units("en de twa kat senk sis sèt wit nèf")
    teens = dict(
        enumerate("dis onz douz trèz katòz kenz sèz disèt dizwit diznèf".split(), start=10)  # noqa: SIM905
    )
    yield from ((unit, one) for one, unit in (ones | teens).items())
    for ten, bare, bound, elided in (
        (20, "ven", "venn", "vent"),
        (30, "trant", "trann", "trant"),
        (40, "karant", "karann", "karant"),
        (50, "senkant", "senkann", "senkant"),
        (60, "swasant", "swasann", "swasant"),
    ):
        yield from (
            (bare, ten),
            (f"{elided}eyen", ten + 1),
            (f"{bare} e youn", ten + 1),
            (f"{elided}wit", ten + 8),
        )
        for one in (2, 3, 4, 5, 6, 7, 9):
            yield from ((f"{bound}{ones[one]}", ten + one), (f"{bare} {ones[one]}", ten + one))
    yield from ((f"swasann{teen}", 60 + number) for number, teen in teens.items())
    yield from ((f"katreven{unit}", 80 + number) for number, unit in ({0: ""} | ones | teens).items())
    yield from (("san", 100), ("de mil", 2000), ("di mil", 10_000), ("san senkant", 150))


def amharic() -> Spelled:
    """Ten and unit side by side or together; ten itself is asra before a unit."""
    ones = units("አንድ ሁለት ሦስት አራት አምስት ስድስት ሰባት ስምንት ዘጠኝ")
    latin = units("and hulet sost arat amist sidist sebat simint zetegn")
    for names, made, teen in (
        ("አስር,ሃያ,ሠላሳ,አርባ,ሃምሳ,ስልሳ,ሰባ,ሰማንያ,ዘጠና", ones, "አሥራ"),
        ("asir,haya,selasa,arba,hamsa,silsa,seba,semanya,zetena", latin, "asra"),
    ):
        for ten, name in tens(names).items():
            yield name, ten
            heads = (name, teen) if ten == 10 else (name,)
            for one, unit in made.items():
                yield from ((f"{head}{joint}{unit}", ten + one) for head in heads for joint in (" ", ""))
    yield from (("ሁለት መቶ", 200), ("መቶ ሃምሳ", 150), ("አንድ ሺህ", 1000))


def hindi() -> Spelled:
    """No rule makes Hindi's numbers up to a hundred: they are Unicode's, one by one."""
    spelled = _CARDINALS_TO_99.split()
    assert len(spelled) == 100
    yield from ((word, number) for number, word in enumerate(spelled))
    yield from (("paintees", 35), ("chalees", 40), ("do sau pachas", 250))


@pytest.mark.parametrize(
    ("language", "spelled"),
    [("sw", swahili), ("lg", luganda), ("ht", creole), ("am", amharic), ("hi", hindi)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_number_the_language_makes_is_read_as_that_number(
    language: str, spelled: Callable[[], Spelled]
) -> None:
    known = number_words(language)
    made = dict(spelled())
    read = {text: spelled_at(normalize(text).split(), 0, known) for text in made}
    wrong = {
        text: (number, read[text])
        for text, number in made.items()
        if (found := read[text]) is None
        or found[0] != len(normalize(text).split())
        or [int(value) for value in found[1]] != [number]
    }
    assert len(made) >= 99
    assert not wrong
