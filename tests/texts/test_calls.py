"""Every call of say() in the app names a text that exists and passes the values it needs.

A missing value would otherwise only show when that message is first sent to somebody.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from app import texts

APP = Path(texts.__file__).parents[1]
KEYS = texts.keys()


def calls(source: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
        if called == "say":
            yield node


def problems(source: str) -> list[str]:
    found = []
    for call in calls(source):
        key = call.args[0] if call.args else None
        if not (isinstance(key, ast.Constant) and isinstance(key.value, str)) or len(call.args) < 2:
            continue
        if key.value not in KEYS:
            found.append(f"line {call.lineno}: no text {key.value!r}")
            continue
        passed = {keyword.arg for keyword in call.keywords}
        missing = texts.fields(key.value) - passed
        if missing and None not in passed:
            found.append(f"line {call.lineno}: {key.value!r} needs {', '.join(sorted(missing))}")
    return found


def test_every_call_in_the_app_can_be_rendered() -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in APP.rglob("*.py")}
    assert {str(path): found for path, source in sources.items() if (found := problems(source))} == {}


def test_a_wrong_call_is_seen() -> None:
    wrong = 'say("no_such_text", "en")\ntexts.say("help", "en", partner="x")\nsay("help", "en", **values)'
    assert problems(wrong) == ["line 1: no text 'no_such_text'", "line 2: 'help' needs phone"]
