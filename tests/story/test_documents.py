"""A client's document: split into tasks, worked on by phone, and put together again."""

from typing import Any

import pytest
from sqlalchemy import func, select

from app import clock
from app.channels import segments
from app.errors import AppError
from app.operations import create, launch, questions, unitize
from app.payments import ledger
from app.tasks.documents import keeping as documents
from app.tasks.documents.models import Document
from app.tasks.models import Project, Task
from tests.story.conftest import WATER, Phones, World

TRANSLATE: dict[str, Any] = {
    **WATER,
    "kind": "text",
    "choices": [],
    "template": {"en": 'Translate to Swahili: "{text}"'},
    "redundancy": {"mode": "fixed", "answers": 1},
    "bundle": None,
}
REPORT = "  The pump broke.\n\nDr. Okello came at 3.30 p.m. yesterday! \n"


def made(world: World, **changes: Any) -> Project:
    project = create.create_project(
        world.session, client_id=world.client_id, body={**TRANSLATE, **changes}, now=clock.now(), actor="cli"
    )
    world.session.commit()
    return project


def add(world: World, project: Project, text: str = REPORT, **changes: Any) -> tuple[Document, bool]:
    body = {"id": "report", "text": text, "by": "sentence", **changes}
    given = unitize.read(body, project)
    return unitize.add_document(world.session, project=project, given=given, now=clock.now())


def whole(world: World, document: Document) -> str:
    world.session.expire_all()
    project = world.session.get_one(Project, document.project_id)
    return documents.assemble(document, documents.parts_of(world.session, document.id), project.kind)


def test_a_document_goes_in_and_its_translation_comes_out(world: World, phones: Phones) -> None:
    project = made(world)
    document, is_new = add(world, project)
    assert is_new
    launch.launch(world.session, project=project, now=clock.now(), actor="cli")
    world.session.commit()
    [asked] = world.join(phones(1))
    assert 'Translate to Swahili: "The pump broke."' in asked
    assert whole(world, document) == (
        "  [[The pump broke.]]\n\n[[Dr. Okello came at 3.30 p.m. yesterday!]] \n"
    )
    [second] = world.text(phones(1), "Pampu imevunjika.")
    assert '"Dr. Okello came at 3.30 p.m. yesterday!"' in second
    assert whole(world, document) == ("  Pampu imevunjika.\n\n[[Dr. Okello came at 3.30 p.m. yesterday!]] \n")
    world.text(phones(1), "Dkt. Okello alikuja jana saa tisa na nusu!")
    assert whole(world, document) == ("  Pampu imevunjika.\n\nDkt. Okello alikuja jana saa tisa na nusu! \n")
    first, last = documents.parts_of(world.session, document.id)
    assert (first.task, first.result, first.answers) == ("report#1", "Pampu imevunjika.", 1)
    assert REPORT[last.start : last.stop] == "Dr. Okello came at 3.30 p.m. yesterday!"
    assert documents.finished_of(world.session, [document.id])[document.id] == (2, 0)


def test_labels_stand_before_their_parts(world: World, phones: Phones) -> None:
    project = made(world, **{**WATER, "redundancy": {"mode": "fixed", "answers": 1}, "bundle": 1})
    document, _ = add(world, project, "The pump broke. The school is shut.")
    launch.launch(world.session, project=project, now=clock.now(), actor="cli")
    world.session.commit()
    world.join(phones(1))
    world.text(phones(1), "1")
    world.text(phones(1), "2")
    assert whole(world, document) == "[yes] The pump broke. [no] The school is shut."


def test_the_same_document_again_changes_nothing_and_another_is_refused(world: World) -> None:
    project = made(world)
    document, _ = add(world, project)
    again, is_new = add(world, project)
    assert (again.id, is_new) == (document.id, False)
    assert world.session.scalar(select(func.count()).select_from(Task)) == 2
    for changes in ({"text": REPORT + "More."}, {"by": "line"}):
        with pytest.raises(AppError) as caught:
            add(world, project, **{"text": REPORT, **changes})
        assert (caught.value.code, caught.value.status) == ("document-differs", 409)


def test_each_part_fits_one_message_in_every_language(world: World) -> None:
    project = made(
        world,
        template={"en": 'Translate to Swahili: "{text}"', "sw": 'Tafadhali tafsiri kwa Kiingereza: "{text}"'},
    )
    long = "The old pump of our village, which had served us for many years, broke down in the night, " * 9
    document, _ = add(world, project, long)
    parts = documents.parts_of(world.session, document.id)
    assert len(parts) > 5
    for task in world.session.scalars(select(Task)):
        for language in ("en", "sw"):
            assert segments.count(questions.render(project, task, language)).segments == 1
    assert whole(world, document).replace("[[", "").replace("]]", "") == long


def test_a_document_added_while_the_project_runs_is_funded(world: World) -> None:
    project = made(world)
    add(world, project)
    launch.launch(world.session, project=project, now=clock.now(), actor="cli")
    before = ledger.project_spend(world.session, project_id=project.id, currency="KES")["reserve"]
    add(world, project, "One more. And another.", id="second")
    after = ledger.project_spend(world.session, project_id=project.id, currency="KES")["reserve"]
    assert after == 2 * before


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"id": ""}, "/id"),
        ({"id": "x" * 181}, "/id"),
        ({"id": 7}, "/id"),
        ({"by": "word"}, "/by"),
        ({"text": " \n "}, "/text"),
        ({"text": "a\x07b"}, "/text"),
        ({"text": 5}, "/text"),
        ({"field": "words"}, "/field"),
        ({"data": []}, "/data"),
        ({"data": {"text": "x"}}, "/data/text"),
        ({"data": {"note": {"deep": 1}}}, "/data/note"),
        ({"language": "en"}, "/language"),
    ],
)
def test_what_is_wrong_with_a_document_is_named(world: World, changes: dict[str, Any], where: str) -> None:
    project = made(world)
    with pytest.raises(AppError) as caught:
        add(world, project, **{"text": REPORT, **changes})
    assert caught.value.status == 422
    assert where in [found.pointer for found in caught.value.errors]


def test_what_the_template_asks_for_besides_must_be_given(world: World) -> None:
    project = made(world, template={"en": '{village}: translate "{text}"'})
    with pytest.raises(AppError) as caught:
        add(world, project)
    assert [found.pointer for found in caught.value.errors] == ["/data/village"]
    document, _ = add(world, project, data={"village": "Kisumu"})
    task = world.session.get_one(Task, documents.parts_of(world.session, document.id)[0].task_id)
    assert task.data == {"village": "Kisumu", "text": "The pump broke."}


def test_a_template_without_room_is_refused_at_once(world: World) -> None:
    project = made(world, template={"en": "Translate " + "very " * 29 + '"{text}"'})
    with pytest.raises(AppError) as caught:
        add(world, project)
    assert [found.pointer for found in caught.value.errors] == ["/field"]
    assert world.session.scalar(select(func.count()).select_from(Task)) == 0
