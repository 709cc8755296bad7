"""Whether a project of kind `text` can be run as it is described: its part of checking.py. Pure."""

from functools import cache

from babel import Locale

from app.errors import Pointer
from app.tasks.description import template
from app.tasks.description.parts import pointer
from app.tasks.description.spec import ProjectSpec, duration_s
from app.tasks.free_text.text_kind import ANSWER_FIELD

# How long a text may wait for its checks.
WITHIN_S = (3600, 30 * 24 * 3600)


def problems(spec: ProjectSpec) -> list[Pointer]:
    """Return what is wrong with the parts of a project that are about free text."""
    if spec.kind != "text":
        return _not_text(spec)
    return [*_shape_problems(spec), *_answer_problems(spec), *_check_problems(spec)]


def _not_text(spec: ProjectSpec) -> list[Pointer]:
    return [
        Pointer(f"/{name}", f"{what} is for kind 'text'. Leave it out.")
        for name, what, given in (
            ("answer", "What an answer must be like", spec.answer),
            ("check", "A second step of checks", spec.check),
        )
        if given is not None
    ]


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


def _check_problems(spec: ProjectSpec) -> list[Pointer]:
    check = spec.check
    if check is None:
        return []
    found = [
        Pointer(pointer("check", "template"), f"The check is not asked in {language!r}. Add it there.")
        for language in spec.template
        if language not in check.template
    ]
    for language, words in check.template.items():
        found += [
            Pointer(pointer("check", "template", language), fault)
            for fault in _check_template_faults(spec, language, words)
        ]
    if check.pay.currency not in {None, spec.pay.currency}:
        found.append(
            Pointer(
                "/check/pay/currency", f"All of a project is paid in {spec.pay.currency}. Use it here too."
            )
        )
    seconds = duration_s(check.within)
    if seconds is None or not WITHIN_S[0] <= seconds <= WITHIN_S[1]:
        found.append(
            Pointer(
                "/check/within",
                f"{check.within[:40]!r} is no time between 1 hour and 30 days. Write it as PT12H or P3D.",
            )
        )
    return found


def _check_template_faults(spec: ProjectSpec, language: str, words: str) -> list[str]:
    faults = template.faults(words)
    if faults:
        return faults
    if language not in spec.template:
        return [f"The template is not given in {language!r}. Add it there, or take it out here."]
    named = template.fields(words)
    if ANSWER_FIELD not in named:
        return [f"The template has no {{{ANSWER_FIELD}}}, where the text to be checked goes. Add it."]
    return []


@cache
def scripts() -> dict[str, str]:
    """Return the English names of alphabets by their ISO 15924 codes."""
    return dict(Locale("en").scripts)
