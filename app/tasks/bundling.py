"""Several questions in one message: which part of a template they share, and what each has of its own. Pure.

A bundle says the fixed words of the template once and numbers what differs, so that three reports share one
segment: `Is this about WATER? 1) "Pump broken" 2) "School shut" 3) "Road flooded" …`. How many fit is measured in
app/operations/questions.py, because a segment is the channels' to count.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.tasks.description.template import fill

# A bundle of more is hard to hold in mind, and one slip would shift more answers.
MOST_IN_BUNDLE = 5
# Messages of several questions answered with the wrong number of answers, in a row, after which a worker gets
# them one by one.
SLIPS_LIMIT = 3
# Kinds whose answers are one digit each; `multiple` choices are several digits and cannot be told apart.
BUNDLED_KINDS = ("verification", "tagging")

_FIELD = re.compile(r"(?<!\{)\{[A-Za-z_]\w*\}(?!\})", re.ASCII)
_OPENING = "\"'\u201c\u2018(["
_CLOSING = "\"'\u201d\u2019)]"


@dataclass(frozen=True)
class Shared:
    """A template taken apart: what is said once before the items, the item itself, and once after them."""

    head: str
    item: str
    tail: str

    def filled(self, data: Mapping[str, Any]) -> str:
        """Return one task's own part."""
        return fill(self.item, data).strip()


def shared(template: str) -> Shared | None:
    """Take a template apart around its fields; None where it has none, or data would stand in the fixed part."""
    found = list(_FIELD.finditer(template))
    if not found:
        return None
    start, end = found[0].start(), found[-1].end()
    # What stands around the fields in quotes needs none where it stands behind a number: two characters an item.
    before, after = template[:start].rstrip(_OPENING), template[end:].lstrip(_CLOSING)
    head, tail = fill(before, {}).strip(), fill(after, {}).strip()
    return Shared(head, template[start:end], tail if any(map(str.isalnum, tail)) or tail == "?" else "")


def may_bundle(spec: Mapping[str, Any]) -> bool:
    """Say whether a project's questions may share a message."""
    alone = spec.get("multiple") or spec.get("media") or spec.get("bundle") == 1
    return spec["kind"] in BUNDLED_KINDS and not alone


def most(spec: Mapping[str, Any]) -> int:
    """Return how many questions of a project a message has at most."""
    return min(spec.get("bundle") or MOST_IN_BUNDLE, 9) if may_bundle(spec) else 1
