"""The disk's rate is of real syncs, and leaves nothing behind."""

from pathlib import Path

from bench import machine


def test_the_rate_is_a_count_over_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert 0 < machine.fdatasync_rate(folder, 0.05) < 1e7
    assert list(folder.iterdir()) == []


def test_the_machine_is_one_line() -> None:
    assert machine.line().count("\n") == 0
    assert f"{machine.cores()} cores" in machine.line()
