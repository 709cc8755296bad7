"""What people really write, by hand: each reply beside what it means, or why it cannot be read.

Water is a yes/no question; topics is one with four choices of its own, in three languages.
"""

import pytest

from app.conversation.parse import Answered, Choice, Unclear, answer

WATER = (
    Choice("yes", {"en": "Yes", "sw": "Ndiyo", "lg": "Yee"}),
    Choice("no", {"en": "No", "sw": "Hapana", "lg": "Nedda"}),
)
TOPICS = (
    Choice("water", {"en": "Water", "sw": "Maji", "lg": "Amazzi"}),
    Choice("food", {"en": "Food", "sw": "Chakula", "lg": "Emmere"}),
    Choice("health", {"en": "Health care", "sw": "Afya", "lg": "Obulamu"}),
    Choice("school", {"en": "School", "sw": "Shule", "lg": "Essomero"}),
)

WATER_REPLIES = """
1 = 1
2 = 2
0 = 0
 1. = 1
1) = 1
(2) = 2
#1 = 1
1! = 1
"2" = 2
*1* = 1
-1 = 1
1️⃣ = 1
１ = 1
१ = 1
٢ = 2
o = 0
O = 0
l = 1
a = 1
B = 2
b) = 2
answer b = 2
1 1 = 1
1 yes = 1
1. Yes = 1
2 no = 2
No, 2 = 2
No. 2 = 2
1yes = 1
2hapana = 2
ndiyo1 = 1
1ndio = 1
yes = 1
YES = 1
Yes! = 1
yesss = 1
Yesssss please = 1
yeah = 1
yep = 1
y = 1
no = 2
NO. = 2
nooo = 2
nope = 2
N = nothing-known
no thanks = 2
ndiyo = 1
Ndio = 1
NDIYOOO = 1
naam = 1
eeh = 1
kweli = 1
ni kweli = 1
sahihi = 1
hapana = 2
Hapana kabisa = 2
la = 2
La, asante = 2
siyo = 2
si kweli = 2
haihusu = 2
inahusu = 1
yee = 1
Yee ssebo = 1
ye = 1
weewaawo = 1
kituufu = 1
nedda = 2
Nedda nnyabo = 2
neddaaa = 2
si kituufu = 2
correct = 1
that is correct = 1
true = 1
not true = 2
it is = 1
it is not = 2
It's not = 2
one = 1
two = 2
the first one = 1
second one = 2
zero = 0
moja = 1
Mbili = 2
namba mbili = 2
ya kwanza = 1
ya pili = 2
jibu ni moja = 1
emu = 1
bbiri = 2
ennamba emu = 1
don't know = 0
Don’t know = 0
dont know = 0
I don't know = 0
idk = 0
not sure = 0
I am not sure = 0
no idea = 0
sijui = 0
Sijui kabisa = 0
mimi sijui = 0
sina uhakika = 0
simanyi = 0
Simanyi ssebo = 0
1 asante sana = 1
1 Asante sana kwa kazi njema = 1
1 thank you = 1
thanks 1 = 1
Asante. 1 = 1
Habari yako? 1 = 1
hello, my answer is 2 = 2
the answer is no = 2
I think yes = 1
nadhani ndiyo = 1
nafikiri hapana = 2
jibu langu ni 2 = 2
weebale nnyo 1 = 1
1 webale ssebo = 1
okuddamu kwange 2 = 2
yes it is = 1
yes it is about water = 1
yes, the pump broke again = 1
ndiyo bomba limevunjika = 1
no it is about food = 2
No, they sell maize there = 2
Hapana, ni chakula = 2
hapana hii ni kuhusu shule = 2
1 because the well is dry = 1
1 kwa sababu kisima kimekauka = 1
the pump is broken, 1 = 1
option 2 = 2
number 1 please = 1
sorry 2 = 2
Sorry, 2 = 2
no wait 2 = 2
1 no wait 2 = 2
1 sorry 2 = 2
1... i mean 2 = 2
I meant 1 = 1
samahani 2 = 2
1 samahani 2 = 2
hapana ngoja 1 = 1
nsonyiwa 2 = 2
yes sorry no = 2
1 sorry = 1
not 1 but 2 = 2
2 not 1 = 2
si 1 ni 2 = 2
Q7 2 = 2 Q7
q7: yes = 1 Q7
Q7 - 1 = 1 Q7
q 7 2 = 2 Q7
2 q7 = 2 Q7
q12 hapana asante = 2 Q12
maybe 1 = 1
labda ndiyo = 1
ndyio = 1
hapanna = 2
hapena = 2
neddda = 2
ndiyi = 1
👍 = 1
👎 = 2
yes 👍 = 1
1 👍🏾 = 1
1 🙏🙏 = 1
1\u200b = 1
o1 = out-of-range
1 or 2 = two-readings
1 2 = two-readings
1/2 = two-readings
1,2 = two-readings
1.5 = two-readings
yes no = two-readings
yes or no = two-readings
ndiyo hapana = two-readings
1 no = two-readings
no 1 = two-readings
2 yes = two-readings
1 b = two-readings
both = two-readings
zote mbili = two-readings
neither = two-readings
yes, not sure = two-readings
1 Yes 2 No 0 Don't know = two-readings
Q7 1 Q8 2 = two-readings
1 thanks, we have 2 of these = two-readings
3 = out-of-range
11 = out-of-range
10 = out-of-range
1o = out-of-range
00 = out-of-range
-5 = out-of-range
99999 = out-of-range
not 1 = negated
sio ndiyo = negated
yes it is not = negated
not yes = negated
no not 2 = negated
1 wait = unfinished
yes no wait = unfinished
wait = unfinished
please stop sending = stop-inside
1 stop = stop-inside
stop sending me this 1 = stop-inside
I want to unsubscribe now = stop-inside
tafadhali acha kutuma = stop-inside
nsaba lekeraawo okuweereza = stop-inside
STOP = stop-inside
1 more = command-inside
pay me 1 = command-inside
help = command-inside
ok = nothing-known
Sawa = nothing-known
kale = nothing-known
asante = nothing-known
what? = nothing-known
maybe = nothing-known
kisima kimekauka = nothing-known
there is no water = nothing-known
no water = nothing-known
hapana maji = nothing-known
swali la maji = nothing-known
I have 2 children = nothing-known
nina watoto 2 = nothing-known
2 days = nothing-known
KES 2 = nothing-known
ksh 2 = nothing-known
a pump is broken = nothing-known
c u later = nothing-known
0722123456 = nothing-known
Q7 = empty
good = nothing-known
done = nothing-known
nada = nothing-known
stp = nothing-known
? = empty
🙏 = empty
... = empty
"""

TOPIC_REPLIES = """
1 = 1
4 = 4
5 = out-of-range
water = 1
Water. = 1
maji = 1
MAJI! = 1
amazzi = 1
it's about water = 1
inahusu maji = 1
kikwata ku mazzi = nothing-known
chakula = 2
Emmere = 2
health = 3
Health care = 3
health-care = 3
afya = 3
school = 4
shule asante = 4
c = 3
d please = 4
water please = 1
1 water = 1
1. Maji = 1
1 food = two-readings
water and food = two-readings
maji au chakula = two-readings
water or school? = two-readings
not water = negated
no water = negated
sio maji = negated
not water, food = 2
maji, samahani chakula = 2
water sorry school = 4
yes = nothing-known
no = nothing-known
yes water = 1
yes 2 = 2
no 2 = 2
watr = 1
watter = 1
wtaer = 1
chakla = 2
shcool = 4
schol = 4
esomero = 4
helth care = 3
foood = 2
good = nothing-known
food = 2
wood = nothing-known
ford = nothing-known
later = nothing-known
maja = nothing-known
water bottle here = nothing-known
tatu = 3
four = 4
nnya = 4
the third one = 3
sijui = 0
0 = 0
dont know = 0
Q3 maji = 1 Q3
stop the water = stop-inside
"""


def rows(table: str) -> list[tuple[str, str]]:
    lines = [line for line in table.splitlines() if line.strip()]
    return [
        (reply.replace("\\u200b", "\u200b"), meant)
        for reply, meant in (line.rsplit(" = ", 1) for line in lines)
    ]


def read(reply: str, choices: tuple[Choice, ...], language: str = "sw") -> str:
    found = answer(reply, choices, language)
    meant = str(found.number) if isinstance(found, Answered) else found.why
    return f"{meant} {found.tag}" if found.tag and isinstance(found, Answered) else meant


@pytest.mark.parametrize(("reply", "meant"), rows(WATER_REPLIES))
def test_a_reply_to_a_yes_no_question(reply: str, meant: str) -> None:
    assert read(reply, WATER) == meant


@pytest.mark.parametrize(("reply", "meant"), rows(TOPIC_REPLIES))
def test_a_reply_to_a_question_with_its_own_choices(reply: str, meant: str) -> None:
    assert read(reply, TOPICS) == meant


def test_the_value_is_the_choices_own_and_unsure_for_nought() -> None:
    assert answer("hapana", WATER, "en") == Answered("no", 2, 1.0, "label")
    assert answer("0", WATER, "en") == Answered("unsure", 0, 0.98, "unsure")
    assert answer("Q9 chakula", TOPICS, "en") == Answered("food", 2, 1.0, "label", "Q9")


@pytest.mark.parametrize(
    ("surer", "less_sure"),
    [
        ("1", "moja"),
        ("1", "a"),
        ("1", "the pump broke, 1"),
        ("1", "maybe 1"),
        ("ndiyo", "ndyio"),
        ("2", "1 sorry 2"),
    ],
)
def test_confidence_falls_with_what_stands_in_the_way(surer: str, less_sure: str) -> None:
    first, second = answer(surer, WATER, "sw"), answer(less_sure, WATER, "sw")
    assert isinstance(first, Answered)
    assert isinstance(second, Answered)
    assert first.confidence > second.confidence


def test_a_label_two_languages_use_differently_follows_the_worker() -> None:
    choices = (Choice("one", {"en": "Bora", "sw": "Nzuri"}), Choice("two", {"en": "Bad", "sw": "Bora"}))
    assert read("bora", choices, "en") == "1"
    assert read("bora", choices, "sw") == "2"
    assert read("bora", choices, "lg") == "two-readings"


def test_a_label_that_is_another_choices_number_is_never_guessed() -> None:
    choices = (Choice("2", {"en": "Two"}), Choice("1", {"en": "One"}))
    for reply in ("1", "2", "one", "two"):
        assert read(reply, choices, "en") == "two-readings"


def test_years_as_labels_are_labels() -> None:
    choices = (Choice("2019", {"en": "2019"}), Choice("2020", {"en": "2020"}))
    assert read("2020", choices, "en") == "2"
    assert read("1", choices, "en") == "1"


def test_a_typo_between_two_labels_is_not_guessed() -> None:
    choices = (Choice("water", {"en": "Water"}), Choice("waste", {"en": "Waste"}))
    assert read("wate", choices, "en") == "two-readings"
    assert read("watr", choices, "en") == "two-readings"
    assert read("waterr", choices, "en") == "1"


def test_a_typo_that_could_be_a_command_is_not_guessed() -> None:
    choices = (Choice("store", {"en": "Store"}), Choice("field", {"en": "Field"}))
    assert read("stor", choices, "en") == "nothing-known"
    assert read("storre", choices, "en") == "1"


def test_choices_in_another_script() -> None:
    choices = (
        Choice("water", {"hi": "\u092a\u093e\u0928\u0940"}),
        Choice("food", {"hi": "\u0916\u093e\u0928\u093e"}),
    )
    assert read("\u0916\u093e\u0928\u093e", choices, "hi") == "2"
    assert read("\u0967", choices, "hi") == "1"


def test_a_letter_long_reply_is_not_searched_for_an_answer() -> None:
    assert answer("1 " + "asante " * 40, WATER, "sw") == Unclear("too-long")
