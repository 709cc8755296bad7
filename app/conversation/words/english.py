"""English words replies are read by. People everywhere mix some of it into their own language."""

from app.conversation.words.table import Words, compounded, day_words, numbered
from app.texts.reserved import phrases

_UNITS = {
    1: "one",
    2: "two",
    3: "three",
    4: "four",
    5: "five",
    6: "six",
    7: "seven",
    8: "eight",
    9: "nine",
}
_TENS = {
    20: "twenty",
    30: "thirty",
    40: "forty, fourty",
    50: "fifty",
    60: "sixty",
    70: "seventy",
    80: "eighty",
    90: "ninety, ninty",
}

ENGLISH = Words(
    yes=phrases(
        "yas, yees, yeas, yes, yess, yeah, yh, yeh, yeap, yea, yep, yup, yah, ya, yes please, oh yes",
        "yes it is",
        "yes sir, yes madam",
    ),
    no=phrases(
        "no, noo, nope, nop, nup, nah, no thanks, no thank you, not at all, of course not, no way, no sir"
    ),
    firm_no=phrases("nope, not at all, of course not"),
    yes_alone=phrases(
        "i think so, i agree, yes it does, yes its true, yes thats right, yes its right, its right",
        "its true, its correct, y, true, true that, correct, right, exactly, it is, that is right",
        "that is correct, thats right",
        "thats correct",
        "thats true, it is true, very true, indeed, affirmative, it does, of course, absolutely, sure",
        "for sure",
    ),
    no_alone=phrases(
        "i dont think so, dont think so, i think not, i dont think it is, i dont agree, no it isnt",
        "no its not, no it is not, nope its not, n, false, wrong, not true, not correct, not right",
        "incorrect, untrue, it is not, it isnt, its not",
        "is not",
        "isnt, it does not, it doesnt, negative, it is false, its false, not really, never",
    ),
    numbers={
        **numbered(
            {
                0: "zero, nil, nought",
                **_UNITS,
                10: "ten",
                11: "eleven",
                12: "twelve, twelf",
                13: "thirteen",
                14: "fourteen",
                15: "fifteen",
                16: "sixteen",
                17: "seventeen",
                18: "eighteen",
                19: "nineteen",
                **_TENS,
                100: "hundred, a hundred, one hundred",
            }
        ),
        **compounded(_TENS, _UNITS, (" ", "")),
    },
    ordinals=numbered(
        {
            1: "first, 1st, first one, the first, the first one",
            2: "second, 2nd, second one, the second, the second one",
            3: "third, 3rd, third one, the third, the third one",
            4: "fourth, 4th, fourth one",
            5: "fifth, 5th",
            6: "sixth, 6th",
            7: "seventh, 7th",
            8: "eighth, 8th",
            9: "ninth, 9th",
            10: "tenth, 10th",
        }
    ),
    powers={"hundred": 100, "thousand": 1000, "million": 10**6},
    small_talk=phrases(
        "late, delay, delayed, being late, said, says, told, tell, hav, hv, da, dis, dat, press",
        "pressed, pressing, write, wrote",
        "written, put, type, typed, enter, entered, mark, marked, tick, ticked, from the text",
        "from the message, still, again, by, in, on, at, been, choosed, picked, choosen, meaning, bro",
        "maam, mum, cheers, great, nice, fine, noted, already, now, too, honestly, personally",
        "hm, hmm, um, umm, uhm, opinion, in my opinion, from me, from my side, according to me",
        "wrong number, right now",
        "all right, alright, choosing, chosen, picking, going, selecting, please",
        "pls, plz, plse, kindly, thanks, thank you",
        "thank u, thankyou, thnx, thx, tnx, thks, ok",
        "okay, okey",
        "oky, k, hi, hello, hey, dear, sir, madam, it, its, is, the, answer, ans, answer is, my, i, im",
        "i am, think",
        "believe, guess, feel, say, this one, that one, this, that, about, option, number, num, nr",
        "no number, choice, choose",
        "chose, pick",
        "select, selected, take, for, sure, of course, definitely, surely, very, much, very much, so, well",
        "then, you",
        "u, me, we, reply, response, kazi, god bless, god bless you, bless you, good morning",
        "good evening",
        "good afternoon, good day, good night, how are you, because, coz, cause, since, as, to, go, will",
        "would, with",
        "was, be, are, am, here, of, an, a, oh, eh, also, friend, my friend, team, all good",
        "no problem, just, only, have, has, had, got, answered, sent, it says, says, seems, seem, looks",
        "look, like",
        "one more, let, lets, my answer is, send, sending, received, thank you all, thanks all",
        "not sure why, goodbye, bye, see you, god, lord, brother, sister, boss, friends, everyone, today",
        "indeed, really, true, absolutely, totally, completely, obviously, clearly, certainly, there",
        "there are, there is, they are, we have, i have, i had, we had",
    ),
    joiners=phrases("and, nd, plus, with, also, n, then, as well as"),
    negations=phrases(
        "not, isnt, is not, it is not, its not, aint, never, nor, dont choose, except, but not"
    ),
    later=phrases("later, reply later, tomorrow, next time, not now, soon"),
    contrasts=phrases("but, however, though, although"),
    corrections=phrases(
        "change my answer to, change answer to, change the answer to, changing to, change it",
        "my answer is now, by mistake, sorry, so sorry, im sorry, i am sorry, i mean, i meant",
        "actually, correction, rather, instead",
        "change to",
        "change it to, i change to, should be, it should be, mistake, my mistake, oops, ooops, pardon",
        "no i mean, no i meant, i made a mistake, wrong, typo, sory, sorri, scratch that",
    ),
    waits=phrases(
        "wait, no wait, wait no, hold on, one moment",
        "just a moment, wait a bit, let me check",
    ),
    hedges=phrases(
        "maybe, perhaps, probably, possibly, might be, may be, about, around, roughly, approximately",
        "approx, almost",
    ),
    alternatives=phrases("or, either"),
    everything=phrases("all, all of them, every one, everything, all three, all four, all of the above"),
    nothing=phrases(
        "i dont have, dont have, do not have, i do not have, dont have any, i dont have any, i have no",
        "have no, none, none of them, none of these, nothing, none of the above, no one",
    ),
    both=phrases("both, both of them, all two"),
    neither=phrases("neither, neither of them"),
    units=phrases(
        "time, child, boy, girl, wife, son, daughter, brother, village, meal, book, kes, ksh, kshs, ugx",
        "ush, tzs, tsh, shs, sh, bob, shilling, shillings, usd, dollar, dollars, euro",
        "euros, etb",
        "rs, inr, rupee, rupees, birr, htg, gourde, gourdes, rwf, francs, cents, money",
        "day, days, week, weeks, wk, wks, month, months, year, years, yr, yrs, hour, hours, hr, hrs",
        "minute, minutes",
        "min, mins, km, kms, kilometre, kilometres, kilometer, kilometers, metre, metres, meter",
        "meters, mile",
        "miles, feet, litres, liters, litre, liter, ltr, ltrs, lts, kg, kgs, kilo, kilos, kilogram",
        "kilograms, gram",
        "grams, g, ml, tonne, tonnes, tons, bag, bags, sack, sacks, acre, acres, hectare, hectares",
        "percent, cups",
        "people, persons, person, children, child, kids, kid, men, man, women, woman, boys, girls",
        "families, family",
        "house, houses, household, households, room, rooms, times, pumps, wells, taps, boreholes, cows",
        "cow, goats",
        "goat, sheep, chicken, chickens, hens, cattle, animals, trees, buckets, bucket, jerrycan",
        "jerrycans, jerricans",
        "jerrican, jerricans, tins, pieces, pcs, students, pupils, teachers, neighbours, neighbors",
        "friends, members",
        "brothers, sisters, sons, daughters, wives, workers, nurses, doctors, villages, schools, meals",
        "eggs, books",
    ),
    inexact=phrases(
        "more than, less than, over, under, above, below, at least, at most, nearly, between, half, a half",
        "quarter",
        "dozen, dozens, a dozen, few, a few, several, many, couple, a couple, pair, up to, fewer than",
        "hundreds",
        "thousands, or more, or less, minimum, maximum, twice, double, and a half, not more than",
        "not less than",
    ),
    halves=phrases("and a half, and half, n half, n a half"),
    day=phrases("day, days"),
    ago=phrases("ago, back, before today"),
    clock=phrases(
        "question, questions, room, block, phase, class, part, page, line, am, pm, oclock, a m, p m"
    ),
    months=numbered(
        {
            1: "january, jan",
            2: "february, feb, febuary",
            3: "march, mar",
            4: "april, apr",
            5: "may",
            6: "june, jun",
            7: "july, jul",
            8: "august, aug",
            9: "september, sept, sep",
            10: "october, oct",
            11: "november, nov",
            12: "december, dec",
        }
    ),
    days=day_words(
        {
            (0,): "today, 2day, tonight, this morning",
            (-1,): "yesterday, yestaday, last night",
            (1,): "tomorrow, tomorow, tommorow, tmrw",
            (-2,): "day before yesterday, the day before yesterday",
            (2,): "day after tomorrow, the day after tomorrow",
        }
    ),
    agree=phrases(
        "agree, agreed, i agree, i accept, accept, accepted, ok, okay, okey, sure, of course",
        "no problem, i do",
    ),
    refuse=phrases(
        "disagree, i disagree, refuse, i refuse, decline, i decline, i do not agree, i dont agree, not agree"
    ),
)
