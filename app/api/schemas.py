"""What the API shows: the shape of every answer, with an example of each.

What a project must look like when it is given is app/tasks/description/spec.py's; the rest is shown, not read. Money is
whole minor units and a currency, instants are UTC, ids carry their type.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


def _example(**fields: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"example": fields})


PROJECT_ID = "prj_01jd8w2t5vf3qbh1m3x0r6k9za"
_AT = "2026-11-23T06:29:00Z"


class Page(BaseModel):
    """One page of a list. With `has_more`, send the last item's `id` as `starting_after` for the next."""

    has_more: bool


class Progress(BaseModel):
    """How far a project is: `places` are the answers wanted, `answered` and `live` those got and out.

    `in_review` of the results wait for a person; a project is not finished before.
    """

    tasks: int
    tasks_finished: int
    places: int
    answered: int
    live: int
    unsure: int
    results: int
    in_review: int


class Spend(BaseModel):
    """Where the money is, in minor units. Until it is settled, the fee and the airtime are what has fallen due."""

    currency: str
    reserved_minor: int
    pay_minor: int
    fee_minor: int
    airtime_minor: int
    refunded_minor: int
    spent_minor: int
    settled: bool


class Quality(BaseModel):
    """Quality so far: how far workers agree (the mean share of the winning answer), and are right on gold."""

    results: int
    mean_agreement: float | None
    gold_answers: int
    gold_accuracy: float | None


class Forecast(BaseModel):
    """When half of the tasks and all of them are likely finished, and by when in nine of ten cases.

    `late`: the likely end lies behind the deadline; null without one. Null all of them where nothing can be said yet,
    and `why` says why.
    """

    half_at: datetime | None
    done_at: datetime | None
    done_by: datetime | None
    late: bool | None
    why: str | None


class Project(BaseModel):
    """A project as lists show it."""

    id: str
    name: str
    kind: str
    state: Literal["draft", "running", "paused", "finished", "cancelled"]
    languages: list[str]
    countries: list[str]
    created_at: datetime
    launched_at: datetime | None
    ended_at: datetime | None
    deadline: datetime | None


class ProjectDetail(Project):
    """A project with its description as accepted, progress, spend, quality so far, and when it will be finished."""

    model_config = _example(
        id=PROJECT_ID,
        name="Water reports",
        kind="verification",
        state="running",
        languages=["en", "sw"],
        countries=["KE"],
        created_at=_AT,
        launched_at=_AT,
        ended_at=None,
        deadline=None,
        spec={"name": "Water reports", "kind": "verification", "pay": {"amount": 200, "currency": "KES"}},
        progress={
            "tasks": 200, "tasks_finished": 50, "places": 600, "answered": 160, "live": 12, "unsure": 3, "results": 50,
            "in_review": 1,
        },
        spend={
            "currency": "KES", "reserved_minor": 252000, "pay_minor": 32000, "fee_minor": 6400,
            "airtime_minor": 9600, "refunded_minor": 0, "spent_minor": 48000, "settled": False,
        },
        quality={"results": 50, "mean_agreement": 0.93, "gold_answers": 0, "gold_accuracy": None},
        forecast={"half_at": _AT, "done_at": _AT, "done_by": _AT, "late": None, "why": None},
    )  # fmt: skip
    spec: dict[str, Any]
    progress: Progress
    spend: Spend
    quality: Quality
    forecast: Forecast


class ProjectPage(Page):
    """Projects, newest first."""

    data: list[Project]


class LineFault(BaseModel):
    """A line that became no task: its number from 1, the client's id where it could be read, and why."""

    line: int
    id: str | None
    pointer: str
    detail: str


class TasksAdded(BaseModel):
    """What became of the lines sent. `errors` names the first thousand faults, `failed` counts all."""

    model_config = _example(
        added=2,
        unchanged=1,
        failed=1,
        errors=[
            {
                "line": 3,
                "id": "r3",
                "pointer": "/data/text",
                "detail": "The template asks for {text}, which …",
            }
        ],
    )
    added: int
    unchanged: int
    failed: int
    errors: list[LineFault]


class CostParts(BaseModel):
    """A cost by part, in minor units."""

    pay_minor: int
    fee_minor: int
    airtime_minor: int


class CheckCosts(CostParts):
    """What of the parts is for checks of texts by other workers: at most so many of them."""

    at_most: int


class Segments(BaseModel):
    """SMS segments a question takes in one language: what it is billed by."""

    mean: float
    longest: int


class Quote(BaseModel):
    """What launching now would reserve, and what to expect: `basis` says what each expectation rests on.

    What cannot be known is null, and `unknown` says why. `places` is what is paid for at most, `expected_answers` what
    is likely needed. `net_pay_per_hour_minor` is what an hour of this work earns a worker, beside the operator's floor.
    """

    model_config = _example(
        currency="KES",
        tasks=200,
        places=600,
        gold_places=0,
        lesson_messages=0,
        expected_answers=600,
        total_minor=252000,
        parts={"pay_minor": 120000, "fee_minor": 24000, "airtime_minor": 108000},
        checks={"at_most": 0, "pay_minor": 0, "fee_minor": 0, "airtime_minor": 0},
        per_task_minor=1260,
        segments={"en": {"mean": 1.0, "longest": 1}, "sw": {"mean": 1.0, "longest": 1}},
        credit_minor=300000,
        sufficient_credit=True,
        spend_cap_minor=None,
        net_pay_per_hour_minor=24000,
        pay_floor_per_hour_minor=None,
        under_pay_floor=None,
        accuracy=0.86,
        finished_in_s=210000,
        basis={"accuracy": "Assumed: workers are right 75% of the time; fewer than 20 are known."},
        unknown={
            "pay_floor_per_hour_minor": "The operator has set no floor for KES.",
            "under_pay_floor": "…",
        },
    )
    currency: str
    tasks: int
    places: int
    gold_places: int
    lesson_messages: int
    expected_answers: int
    total_minor: int
    parts: CostParts
    checks: CheckCosts
    per_task_minor: int | None
    segments: dict[str, Segments]
    credit_minor: int
    sufficient_credit: bool
    spend_cap_minor: int | None
    net_pay_per_hour_minor: int | None
    pay_floor_per_hour_minor: int | None
    under_pay_floor: bool | None
    accuracy: float | None
    finished_in_s: int | None
    basis: dict[str, str]
    unknown: dict[str, str]


ReviewState = Literal["waiting", "decided", "unreviewed"]


class Result(BaseModel):
    """What the service concludes for a task. `task` is the client's own id; without answers `result` is null.

    `review` is `waiting` while a person is to look at it (the result may change), `decided` once one has, and
    `unreviewed` where nobody did in time.
    Of a survey, `result` says for each question how the answers are spread, `confidence` is null because opinions
    have no truth, and `votes` counts the people who answered to the end (`complete`) and who stopped (`partial`).
    """

    model_config = _example(
        id="tsk_01jd8w2t5vf3qbh1m3x0r6k9za",
        task="r1",
        result="yes",
        confidence=0.67,
        answers=3,
        method="majority",
        votes={"yes": 2, "no": 1},
        concluded_at=_AT,
        review=None,
    )
    id: str
    task: str
    result: str | dict[str, Any] | None
    confidence: float | None
    answers: int
    method: str
    votes: dict[str, Any]
    concluded_at: datetime
    review: ReviewState | None


class Dispute(BaseModel):
    """A result that a person is to look at, because its client does not believe it, and until when."""

    model_config = _example(task="r1", result="yes", review="waiting", due_at=_AT)
    task: str
    result: str | None
    review: Literal["waiting"]
    due_at: datetime


class ResultPage(Page):
    """Results, in the order of their tasks' ids."""

    data: list[Result]


class Distributions(BaseModel):
    """How the answers to each question of a survey are spread, by the question's id.

    `answers` is how many answered, `unsure`, `skipped` and `unclear` how many did not. A share has its margin: by how
    much it may be off, 19 times in 20, were those asked drawn at random.
    """

    model_config = _example(
        questions={
            "uses_well": {
                "type": "choice", "answers": 50, "unsure": 2, "skipped": 0, "unclear": 1,
                "counts": {"yes": 40, "no": 10}, "shares": {"yes": 0.8, "no": 0.2},
                "margins": {"yes": 0.1109, "no": 0.1109},
            },
            "people": {
                "type": "number", "answers": 40, "unsure": 0, "skipped": 0, "unclear": 0,
                "mean": 5.4, "median": 5, "quartiles": [4, 7], "lowest": 1, "highest": 12,
            },
        }
    )  # fmt: skip
    questions: dict[str, dict[str, Any]]


class Answer(BaseModel):
    """One worker's answer. `worker` is a name that only this client sees; `label` a choice's value or `unsure`.

    A text that others check is `pending` until they have, and then `counted` or `refused`.
    Of a survey there is one for each question (`question`, else null); `label` may also be `skipped` or `unclear`,
    and `complete` says whether the worker answered the survey to its end.
    """

    model_config = _example(
        id="ans_01jd8w2t5vf3qbh1m3x0r6k9za",
        task="r1",
        worker="wkr_n5xgk3dlnfxa2",
        label="yes",
        answered_at=_AT,
        seconds=94,
        language="sw",
        channel="twilio_sms",
        raw="1 ndio",
        state="counted",
        question=None,
        complete=None,
    )
    id: str
    task: str
    worker: str
    label: str
    answered_at: datetime
    seconds: int
    language: str
    channel: str
    raw: str
    state: str
    question: str | None
    complete: bool | None


class AnswerPage(Page):
    """Answers, oldest first, without training and gold."""

    data: list[Answer]


class Gold(BaseModel):
    """A task whose truth is known, and how it was answered. `in_stock`: it may still be given."""

    id: str
    task: str
    gold: str | None
    in_stock: bool
    right: int
    wrong: int
    unsure: int
    suspicious: bool


class GoldList(BaseModel):
    """All of a project's, those that may be wrong themselves first."""

    data: list[Gold]


class GoldCorrected(BaseModel):
    """A corrected gold; `given_back` counts the pauses that ended and the exams that are passed by it."""

    task: str
    gold: str | None
    in_stock: bool
    given_back: int


class Credit(BaseModel):
    """What may still be reserved in one currency, in minor units."""

    currency: str
    amount_minor: int


class Account(BaseModel):
    """The client that calls, and its credit."""

    model_config = _example(
        id="cli_01jd8w2t5vf3qbh1m3x0r6k9za", name="Maji", credit=[{"currency": "KES", "amount_minor": 300000}]
    )
    id: str
    name: str
    credit: list[Credit]
