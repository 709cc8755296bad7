"""Who the people are: made from a seed, the same for the same seed and number.

Shares are kept exactly rather than drawn, so that a crowd of forty always has its vanishing few.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

_PREFIXES = {"KE": ("+25471", "+25472", "+25479"), "UG": ("+25677", "+25678", "+25675")}
_LANGUAGES = {"KE": ("sw", "en"), "UG": ("lg", "en")}
# The simulated mobile money treats numbers that hold this, two digits from the end, as special.
_FORCED_OUTCOME = "9900"


@dataclass(frozen=True)
class Mix:
    """What the crowd is made of; shares from 0 to 1."""

    channels: Mapping[str, float] = field(default_factory=lambda: {"sms": 0.75, "whatsapp": 0.25})
    languages: Mapping[str, float] = field(default_factory=lambda: {"en": 0.34, "sw": 0.33, "lg": 0.33})
    skill: tuple[float, float] = (0.75, 0.98)
    messy: float = 0.3
    vanish: float = 0.08
    stop: float = 0.05
    duplicate: float = 0.1
    late: float = 0.1
    night: float = 0.0


@dataclass(frozen=True)
class Person:
    """One person and their habits.

    `skill` is the chance to answer rightly; `reply_median_s` how long they take as a rule.
    `vanish_after` and `stop_after` count the questions they answer before they are gone or leave;
    `messiness`, `duplicates` and `lateness` are the shares of their replies that are so.
    """

    name: str
    number: str
    country: str
    language: str
    channel: str
    skill: float
    unsure: float
    reply_median_s: float
    messiness: float
    curiosity: float
    duplicates: float
    lateness: float
    vanish_after: int | None = None
    stop_after: int | None = None
    awake: tuple[float, float] | None = None


def make_people(count: int, seed: int, mix: Mix) -> list[Person]:
    """A crowd of `count` people."""
    rng = random.Random(f"{seed} people {count}")
    channels = _shared_out(count, mix.channels, rng)
    languages = _shared_out(count, mix.languages, rng)
    traits = {
        name: _some(count, share, rng)
        for name, share in {
            "messy": mix.messy,
            "duplicate": mix.duplicate,
            "late": mix.late,
            "night": mix.night,
        }.items()
    }
    vanish, stop = _two_kinds(count, mix.vanish, mix.stop, rng)
    numbers: set[str] = set()
    people = []
    for place in range(count):
        country = _country(languages[place], rng)
        person = Person(
            name=f"p{place + 1:03}",
            number=_number(country, numbers, rng),
            country=country,
            language=languages[place],
            channel=channels[place],
            skill=round(rng.uniform(*mix.skill), 3),
            unsure=round(rng.uniform(0.0, 0.04), 3),
            reply_median_s=round(rng.lognormvariate(3.0, 0.5), 2),
            messiness=round(rng.uniform(0.2, 0.6), 3) if place in traits["messy"] else 0.0,
            curiosity=round(rng.uniform(0.0, 0.03), 3),
            duplicates=0.15 if place in traits["duplicate"] else 0.0,
            lateness=0.15 if place in traits["late"] else 0.0,
            vanish_after=rng.randint(1, 6) if place in vanish else None,
            stop_after=rng.randint(1, 6) if place in stop else None,
            awake=(18.0, 6.0) if place in traits["night"] else (6.0, 21.5),
        )
        people.append(person)
    return people


def _shared_out(count: int, shares: Mapping[str, float], rng: random.Random) -> list[str]:
    """`count` values in these shares, shuffled; what rounding leaves over goes to the first."""
    total = sum(shares.values())
    values = [value for value, share in shares.items() for _ in range(int(count * share / total))]
    values += [next(iter(shares))] * (count - len(values))
    rng.shuffle(values)
    return values


def _some(count: int, share: float, rng: random.Random) -> set[int]:
    """A share of the places, at least one where the share is not nothing and the crowd not tiny."""
    wanted = round(count * share)
    if share > 0 and count >= 10:
        wanted = max(1, wanted)
    return set(rng.sample(range(count), wanted))


def _two_kinds(count: int, first: float, second: float, rng: random.Random) -> tuple[set[int], set[int]]:
    """Two sets of places that have none in common."""
    both = list(range(count))
    rng.shuffle(both)
    some, more = len(_some(count, first, rng)), len(_some(count, second, rng))
    return set(both[:some]), set(both[some : some + more])


def _country(language: str, rng: random.Random) -> str:
    at_home = [country for country, spoken in _LANGUAGES.items() if language in spoken]
    return rng.choice(at_home)


def _number(country: str, taken: set[str], rng: random.Random) -> str:
    while True:
        number = rng.choice(_PREFIXES[country]) + f"{rng.randrange(10**7):07}"
        if number not in taken and number[-6:-2] != _FORCED_OUTCOME:
            taken.add(number)
            return number
