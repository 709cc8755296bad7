"""What holds an answer back that a reply seems to give: put off, taken back, tied to a condition. Pure."""

from collections.abc import Sequence

from app.conversation.meanings import How, Kind, Mark

MEANT = {Kind.CHOICE, Kind.OUTSIDE, Kind.CLASH}


def _digit_first(marked: Sequence[Mark], standing: Sequence[int]) -> bool:
    """Say whether a digit opens the reply, greetings aside: that is an answer, whatever follows."""
    digits = [at for at in standing if marked[at].how is How.NUMBER]
    return bool(digits) and not any(mark.kind in {Kind.LATER, Kind.CONDITION} for mark in marked[: digits[0]])


def put_off(marked: Sequence[Mark], standing: Sequence[int]) -> bool:
    """Say whether the answer itself is put off (yes, I will reply later; I will send 1 tomorrow)."""
    return any(mark.kind is Kind.LATER for mark in marked) and not _digit_first(marked, standing)


def conditional(marked: Sequence[Mark], meant: Sequence[int]) -> bool:
    """Say whether the answer hangs on something, or asks (yes if you pay, yes what is the question, you said 1)."""
    return any(mark.kind is Kind.CONDITION for mark in marked) and not _digit_first(marked, meant)


def taken_back(marked: Sequence[Mark], meant: Sequence[int]) -> bool:
    """Say whether `but` after a reading brings a no, a not or another reading (yes, but not water)."""
    contrasts = [at for at, mark in enumerate(marked) if mark.kind is Kind.CONTRAST and at > min(meant)]
    if not contrasts:
        return False
    number = marked[meant[0]].number
    return any(
        mark.kind in {Kind.NEGATION, Kind.NO} or (mark.kind in MEANT and mark.number != number)
        for mark in marked[contrasts[0] :]
    )
