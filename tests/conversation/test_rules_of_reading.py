"""The rules that replies of unseen sets asked for, one by one: a corpus forgives a single reply read wrongly."""

import pytest

from app.conversation.reply import correcting
from tests.conversation import corpus
from tests.conversation.corpus import Line, read

RULES = """
a half behind a number, or behind its unit
en litres two and a half = 2.5
fr litres cinq litres et demi = 5.5
sw litres lita 12 na nusu = 12.5
hi litres saadhe teen = 3.5
hi price dhai hazar = 2500
en price two thousand and a half = ?
en cows two and a half = ?
a number in words that may go on
en price two thousand fivehundred = ?
ht price de mil senksan = 2500
sw price laki moja = 100000
en price two hundred thousand = ?
nothing of a thing is nought
en cows no cows = 0
hi cows koi gaay nahi hai = 0
fr cows pas de vaches = 0
en cows no, cows 5 = 5
a number of something else
en cows 10 each = ?
en cows 5 died = ?
sw cows niliuza 3 = ?
fr cows mon voisin a 10 = ?
en cows and me 5 = ?
en cows is it 10 = ?
en cows 2moro = ?
en scale 2 people = ?
en water we are 2 = ?
a day that another is before or after
en date after 12 march = ?
hi date 12 march ke baad = ?
en date 12 march = 2026-03-12
the number of one question, and its answer
en water3 2. no = - no -
en water3 2 no = ?
en water2 2. no = ?
questions numbered in words
en water3 first yes second no third yes = yes no yes
en water3 yes for the first, no for the second = yes no -
en water3 first 1 second 2 third 1 = yes no yes
en water3 the first yes the last no = yes - no
en water3 only the first = ?
sw water3 swali la kwanza ndiyo la pili hapana = yes no -
lg water3 kisooka yee kyokubiri nedda kyokusatu yee = yes no yes
lg water kyokubiri = no
fr water3 la première oui, la seconde non = yes no -
ht water3 premye a wi dezyèm nan non twazyèm nan wi = yes no yes
hi water3 पहला हाँ दूसरा नहीं तीसरा हाँ = yes no yes
am water3 አንደኛ አዎ ሁለተኛ አይ ሶስተኛ አዎ = yes no yes
the first two, and the other two
en water3 first two yes, last no = yes yes no
fr water3 les deux premiers oui, le dernier non = yes yes no
en water3 first yes the other two no = yes no no
en water3 first two no last yes = ?
en water3 the first two = ?
en water3 yes other two no = ?
all of several in the words of the question
en water3 all of them are about water = yes yes yes
sw water3 zote zinahusu maji = yes yes yes
fr water3 non aux trois = no no no
ht water3 yo tout pale de dlo = yes yes yes
lg water3 zonna zikwata ku mazzi = yes yes yes
am water3 ሁሉም ስለ ውሃ ነው = yes yes yes
en water3 not all of them are about water = ?
en water3 all of them are not about water = ?
en water3 almost all are about water = ?
en water3 all the water = ?
hi water3 सब पानी के बारे में नहीं हैं = ?
a label behind what it is of, or as it is also written
en /crop price of maize = prices
en /crop price of maize is not the topic = ?
en /crop not the price of maize = ?
lg /crop mbeera ya budde = weather
am /crop ስለ በቆሎ ዋጋ = prices
am /crop ስለ በቆሎ ዋጋ አይደለም = ?
hi /service स्वास्थ = health
am /damage ጣራ = roof
ht /service m pa konen = unsure
what is not damaged, beside what is
sw /damage mlango haujaharibika, ni paa tu = roof
am /damage ጣሪያው አልተጎዳም፣ ግድግዳው ነው = wall
sw /damage mlango haujaharibika = ?
letters for yes and no of each language
fr water3 O N O = yes no yes
ht water3 w n w = yes no yes
sw water3 n h n = yes no yes
hi water3 haan na haan = yes no yes
en water3 l 2 l = yes no yes
what is said to us and not of the question
en water yes i am ready = ?
en water yes please go ahead = yes
sw water ndiyo niko tayari = ?
fr water oui j'ai bien reçu = ?
en water no i have not been paid = ?
what an answer hangs on
en water 1 only if it rains = ?
en water 1. if you pay me i do more = yes
en water 1 when will you pay = yes
en water yes it depends = ?
en water 1 means what = ?
somebody else's word
en water she said no = ?
en water yes she said the pump broke = yes
am water 1 ብለዋል = ?
what describes a thing behind it
sw topics maji machafu sana = water
ht topics lekòl la fèmen = school
en topics water bottle here = ?
the question's own words beside a name
en /household/source river water = river
en /household/source water = ?
en /household/source not the river = ?
another kind of thing than the question's
en /household/people 3 rooms = ?
sw /household/people miaka 30 = ?
en /household/price 20 litres = ?
en /household/price 50 shillings = 50
en /household/people 6 members = 6
no day, though it holds the word for one
sw date mwaka jana = ?
questions named by a word and a digit, or by all numbers in order
ht water3 kesyon 1 wi kesyon 2 non kesyon 3 wi = yes no yes
sw water3 moja ndio mbili hapana tatu ndio = yes no yes
en water3 two yes one no = ?
en water3 1 and 2 yes 3 no = yes yes no
fr water3 oui sauf la 2 = ?
answers written as one
en water3 yesnoyes = yes no yes
en water3 yes n0 yes = yes no yes
two readings of nahi
hi water3 haan nahi pata nahi = yes no unsure
what is polite
hi water theek hai ji = ?
hi water 2 ji = no
en water hello, is it 1? thanks = ?
sw water jibu langu ni ndiyo hapana = ?
en cows hello, -5 = ?
a number in an expression
sw water moja kwa moja = ?
en water 1 moment please = ?
hi water jawab do = ?
sentences that are commands, but where words are asked for
en water stop sending me messages = !STOP
en text stop sending me messages = ?
sw water badilisha lugha = !LANG
a slip
en water i pressed 1 by mistake = ?
en water i pressed 1 by mistake i mean 2 = no
hi water galti se 1 dab gaya = ?
what adds nothing to a name
en topics health issue = health
en topics the school is closed = school
sw topics tatizo la maji = water
sw topics shuleni = school
en water 2 problems = ?
en tags 2 problems = ?
en topics schools = school
sw mood ni mbaya sana = negative
en age 25 in march = ?
a step out of the highest, in words
fr scale quatre sur cinq = 4
en scale four out of five = 4
en scale four out of six = ?
days ago
en date three days ago = 2026-11-20
sw date siku 4 zilizopita = 2026-11-19
ht date twa jou de sa = 2026-11-20
am date ከሶስት ቀን በፊት = 2026-11-20
en date about 3 days ago = ?
en date 5 or 6 days ago = ?
en date 2 weeks ago = ?
a no between two digits corrects the first
sw water nafikiri 1 hapana 2 = no
en water 1 no 2 = no
en water 2 no 1 = ?
en water 2 not 1 = no
sw topics 3 hapana 4 = school
the question's own words
en water it is about water = yes
en water not about water = no
en water is this about water = ?
en water water? = ?
en water no water in village = ?
sw water haihusu maji = no
sw water hakuna maji = ?
fr water ce n'est pas de l'eau = no
ht water sa pa pale de dlo = no
hi water ye paani ke baare me hai = yes
hi water pani nahi hai = ?
am water ስለ ውሃ አይደለም = no
am water ውሃ የለም = ?
am water መቼ ነው የምትከፍሉኝ = ?
said twice in other words
sw water eeh ni kweli = yes
sw water kweli sahihi = yes
words that number the questions
en water3 first yes second no third yes = yes no yes
sw water3 ya kwanza ndio ya pili hapana ya tatu ndio = yes no yes
en water3 1st yes, 2nd no, 3rd yes = yes no yes
en water3 Yes to 1, no to 2, yes to 3 = yes no yes
en water3 yes to 2, no to 1 = no yes -
en water3 first yes = yes - -
a word and a digit that may be two answers
en water2 no 2 = ?
en water2 2 yes = ?
en water3 2) yes = - yes -
n is and between two words where that makes as many as were asked
en water2 yes n no = yes no
en water3 yes n no = yes no no
what an answer hangs on, asks or quotes
en water yes if you pay me first = ?
sw water ndiyo kama mtanilipa = ?
fr water oui si vous payez = ?
en water yes sir what is the question = ?
en water you said 1 = ?
en water 1 when will i be paid = yes
en water i will send 1 tomorrow = ?
en water 1 see you tomorrow = yes
so many of several
ht water youn nan yo = ?
en water3 2 of them are yes = ?
en water is 1 yes = ?
not behind a name denies it
en topics water is not the topic its food = food
en topics water not food = water
stress behind what one does not know
ht water m pa konnen non = unsure
hi water mujhe pata nahi ji = unsure
ht water3 wi m pa konnen non = yes unsure no
fillers, frames and good-byes around one answer
en water no idea tbh = unsure
fr /service Bonjour, il s'agit de l'école. Bonne journée = school
fr /service c la sante = health
fr water mon frère dit non = ?
en water my boss said yes = ?
the word that tells a label of several
sw /crop hewa = weather
lg /crop obudde = weather
am /crop ስለ አየር ሁኔታ = weather
sw /crop hali = ?
Amharic labels in Latin letters
am /crop waga = prices
am /crop yezer guday = seeds
a slip that is nearer a label than a number word
en /topic2 musik sports = music sport
questions named by letters, or several in a clause
sw /topic2 a) michezo b) siasa = sport politics
sw /water3 ndiyo ya kwanza na ya tatu, ya pili hapana = yes no yes
fr /water3 oui pour la deuxième, non pour les autres = no yes no
en /water3 the second yes the rest no = ?
the ends of a scale by their names
sw /household/quality maji ni mazuri sana = 5
fr /household/quality très mauvais = 1
en /household/quality not very good = ?
en /household/quality very bad 5 = ?
en /household/quality is it very good? = ?
the amount a price is asked for
lg /household/price tusasula 500 ku liita 20 = 500
sw /household/price shilingi kumi kwa lita 20 = 10
sw /household/price lita 20 = ?
en /household/price we pay 15 for 20 litres = 15
what is denied in a clause of a list
en /damage not the roof, the door = door
hi /damage छत नहीं, दरवाज़ा = door
en /damage not only the roof, the door too = ?
en tags 1,3 but not 5 = ?
no more messages
fr water non merci je ne veux plus de messages = !STOP
en water no i dont want any of your sms = ?
en water no i dont want to work anymore = ?
a label in talk about oneself
fr /service je suis en route je réponds après = ?
hi /service मैं सड़क पर हूँ = ?
"""


def rules() -> list[tuple[str, Line]]:
    found: list[tuple[str, Line]] = []
    rule = ""
    for row in RULES.strip().splitlines():
        if " = " not in row:
            rule = row
            continue
        said, meant = row.rsplit(" = ", 1)
        language, shape, reply = said.split(" ", 2)
        found.append((rule, Line(language, shape, reply, meant)))
    return found


@pytest.mark.parametrize(
    ("rule", "line"), rules(), ids=lambda value: value if isinstance(value, str) else value.reply
)
def test_a_rule(rule: str, line: Line) -> None:
    assert read(line).split(" ")[0] == "?" if line.meant == "?" else read(line) == line.meant, rule


@pytest.mark.parametrize(
    ("text", "opens", "before", "ends"),
    [
        ("sorry 2", True, None, False),
        ("no sorry 2", True, ("no",), False),
        ("1 sorry i mean 2", False, ("yes",), False),
        ("2 sorry", False, ("no",), True),
        ("hello sorry", True, None, True),
    ],
)
def test_where_a_correction_stands(
    text: str, opens: bool, before: tuple[str, ...] | None, ends: bool
) -> None:
    asked = tuple(corpus.questions("water", "en"))
    assert correcting.found(text, asked, "en") == correcting.Correction(opens, before, ends)


@pytest.mark.parametrize("text", ["2", "thanks", "sorry for the delay, 2", "nimechelewa samahani 2"])
def test_what_is_no_correction(text: str) -> None:
    assert correcting.found(text, tuple(corpus.questions("water", "en")), "en") is None


@pytest.mark.parametrize(
    ("text", "thanks"),
    [("asante sana", True), ("Thank you sir", True), ("ok", False), ("thanks 1", False), ("hello", False)],
)
def test_thanks_alone(text: str, thanks: bool) -> None:
    assert correcting.only_thanks(text, "en") == thanks
