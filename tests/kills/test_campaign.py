"""The kill campaign, small: a real job while twenty processes die by `kill -9` and Redis forgets everything.

The same campaign runs longer, and with other seeds, as `./kazi bench kills`.
"""

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from app.servers import spawn
from bench.kills.plan import SERVERS
from tests.conftest import ROOT

# Three minutes on two busy cores; a machine three times as slow is given its chance.
LIMIT_S = 540


@pytest.mark.timeout(LIMIT_S + 150)
def test_nothing_is_lost_doubled_or_stuck_while_processes_die(tmp_path: Path) -> None:
    report, told = tmp_path / "report.json", tmp_path / "told"
    argv = ["--seed", "3", "--tasks", "60", "--phones", "25", "--kills", "20", "--flushes", "3"]
    argv += ["--limit-s", str(LIMIT_S), "--data", str(tmp_path), "--report", str(report)]
    with told.open("wb") as output:
        # Tied to this process: whatever becomes of the test, nothing of the campaign outlives it.
        campaign = spawn(
            [sys.executable, "-m", "bench.kills", *argv],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            output=output,
        )
        try:
            code = campaign.process.wait(LIMIT_S + 120)
        finally:
            campaign.stop([(signal.SIGINT, 20.0)])
    assert report.exists(), told.read_text()
    (figures,) = json.loads(report.read_text())
    assert (figures["broken"], figures["failure"]) == ({}, None), told.read_text()
    assert code == 0
    assert (figures["kills"], figures["flushes"]) == (20, 3)
    assert {"web", "sweeper", "worker-inbound-1", "worker-outbound-1", "worker-payouts-1", *SERVERS} <= set(
        figures["victims"]
    )
    assert figures["starts"] == 1 + figures["victims"]["supervisor"]
    assert figures["tasks_finished"] == figures["tasks"] > 0
    assert figures["answers"] == 3 * figures["tasks"]
    assert figures["of them acknowledged"] == figures["texts in"]
    assert figures["payouts paid"] > 0
    assert figures["looks"] > 100
