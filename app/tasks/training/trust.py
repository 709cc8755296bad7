"""How far a worker is trusted, by the questions whose answers are known: how often such a one is asked, and when a
pause is due. Pure.

The share of known questions falls with the root of a worker's answers, as much as they are right. A pause is due
when it is all but certain that they are hardly better than guessing: honest people slip, and are not bothered.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import ceil, comb, sqrt
from uuid import UUID

# The client's `gold_share` is the share in the long run of somebody about whom little is known yet; so much of it a
# newcomer gets in their first answers, and at least so much everybody gets for ever.
DEFAULT_SHARE = 0.05
NEWCOMER_TIMES = 2.0
NEWCOMER_ANSWERS = 20
LEAST_TIMES = 0.4
# A pause needs so many known answers, and to be so sure that the skill lies under a floor so far up the way from
# guessing to perfect. Before any answer a worker is taken to be right two times out of three.
LEAST_KNOWN = 5
SURE = 0.95
FLOOR_LEAD = 0.3
PRIOR_RIGHT, PRIOR_WRONG = 2, 1
# A run of lessons is passed with so many mistakes at most, as a part of their number.
MISTAKES_PART = 1 / 3


def share(answers: int, right: int, wrong: int, wanted: float = DEFAULT_SHARE) -> float:
    """Return the share of known questions among a worker's next ones, from what they have answered so far.

    `right` and `wrong` count their answers to known questions. Never more with more answers or with more of them
    right, never less with more of them wrong.
    """
    most, least = wanted * NEWCOMER_TIMES, wanted * LEAST_TIMES
    rightness = (right + 1) / (right + wrong + 2)
    proven = answers * rightness**2
    return max(least, most * min(1.0, sqrt(NEWCOMER_ANSWERS / max(proven, 1))))


def gap(worker_id: UUID, project_id: UUID, given: int, wanted: float) -> int:
    """Return after how many further answers the next known question comes, when such a share of them is wanted.

    Anywhere between half and one and a half of the mean distance, so that nobody can count on it; the same for the
    same worker, project and number of known questions given, so that it does not depend on when it is asked.
    """
    drawn = int.from_bytes(sha256(worker_id.bytes + project_id.bytes + given.to_bytes(4)).digest()[:4])
    return round((0.5 + drawn / 2**32) / wanted)


def floor_of(choices: int, *, several: bool) -> float:
    """Return the skill that a worker must hardly fail to reach: some way up from guessing among the choices."""
    chance = 0.0 if several else 1 / choices
    return chance + (1 - chance) * FLOOR_LEAD


def below(floor: float, right: int, wrong: int) -> float:
    """Return how sure it is that a skill lies under the floor: of a Beta distribution with whole parameters.

    The chance of so many successes or more in a binomial of one trial less: https://dlmf.nist.gov/8.17.E5
    """
    trials = right + wrong + PRIOR_RIGHT + PRIOR_WRONG - 1
    chance = sum(
        comb(trials, hits) * floor**hits * (1 - floor) ** (trials - hits)
        for hits in range(right + PRIOR_RIGHT, trials + 1)
    )
    return min(1.0, chance)


def pause_due(right: int, wrong: int, floor: float) -> bool:
    """Say whether somebody with so many known answers right and wrong is to be paused."""
    return right + wrong >= LEAST_KNOWN and below(floor, right, wrong) > SURE


def run_passed(mistakes: int, lessons: int) -> bool:
    """Say whether a run of lessons was done well enough to go on working."""
    return mistakes <= lessons * MISTAKES_PART


@dataclass(frozen=True)
class Funded:
    """What a project's gold and lessons are funded with, beside its ordinary places.

    `limit` is how many places each gold task may open, `lesson_messages` how many practice questions are sent.
    """

    limit: int = 0
    lesson_messages: int = 0


def funded(
    *, places: int, gold_tasks: int, wanted: float, exam: tuple[int, int | None] | None, lessons: int
) -> Funded:
    """Return what to fund for so many ordinary places: gold by its share, exams and lessons by the workers expected.

    `exam` is its questions and for how many workers (None: as many as are expected).
    """
    workers = expected_workers(places)
    examined = exam[0] * (exam[1] or workers) if exam else 0
    opened = places * wanted + examined
    return Funded(ceil(opened / gold_tasks) if gold_tasks else 0, lessons * workers)


def expected_workers(places: int) -> int:
    """Return how many workers a project of so many places is reckoned to have: one for 50 places, 5 at least."""
    return min(1000, max(5, ceil(places / 50)))


# A gold that so many workers known to be good answered, and half of them or more missed, may itself be wrong.
SUSPICIOUS_FROM = 3


@dataclass(frozen=True)
class GoldAnswer:
    """An answer to a known question: its value, and how its worker did on all the others."""

    value: str
    others_right: int
    others_wrong: int

    @property
    def trusted(self) -> bool:
        """Whether the worker is known to be good, whatever this question says of them."""
        known = self.others_right + self.others_wrong
        return known >= SUSPICIOUS_FROM and self.others_right >= 0.75 * known


def suspicious(truth: str, answers: Sequence[GoldAnswer]) -> bool:
    """Say whether what is taken for the truth may be wrong: most of those who are known to be good say otherwise."""
    good = [answer.value for answer in answers if answer.trusted]
    return len(good) >= SUSPICIOUS_FROM and sum(value != truth for value in good) * 2 >= len(good)


# What a person should look at: from so many answers on, nearly all alike though the crowd's are not; or most of
# them given sooner than a question can be read.
ALIKE_FROM = 20
ALIKE_PART = 0.95
CROWD_ALIKE = 0.85
HASTY_S = 4
HASTY_PART = 0.5


@dataclass(frozen=True)
class Habits:
    """How a worker answers in a project: how often each value, how many were hasty, and how long one takes."""

    values: Counter[str]
    hasty: int
    median_s: int

    @property
    def answers(self) -> int:
        """How many there are."""
        return self.values.total()


def alerts(own: Habits, crowd: Counter[str]) -> tuple[str, ...]:
    """Return what in a worker's habits a person should look at, never a reason to punish: `alike`, `hasty`.

    The crowd's answers are everybody's, the worker's own with them.
    """
    if own.answers < ALIKE_FROM:
        return ()
    found = []
    [(value, count)] = own.values.most_common(1)
    if count >= ALIKE_PART * own.answers and crowd[value] < CROWD_ALIKE * crowd.total():
        found.append("alike")
    if own.hasty >= HASTY_PART * own.answers:
        found.append("hasty")
    return tuple(found)
