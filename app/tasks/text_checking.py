"""Whether a project of kind `text` can be run as it is described: its part of checking.py. Pure."""

from functools import cache

from babel import Locale

from app.errors import Pointer
from app.tasks.spec import ProjectSpec


def problems(spec: ProjectSpec) -> list[Pointer]:
    """Return what is wrong with the parts of a project that are about free text."""
    if spec.kind != "text":
        return _not_text(spec)
    return [*_shape_problems(spec), *_answer_problems(spec)]


def _not_text(spec: ProjectSpec) -> list[Pointer]:
    if spec.answer is None:
        return []
    return [Pointer("/answer", "What an answer must be like is for kind 'text'. Leave it out.")]


def _shape_problems(spec: ProjectSpec) -> list[Pointer]:
    found = []
    if spec.choices:
        found.append(
            Pointer("/choices", "An answer of kind 'text' is written, not chosen. Leave choices out.")
        )
    if spec.adaptive:
        found.append(
            Pointer(
                "/redundancy/mode",
                "Texts are never all the same, so that they cannot agree. Use 'fixed', with checks of each text.",
            )
        )
    if (spec.bundle or 1) > 1:
        found.append(Pointer("/bundle", "A text needs a message of its own. Leave bundle out."))
    return found


def _answer_problems(spec: ProjectSpec) -> list[Pointer]:
    answer = spec.answer
    if answer is None:
        return []
    found = []
    if answer.min_length > answer.max_length:
        found.append(
            Pointer(
                "/answer/min_length",
                f"No text is at least {answer.min_length} and at most {answer.max_length} characters long. "
                "Change one of the two.",
            )
        )
    if answer.script is not None and answer.script not in scripts():
        found.append(
            Pointer(
                "/answer/script",
                f"{answer.script!r} is no alphabet of ISO 15924. Use one such as Latn, Deva, Ethi or Arab.",
            )
        )
    return found


@cache
def scripts() -> dict[str, str]:
    """Return the English names of alphabets by their ISO 15924 codes."""
    return dict(Locale("en").scripts)
