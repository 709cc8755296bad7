"""docs/settings.md and app/settings.py say the same, both ways."""

import re
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from app.hours import QuietHours
from app.settings import SECRETS, Settings

ROOT = Path(__file__).parent.parent
DOCUMENT = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(KAZI_[A-Z0-9_]+)` \| (.*?) \| (.*) \|$", re.MULTILINE)
SETTINGS, _, OUTSIDE = DOCUMENT.partition("## Read outside the service")
UNITS = {"_s": "seconds", "_minor": "minor units", "_percent": "per cent"}


def documented(text: str) -> dict[str, tuple[str, str]]:
    rows = ROW.findall(text)
    assert len({name for name, _, _ in rows}) == len(rows), "a setting is documented twice"
    return {name.removeprefix("KAZI_").lower(): (default, what) for name, default, what in rows}


def shown(value: Any) -> str:
    """Return a default as the document writes it, which is how one would write it in the environment."""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, QuietHours):
        value = f"{value.start:%H:%M}-{value.end:%H:%M}"
    if isinstance(value, bool):
        value = str(value).lower()
    return f"`{value}`" if value not in ("", None) else "none"


def test_every_setting_is_documented_and_nothing_else() -> None:
    assert set(documented(SETTINGS)) == set(Settings.model_fields)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_documented_truly(name: str) -> None:
    default, what = documented(SETTINGS)[name]
    assert default == shown(Settings.model_fields[name].get_default(call_default_factory=True))
    assert ("**Secret.**" in what) == (name in SECRETS)
    for ending, unit in UNITS.items():
        if name.endswith(ending):
            assert unit in what.lower()
    assert what.rstrip().endswith((".", ")."))


def test_what_is_read_elsewhere_is_read_there() -> None:
    rows = documented(OUTSIDE)
    assert rows
    for name, (reader, _) in rows.items():
        assert f"KAZI_{name.upper()}" in (ROOT / reader.strip("`")).read_text(encoding="utf-8")


def test_each_secret_can_be_read_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        path = tmp_path / name
        path.write_text(f"the {name} of this test, long enough for a key\n")
        monkeypatch.delenv(f"KAZI_{name.upper()}", raising=False)
        monkeypatch.setenv(f"KAZI_{name.upper()}_FILE", str(path))
    found = Settings()
    for name in SECRETS:
        value = getattr(found, name)
        plain = value.get_secret_value() if isinstance(value, SecretStr) else value
        assert plain == f"the {name} of this test, long enough for a key"


def test_the_variable_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("from the file")
    monkeypatch.setenv("KAZI_METRICS_TOKEN_FILE", str(tmp_path / "token"))
    assert Settings().metrics_token.get_secret_value() == "from the file"
    monkeypatch.setenv("KAZI_METRICS_TOKEN", "from the variable")
    assert Settings().metrics_token.get_secret_value() == "from the variable"


def test_every_variable_that_the_documents_name_exists() -> None:
    known = {f"KAZI_{name.upper()}" for name in (*Settings.model_fields, *documented(OUTSIDE))}
    known |= {f"KAZI_{name.upper()}_FILE" for name in SECRETS}
    for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        named = set(re.findall(r"KAZI_[A-Z0-9_]*[A-Z0-9]", path.read_text(encoding="utf-8")))
        assert named <= known, path


def test_quiet_hours_are_written_as_they_are_read() -> None:
    assert QuietHours.parse("19:00-08:00") == QuietHours(time(19), time(8))
