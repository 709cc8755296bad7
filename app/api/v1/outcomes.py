"""What a project has yielded: its results and its answers, by pages or whole."""

from collections.abc import Sequence
from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app import crypto, db, exports, ids
from app.api import schemas
from app.api.caller import CallerDep, read_id
from app.api.paging import AfterQuery, LimitQuery, cursor
from app.api.problems import responses
from app.db import SessionDep
from app.errors import conflict
from app.tasks import results as outcomes
from app.tasks import service as tasks
from app.tasks.models import Result
from app.tasks.surveys.outcome import spread

router = APIRouter(prefix="/projects/{project_id}", tags=["Results"])

# The first three are what the crowd-kit library loads as they are.
ANSWER_COLUMNS = ("task", "worker", "label", "answered_at", "seconds", "language", "channel", "raw")
# What a survey's rows have beside: each is the answer to one question.
SURVEY_COLUMNS = ("question", "complete")

FormatQuery = Annotated[
    exports.Format | None, Query(description="The whole list as a file instead of a page of it.")
]


def _whole(example: str) -> dict[int | str, dict[str, object]]:
    """Declare the two kinds of file beside the page."""
    content = {"text/csv": {"example": example}, "application/x-ndjson": {}}
    return {200: {"description": "A page (JSON), or the whole list as a file.", "content": content}}


@router.get(
    "/results",
    operation_id="listResults",
    response_model=schemas.ResultPage,
    responses=responses(401, 404, 422, 429)
    | _whole("task,result,confidence,answers,method,votes,concluded_at,review\r\nr1,yes,0.67,3,majority,…"),
)
def list_results(
    project_id: str,
    caller: CallerDep,
    session: SessionDep,
    format: FormatQuery = None,
    limit: LimitQuery = 20,
    starting_after: AfterQuery = None,
) -> schemas.ResultPage | Response:
    """List what is concluded so far, a row a task, in a page or (`format`) whole."""
    project = tasks.project_of(session, project_id=read_id("prj", project_id), client_id=caller.client_id)
    after = cursor("tsk", starting_after)
    if format is not None:
        name = f"{project_id}-results"
        return exports.response(format, name, outcomes.RESULT_COLUMNS, _result_rows(project.id), after)
    found, more = outcomes.results_page(session, project.id, limit=limit, starting_after=after)
    return schemas.ResultPage(data=[_result(result) for result in found], has_more=more)


def _result(result: Result) -> schemas.Result:
    return schemas.Result(
        id=ids.show("tsk", result.task_id),
        task=result.client_task_id,
        result=outcomes.shown(result),
        confidence=result.confidence,
        answers=result.answers,
        method=result.method,
        votes=result.votes,
        concluded_at=result.concluded_at,
        review=cast(schemas.ReviewState | None, result.review),
    )


def _result_rows(project_id: UUID) -> exports.Page:
    def page(after: UUID | None) -> tuple[list[exports.Row], UUID | None]:
        with db.transaction() as session:
            found, more = outcomes.results_page(
                session, project_id, limit=exports.PAGE_ROWS, starting_after=after
            )
        return [outcomes.result_row(result) for result in found], found[-1].task_id if more else None

    return page


@router.get(
    "/distributions",
    operation_id="getDistributions",
    response_model=schemas.Distributions,
    responses=responses(401, 404, 409, 429),
)
def get_distributions(project_id: str, caller: CallerDep, session: SessionDep) -> schemas.Distributions:
    """Say how the answers so far to each question of a survey are spread, over all its tasks."""
    project = tasks.project_of(session, project_id=read_id("prj", project_id), client_id=caller.client_id)
    if project.kind != "survey":
        message = f"The project is a {project.kind}; only answers of a survey are spread by question. See its results."
        raise conflict("not-a-survey", message)
    return schemas.Distributions(questions=spread(session, project))


@router.get(
    "/answers",
    operation_id="listAnswers",
    response_model=schemas.AnswerPage,
    responses=responses(401, 404, 422, 429)
    | _whole("task,worker,label,answered_at,seconds,language,channel,raw\r\nr1,wkr_n5xgk3dlnfxa2,yes,…"),
)
def list_answers(
    project_id: str,
    caller: CallerDep,
    session: SessionDep,
    format: FormatQuery = None,
    limit: LimitQuery = 20,
    starting_after: AfterQuery = None,
) -> schemas.AnswerPage | Response:
    """List the answers, without training and gold, in a page or (`format`) whole."""
    project = tasks.project_of(session, project_id=read_id("prj", project_id), client_id=caller.client_id)
    after = cursor("ans", starting_after)
    if format is not None:
        # Only texts that others check have a state that says anything.
        checked = ("state",) if project.check_pay_minor else ()
        columns = (*ANSWER_COLUMNS, *checked, *(SURVEY_COLUMNS if project.kind == "survey" else ()))
        rows = _answer_rows(project.id, caller.client_id, columns)
        return exports.response(format, f"{project_id}-answers", columns, rows, after)
    found, more = outcomes.answers_page(session, project.id, limit=limit, starting_after=after)
    return schemas.AnswerPage(data=[_answer(row, caller.client_id) for row in found], has_more=more)


def _answer(row: outcomes.AnswerRow, client_id: UUID) -> schemas.Answer:
    return schemas.Answer(
        id=ids.show("ans", row.id),
        task=row.task,
        worker=crypto.pseudonym(client_id.bytes, row.worker_id.bytes),
        label=row.label,
        answered_at=row.answered_at,
        seconds=row.seconds,
        language=row.language,
        channel=row.channel,
        raw=row.raw,
        state=row.state,
        question=row.question,
        complete=row.complete,
    )


def _answer_rows(project_id: UUID, client_id: UUID, columns: Sequence[str]) -> exports.Page:
    def page(after: UUID | None) -> tuple[list[exports.Row], UUID | None]:
        with db.transaction() as session:
            found, more = outcomes.answers_page(
                session, project_id, limit=exports.PAGE_ROWS, starting_after=after
            )
        rows = [_answer(row, client_id).model_dump(mode="json", include=set(columns)) for row in found]
        return list(rows), found[-1].id if more else None

    return page
