"""The doctor finds what is wrong, says what to do, and touches nothing."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app import clock, db, doctor, heartbeat, outbox
from app.channels import inbox
from app.channels.base import Inbound
from app.channels.models import Message
from app.channels.store import store_inbound
from app.ids import new
from app.settings import settings
from tests.conftest import ROOT, Database

REAL = {
    "KAZI_PUBLIC_URL": "https://kazi.example",
    "KAZI_SECRET_KEY": "a secret key of thirty-two characters",
    "KAZI_QUIET_HOURS": "19:00-08:00",
    "KAZI_HELP_PHONE": "+254700111222",
    "KAZI_TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "KAZI_TWILIO_AUTH_TOKEN": "a token",
    "KAZI_TWILIO_SMS_FROM": "+254711000000",
    "KAZI_TWILIO_WHATSAPP_FROM": "",
    "KAZI_PRICE_LIST": str(ROOT / "app/pricelist.toml"),
}


@pytest.fixture(autouse=True)
def real(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The settings of an installation that works, on its own servers, none of which runs."""
    for name, value in {**REAL, "KAZI_DATA_DIR": str(tmp_path / "data")}.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()


def found(monkeypatch: pytest.MonkeyPatch, **changes: str) -> list[str]:
    for name, value in changes.items():
        monkeypatch.setenv(f"KAZI_{name}", value)
    settings.cache_clear()
    return doctor.findings()


def wrongs(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("wrong")]


def test_a_good_installation_has_nothing_wrong(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lines = found(monkeypatch)
    assert wrongs(lines) == []
    assert all(line.split()[0] in {"ok", "note"} for line in lines)
    assert any("texts go to Twilio" in line for line in lines)
    assert any("Nothing runs on" in line for line in lines)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("changes", "kind", "said"),
    [
        ({"PUBLIC_URL": "http://kazi.example"}, "wrong", "over https"),
        ({"PUBLIC_URL": "kazi.example"}, "wrong", "address alone"),
        ({"PUBLIC_URL": "https://kazi.example/webhooks"}, "wrong", "address alone"),
        ({"TWILIO_AUTH_TOKEN": ""}, "wrong", "set KAZI_TWILIO_AUTH_TOKEN too"),
        ({"TWILIO_SMS_FROM": ""}, "wrong", "no number to send from"),
        ({"TWILIO_SMS_FROM": "0711000000"}, "wrong", "KAZI_TWILIO_SMS_FROM is no number"),
        ({"TWILIO_SMS_FROM": "22141"}, "ok", "texts go to Twilio"),
        ({"TWILIO_WHATSAPP_FROM": "whatsapp:254"}, "wrong", "KAZI_TWILIO_WHATSAPP_FROM is no number"),
        ({"TWILIO_ACCOUNT_SID": "", "TWILIO_AUTH_TOKEN": ""}, "note", "Twilio is not set up"),
        ({"TWILIO_API_URL": "http://127.0.0.1:9"}, "note", "a simulator"),
        ({"QUIET_HOURS": "none"}, "wrong", "texted at night"),
        ({"HELP_PHONE": "+254700000000"}, "wrong", "example number"),
        ({"COUNTRIES": " , "}, "wrong", "names no country"),
        ({"COUNTRIES": "KE,GH"}, "note", "no entry for twilio_sms.GH"),
        ({"COUNTRIES": "KE,GH"}, "wrong", "no exchange rate for GHS"),
        ({"PRICE_LIST": "/absent.toml"}, "wrong", "cannot be read"),
        ({"PRICE_LIST": ""}, "wrong", "cannot be read"),
        ({"SIMULATED_RAIL_URL": "http://127.0.0.1:9"}, "note", "no real money moves"),
        ({"SECRET_KEY": ""}, "note", "one is made at the first start"),
        ({"SECRET_KEY": "short"}, "wrong", "32 characters or more"),
        ({"QUIET_HOURS": "night"}, "wrong", "write 19:00-08:00"),
        ({"DATABASE_URL": "postgresql:///kazi"}, "wrong", "or neither"),
        ({"TWILIO_AUTH_TOKEN_FILE": "/absent/secret"}, "wrong", "/absent/secret"),
    ],
)
def test_what_the_settings_show_is_found(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], kind: str, said: str
) -> None:
    assert [line for line in found(monkeypatch, **changes) if line.startswith(kind) and said in line]


def test_a_key_that_others_can_read_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = tmp_path / "data" / "secret_key"
    kept.parent.mkdir()
    kept.write_text("a secret key of thirty-two characters")
    kept.chmod(0o600)
    assert any(
        line.startswith("note") and "keep a copy" in line for line in found(monkeypatch, SECRET_KEY="")
    )
    kept.chmod(0o644)
    assert "chmod 600" in wrongs(found(monkeypatch))[0]


def test_the_disk_is_measured(tmp_path: Path) -> None:
    assert doctor.fdatasync_rate(tmp_path, for_s=0.05) > 0
    assert list(tmp_path.iterdir()) == []


def test_servers_that_do_not_answer_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    nowhere = f"postgresql+psycopg://kazi@/kazi?host={tmp_path}"
    lines = wrongs(found(monkeypatch, DATABASE_URL=nowhere, REDIS_URL=f"unix://{tmp_path}/redis.sock"))
    assert any("PostgreSQL does not answer" in line for line in lines)
    assert any("Redis does not answer" in line for line in lines)
    assert not any(str(tmp_path) in line for line in lines if "answer" in line)


def beat_all() -> None:
    for queue in (*outbox.QUEUES, "sweeper"):
        heartbeat.beat(queue)


def about_work(lines: list[str]) -> list[str]:
    """Leave out what is said of the scratch servers a test may be run on: no AOF, fsync off, few connections."""
    return [line for line in wrongs(lines) if "acknowledges" not in line and "noeviction" not in line]


def test_a_running_installation_is_looked_at(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    beat_all()
    lines = found(monkeypatch)
    assert about_work(lines) == []
    for said in ("migrations are up to date", "every queue has a living worker", "the ledger balances"):
        assert any(line.startswith("ok") and said in line for line in lines)
    assert any("Nobody can sign in" in line for line in lines)


def test_shared_servers_need_a_key_that_is_set(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert any("same key on every machine" in line for line in wrongs(found(monkeypatch, SECRET_KEY="")))


def test_queues_that_nobody_works_on_are_named(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    beat_all()
    heartbeat.stop("payouts")
    [silent] = about_work(found(monkeypatch))
    assert "Nobody works on payouts." in silent


def test_a_database_behind_is_found(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    beat_all()
    with db.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'before'"))
    [behind] = about_work(found(monkeypatch))
    assert "./kazi migrate" in behind


def received() -> None:
    with db.transaction() as session:
        inbound = Inbound("twilio_sms", f"SM{new().hex}", "+254712000001", "+254711000000", "JOIN", "KE")
        store_inbound(session, inbound, clock.now())


def test_messages_that_wait_or_failed_are_found(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    beat_all()
    received()
    assert about_work(found(monkeypatch)) == []
    with db.transaction() as session:
        session.query(Message).update({"due_at": clock.now() - timedelta(minutes=5)})
    [late] = about_work(doctor.findings())
    assert "1 rows are due on inbound" in late
    with db.transaction() as session:
        message = session.query(Message).one()
        message.attempts = inbox.TRIES
        inbox.note_failure(session, message.id, now=clock.now(), why="KeyError")
    [failed] = about_work(doctor.findings())
    assert "./kazi replay" in failed


def test_it_changes_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    received()
    before = everything()
    keys = sorted(outbox.connection().keys())
    found(monkeypatch)
    assert everything() == before
    assert sorted(outbox.connection().keys()) == keys


def everything() -> list[object]:
    with db.transaction() as session:
        return list(session.execute(text("SELECT * FROM messages, addresses, inbound_receipts")))


def test_the_command_ends_with_1_where_something_is_wrong(database: Database) -> None:
    environment = {**database.environment(), **REAL, "KAZI_PUBLIC_URL": "http://kazi.example"}
    argv = [sys.executable, "-m", "app.cli", "doctor"]
    done = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "over https" in done.stdout
    assert done.stderr == ""
