"""The web side as it is really started: what it logs is JSON without phone numbers, as of every process."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import httpx2

from app import stack
from tests.channels.conftest import ROOT, free_port
from tests.conftest import Database


def test_the_web_process_logs_masked_json(database: Database, tmp_path: Path) -> None:
    port = free_port()
    # A database that is away is what gets logged here; the number in its address must not be.
    nowhere = tmp_path / "254712000001"
    environment = {
        **database.environment(),
        "KAZI_DATABASE_URL": f"postgresql+psycopg://kazi@/kazi?host={nowhere}",
        "PYTHONPATH": str(ROOT),
    }
    argv = [sys.executable, *stack.web_argv(port, host="127.0.0.1")]
    with subprocess.Popen(argv, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_until_it_answers(port)
            headers = {"Authorization": "Bearer kazi_live_x"}
            refused = httpx2.get(
                f"http://127.0.0.1:{port}/v1/account", headers=headers, trust_env=False, timeout=30
            )
            assert refused.status_code == 503
        finally:
            process.terminate()
            _, logged = process.communicate()
    lines = [json.loads(line) for line in logged.splitlines()]
    assert [line["event"] for line in lines if line["level"] == "error"] == ["database away"]
    assert "254712000001" not in logged


def wait_until_it_answers(port: int) -> None:
    pause = threading.Event()
    for _ in range(600):
        try:
            httpx2.get(f"http://127.0.0.1:{port}/healthz", trust_env=False)
        except httpx2.ConnectError:
            pause.wait(0.1)
        else:
            return
    raise AssertionError("the web side did not start within a minute")
