"""How long a question may be: one segment, unless the client accepts the price of more."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from app import ids
from app.accounts import service as accounts
from app.errors import AppError
from app.operations import create
from app.operations.quote import place_cost
from app.tasks.loading import TaskItem
from app.tasks.models import Project
from tests.tasks.arrange import NOW, body

LONG = "the pump in our village broke in the dry season " * 5


def made(session: Session, **changes: Any) -> Project:
    client = accounts.create_client(session, name=f"Wells {ids.new()}", now=NOW)
    return create.create_project(session, client_id=client.id, body=body(**changes), now=NOW, actor="cli")


def test_a_question_of_two_segments_is_refused_and_how_to_accept_it_is_said(session: Session) -> None:
    project = made(session)
    report = create.add_tasks(session, project=project, lines=[TaskItem(1, "t1", {"text": LONG})], now=NOW)
    assert (report.added, report.failed) == (0, 1)
    assert "it may take 1" in report.errors[0].message
    assert "max_segments" in report.errors[0].message


def test_a_client_who_accepts_two_segments_pays_for_two(session: Session) -> None:
    long, short = made(session, max_segments=2), made(session)
    report = create.add_tasks(session, project=long, lines=[TaskItem(1, "t1", {"text": LONG})], now=NOW)
    create.add_tasks(session, project=short, lines=[TaskItem(1, "t1", {"text": "The pump broke"})], now=NOW)
    assert (report.added, report.failed) == (1, 0)
    assert place_cost(session, long).airtime_minor > 1.3 * place_cost(session, short).airtime_minor


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"max_segments": 5}, "/max_segments"),
        ({"short": {"lg": "Mazzi?"}}, "/short/lg"),
        ({"short": {"en": "Water: {text}?"}}, "/short/en"),
        ({"short": {"en": "Water {?"}}, "/short/en"),
    ],
)
def test_what_is_wrong_with_them_is_named(session: Session, changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(AppError) as refused:
        made(session, **changes)
    assert [error.pointer for error in refused.value.errors] == [pointer]
