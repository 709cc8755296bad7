"""How a benchmark's outcome is told: the table, met or not met, the disk beside it."""

import json

from bench.outcome import Outcome, Target, as_json, shown, table, told


def test_a_table_has_equal_columns() -> None:
    assert table([("", "rate"), ("kazi", "12"), ("the baseline", "1,234")]) == [
        "               rate",
        "------------  -----",
        "kazi             12",
        "the baseline  1,234",
    ]


def test_a_target_is_told_plainly() -> None:
    assert told(Target("p95 under 250 ms", "120 ms", met=True)) == "met: p95 under 250 ms; measured 120 ms"
    assert told(Target("at least 60%", "41%", met=False)) == "not met: at least 60%; measured 41%"


def test_the_disks_rate_stands_beside_the_figures() -> None:
    outcome = Outcome(
        "stored a second", [("", "rate"), ("kazi", "1")], [Target("more", "1", met=False)], ["so"]
    )
    text = shown("webhooks", outcome, 1234.5)
    assert text.startswith("webhooks: stored a second\n  disk: 1,234 fdatasync/s\n")
    assert "  not met: more; measured 1\n  note: so\n" in text


def test_figures_can_be_written_to_a_file() -> None:
    outcome = Outcome("t", [("a",)], [Target("w", "m", met=True)], ["n"], {"rate": 2.5})
    assert json.loads(json.dumps(as_json(outcome, 99.96))) == {
        "title": "t",
        "fdatasync_per_s": 100.0,
        "figures": {"rate": 2.5},
        "targets": [{"wanted": "w", "measured": "m", "met": True}],
        "notes": ["n"],
    }
