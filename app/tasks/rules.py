"""What may happen to projects, tasks and assignments: pure decisions, and the values they are made of.

Owns the state machine of a project, when a task is complete, and what a late answer may do. What a task
concludes is quality.py's; the rows are written by the siblings that service.py lists.
"""

import re
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

# draft → running ⇄ paused → finished, or cancelled from wherever it still is something.
TRANSITIONS: dict[str, tuple[str, ...]] = {
    "draft": ("running", "cancelled"),
    "running": ("paused", "finished", "cancelled"),
    "paused": ("running", "finished", "cancelled"),
    "finished": (),
    "cancelled": (),
}
# A worker's share of a project: one in so many answers, and never fewer than this.
_SHARE, _LEAST_SHARE = 10, 50

LateVerdict = Literal["in-time", "take", "replace", "thank"]

# Seven digits or more, with the separators people write phone numbers with.
_NUMBER = re.compile(r"\+?\d(?:[ \t\-().]{0,3}\d){6,}")


@dataclass(frozen=True)
class WorkerFacts:
    """What choosing a task needs to know of a worker. `number` is the tag the next question gets (Q7).

    `passed` is what they have passed; of `group_id` are others whose answers may depend on theirs, at `site` live
    their neighbours.
    """

    id: UUID
    language: str
    country: str
    cohort_id: UUID | None
    number: int
    passed: tuple[str, ...] = ()
    group_id: UUID | None = None
    site: str | None = None


@dataclass(frozen=True)
class Reading:
    """What a reply was understood to say: a choice's value or `unsure`, the text as written, 0..1 how surely.

    `position` is where the question stood in its message, from 0.
    """

    value: str
    raw: str
    confidence: float
    position: int = 0


@dataclass(frozen=True)
class TaskCounts:
    """The counters of a task: the places it has, those given out, those filled, and the `unsure` answers."""

    places: int
    live: int
    answered: int
    unsure: int


def passing(client_id: UUID, name: str) -> str:
    """Return what is kept of somebody who passed the exam of the client's project of that name.

    Names are each client's own: the same name of another client is another exam.
    """
    return f"{client_id}/{same_name(name)}"


def same_name(name: str) -> str:
    """Return a name as it is compared: however it is capitalised or spaced, it is one."""
    return " ".join(name.casefold().split())


def most_per_worker(tasks: int, answers: int, wanted: int | None) -> int:
    """Return how many places of a project one worker is given while there are others to ask.

    As many as are `wanted`; else a tenth of the answers its tasks will get, and at least 50: with ten people about
    nobody is kept waiting, a single view shapes no more than a tenth of a result, and a small job is not torn into
    shreds. `answers` are those a task is expected to get.
    """
    return wanted or max(_LEAST_SHARE, -(-tasks * answers // _SHARE))


def allowed_from(state: str) -> tuple[str, ...]:
    """Return the states a project may go to from `state`."""
    return TRANSITIONS[state]


def unsure_limit(places: int) -> int:
    """Return how many `unsure` answers end a task that has so many places.

    An unsure answer fills no place, so a question nobody can answer would go from worker to worker for ever,
    each message of it costing airtime. Once twice as many and one more people than it has places have said
    "don't know", the task is offered no more and is concluded with the answers it has, perhaps none.
    """
    return 2 * places + 1


def is_complete(counts: TaskCounts) -> bool:
    """Say whether a task has all it will get: every place filled, or too many unsure and nobody still asked."""
    if counts.answered >= counts.places:
        return True
    return counts.unsure >= unsure_limit(counts.places) and counts.live == 0


def late_verdict(
    *, assignment_state: str, task_state: str, project_state: str, place_free: bool, replacement_unsent: bool
) -> LateVerdict:
    """Say what an answer to this assignment may do.

    `in-time`: the lease still runs, record it. `take`: it expired, but a place of the task is free: take it
    again and record the answer as late, paid. `replace`: the place went to another worker whose question is
    surely not sent yet: withdraw that one, then as `take`. `thank`: nothing is left to fill; the worker is
    told so and is owed nothing for it.
    """
    if assignment_state == "offered":
        return "in-time"
    if assignment_state != "expired" or task_state != "open" or project_state not in ("running", "paused"):
        return "thank"
    if place_free:
        return "take"
    return "replace" if replacement_unsent else "thank"


def mask_numbers(text: str) -> str:
    """Return the text with what may be a phone number (seven digits or more) replaced, and without NULs."""
    return _NUMBER.sub("[number]", text.replace("\x00", ""))
