"""Tasks whose truth is known: how they do, and what to do about one that is wrong."""

from typing import Any

from fastapi import APIRouter, Response

from app import ids
from app.api import schemas
from app.api.caller import CallerDep, DoingDep, read_id
from app.api.problems import responses
from app.db import SessionDep
from app.errors import Pointer, invalid
from app.operations import give_back, launch
from app.tasks import service as tasks
from app.tasks.training import gold, teaching

router = APIRouter(prefix="/projects/{project_id}", tags=["Gold"])

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["gold"],
                    "additionalProperties": False,
                    "properties": {"gold": {"type": ["string", "null"]}},
                },
                "example": {"gold": "no"},
            }
        },
    }
}


@router.get("/gold", operation_id="listGold", responses=responses(401, 404, 429))
def list_gold(project_id: str, caller: CallerDep, session: SessionDep) -> schemas.GoldList:
    """List the tasks whose truth is known with how they were answered, those that may be wrong themselves first.

    `suspicious` ones were missed by most of the workers who do well on all the others.
    """
    project = tasks.project_of(session, project_id=read_id("prj", project_id), client_id=caller.client_id)
    return schemas.GoldList(data=[_shown(one) for one in gold.stock(session, project.id)])


def _shown(one: gold.Stocked) -> schemas.Gold:
    return schemas.Gold(
        id=ids.show("tsk", one.task.id),
        task=one.task.client_task_id,
        gold=one.task.gold,
        in_stock=one.task.state == "gold",
        right=one.right,
        wrong=one.wrong,
        unsure=one.unsure,
        suspicious=one.suspicious,
    )


@router.post(
    "/tasks/{task:path}/gold",
    operation_id="correctGold",
    response_model=schemas.GoldCorrected,
    responses=responses(400, 401, 404, 409, 413, 422, 429),
    openapi_extra=_BODY,
)
def correct_gold(project_id: str, task: str, doing: DoingDep) -> Response:
    """Correct the gold of a task, by the task's own `id`; null says that its truth is not known after all.

    Who answered it is judged anew: pauses that rested on it end and exams failed by it are passed, and the workers
    are told. Nothing is taken from anybody. Asking for what is so already changes nothing.
    """
    project = launch.project_of(doing.session, doing.caller.client_id, read_id("prj", project_id))
    found = gold.gold_task(doing.session, project=project, client_task_id=task)
    truth = _truth(doing.json(), project.spec)
    given_back = give_back.correct_gold(
        doing.session, project=project, task=found, truth=truth, now=doing.now, actor=doing.caller.actor
    )
    shown = schemas.GoldCorrected(
        task=task, gold=found.gold, in_stock=found.state == "gold", given_back=given_back
    )
    return doing.answer(200, shown)


def _truth(body: dict[str, Any], spec: dict[str, Any]) -> str | None:
    """Return the truth that is said. Raises `invalid` (422), naming every problem at once."""
    found = [Pointer(f"/{name}", "There is no such field. Leave it out.") for name in body if name != "gold"]
    truth = body.get("gold")
    if "gold" not in body or not (truth is None or isinstance(truth, str)):
        found.append(Pointer("/gold", "Give the value of a choice, or null where the truth is not known."))
    fault = teaching.gold_fault(spec, truth) if isinstance(truth, str) else None
    if fault:
        found.append(Pointer("/gold", fault))
    if found:
        raise invalid("The gold cannot be corrected like this. Correct the fields named here.", found)
    return truth
