"""The question of a task: a template with `{name}` fields, filled with the task's data.

Deliberately not Python's formatting: a template comes from a client, and conversions, format specs, attribute
and index access have been ways out of such sandboxes. A field is a name in braces; `{{` and `}}` are literal
braces; what is filled in is never looked at again.
"""

import re
from collections.abc import Mapping

FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
# In this order: an escaped brace, a field, and a brace that is neither.
_PART = re.compile(r"\{\{|\}\}|\{(" + FIELD_NAME.pattern + r")\}|[{}]")


def faults(template: str) -> list[str]:
    """Return what is wrong with a template, each with where and what to do; empty when it can be filled."""
    found = []
    for part in _PART.finditer(template):
        if part[0] in "{}":
            shown = template[part.start() : part.start() + 20]
            found.append(
                f"At character {part.start() + 1}, {shown!r}: a brace that is no field. Write {{name}} with a "
                "name of letters, digits and _, or double the brace to mean itself."
            )
    return found


def fields(template: str) -> list[str]:
    """Return the names of the fields of a template, each once, in order."""
    return list(dict.fromkeys(part[1] for part in _PART.finditer(template) if part[1]))


def fill(template: str, data: Mapping[str, object]) -> str:
    """Return the template with each field replaced by the data of that name. Raises KeyError when one lacks."""

    def replaced(part: re.Match[str]) -> str:
        return str(data[part[1]]) if part[1] else part[0][0]

    return _PART.sub(replaced, template)
