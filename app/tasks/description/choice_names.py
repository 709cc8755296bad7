"""Whether choices can be told apart in a reply: each by its number, its value, or its label in any language. Pure."""

from collections.abc import Callable, Collection, Sequence

from app.errors import Pointer
from app.tasks.description.parts import Choice, pointer
from app.tasks.models import UNSURE


def problems(
    choices: Sequence[Choice],
    at: Sequence[str | int],
    *,
    languages: Collection[str],
    reserved: frozenset[str],
    normalize: Callable[[str], str],
) -> list[Pointer]:
    """Return what is wrong with a list of choices that stands at the path `at`.

    `reserved` are the normalized words that replies may already mean something else by, and `normalize` is how a
    reply is read.
    """
    found = []
    owners: dict[str, int] = {}
    for index, choice in enumerate(choices):
        where = (*at, index)
        for language in languages:
            if language not in choice.label:
                lacks = f"Choice {choice.value!r} has no label in {language!r}. Add one."
                found.append(Pointer(pointer(*where, "label", language), lacks))
        for path, name in _names(where, choice):
            fault = _name_fault(name, index, reserved, normalize, owners)
            if fault:
                found.append(Pointer(path, fault))
    return found


def _names(where: Sequence[str | int], choice: Choice) -> list[tuple[str, str]]:
    """Return every name a worker may answer this choice by, each with its pointer."""
    labels = [(pointer(*where, "label", language), label) for language, label in choice.label.items()]
    return [(pointer(*where, "value"), choice.value), *labels]


def _name_fault(
    name: str,
    index: int,
    reserved: frozenset[str],
    normalize: Callable[[str], str],
    owners: dict[str, int],
) -> str | None:
    """Return what is wrong with a choice's name, noting whose it is: one reply must mean one choice."""
    read_as = normalize(name)
    if not read_as:
        return f"{name!r} has no letter a worker could type. Use a word."
    if read_as.replace(" ", "").isdigit():
        return f"{name!r} is a number, which a reply would choose by its place in the list. Use a word."
    if read_as in reserved or read_as == normalize(UNSURE):
        return f"{name!r} is a word that workers' replies already mean something else by. Use another."
    if owners.setdefault(read_as, index) != index:
        return f"{name!r} is also a name of choice {owners[read_as] + 1}. Each needs names of its own."
    return None
