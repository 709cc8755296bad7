"""How a person puts an answer: the plain digit, or one of the ways in which people really write it."""

from simulators.chance import Chance
from simulators.crowd.people import Person

_THANKS = {"en": "thanks", "sw": "asante", "lg": "weebale"}
_UNCLEAR = {
    "en": ("what is this", "??", "ok", "I am at the market"),
    "sw": ("nini hii", "??", "sawa", "niko sokoni"),
    "lg": ("kiki kino", "??", "kale", "ndi mu katale"),
}
# The part of a messy person's replies that nobody could understand.
_UNCLEAR_SHARE = 0.12


def put_answer(person: Person, digit: str, label: str, chance: Chance, *about: object) -> tuple[str, bool]:
    """The words of a reply, and whether they can be understood."""
    if not chance.happens(person.messiness, "messy", person.name, *about):
        return digit, True
    if chance.happens(_UNCLEAR_SHARE, "unclear", person.name, *about):
        return chance.pick(_UNCLEAR[person.language], "which unclear", person.name, *about), False
    thanks = _THANKS[person.language]
    ways = [f"{digit}.", f" {digit} ", f"{digit} {thanks}", f"({digit})"]
    if label:
        ways += [label, label.lower(), label.upper(), f"{label}!", f"{digit} {label}", _with_a_slip(label)]
    return chance.pick(ways, "which way", person.name, *about), True


def _with_a_slip(label: str) -> str:
    """A label as a hurried thumb types it: the last letter twice. Short ones are typed right."""
    return label.lower() + label[-1].lower() if len(label) > 3 else label
