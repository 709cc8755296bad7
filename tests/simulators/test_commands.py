"""Each simulator as a process: what it prints, where it listens, and how it ends."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

ROOT = Path(__file__).parents[2]


@contextmanager
def running(module: str, *arguments: str) -> Iterator[str]:
    """A simulator's process; gives the address that its `ready` line says."""
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert line.startswith("ready http://127.0.0.1:"), line + process.stderr.read()
        yield line.split()[1]
    finally:
        process.terminate()
        out, errors = process.communicate(timeout=15)
        assert (out, errors) == ("", "")


def test_all_three_start_say_where_and_end_quietly(tmp_path: Path) -> None:
    config = tmp_path / "knobs.json"
    config.write_text(json.dumps({"failure_rate": 0.5}))
    report = tmp_path / "report.json"
    twilio_flags = ["--account-sid", "AC1", "--auth-token", "t", "--webhook-url", "http://127.0.0.1:9/x"]
    crowd_flags = ["--kazi-number", "+254711000000", "--invite", "CODE", "--phones", "3"]
    money_flags = ["--secret", "s", "--callback-url", "http://127.0.0.1:9/x", "--config", str(config)]
    with (
        running("simulators.twilio", *twilio_flags, "--number", "+254711000000") as twilio,
        running("simulators.mobile_money", *money_flags) as money,
        running("simulators.crowd", "--twilio", twilio, *crowd_flags, "--report", str(report)) as crowd,
    ):
        for url in (twilio, money, crowd):
            assert httpx2.get(f"{url}/healthz").json() == {"status": "ok"}
        assert httpx2.get(f"{twilio}/simulator/config").json()["own_numbers"] == ["+254711000000"]
        assert httpx2.get(f"{money}/simulator/config").json()["failure_rate"] == 0.5
        assert httpx2.get(f"{crowd}/control/stats").json()["phones"] == 3
    assert json.loads(report.read_text())["phones"] == 3


@pytest.mark.parametrize("module", ["twilio", "mobile_money"])
def test_a_knob_that_does_not_exist_is_named(module: str, tmp_path: Path) -> None:
    config = tmp_path / "knobs.json"
    config.write_text(json.dumps({"failed_rat": 0.5}))
    flags = {
        "twilio": ["--account-sid", "AC1", "--auth-token", "t", "--webhook-url", "http://x.example/"],
        "mobile_money": ["--secret", "s", "--callback-url", "http://x.example/"],
    }[module]
    command = [sys.executable, "-m", f"simulators.{module}", *flags, "--config", str(config)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert "no knob 'failed_rat'" in ended.stderr
