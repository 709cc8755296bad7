"""The replay of recorded answers, on a small crowd made up here."""

import json
import random
from pathlib import Path

import pytest

from bench.quality import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set of 60 tasks, 12 people who are right in four of five, one of whom has an answer twice."""
    drawn = random.Random(4)
    made = tmp_path / "data" / "wells"
    made.mkdir(parents=True)
    truth = {f"t{n}": drawn.choice("01") for n in range(60)}
    rows = [
        (task, f"w{worker}", label if drawn.random() < 0.8 else "10"[int(label)])
        for task, label in truth.items()
        for worker in drawn.sample(range(12), 8)
    ]
    labels = "".join(f"{task},{worker},{label}\n" for task, worker, label in [*rows, rows[0]])
    (made / "labels.csv").write_text("task,worker,label\n" + labels, encoding="utf-8")
    kept = "".join(f"{task},{label}\n" for task, label in truth.items())
    (made / "truth.csv").write_text("task,label\n" + kept, encoding="utf-8")
    return tmp_path / "data"


def test_a_folder_is_replayed_and_judged(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "figures.json"
    assert main(["--data", str(folder), "--json", str(file), "--quick"]) == 0
    shown = capsys.readouterr()
    assert "ours default" in shown.out
    assert "480 answers" in shown.out + shown.err  # the one given twice counts once
    assert "wells" in json.dumps(json.loads(file.read_text(encoding="utf-8")))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path / "nowhere"), "--quick"]) == 2
    assert "nowhere" in capsys.readouterr().err
