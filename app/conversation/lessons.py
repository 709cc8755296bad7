"""The general training: short questions whose answers are known. It teaches, and bars nobody.

A further one is asked only of those who missed the one before. Pure; the sentences are in app/texts.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Lesson:
    """A practice question, asked like any paid one: is it about water? `right` is the number of the answer."""

    item_key: str
    right: int


LESSONS = (Lesson("training_item_1", right=1), Lesson("training_item_2", right=2))


def after(step: int, *, right: bool) -> Lesson | None:
    """Return the lesson that follows the one at `step`, or None when training is over."""
    following = step + 1
    return None if right or following >= len(LESSONS) else LESSONS[following]
