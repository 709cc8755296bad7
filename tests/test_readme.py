"""What the README says is so: its conversation, its bodies, its commands, its addresses, its links."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer.main
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app import cli, clock, texts
from app.main import create_app
from app.operations import create, launch, pay
from app.payments import payouts
from app.payments.models import Payout
from app.tasks import loading
from tests.story.conftest import World, world

__all__ = ["world"]  # the fixture of the stories: the README's conversation is set in the same world


ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")
PHONE = "+254712000001"


def blocks(kind: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def script() -> list[tuple[str, str]]:
    """Return (who, what they write) of the conversation, in its order."""
    lines = "".join(block for block in blocks("text") if block.startswith(("worker", "Kazi")))
    return [(who, said) for who, said in re.findall(r"^(worker|Kazi) +(.*)$", lines, re.MULTILINE)]


def test_the_conversation_is_what_is_really_said(world: World) -> None:
    now = clock.now()
    body = json.loads(blocks("json")[0])
    made = create.create_project(world.session, client_id=world.client_id, body=body, now=now, actor="cli")
    lines = loading.read(io.BytesIO(blocks("csv")[0].encode()), "text/csv")
    report = create.add_tasks(world.session, project=made, lines=lines, now=now)
    assert (report.added, report.failed) == (5, 0)
    launch.launch(world.session, project=made, now=now, actor="cli")
    world.session.commit()
    said: list[tuple[str, str]] = []
    for who, text in script()[:-1]:
        if who == "worker":
            said += [(who, text), *(("Kazi", reply) for reply in world.text(PHONE, text))]
    assert said == script()[:-1]


def test_the_receipt_is_what_is_really_said(world: World) -> None:
    test_the_conversation_is_what_is_really_said(world)
    payout = world.session.scalars(select(Payout)).one()
    who, said = script()[-1]
    found = re.search(r"Receipt (\w+)\.", said)
    assert found is not None
    payout.receipt = found[1]
    for state in ("approved", "submitting", "paid"):
        payouts.move(world.session, payout, state, actor="rail", now=clock.now())
    pay.on_settled(world.session, payout)
    world.session.commit()
    assert (who, [said]) == ("Kazi", world.read(PHONE))


def test_every_language_that_is_named_a_draft_is_one() -> None:
    drafts = {language.code for language in texts.LANGUAGES.values() if language.draft}
    assert ("**drafts**" in README) == bool(drafts)
    assert drafts == {"sw", "lg"}


def commands() -> list[tuple[str, str]]:
    found = []
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        in_blocks = "\n".join(blocks("(?:console|sh)", text))
        inline = "\n".join(re.findall(r"`(\./kazi[^`\n]*)`", text))
        for line in f"{in_blocks}\n{inline}".splitlines():
            wanted = re.match(r"\s*(?:\S+ )?\./kazi ([^#\n]*)", line)
            if wanted:
                found.append((document.name, wanted[1].strip()))
    return found


def test_there_are_commands_to_check() -> None:
    assert len(commands()) > 20


@pytest.mark.parametrize(("document", "command"), commands())
def test_each_command_exists_with_its_options(document: str, command: str) -> None:
    words = command.replace("…", "").replace('"', "").split()
    if words and words[0] == "--setup-only":
        return
    # `./kazi web|worker` names several at once.
    for name in words[0].strip(",.").split("|") if words else []:
        check(typer.main.get_command(cli.app), [name, *words[1:]], document)


def check(command: Any, words: list[str], document: str) -> None:
    while words and hasattr(command, "commands"):
        assert words[0] in command.commands, f"{document}: there is no ./kazi … {words[0]}"
        command, words = command.commands[words[0]], words[1:]
    if command.context_settings.get("ignore_unknown_options"):
        return
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    for word in words:
        assert not word.startswith("-") or word in known, f"{document}: {command.name} has no {word}"


def test_each_address_exists(session: Session) -> None:
    addresses = re.compile(r"(?<![\w.])/(?:v1|webhooks|healthz|readyz|metrics|problems|console)[\w/…{}.-]*")
    with TestClient(create_app(), raise_server_exceptions=False) as http:
        for document in DOCUMENTS:
            for path in set(addresses.findall(document.read_text(encoding="utf-8"))):
                answered = http.get(path.rstrip("./").replace("…", "x"), follow_redirects=False)
                assert "There is nothing at" not in answered.text, f"{document.name}: {path}"
                assert answered.status_code != 500, f"{document.name}: {path}"


def test_every_link_within_the_project_leads_somewhere() -> None:
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if target.startswith(("http://", "https://")):
                continue
            path, _, part = target.partition("#")
            leads_to = (document.parent / path).resolve() if path else document
            assert leads_to.exists(), f"{document.name} leads to {target}"
            if part:
                headings = re.findall(r"^#+ (.*)$", leads_to.read_text(encoding="utf-8"), re.MULTILINE)
                assert part in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in headings}


def test_the_bodies_are_the_ones_the_api_takes() -> None:
    rows = list(csv.DictReader(io.StringIO(blocks("csv")[0])))
    assert [row["id"] for row in rows] == ["r1", "r2", "r3", "r4", "r5"]
    assert all(row["text"] for row in rows)
