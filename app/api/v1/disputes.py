"""Results that a client does not believe: a person looks at them."""

from typing import Any

from fastapi import APIRouter, Response

from app.api import schemas
from app.api.caller import DoingDep, read_id
from app.api.problems import responses
from app.errors import Pointer, invalid
from app.operations import launch, reviewing

router = APIRouter(prefix="/projects/{project_id}", tags=["Results"])

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["why"],
                    "additionalProperties": False,
                    "properties": {
                        "why": {"type": "string", "minLength": 1, "maxLength": reviewing.LONGEST_WORDS}
                    },
                },
                "example": {"why": "The report names a borehole, which is water."},
            }
        },
    }
}


@router.post(
    "/tasks/{task:path}/dispute",
    operation_id="disputeResult",
    response_model=schemas.Dispute,
    responses=responses(400, 401, 404, 409, 413, 422, 429),
    openapi_extra=_BODY,
)
def dispute_result(project_id: str, task: str, doing: DoingDep) -> Response:
    """Have a person look at the result of a task, by the task's own `id`, with a reason.

    It is provisional until they have decided or the review's time is over. Asking again changes nothing. Within 30
    days of the project's end; disputes cost nothing.
    """
    project = launch.project_of(doing.session, doing.caller.client_id, read_id("prj", project_id))
    review = reviewing.dispute(
        doing.session,
        project=project,
        client_task_id=task,
        why=_why(doing.json()),
        actor=doing.caller.actor,
        now=doing.now,
    )
    result = reviewing.result_of(doing.session, review)
    shown = schemas.Dispute(
        task=result.client_task_id, result=result.value, review="waiting", due_at=review.due_at
    )
    return doing.answer(200, shown)


def _why(body: dict[str, Any]) -> str:
    """Return the reason. Raises `invalid` (422), naming every problem at once."""
    found = [Pointer(f"/{name}", "There is no such field. Leave it out.") for name in body if name != "why"]
    why = body.get("why")
    if not isinstance(why, str) or not 0 < len(why.strip()) <= reviewing.LONGEST_WORDS:
        found.append(
            Pointer(
                "/why", f"Say in 1 to {reviewing.LONGEST_WORDS} characters what is wrong with the result."
            )
        )
    if found or not isinstance(why, str):
        raise invalid("The dispute cannot be taken as it is. Correct the fields named here.", found)
    return why
