"""The supervisor: what dies comes back, what is told to stop stops, and nothing outlives the supervisor."""

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from app.servers import ProcessSpec, Supervisor, embedded
from tests.servers.conftest import Start, lives, said, wait_gone

WAITS = "import signal; signal.pause()"
FAILS = "raise SystemExit(3)"
TELLS_ITS_END = """
import pathlib, signal, sys
def end(*_):
    pathlib.Path({path!r}).write_text("ended in order")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
pathlib.Path({ready!r}).touch()
while True:
    signal.pause()
"""
STUBBORN = """
import pathlib, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path({ready!r}).touch()
while True:
    signal.pause()
"""
HAS_A_CHILD = """
import pathlib, signal, subprocess, sys
child = subprocess.Popen(["/bin/sh", "-c", "sleep 600; :"])
pathlib.Path({path!r} + ".new").write_text(str(child.pid))
pathlib.Path({path!r} + ".new").rename({path!r})
signal.pause()
"""


def spec(name: str, source: str, stop_timeout_s: float = 5.0) -> ProcessSpec:
    return ProcessSpec(name, [sys.executable, "-c", source], stop_timeout_s=stop_timeout_s)


def recorded(data_dir: Path) -> dict[str, int]:
    content = json.loads((data_dir / "processes.json").read_text())
    assert isinstance(content, dict)
    return content


def test_a_killed_process_is_started_again_and_recorded(tmp_path: Path) -> None:
    supervisor = Supervisor([spec("one", WAITS), spec("two", WAITS)], data_dir=tmp_path)
    seen: list[dict[str, int]] = []

    def until() -> bool:
        pids = recorded(tmp_path)
        assert pids == supervisor.pids()
        assert pids["supervisor"] == os.getpid()
        if not seen:
            seen.append(pids)
            os.kill(pids["one"], signal.SIGKILL)
        if supervisor.restarts()["one"]:
            seen.append(pids)
        return len(seen) > 1

    supervisor.run(until=until)
    before, after = seen
    assert before["one"] != after["one"]
    assert before["two"] == after["two"]
    assert not any(map(lives, (before["one"], after["one"], after["two"])))
    assert not (tmp_path / "processes.json").exists()


def test_what_fails_at_once_is_started_ever_more_slowly(tmp_path: Path) -> None:
    supervisor = Supervisor([spec("fails", FAILS)])
    supervisor.start()
    kept = supervisor._kept[0]
    waits = []
    now_s = 0.0
    for _ in range(6):
        assert kept.child is not None
        kept.child.process.wait()
        kept._started_at_s = now_s
        assert kept.tend(now_s)
        waits.append(kept._start_after_s - now_s)
        assert not kept.tend(kept._start_after_s - 0.01)
        now_s = kept._start_after_s
        assert kept.tend(now_s)
    assert waits == [1, 2, 4, 8, 10, 10]
    assert kept.child is not None
    kept.child.process.wait()
    kept._started_at_s = now_s
    kept.tend(now_s + 30)
    assert kept._start_after_s - (now_s + 30) == 1
    supervisor.shut_down()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_in_order(tmp_path: Path, start: Start, number: signal.Signals) -> None:
    ended, ready = tmp_path / "ended", tmp_path / "ready"
    source = TELLS_ITS_END.format(path=str(ended), ready=str(ready))
    keeper = start("keeper.py", tmp_path, f"one={source}", f"two={WAITS}")
    assert said(keeper) == "started"
    while not ready.exists():
        os.sched_yield()
    pids = recorded(tmp_path)
    keeper.send_signal(number)
    assert said(keeper) == "stopped"
    assert keeper.wait() == 0
    assert ended.read_text() == "ended in order"
    assert not any(map(lives, pids.values()))


def test_what_does_not_listen_is_killed_when_its_time_is_up(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    supervisor = Supervisor([spec("stubborn", STUBBORN.format(ready=str(ready)), stop_timeout_s=0.2)])
    pids: list[int] = []

    def until() -> bool:
        pids[:] = [supervisor.pids()["stubborn"]]
        return ready.exists()

    supervisor.run(until=until)
    assert not lives(pids[0])


def test_a_killed_supervisor_takes_its_processes_along(tmp_path: Path, start: Start) -> None:
    ready = [tmp_path / "one", tmp_path / "two"]
    sources = [STUBBORN.format(ready=str(path)) for path in ready]
    keeper = start(
        "keeper.py", tmp_path, *(f"{path.name}={s}" for path, s in zip(ready, sources, strict=True))
    )
    assert said(keeper) == "started"
    while not all(path.exists() for path in ready):
        os.sched_yield()
    pids = recorded(tmp_path)
    keeper.kill()
    keeper.wait()
    wait_gone([pids["one"], pids["two"]])


def test_a_supervisor_killed_while_it_starts_leaves_nothing_either(tmp_path: Path, start: Start) -> None:
    keeper = start("keeper.py", tmp_path, f"one={WAITS}", f"two={WAITS}")
    assert said(keeper) == "started"
    pids = recorded(tmp_path)
    keeper.kill()
    keeper.wait()
    wait_gone([pids["one"], pids["two"]])


def test_what_a_killed_process_had_started_is_swept_away(tmp_path: Path) -> None:
    path = tmp_path / "child"
    supervisor = Supervisor([spec("parent", HAS_A_CHILD.format(path=str(path)))])
    children: list[int] = []

    def until() -> bool:
        if not children and path.exists():
            children.append(int(path.read_text()))
            os.kill(supervisor.pids()["parent"], signal.SIGKILL)
        return supervisor.restarts()["parent"] > 0

    supervisor.run(until=until)
    assert children
    wait_gone(children)


def test_a_killed_server_is_restarted_in_the_same_loop(tmp_path: Path) -> None:
    with embedded(tmp_path, durable=False) as servers:
        supervisor = Supervisor([spec("one", WAITS)], data_dir=tmp_path, servers=servers)
        seen: list[int] = []

        def until() -> bool:
            pid = recorded(tmp_path)["valkey"]
            if not seen:
                os.kill(pid, signal.SIGKILL)
            if pid not in seen:
                seen.append(pid)
            return len(seen) > 1

        supervisor.run(until=until)
        assert servers.pids()["valkey"] == seen[1]


def test_output_goes_to_its_log(tmp_path: Path) -> None:
    log = tmp_path / "one.log"
    argv = [sys.executable, "-c", f"import sys; print('said', flush=True); {WAITS}"]
    Supervisor([ProcessSpec("one", argv, log=log)]).run(
        until=lambda: log.exists() and b"said" in log.read_bytes()
    )
    assert log.read_text() == "said\n"


def test_two_processes_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="name of its own"):
        Supervisor([spec("one", WAITS), spec("one", WAITS)])


def test_a_program_that_is_not_there_is_told_and_the_rest_stopped(tmp_path: Path) -> None:
    log = tmp_path / "log"
    supervisor = Supervisor([ProcessSpec("none", [str(tmp_path / "absent")], log=log)])
    supervisor.run(until=lambda: log.exists() and b"FileNotFoundError" in log.read_bytes())
    assert supervisor.pids().keys() == {"supervisor"}
