"""The money of a survey: what one respondent may cost, and how what others were paid who stopped half-way is borne.

Every answered question is paid at once, so somebody who stops in the middle has been paid for what they said, and
their place goes to another who is paid from the beginning. A place is therefore funded for half as many questions
again as the longest way through has. A task may give out a place only while, beside all that was paid, every
respondent under way and the new one could be paid to the end: where too many have stopped, it has fewer places,
and never a question that is not paid for.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.tasks.models import Project
from app.tasks.surveys.paths import longest_from
from app.tasks.surveys.shape import SurveyQuestion, questions_of

# Where an eighth is lost at each further question, those who stop are paid a third of what those who finish are.
RESERVE_PERCENT = 150

_BALANCE = text(
    """
    UPDATE tasks SET spent = tasks.spent + paid.questions * :sign,
           places = least(:wanted, tasks.answered +
                          (:wanted * :funded - tasks.spent - paid.questions * :sign) / :longest)
      FROM (SELECT count(*) AS questions FROM answers
             WHERE assignment_id = :assignment_id AND pay_minor > 0) paid
     WHERE tasks.id = :task_id
    RETURNING tasks.places, tasks.live, tasks.answered, tasks.unsure, tasks.freed, tasks.state
    """
)


def funded(questions: Sequence[SurveyQuestion]) -> int:
    """Return for how many answered questions a place is funded."""
    return -(-longest_from(questions) * RESERVE_PERCENT // 100)


def answers_a_place(spec: Mapping[str, Any]) -> int:
    """Return how many paid answers a place of a kept project is funded for: 1 where it is no survey."""
    return funded(questions_of(spec)) if spec["kind"] == "survey" else 1


def balance(
    session: Session, *, project: Project, task_id: UUID, assignment_id: UUID, ended: bool
) -> Row[Any]:
    """Count what an assignment was paid as spent once it has `ended`, or no more as it goes on; return the task's row.

    Called in the transaction that ends it or takes it up again, after the task's counters were changed there.
    """
    questions = questions_of(project.spec)
    values = {
        "task_id": task_id,
        "assignment_id": assignment_id,
        "wanted": project.answers_wanted,
        "funded": funded(questions),
        "longest": longest_from(questions),
        "sign": 1 if ended else -1,
    }
    return session.execute(_BALANCE, values).one()
