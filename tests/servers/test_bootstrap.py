"""The bootstrap: `./kazi` on a fresh machine, with lock files that pin nothing so that no network is needed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

CLI = """
import json, os, sys
print(json.dumps({"arguments": sys.argv[1:], "folder": os.getcwd()}))
"""
# Stands for the console's own script: it leaves what it was asked to install, and says something.
ASSETS = """
import pathlib
console = pathlib.Path(__file__).parent
(console / "static" / "vendor").mkdir(parents=True, exist_ok=True)
(console / "static" / "vendor" / "lock").write_text((console / "package-lock.json").read_text())
print("noise")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder with the real `kazi`, and a command line that says what it was given."""
    folder = tmp_path / "a project"
    (folder / "app").mkdir(parents=True)
    (folder / "app" / "__init__.py").touch()
    (folder / "app" / "cli.py").write_text(CLI)
    shutil.copy(ROOT / "kazi", folder)
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-node.lock"):
        (folder / name).write_text(f"# {name}\n")
    return folder


def environment(tmp_path: Path) -> dict[str, str]:
    """A fresh machine's: an empty home, and a PATH with nothing but the system and a Python."""
    programs = tmp_path / "programs"
    programs.mkdir(exist_ok=True)
    if not (programs / "python3").exists():
        (programs / "python3").symlink_to(Path(sys.executable).resolve())
    return {"HOME": str(tmp_path / "empty"), "PATH": f"{programs}:/usr/bin:/bin"}


def run(tmp_path: Path, kazi: Path | str, *arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [kazi, *arguments], cwd=cwd, env=environment(tmp_path), capture_output=True, text=True, check=False
    )


def test_sets_itself_up_once_and_hands_over(tmp_path: Path, project: Path) -> None:
    first = run(tmp_path, project / "kazi", "quote", "two words", cwd=tmp_path)
    assert first.stdout == f'{{"arguments": ["quote", "two words"], "folder": "{tmp_path}"}}\n'
    assert "making .venv" in first.stderr
    (tmp_path / "link").symlink_to(project / "kazi")
    again = run(tmp_path, "./link", "quote", cwd=tmp_path)
    assert (again.returncode, again.stderr) == (0, "")
    (project / "requirements.lock").write_text("# changed\n")
    changed = run(tmp_path, project / "kazi", "quote", cwd=tmp_path)
    assert "installing what requirements.lock pins" in changed.stderr
    assert "making .venv" not in changed.stderr
    tests = run(tmp_path, project / "kazi", "test", cwd=tmp_path)
    assert "installing what requirements-dev.lock pins" in tests.stderr


def test_front_end_packages_are_installed_when_their_lock_changes(tmp_path: Path, project: Path) -> None:
    console = project / "app" / "console"
    console.mkdir()
    (console / "__init__.py").touch()
    (console / "assets.py").write_text(ASSETS)
    runs = 0
    for lock in ("one", "one", "two"):
        (console / "package-lock.json").write_text(lock)
        done = run(tmp_path, project / "kazi", "quote", cwd=tmp_path)
        runs += "front-end" in done.stderr
        assert (console / "static" / "vendor" / "lock").read_text() == lock
        assert "noise" not in done.stdout
    assert runs == 2
    shutil.rmtree(console / "static")
    assert "front-end" in run(tmp_path, project / "kazi", "quote", cwd=tmp_path).stderr


def test_two_at_once_set_up_once_and_a_cut_short_set_up_is_made_anew(tmp_path: Path, project: Path) -> None:
    venv = project / ".venv"
    venv.mkdir()
    (venv / "kazi.unfinished").touch()
    (venv / "left over").touch()
    both = [
        subprocess.Popen(
            [project / "kazi", "quote"],
            env=environment(tmp_path),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate() for process in both]
    assert all('"quote"' in out for out, _ in said)
    assert sum("making .venv" in err for _, err in said) == 1
    assert not (venv / "left over").exists()
    assert not (venv / "kazi.unfinished").exists()


def test_without_a_python_it_says_what_to_install(tmp_path: Path, project: Path) -> None:
    programs = tmp_path / "only-old"
    programs.mkdir()
    for name in ("readlink", "mkdir", "rm", "cat", "bash", "env"):
        (programs / name).symlink_to(shutil.which(name) or "/absent")
    (programs / "python3").write_text(
        "#!/bin/sh\nexit 127\n"
    )  # as a version manager's shim that leads nowhere
    (programs / "python3").chmod(0o755)
    done = subprocess.run(
        [project / "kazi", "demo"], env={"PATH": str(programs)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Python 3.11 or newer was not found" in done.stderr
    assert not os.path.lexists(project / ".venv")
