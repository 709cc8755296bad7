"""What the house must look like, as functions from source text to faults; tests/test_architecture.py applies them.

Each takes what it judges as text, so that it can also be shown a planted fault and must find it. Nothing is
imported and nothing run: the sources are parsed.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent
CODE = ("app", "workers", "simulators", "bench", "alembic", "tests", ".ci")

MOST_LINES = 450
MOST_FUNCTION_LINES = 75

# Who may import whom, from the top of the house to its floor: a module imports its own group's row only where
# the row allows it, and any row below.
ROOMS = frozenset({"tasks", "payments", "people", "channels", "webhooks", "texts", "accounts"})
COMMANDS = frozenset({"cli", "stack", "demo", "doctor", "client_api", "client_commands", "parse_command"})
FACES = frozenset({"api", "console"})
_LEVEL = {
    **dict.fromkeys(COMMANDS, 6),
    "main": 5,
    **dict.fromkeys(FACES, 4),
    "workers": 4,
    "conversation": 3,
    "operations": 2,
    **dict.fromkeys(ROOMS, 1),
}
_FRAME = 0


@dataclass(frozen=True)
class Source:
    """One file: its path from the root of the project, and its text."""

    path: str
    text: str

    @property
    def module(self) -> str:
        """The dotted name it is imported by."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def tree(self) -> ast.Module:
        """What is written in it."""
        return ast.parse(self.text, self.path)

    def under(self, *folders: str) -> bool:
        """Say whether it lies in one of these folders of the top level."""
        return self.path.split("/")[0] in folders


def sources(root: Path = ROOT, folders: tuple[str, ...] = CODE) -> list[Source]:
    """Return every Python file of the project."""
    found = sorted(path for folder in folders for path in (root / folder).rglob("*.py"))
    return [
        Source(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
        for path in found
        if not {"node_modules", "vendor", "__pycache__"} & set(path.parts)
    ]


def imported(source: Source, modules: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Yield (line, module) of every import in the file, wherever it stands, `from a import b` as `a.b` if a module."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(source, node)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield node.lineno, inner if inner in modules else base


def _absolute(source: Source, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    steps = source.module.split(".")
    above = node.level - (1 if source.path.endswith("/__init__.py") else 0)
    return ".".join([*steps[: len(steps) - above], *([node.module] if node.module else [])])


def modules_of(found: list[Source]) -> frozenset[str]:
    """Return the dotted names of these files and of the packages they lie in."""
    names = set()
    for source in found:
        steps = source.module.split(".")
        names |= {".".join(steps[:length]) for length in range(1, len(steps) + 1)}
    return frozenset(names)


def part(module: str) -> str:
    """Return the room, or the part of the frame, that a module of app or workers belongs to."""
    steps = module.split(".")
    return steps[1] if steps[0] == "app" and len(steps) > 1 else steps[0]


def wrong_imports(source: Source, modules: frozenset[str]) -> list[str]:
    """Return the imports of this file that run the wrong way through the house."""
    faults = []
    for line, target in imported(source, modules):
        why = _wrong_import(source.module, target)
        if why:
            faults.append(f"{source.path}:{line} imports {target}: {why}")
    return faults


def _wrong_import(importer: str, target: str) -> str | None:
    top, other = importer.partition(".")[0], target.partition(".")[0]
    if top in {"app", "workers"} and other in {"simulators", "tests", "bench"}:
        return "what serves for real never imports what plays, tests or measures it"
    if top == "simulators" and other in {"app", "workers", "tests", "bench"}:
        return "simulators know Kazi only by HTTP"
    if top not in {"app", "workers"} or other not in {"app", "workers"}:
        return None
    if top == "app" and other == "workers":
        return "jobs are named by their text, never imported"
    return _wrong_way(importer, target)


def _wrong_way(importer: str, target: str) -> str | None:
    here, there = part(importer), part(target)
    if there in {here, "app"} or (here in COMMANDS and there in COMMANDS):
        return None
    if "servers" in {here, there}:
        return _about_servers(here, there)
    if "models" in {here, there}:
        return _about_models(here, there, target)
    if here == "main" and there in ROOMS and not target.endswith(".routes"):
        return "what puts the service together takes a room's routes and none of its rules"
    if here in ROOMS and there in ROOMS:
        return "rooms never import one another; a verb that crosses them belongs to app/operations"
    if _level(there) >= _level(here) and _level(here) + _level(there) > _FRAME:
        return f"{here} stands below or beside {there}"
    return None


def _about_models(here: str, there: str, target: str) -> str | None:
    if there == "models":
        return None if here in COMMANDS else "only commands and migrations need every model at once"
    gathers = (there in ROOMS and target.endswith(".models")) or _level(there) == _FRAME
    return None if gathers else "it gathers the rooms' models and nothing else"


def _about_servers(here: str, there: str) -> str | None:
    if there == "servers":
        return None if here in COMMANDS else "only the command line starts servers"
    return None if _level(there) == _FRAME else "the servers know nothing of what runs on them"


def _level(name: str) -> int:
    return _LEVEL.get(name, _FRAME)


def cycles(found: list[Source]) -> list[str]:
    """Return modules that import one another in a circle when they are loaded."""
    modules = modules_of(found)
    known = {source.module for source in found}
    graph = {source.module: _loaded(source, modules) & known - {source.module} for source in found}
    faults = []
    while graph:
        free = [module for module, needs in graph.items() if not needs & graph.keys()]
        if not free:
            # Whoever is only above a circle goes, too: what stays is in one.
            needed = set().union(*graph.values())
            outer = [module for module in graph if module not in needed]
            if not outer:
                faults.append("these import one another: " + ", ".join(sorted(graph)))
                break
            free = outer
        for module in free:
            del graph[module]
    return faults


def _loaded(source: Source, modules: frozenset[str]) -> set[str]:
    top = ast.Module([node for node in source.tree.body if isinstance(node, ast.Import | ast.ImportFrom)], [])
    # A package beside the module named is loaded with it, but only what is named is waited for.
    return {target for _, target in imported(Source(source.path, ast.unparse(top)), modules)}


def commits(source: Source) -> list[str]:
    """Return the calls that commit: one transaction an entry point, and db.py ends it."""
    if not source.under("app", "workers") or source.path == "app/db.py":
        return []
    return [
        f"{source.path}:{node.lineno} calls commit(): only app/db.py commits"
        for node in _calls(source)
        if _called(node).split(".")[-1] == "commit"
    ]


_CLOCKS = frozenset(
    {
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "time.time",
        "time.time_ns",
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.date.today",
        "func.now",
        "func.current_timestamp",
    }
)
_SQL_CLOCK = re.compile(r"\b(now|clock_timestamp|statement_timestamp)\(\)", re.IGNORECASE)


def other_clocks(source: Source) -> list[str]:
    """Return the readings of another clock than `clock.now()`; `time.monotonic` measures, and is none."""
    if not source.under("app", "workers") or source.path == "app/clock.py":
        return []
    faults = [
        f"{source.path}:{node.lineno} reads {_called(node)}(): every instant comes from clock.now()"
        for node in _calls(source)
        if _called(node) in _CLOCKS
    ]
    if source.path == "app/doctor.py":  # it compares the two clocks
        return faults
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and _called(node).split(".")[-1] == "text" and node.args:
            faults += [
                f"{source.path}:{node.lineno} lets SQL read its own clock: pass clock.now() in"
                for part_ in ast.walk(node.args[0])
                if isinstance(part_, ast.Constant)
                and isinstance(part_.value, str)
                and _SQL_CLOCK.search(part_.value)
            ]
    return faults


def too_long(source: Source) -> list[str]:
    """Return the file and the functions that are two ideas by their length. Migrations are generated, tests tell."""
    if source.under("alembic", "tests"):
        return []
    faults = []
    lines = source.text.count("\n")
    if lines > MOST_LINES:
        faults.append(f"{source.path} has {lines} lines; {MOST_LINES} at the most")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MOST_FUNCTION_LINES:
                faults.append(
                    f"{source.path}:{node.lineno} {node.name} has {length} lines; {MOST_FUNCTION_LINES} at most"
                )
    return faults


def without_docstring(source: Source) -> list[str]:
    """Return the module, where it does not say what it owns. Migrations and tests say it by their names."""
    if source.under("alembic", "tests"):
        return []
    said = ast.get_docstring(source.tree)
    return [] if said else [f"{source.path} does not say in a docstring what it owns"]


# Put together here, so that this file does not hold what it forbids.
_UNFINISHED = re.compile(r"#.*\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")) + r")\b")
_PUT_OFF = frozenset(
    {
        "pytest.skip",
        "pytest.xfail",
        "pytest.importorskip",
        "unittest.skip",
        "pytest.mark.skip",
        "pytest.mark.skipif",
        "pytest.mark.xfail",
    }
)
_ABSENT = "Not" + "ImplementedError"


def unfinished(source: Source) -> list[str]:
    """Return what was put off: notes to do it later, what raises instead of doing, tests that are passed over."""
    faults = [
        f"{source.path}:{number} has a note of work put off: {line.strip()[:60]}"
        for number, line in enumerate(source.text.splitlines(), 1)
        if _UNFINISHED.search(line)
    ]
    for node in ast.walk(source.tree):
        name = _dotted(node)
        if name in _PUT_OFF or name == _ABSENT:
            faults.append(f"{source.path}:{getattr(node, 'lineno', 0)} has {name}")
    return faults


_WAITING = "tests/waiting.py"


def sleeps(source: Source) -> list[str]:
    """Return the sleeps in tests: a test waits for what it wants to see, with a deadline, in one place only."""
    if not source.under("tests"):
        return []
    found = [node for node in _calls(source) if _called(node).split(".")[-1] == "sleep"]
    if source.path == _WAITING and len(found) <= 1:
        return []
    return [f"{source.path}:{node.lineno} sleeps: wait with tests/waiting.py" for node in found]


_BARE = re.compile(r"#\s*type:\s*ignore(?!\[)|#\s*noqa(?!:)")


def bare_exemptions(source: Source) -> list[str]:
    """Return the exemptions from the checks that do not name what they exempt from."""
    return [
        f"{source.path}:{number} exempts from every check: name the one"
        for number, line in enumerate(source.text.splitlines(), 1)
        if _BARE.search(line)
    ]


def _calls(source: Source) -> Iterator[ast.Call]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))


def _called(node: ast.Call) -> str:
    return _dotted(node.func) or (node.func.attr if isinstance(node.func, ast.Attribute) else "")


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = _dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""
