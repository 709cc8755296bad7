"""What holds an answer back that a reply seems to give: put off, taken back, tied to a condition. Pure."""

from collections.abc import Sequence

from app.conversation.meanings import How, Kind, Mark
from app.texts.reserved import phrases

# Say that what stands beside them was not meant, whichever side.
_BY_MISTAKE = phrases(
    "by mistake, by accident, mistakenly, kwa makosa, kwa bahati mbaya, mu butanwa, mu nsobi, par erreur",
    "par accident, pa ere, pa aksidan, galti se, गलती से, galti se dab gaya, በስህተት, besihtet",
)
# Languages that say who said it, and that they said it, after what they said.
_VERB_LAST = {"hi", "am"}
MEANT = {Kind.CHOICE, Kind.OUTSIDE, Kind.CLASH}


def _digit_first(marked: Sequence[Mark], standing: Sequence[int]) -> bool:
    """Say whether a digit opens the reply, greetings aside: that is an answer, whatever follows."""
    digits = [at for at in standing if marked[at].how is How.NUMBER]
    held = {Kind.LATER, Kind.CONDITION, Kind.TERMS, Kind.REPORT}
    return bool(digits) and not any(mark.kind in held for mark in marked[: digits[0]])


def put_off(marked: Sequence[Mark], standing: Sequence[int]) -> bool:
    """Say whether the answer itself is put off (yes, I will reply later; I will send 1 tomorrow)."""
    return any(mark.kind is Kind.LATER for mark in marked) and not _digit_first(marked, standing)


def conditional(marked: Sequence[Mark], meant: Sequence[int], language: str) -> bool:
    """Say whether the answer hangs on something, asks, is somebody else's, or is said of something else.

    Yes if you pay, yes what is the question, you said 1, she said no, yes I am ready; 1 only if it rains.
    """
    kinds = {mark.kind for mark in marked}
    if Kind.TERMS in kinds and _hangs(marked, meant):
        return True
    if Kind.REPORT in kinds and (
        language in _VERB_LAST or any(mark.kind is Kind.REPORT for mark in marked[: min(meant)])
    ):
        return True
    return Kind.CONDITION in kinds and not _digit_first(marked, meant)


def _hangs(marked: Sequence[Mark], meant: Sequence[int]) -> bool:
    """Say whether the answer hangs on terms: any, but those that stand in another sentence than a digit before them."""
    if not _digit_first(marked, meant):
        return True
    terms = next(at for at, mark in enumerate(marked) if mark.kind is Kind.TERMS)
    return not any(mark.boundary for mark in marked[min(meant) + 1 : terms + 1])


def retracted(marked: Sequence[Mark], meant: Sequence[int], numbers: set[int]) -> bool:
    """Say whether the one answer a reply holds is said to be a slip (I pressed 1 by mistake), not what follows one."""
    slips = [at for at, mark in enumerate(marked) if mark.text in _BY_MISTAKE]
    if not slips or len(numbers) > 1:
        return False
    return not any(mark.boundary for mark in marked[slips[-1] + 1 : min(meant) + 1])


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
