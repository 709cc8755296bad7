"""Changing a simulator's knobs by name, from its command line, its file or its control API.

Knobs are the fields of a dataclass whose values say their own shape: a field ending in `_rate` is a
share from 0 to 1, a pair of numbers is a [low, high] span, and so on. A name or a value that does
not fit is refused with a sentence that says what would, because a mistyped fault that silently does
nothing makes a test pass for the wrong reason.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any


class KnobError(ValueError):
    """A knob's name or value is not one the simulator has."""


def change(knobs: object, wanted: Mapping[str, Any]) -> None:
    """Set knobs by name, all or none. Raises KnobError on the first that does not fit."""
    known = [field.name for field in fields(knobs)]  # type: ignore[arg-type]
    checked: dict[str, Any] = {}
    for name, value in wanted.items():
        if name not in known:
            raise KnobError(f"There is no knob {name!r}; there are: {', '.join(known)}.")
        checked[name] = _fit(name, getattr(knobs, name), value)
    for name, value in checked.items():
        setattr(knobs, name, value)


def read_file(path: str | None) -> dict[str, Any]:
    """The knobs in a JSON file, or none when no file is named."""
    if path is None:
        return {}
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise KnobError(f"{path} holds a {type(found).__name__}; it must hold one JSON object of knobs.")
    return found


def as_json(knobs: object) -> dict[str, Any]:
    """Every knob and its value, fit for a JSON answer."""
    return asdict(knobs)  # type: ignore[call-overload, no-any-return]


def _fit(name: str, present: object, value: object) -> object:
    if isinstance(present, bool):
        if not isinstance(value, bool):
            raise KnobError(f"Knob {name} takes true or false, not {value!r}.")
        return value
    if isinstance(present, int | float):
        return _fit_number(name, present, value)
    if isinstance(present, tuple):
        return _fit_span(name, value)
    if not isinstance(value, type(present)):
        raise KnobError(f"Knob {name} takes a {type(present).__name__}, not {value!r}.")
    return value


def _fit_number(name: str, present: float, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise KnobError(f"Knob {name} takes a number of 0 or more, not {value!r}.")
    if name.endswith("_rate") and value > 1:
        raise KnobError(f"Knob {name} is a share from 0 to 1, not {value!r}.")
    if isinstance(present, int) and not float(value).is_integer():
        raise KnobError(f"Knob {name} takes a whole number, not {value!r}.")
    return int(value) if isinstance(present, int) else float(value)


def _fit_span(name: str, value: object) -> tuple[float, float]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = [value, value]
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise KnobError(f"Knob {name} takes [low, high] or one number, not {value!r}.")
    low, high = (float(_fit_number(name, 0.0, part)) for part in value)
    if low > high:
        raise KnobError(f"Knob {name}: the low end {low} is above the high end {high}.")
    return low, high
