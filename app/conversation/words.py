"""The words a reply is read by, in English, Swahili and Luganda together.

Tables only, written as `app.texts.reserved.normalize` leaves words. People mix languages in one line, so no
table is split by language. What each table does to a reply is in app/conversation/reading.py; the commands
and the ways to say `don't know` are in app/texts/reserved.py.
"""

from app.texts.reserved import phrases

# Stand for the yes or the no choice of a project that has one.
YES = phrases(
    "yes, yess, yeah, yea, yep, yup, yah, yes please, oh yes",
    "ndiyo, ndio, ndyo, naam, ndivyo",
    "yee, weewaawo, wewaawo, wewawo",
)
NO = phrases(
    "no, noo, nope, nah, no thanks, no thank you",
    "hapana, hapna",
    "nedda, neda, nneda",
)
# As above, but only where nothing but small talk stands beside them: they mean other things in a sentence.
YES_ALONE = phrases(
    "y, true, correct, right, exactly, it is, that is right, that is correct, ye, ee, eeh, ehe",
    "ndo, kweli, ni kweli, sahihi, inahusu, linahusu, unahusu, yanahusu",
    "kituufu, kyekyo, mazima, kikwatako",
)
NO_ALONE = phrases(
    "n, false, wrong, not true, not correct, it is not, it isnt, its not, is not, isnt",
    "la, siyo, sio, sivyo, si kweli, sio kweli, siyo kweli, haihusu, halihusu, hauhusu, hayahusu",
    "si kituufu, si bwe kiri, si kyo, tekikwatako",
)

NUMBERS: dict[str, int] = {
    **dict.fromkeys(phrases("zero, nil, sifuri, sufuri, zeero"), 0),
    **dict.fromkeys(
        phrases("one, first, 1st, first one, moja, mosi, kwanza, emu, kimu, esooka, ekisooka"), 1
    ),
    **dict.fromkeys(
        phrases("two, second, 2nd, second one, mbili, pili, bbiri, biri, eyokubiri, ekyokubiri"), 2
    ),
    **dict.fromkeys(phrases("three, third, 3rd, third one, tatu, ssatu, satu, eyokusatu, ekyokusatu"), 3),
    **dict.fromkeys(phrases("four, fourth, 4th, fourth one, nne, nnya, eyokuna, ekyokuna"), 4),
    **dict.fromkeys(phrases("five, fifth, 5th, tano, ttaano, taano"), 5),
    **dict.fromkeys(phrases("six, sixth, 6th, sita, mukaaga"), 6),
    **dict.fromkeys(phrases("seven, seventh, 7th, saba, musanvu"), 7),
    **dict.fromkeys(phrases("eight, eighth, 8th, nane, munaana"), 8),
    **dict.fromkeys(phrases("nine, ninth, 9th, tisa, mwenda"), 9),
    **dict.fromkeys(phrases("ten, tenth, 10th, kumi, kkumi"), 10),
}

# Says nothing about the question.
SMALL_TALK = phrases(
    "please, pls, plz, thanks, thank you, thank u, thnx, thx, tnx, ok, okay, okey, oky, k, hi, hello",
    "hey, dear",
    "sir, madam, it, its, is, the, answer, ans, answer is, my, i, im, i am, think, believe, guess, feel",
    "say, this",
    "that, about, option, number, num, nr, choice, choose, chose, pick, select, selected, take, for, sure",
    "of course, definitely, surely, very, much, so, well, then, you, u, me, we, reply, response",
    "question, kazi",
    "god bless, god bless you, bless you, good morning, good evening, good afternoon, good day, good night",
    "how are you, because, coz, cause, since, as, to, go, will, would, with, was, be, are, am, here, in",
    "on, of, at",
    "an, a, and, or, oh, eh, also, friend, my friend, team, all good, no problem, just, only, have, has",
    "answered",
    "sent, it says, says, seems, seem, looks, look, like, one more, let, lets, my answer is, send",
    "sending, received",
    "but, all, any, thank you all, thanks all, bali, lakini, naye, yote, nyote, mwenna",
    "asante, asanteni, ahsante, sana, shukrani, shukran, tafadhali, tafadhari, sawa, sawa sawa, haya",
    "habari, jambo",
    "hujambo, mambo, shikamoo, salamu, jibu, jibu langu, langu, ni, ninachagua, nachagua, nimechagua",
    "chagua",
    "chaguo, namba, nambari, hii, hilo, hili, hiyo, hizi, kuhusu, inahusiana, kabisa, kwa sababu, sababu",
    "maana",
    "kwa maana, nadhani, ninadhani, nafikiri, ninafikiri, naona, ninaona, naamini, nasema, ninasema",
    "nimejibu",
    "ndugu, rafiki, bwana, mama, baba, kaka, dada, mungu, mungu akubariki, mungu awabariki, akubariki",
    "awabariki",
    "barikiwa, ya, wa, cha, kwa, na, au, karibu, kazi njema, njema, swali, kwangu, mimi, basi, tu, pia",
    "nyinyi, kwenu",
    "siku njema, usiku mwema, habari yako, habari zenu, za asubuhi",
    "webale, weebale, webale nnyo, weebale nnyo, mwebale, mwebale nnyo, nnyo, nyo, ssebo, sebo, nnyabo",
    "nyabo",
    "bambi, kale, mukama, akuwe, omukisa, mukama akuwe omukisa, ndowooza, ndaba, kino, ekyo, kiri, ku",
    "kikwata",
    "kikwata ku, ennamba, nnamba, nnonze, nonze, nonda, okuddamu, okuddamu kwange, kwange, kyange",
    "ekyange, oli otya",
    "wasuze otya, osiibye otya, kubanga, nange, nze, nga, kye, ekituufu, ekituufu kye, oba, banange",
)
# Turn the reading that follows into what it is not.
NEGATIONS = phrases(
    "not, isnt, is not, it is not, its not, aint, never, nor, dont choose, sio, siyo, si, wala", "tebu, ssi"
)
# What follows replaces what went before; where nothing follows, small talk.
CORRECTIONS = phrases(
    "sorry, so sorry, im sorry, i am sorry, i mean, i meant, actually, correction, rather, instead",
    "change to",
    "change it to, i change to, should be, it should be, mistake, my mistake, oops",
    "samahani, samahanini, pole, nilimaanisha, namaanisha, nimekosea, badala yake, badilisha",
    "nsonyiwa, nsonyiwe, mbadde ntegeeza, ntegeeza, nsobezza",
)
# As a correction; where nothing follows, the reply is unfinished.
WAITS = phrases(
    "wait, no wait, wait no, hold on, one moment, subiri, ngoja, hapana subiri, hapana ngoja, linda",
    "nedda linda",
)
HEDGES = phrases(
    "maybe, perhaps, probably, possibly, might be, may be, labda, pengine, huenda, mpozzi, oboolyawo"
)
SEVERAL = phrases(
    "both, either, neither, all, any, none, all of them, both of them, zote, vyote, yote, zote mbili",
    "byonna, byombi",
)
# Beside a number they make it an amount, not an answer.
UNITS = phrases(
    "kes, ksh, kshs, ugx, ush, tzs, tsh, shs, sh, bob, shilling, shillings, shilingi, silingi, usd",
    "dollars",
    "day, days, week, weeks, month, months, year, years, hour, hours, minute, minutes, min, mins, am, pm",
    "oclock",
    "km, kms, meters, metres, litres, liters, litre, liter, kg, kgs, bags, acres, percent",
    "people, persons, children, child, kids, men, women, families, houses, times, pumps, wells, taps",
    "cows, goats",
    "siku, wiki, mwezi, miezi, mwaka, miaka, saa, dakika, watu, mtu, watoto, mtoto, lita, kilo, mara",
    "visima",
    "ennaku, nnaku, olunaku, wiiki, omwezi, emyezi, omwaka, emyaka, essaawa, ssaawa, abantu, abaana",
)

# What people call a language, for menus and LANG.
LANGUAGE_NAMES: dict[str, str] = {
    **dict.fromkeys(
        phrases("en, eng, english, kiingereza, kingereza, oluzungu, olungereza, lungereza"), "en"
    ),
    **dict.fromkeys(phrases("sw, swa, swahili, kiswahili, kiswahli, oluswayiri, luswayiri"), "sw"),
    **dict.fromkeys(phrases("lg, lug, luganda, oluganda, kiganda, ganda"), "lg"),
}
# Agreeing and refusing, where consent is asked by a menu of two.
AGREE = phrases(
    "agree, agreed, i agree, i accept, accept, accepted, ok, okay, okey, sure, of course, no problem, i do",
    "nakubali, ninakubali, nimekubali, kubali, nakubaliana, sawa, sawa sawa, hakuna shida",
    "nzikiriza, nkkiriza, nkiriza, nzikirizza, nzikkiriza, kale, okukkiriza, tewali buzibu",
)
REFUSE = phrases(
    "disagree, i disagree, refuse, i refuse, decline, i decline, i do not agree, i dont agree, not agree",
    "nakataa, ninakataa, nimekataa, kataa, sikubali, sikubaliani, sitaki, hapana sitaki",
    "ngaana, ngaanye, ngaanyi, nganye, ssikkiriza, sikkiriza, okugaana, sagala, ssaagala",
)
