"""Which question a reply names: `Q7 2`, `2 q7`, `Q7 1 Q8 2`. Pure."""

import re
from collections.abc import Sequence

from app.conversation.reading import Token

_TAG = re.compile("q[0-9]{1,4}")
_NAMED = re.compile(r"(?<![^\W_])q ?([0-9]{1,4})(?![0-9])")


def tagged(found: list[Token]) -> tuple[str | None, list[Token]]:
    """Take one tag off either end: `Q7 2`, `q 7: yes`, `2 q7`. Return it as `Q7`, and the other words."""
    said = [word for word, _ in found]
    if said and _TAG.fullmatch(said[0]):
        return said[0].upper(), found[1:]
    if len(said) > 2 and said[0] == "q" and _TAG.fullmatch(said[0] + said[1]):
        return (said[0] + said[1]).upper(), found[2:]
    if len(said) > 1 and _TAG.fullmatch(said[-1]):
        return said[-1].upper(), found[:-1]
    return None, found


def named_parts(plain: str) -> list[tuple[int, str]] | None:
    """Return what a folded reply says to each question it names by tag, or None where that cannot be told.

    Empty when it names none. A tag stands before its answer, or after it if the reply ends in a tag.
    """
    found = list(_NAMED.finditer(plain))
    if not found:
        return []
    before = plain[: found[0].start()].strip(" .,;:-")
    after = plain[found[-1].end() :].strip(" .,;:-!")
    bounds = [0, *(match.end() for match in found)]
    if before and not after:
        parts = [plain[start : match.start()] for start, match in zip(bounds, found, strict=False)]
    elif not before:
        ends = [*(match.start() for match in found[1:]), len(plain)]
        parts = [plain[match.end() : end] for match, end in zip(found, ends, strict=True)]
    else:
        return None
    return [(int(match[1]), part) for match, part in zip(found, parts, strict=True)]


def without_tag(text: str, tags: Sequence[re.Match[str]]) -> str:
    """Return the text as it was written without the tags at its ends."""
    return "".join(
        text[start:end]
        for start, end in zip(
            [0, *(match.end() for match in tags)],
            [*(match.start() for match in tags), len(text)],
            strict=True,
        )
    )
