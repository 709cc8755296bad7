"""Which one of a question's choices a reply means, or why that cannot be said. Pure.

What could mean two choices means none. The words and their marks are app/conversation/reading.py's.
"""

import re
from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.conversation import words
from app.conversation.meanings import How, Kind, Mark, Vocabulary
from app.conversation.reading import Token, marked, raw_marks, settle, split
from app.conversation.reply import holding
from app.conversation.reply.counting import clause, counts_things, is_counted, is_part
from app.conversation.reply.outcome import Answered, Doubt, Unclear
from app.texts import reserved
from app.texts.reserved import phrases

# Longer replies are letters to us, in which a word or number is no answer.
LONGEST_REPLY_WORDS = 30

# How sure a reading is, by what it was recognised by and what stood beside it.
SURE: dict[How, float] = {
    How.NUMBER: 1.0,
    How.LABEL: 1.0,
    How.YES_NO: 0.98,
    How.UNSURE: 0.98,
    How.NUMBER_WORD: 0.95,
    How.LETTER: 0.9,
    How.TYPO: 0.8,
}
SURE_CORRECTED = 0.85
SURE_AMONG_UNKNOWN_WORDS = 0.75
SURE_HEDGED = 0.7

TALK = {
    Kind.SMALL_TALK,
    Kind.JOINER,
    Kind.CORRECTION,
    Kind.WAIT,
    Kind.HEDGE,
    Kind.CONTRAST,
    Kind.LATER,
    Kind.CONDITION,
    Kind.TERMS,
    Kind.REPORT,
    Kind.TOPIC,
}
_MEANT = holding.MEANT
_SETTLED = TALK | _MEANT | {Kind.NEGATION, Kind.NO}
_STRANGE = {Kind.UNKNOWN, Kind.COMMAND, Kind.UNIT, Kind.NONE, Kind.INEXACT, Kind.CLOCK, Kind.ALTERNATIVE}
# Languages in which what describes a thing stands behind it.
_NOUN_FIRST = {"sw", "lg", "fr", "ht"}
_MOST_DESCRIBING = 3
# Behind `don't know` these only stress it or are polite: m pa konnen non, mujhe pata nahi ji.
_STRESS = {"ht": phrases("wi, non"), "hi": phrases("ji, जी")}
_MONEY_TALK = phrases(
    "money, paid, payment, salary, airtime, mpesa, pesa, hela, malipo, nimelipwa, nimepata, ssente, nfunye",
    "argent, paiement, paye, lajan, kob, paisa, paise, पैसा, पैसे, ገንዘብ, ክፍያ, genzeb",
)
# What stands before these is denied, never what follows: water and not, food.
_DENIES_BEFORE = phrases("ሳይሆን, sayhon, ki jagah, की जगह, ke bajay, के बजाय")
_DENY_BEHIND = {"hi", "am"}
_IS_WRONG = phrases("is wrong, is not correct, is incorrect, is not right, is false, is not true, is untrue")
_ASKS = phrases(
    "is, are, does, do, did, can, should, shall, which, what, je, ni, est, cest, eske, kya, क्या, kiki, wani, ye",
)
# These open no statement: is 1 yes.
_ASKS_FIRST = phrases(
    "is, are, does, do, did, can, should, shall, which, what, je, eske, kya, क्या, kiki, wani"
)
# With these a question ends in Amharic and in Hindi: is it 1?
_ASKS_LAST = phrases("ነው, ናቸው, new, nachew, wey, ወይ, hai, hai kya, है, kya, क्या")
_SHORTEST_SURE = 5
_FRACTION = re.compile(r"(?<![\d.,])\d[.,]\d(?![\d.,])")
_SENTENCE_END = re.compile(r"[.,;:!?\n]")
_QUESTION_MARKS = ("?", "\uff1f", "\u061f", "\u1367")
_COMMAND_PHRASES = [phrase for of in reserved.COMMANDS.values() for phrase in of if len(phrase) >= 4]


def read(found: Sequence[Token], known: Vocabulary) -> Answered | Unclear:
    """Read the words of a reply to a question with one answer; the value is left empty for the caller to fill."""
    doubt = _length_doubt(found)
    return Unclear(doubt) if doubt else _read(raw_marks(found, known), known)


def read_text(text: str, known: Vocabulary) -> Answered | Unclear:
    """As `read`, of a whole reply."""
    found = split(text)
    doubt = _length_doubt(found)
    if doubt is None and text.rstrip().endswith(_QUESTION_MARKS) and _asks(text, found):
        doubt = "nothing-known"
    if doubt is None and _FRACTION.search(text):
        doubt = "two-readings"
    return Unclear(doubt) if doubt else _read(marked(text, known), known)


def _asks(text: str, found: Sequence[Token]) -> bool:
    """Say whether a reply that ends in a question mark asks: in words, but for a number with the mark after it."""
    if len(found) == 1:
        return not found[0][0].isdecimal()
    if found[-1][0] in _ASKS_LAST:
        return True
    return found[0][0] in _ASKS and not _SENTENCE_END.search(text.rstrip(" ?"))


def _length_doubt(found: Sequence[Token]) -> Doubt | None:
    if not found:
        return "empty"
    return "too-long" if len(found) > LONGEST_REPLY_WORDS else None


def _read(raw: Sequence[Mark], known: Vocabulary) -> Answered | Unclear:
    marks = _changing(settle(list(raw)), known)
    found_doubt = "two-readings" if _lists_letters(raw) else doubt(marks)
    if found_doubt is not None:
        return Unclear(found_doubt)
    meant = [mark for mark in marks if mark.kind in _MEANT]
    if not meant:
        return _corrected_typo(marks, known)
    if len(meant) > 1 and marks[0].text.split(" ", 1)[0] in _ASKS_FIRST:
        return Unclear("nothing-known")
    return _decided(marks, known)


def _changing(marks: list[Mark], known: Vocabulary) -> list[Mark]:
    """Take `no` between two digits, and nothing else, for a correction (nafikiri 1 hapana 2).

    Not behind the digit of `no` itself, which it may repeat.
    """
    telling = [at for at, mark in enumerate(marks) if mark.kind not in {Kind.SMALL_TALK, Kind.JOINER}]
    stress = _STRESS.get(known.language, frozenset())
    stressed = {How.UNSURE, How.NUMBER} if known.language == "hi" else {How.UNSURE}
    if len(telling) == 2 and marks[telling[0]].how in stressed and marks[telling[1]].text in stress:
        return [mark for at, mark in enumerate(marks) if at != telling[1]]
    if len(telling) != 3:
        return marks
    first, between, last = (marks[at] for at in telling)
    digits = first.how is last.how is How.NUMBER and first.kind is last.kind is Kind.CHOICE
    denies = between.kind is Kind.NO or (between.number == known.no and between.text in words.NO)
    if not (digits and denies) or first.number in {last.number, known.no} or not last.number:
        return marks
    return [*marks[: telling[1]], between._replace(kind=Kind.CORRECTION), *marks[telling[1] + 1 :]]


def _lists_letters(raw: Sequence[Mark]) -> bool:
    """Say whether a reply is several letters of choices (a b), the first of which is no article then."""
    meant = [
        mark.alone or mark for mark in raw if mark.kind not in {Kind.SMALL_TALK, Kind.JOINER} or mark.alone
    ]
    letters = {mark.number for mark in meant if mark.kind is Kind.CHOICE and mark.how is How.LETTER}
    return len(letters) > 1 and all(mark.how is How.LETTER for mark in meant)


def doubt(marked: Sequence[Mark]) -> Doubt | None:
    """Return why the reply as a whole cannot be read, if so."""
    kinds = {mark.kind for mark in marked}
    if Kind.STOP in kinds:
        return "stop-inside"
    if Kind.COMMAND in kinds and kinds.isdisjoint({Kind.UNKNOWN, Kind.CONDITION, Kind.TERMS}):
        return "command-inside"
    if kinds & {Kind.ALL, Kind.BOTH, Kind.NEITHER, Kind.CLASH}:
        return "two-readings"
    if any(mark.kind is Kind.ALTERNATIVE and _parts_readings(marked, at) for at, mark in enumerate(marked)):
        return "two-readings"
    if any(mark.kind is Kind.NONE and not _says_there_is_none(marked, at) for at, mark in enumerate(marked)):
        return "two-readings"
    return None


def _parts_readings(marked: Sequence[Mark], at: int) -> bool:
    """Say whether `or` has a reading on one side, and not the same on the other."""
    beside = [near for near in (at - 1, at + 1) if 0 <= near < len(marked)]
    meant = [marked[near].number for near in beside if marked[near].kind in _MEANT]
    return bool(meant) and not (len(meant) == 2 and meant[0] == meant[1])


def _says_there_is_none(marked: Sequence[Mark], at: int) -> bool:
    """Say whether `none` is the verb of what follows or goes before (hakuna maji: there is no water)."""
    beside = [near for near in (at - 1, at + 1) if 0 <= near < len(marked)]
    return any(marked[near].kind is Kind.UNKNOWN for near in beside)


def _decided(marked: list[Mark], known: Vocabulary) -> Answered | Unclear:
    """Weigh the readings in a reply that has some."""
    negated = set(_negated(marked, known))
    standing = [at for at, _ in enumerate(marked) if at not in negated and _stands(marked, at, known)]
    corrected = _corrected_from(marked, standing)
    if corrected is None and (marked[-1].kind is Kind.WAIT or holding.put_off(marked, standing)):
        return Unclear("unfinished")
    meant = [at for at in standing if corrected is None or at > corrected]
    rivals = [
        at for at in _numbers(marked, known) if at not in negated and (corrected is None or at > corrected)
    ]
    numbers = {marked[at].number for at in [*meant, *rivals]}
    if not meant:
        return Unclear("negated" if negated else "nothing-known")
    if holding.taken_back(marked, meant) or holding.conditional(marked, meant, known.language):
        return Unclear("two-readings")
    if holding.retracted(marked, meant, {marked[at].number for at in [*standing, *_numbers(marked, known)]}):
        return Unclear("negated")
    if len(numbers) > 1:
        return Unclear("two-readings")
    number = numbers.pop()
    if any(marked[at].kind is Kind.OUTSIDE for at in meant):
        return Unclear("out-of-range")
    if any(marked[at].number == number for at in negated) or _denied(marked, negated, number, known):
        return Unclear("negated")
    return _answered(marked, [marked[at] for at in meant], corrected=corrected is not None or bool(negated))


def _answered(marked: Sequence[Mark], meant: Sequence[Mark], *, corrected: bool) -> Answered:
    best = max(meant, key=lambda mark: SURE[mark.how])
    confidence = SURE[best.how]
    if corrected:
        confidence = min(confidence, SURE_CORRECTED)
    if any(mark.kind in _STRANGE for mark in marked):
        confidence = min(confidence, SURE_AMONG_UNKNOWN_WORDS)
    if any(mark.kind is Kind.HEDGE for mark in marked):
        confidence = min(confidence, SURE_HEDGED)
    return Answered("", best.number, confidence, "correction" if corrected else best.how.value)


def _negated(marked: Sequence[Mark], known: Vocabulary) -> Iterable[int]:
    """Yield where a reading is denied, by a word before it (not water) or after it (paani nahi, water no).

    `no` denies a label where no is no choice; `not` after a reading denies it if no other reading follows.
    """
    for at, mark in enumerate(marked):
        if mark.kind not in _MEANT:
            continue
        before = at - 1
        while before >= 0 and marked[before].kind is Kind.SMALL_TALK and not marked[before + 1].boundary:
            before -= 1
        denies = before >= 0 and (
            (marked[before].kind is Kind.NEGATION and not marked[before + 1].boundary)
            or (marked[before].kind is Kind.NO and mark.how is How.LABEL)
        )
        denied_before = denies and not _denies_behind(marked, before, known)
        if denied_before or _denied_after(marked, at, known):
            yield at


def _denied_after(marked: Sequence[Mark], at: int, known: Vocabulary) -> bool:
    after = at + 1
    while after < len(marked) and marked[after].kind is Kind.SMALL_TALK and not marked[after].boundary:
        after += 1
    if after >= len(marked) or marked[after].boundary:
        return False
    if marked[after].kind is Kind.NO or _denies_behind(marked, after, known):
        return True
    if marked[after].text in _IS_WRONG and marked[at].how is How.NUMBER:
        return True
    rest = [other for other in marked[after + 1 :] if other.kind is not Kind.SMALL_TALK]
    return (
        marked[after].kind is Kind.NEGATION
        # `No, it is not` says no twice; `yes it is not` is for `_denied` to judge.
        and marked[at].number not in {known.yes, known.no}
        and marked[at].how in {How.LABEL, How.TYPO, How.LETTER, How.NUMBER_WORD}
        # `Water not food` denies what follows; `water is not the topic, its food` what went before.
        and not (rest and rest[0].kind in _MEANT)
    )


def _denies_behind(marked: Sequence[Mark], at: int, known: Vocabulary) -> bool:
    """Say whether a denial is of what stands before it, whatever follows (paani nahi khana)."""
    if marked[at].text in _DENIES_BEFORE:
        return True
    named = at > 0 and marked[at - 1].kind in _MEANT and marked[at - 1].how is How.LABEL
    return named and known.language in _DENY_BEHIND and marked[at].kind in {Kind.NEGATION, Kind.NO}


def _denied(marked: Sequence[Mark], negated: set[int], number: int, known: Vocabulary) -> bool:
    """Say whether a `not` that belongs to no reading contradicts a yes (`yes it is not`)."""
    loose = [at for at, mark in enumerate(marked) if mark.kind is Kind.NEGATION]
    if number != known.yes or len(loose) <= len(negated):
        return False
    # Said of something else, it is no denial: yes, the pump is not working.
    of_something = marked[0].kind is Kind.CHOICE and all(
        any(mark.kind is Kind.UNKNOWN for mark in marked[:at]) for at in loose
    )
    return not of_something


def _numbers(marked: Sequence[Mark], known: Vocabulary) -> list[int]:
    """Return where digits name a choice; they rival the answer wherever they stand, unless they count things."""
    return [
        at
        for at, mark in enumerate(marked)
        if mark.kind is Kind.CHOICE
        and mark.how is How.NUMBER
        and not counts_things(marked, at, known.language)
    ]


def _corrected_from(marked: Sequence[Mark], standing: Sequence[int]) -> int | None:
    """Return where the last correction stands that a reading follows, if there is one."""
    last = max(standing, default=-1)
    corrections = [at for at in range(last) if marked[at].kind in {Kind.CORRECTION, Kind.WAIT}]
    return max(corrections, default=None)


def _stands(marked: Sequence[Mark], at: int, known: Vocabulary) -> bool:
    """Say whether a word that may mean a choice is meant as the answer, by its place in its clause.

    At the head of a clause, or at its end after nothing but small talk. A number or a yes may be followed by
    anything (`1 the pump broke`), other words only by a pause or small talk, because `no water` is no `no`.
    """
    mark = marked[at]
    if mark.kind not in _MEANT:
        return False
    start, end = clause(marked, at)
    if any(other.kind not in _SETTLED for other in marked[start:at]) and not _is_about(marked, at, known):
        return False
    if mark.how in {How.NUMBER_WORD, How.LETTER}:
        settled = all(other.kind in _SETTLED for other in marked[at:end])
        return settled and not is_part(marked, at, end) and not is_counted(marked, at, start)
    if mark.how is How.NUMBER:
        return not counts_things(marked, at, known.language) and not is_part(marked, at, end)
    if mark.number == known.yes and mark.text in words.YES:
        return not any(other.text in _MONEY_TALK for other in marked)
    if mark.number == known.no and mark.text in words.FIRM_NO and start == at:
        # One word alone may be what is denied: non potable, nedda mmere.
        one_word = " " not in mark.text and at + 2 == end
        return not (one_word and marked[at + 1].kind is Kind.UNKNOWN)
    if at + 1 == end or marked[at + 1].kind in _SETTLED:
        return True
    named = mark.text in known.native and mark.number not in {known.yes, known.no}
    noun_first = (named and known.language in _NOUN_FIRST) or mark.text.endswith(" of")
    return noun_first and _is_described(marked, at, end)


def _is_about(marked: Sequence[Mark], at: int, known: Vocabulary) -> bool:
    """Say whether a name ends an Amharic reply of `about` and one word that describes it (about the maize price)."""
    described = len(marked) == 3 and at == 2 and marked[1].kind is Kind.UNKNOWN
    return described and marked[0].text == "ስለ" and marked[at].text in known.native


def _is_described(marked: Sequence[Mark], at: int, end: int) -> bool:
    """Say whether what follows a name only describes it (mbegu bora: good seeds), in few words and without denial."""
    rest = [mark.kind for mark in marked[at + 1 : end]]
    return len(rest) <= _MOST_DESCRIBING and set(rest) <= {
        Kind.UNKNOWN,
        Kind.SMALL_TALK,
        Kind.TOPIC,
        Kind.UNIT,
    }


def _corrected_typo(marked: Sequence[Mark], known: Vocabulary) -> Answered | Unclear:
    """Read the only unknown words of a reply as the one known phrase they are nearly."""
    strange = [mark for mark in marked if mark.kind not in {Kind.SMALL_TALK, Kind.JOINER, Kind.HEDGE}]
    if not strange:
        return Unclear("nothing-known")
    if any(mark.kind is not Kind.UNKNOWN for mark in strange):
        return Unclear("unfinished" if strange[-1].kind is Kind.WAIT else "nothing-known")
    said = " ".join(mark.text for mark in strange)
    number = typo_of(said, known)
    if isinstance(number, str):
        return Unclear(number)
    return Answered("", number, SURE[How.TYPO], How.TYPO.value)


def typo_of(said: str, known: Vocabulary) -> int | Doubt:
    """Return the number of the choice whose name `said` nearly is, with a margin to those of all others."""
    if not 4 <= len(said) <= 60:
        return "nothing-known"
    near = process.extract(said, known.correctable.keys(), scorer=OSA.distance, score_cutoff=3, limit=None)
    distances = [(int(far), phrase, known.correctable[phrase].number) for phrase, far, _ in near]
    likely = [(far, number) for far, phrase, number in distances if far <= tolerated(said, phrase)]
    if not likely or _nearly_command(said):
        return "nothing-known"
    nearest, number = min(likely)
    # Without a margin to every other choice, the slip could as well be one in another word.
    # A name of a choice is likelier meant than a number word no nearer, where the word is not very short.
    long = len(said) >= _SHORTEST_SURE
    rivals = (
        far - (phrase[0] == said[0] and not (long and phrase not in known.own))
        for far, phrase, other in distances
        if other != number
    )
    if any(far <= nearest for far in rivals):
        return "two-readings"
    return number


def tolerated(said: str, phrase: str) -> int:
    """Return how many slips of the thumb (a letter added, lost, changed, two swapped) may lie between two words.

    The first letter must be right, and a word of four letters may not have one changed: it would be another word.
    """
    if len(said) < 4 or said[0] != phrase[0] or len(said.split()) != len(phrase.split()):
        return 0
    if len(phrase) == len(said) == 4 and sorted(said) != sorted(phrase):
        return 0
    return 2 if len(phrase) >= 9 else 1


def _nearly_command(said: str) -> bool:
    return process.extractOne(said, _COMMAND_PHRASES, scorer=OSA.distance, score_cutoff=1) is not None
