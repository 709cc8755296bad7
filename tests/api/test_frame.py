"""What every route keeps: one error shape, a key, tenants apart, limits, headers, and a document that says so."""

import json
import re
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app import outbox
from app.api import problems
from app.api.examples import PROJECT
from app.api.middleware import Frame
from app.settings import settings as kazi_settings
from tests.api.conftest import Tenant
from tests.conftest import Database, reset

APP = Path(__file__).parents[2] / "app"
IDS = {"project_id": "prj", "webhook_id": "whe", "delivery_id": "whd"}
NOWHERE = "0" * 26


def operations(app: FastAPI) -> list[tuple[str, str, dict[str, Any]]]:
    document = app.openapi()
    return [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def check_problem(response: Any, *, code: str | None = None) -> dict[str, Any]:
    """The one shape of an error."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    body = response.json()
    assert set(body) <= {"type", "title", "status", "detail", "request_id", "errors", "data"}
    assert re.fullmatch(r"/problems/[a-z][a-z-]+", body["type"])
    assert body["status"] == response.status_code
    assert body["request_id"] == response.headers["x-request-id"]
    assert body["title"]
    assert len(body["detail"]) > 10
    for error in body.get("errors", ()):
        assert set(error) == {"pointer", "detail"}
        assert error["pointer"] == "" or error["pointer"].startswith("/")
    if code is not None:
        assert body["type"] == f"/problems/{code}"
    return dict(body)


def filled(path: str, **values: str) -> str:
    """A path with ids of the right type that belong to nobody, or those given."""
    for name, prefix in IDS.items():
        path = path.replace(f"{{{name}}}", values.get(name, f"{prefix}_{NOWHERE}"))
    return path


def test_every_route_of_the_api_is_in_the_document(app: FastAPI) -> None:
    routed = {
        (method, context.path.replace(":path}", "}"))
        for context in iter_route_contexts(app.routes)
        if context.path and context.path.startswith("/v1/") and context.path != "/v1/openapi.json"
        for method in (context.methods or ())
    }
    assert len(routed) > 15
    assert routed == {(method, path) for method, path, _ in operations(app)}


def test_every_route_declares_its_errors_and_has_an_example(app: FastAPI) -> None:
    names = [operation["operationId"] for _, _, operation in operations(app)]
    assert len(set(names)) == len(names)
    for method, path, operation in operations(app):
        declared = operation["responses"]
        expected = {"401", "429", "500", "503"}
        expected |= {"404"} if "{" in path else set()
        expected |= {"413", "422"} if method == "POST" else set()
        assert expected <= set(declared), (method, path)
        for status, response in declared.items():
            if int(status) >= 400:
                assert list(response["content"]) == [problems.MEDIA_TYPE], (method, path, status)
        assert operation["security"] == [{"ApiKey": []}]
        if "requestBody" in operation:
            assert all("example" in content for content in operation["requestBody"]["content"].values())


def test_the_document_is_openapi_3_1_and_its_references_lead_somewhere(nobody: TestClient) -> None:
    document = nobody.get("/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for reference in set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(document))):
        found: Any = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        assert found


def test_the_example_project_of_the_document_is_accepted(maji: Tenant) -> None:
    document = maji.http.get("/v1/openapi.json").json()
    example = document["paths"]["/v1/projects"]["post"]["requestBody"]["content"]["application/json"][
        "example"
    ]
    assert maji.http.post("/v1/projects", json=example).status_code == 201


def test_without_a_key_every_route_says_401(app: FastAPI, nobody: TestClient) -> None:
    for method, path, _ in operations(app):
        check_problem(nobody.request(method, filled(path)), code="unauthorized")


def test_ids_of_another_tenant_look_like_none_at_all(app: FastAPI, maji: Tenant, other: Tenant) -> None:
    project_id = maji.launched()
    endpoint = maji.http.post("/v1/webhooks", json={"url": "https://example.org/"}).json()["id"]
    maji.http.post(f"/v1/projects/{project_id}/pause")
    (delivery,) = maji.http.get(f"/v1/webhooks/{endpoint}/deliveries").json()["data"]
    theirs = {"project_id": project_id, "webhook_id": endpoint, "delivery_id": delivery["id"]}
    tried = 0
    for method, path, operation in operations(app):
        if "{" not in path:
            continue
        json_body = [{"id": "x", "data": {"text": "x"}}] if operation["operationId"] == "addTasks" else None
        with_theirs = other.http.request(method, filled(path, **theirs), json=json_body)
        with_none = other.http.request(method, filled(path), json=json_body)
        shape = check_problem(with_theirs, code="not-found")
        nothing = check_problem(with_none, code="not-found")
        for name, prefix in IDS.items():
            shape["detail"] = shape["detail"].replace(theirs[name], "?")
            nothing["detail"] = nothing["detail"].replace(f"{prefix}_{NOWHERE}", "?")
        assert (shape["status"], shape["detail"]) == (404, nothing["detail"]), path
        tried += 1
    assert tried >= 13
    assert maji.http.get(f"/v1/projects/{project_id}").json()["state"] == "paused"
    assert other.http.get("/v1/projects").json()["data"] == []
    assert other.http.get("/v1/webhooks").json()["data"] == []


def test_what_is_not_there_and_methods_that_are_not_have_the_same_shape(
    app: FastAPI, nobody: TestClient
) -> None:
    for path in ("/", "/v1", "/v1/nothing", "/v2/projects", "/problems/a/b", "/%00", "/%ff"):
        check_problem(nobody.get(path), code="not-found")
    refused = nobody.put("/v1/projects")
    check_problem(refused, code="method-not-allowed")
    assert refused.headers["allow"]
    tried = 0
    for context in iter_route_contexts(app.routes):
        if context.methods and context.path and "/console" not in context.path:
            check_problem(nobody.request("BREW", filled(context.path)), code="method-not-allowed")
            tried += 1
    assert tried > 20


def test_a_bug_is_told_without_a_word_about_it(app: FastAPI, nobody: TestClient) -> None:
    def buggy() -> None:
        raise RuntimeError("the password is hunter2")

    bare = FastAPI()
    problems.install(bare)
    bare.get("/bug")(buggy)
    bare.add_middleware(Frame)
    with TestClient(bare, raise_server_exceptions=False) as http:
        answered = http.get("/bug")
    check_problem(answered, code="internal")
    assert answered.status_code == 500
    assert "hunter2" not in answered.text


def test_a_database_that_is_away_is_503_and_come_again(
    database: Database, nobody: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAZI_DATABASE_URL", "postgresql+psycopg://kazi@/none?host=/nowhere")
    reset()
    answered = nobody.get("/v1/projects", headers={"Authorization": "Bearer kazi_live_x"})
    check_problem(answered, code="unavailable")
    assert answered.headers["retry-after"]
    assert nobody.get("/healthz").status_code == 200
    ready = check_problem(nobody.get("/readyz"), code="not-ready")
    assert "away" in ready["data"]["checks"]["database"]


def test_every_code_that_is_raised_is_listed_and_explained(nobody: TestClient) -> None:
    raised = set()
    for room in ("accounts", "api", "channels", "operations", "payments", "people", "tasks", "webhooks"):
        source = "\n".join(path.read_text() for path in (APP / room).rglob("*.py"))
        raised |= set(re.findall(r'(?:AppError|conflict)\(\s*"([a-z-]+)"', source))
    assert {"not-found", "wrong-state", "insufficient-credit"} <= raised
    assert raised <= set(problems.CODES), raised - set(problems.CODES)
    page = nobody.get("/problems").text
    assert all(code in page for code in problems.CODES)


def test_every_answer_carries_an_id_and_the_headers_that_protect(maji: Tenant, nobody: TestClient) -> None:
    first, second = maji.http.get("/v1/account"), maji.http.get("/v1/account")
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    for answered in (first, nobody.get("/nothing"), nobody.get("/problems"), nobody.get("/console/sign-in")):
        assert answered.headers["x-content-type-options"] == "nosniff"
        assert answered.headers["referrer-policy"]
        assert answered.headers["strict-transport-security"]
        if answered.headers["content-type"].startswith("text/html"):
            policy = answered.headers["content-security-policy"]
            assert "default-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy


@pytest.fixture
def slow_down(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KAZI_API_RATE_PER_MINUTE", "3")
    kazi_settings.cache_clear()
    yield
    kazi_settings.cache_clear()


def test_a_client_over_its_rate_is_told_when_to_come_again(
    maji: Tenant, other: Tenant, slow_down: None
) -> None:
    seen = [maji.http.get("/v1/account") for _ in range(4)]
    assert [answered.status_code for answered in seen] == [200, 200, 200, 429]
    for left, answered in zip((2, 1, 0, 0), seen, strict=True):
        assert answered.headers["ratelimit-policy"] == '"default";q=3;w=60'
        assert re.fullmatch(rf'"default";r={left};t=[1-9]\d?', answered.headers["ratelimit"])
    check_problem(seen[-1], code="rate-limited")
    assert 1 <= int(seen[-1].headers["retry-after"]) <= 60
    assert other.http.get("/v1/account").status_code == 200


def test_without_redis_nobody_is_held_back(
    maji: Tenant, slow_down: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAZI_REDIS_URL", "unix:///nowhere/redis.sock")
    kazi_settings.cache_clear()
    outbox.connection.cache_clear()
    for _ in range(5):
        answered = maji.http.get("/v1/account")
        assert answered.status_code == 200
        assert "ratelimit" not in answered.headers


JUNK = st.one_of(
    st.binary(max_size=60),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode()),
    st.sampled_from(sorted(PROJECT)).flatmap(
        lambda key: st.recursive(
            st.none() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
            ),
            max_leaves=5,
        ).map(lambda value: json.dumps({**PROJECT, key: value}).encode())
    ),
    st.lists(
        st.fixed_dictionaries(
            {
                "id": st.text(max_size=10) | st.integers(),
                "data": st.dictionaries(st.just("text"), st.text(max_size=9)),
            },
            optional={"gold": st.text(max_size=5), "x": st.none()},
        ),
        max_size=3,
    ).map(lambda lines: json.dumps(lines).encode()),
)
TYPES = (
    "application/json",
    "application/x-ndjson",
    "text/csv",
    "text/csv; charset=\xff",
    "",
    "multipart/form-data",
)
QUERY = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
WORDS = st.text(max_size=30) | st.sampled_from(
    ("prj_" + NOWHERE, "prj_" + "z" * 26, "\0", "..", "tsk_", "%00")
)


def test_no_input_at_all_makes_a_500(app: FastAPI, maji: Tenant) -> None:
    real = maji.project()
    # A stream that is accepted would not end, and is not asked here.
    routes = [(method, path) for method, path, _ in operations(app) if not path.endswith("/events")]

    @settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(data=st.data())
    def check(data: st.DataObject) -> None:
        method, path = data.draw(st.sampled_from(routes))
        for name in IDS:
            shown = data.draw(st.just(real) | WORDS, label=name)
            path = path.replace(
                f"{{{name}}}", urllib.parse.quote(shown.encode("utf-8", "surrogatepass"), safe="")
            )
        headers = [(b"Content-Type", data.draw(st.sampled_from(TYPES)).encode("latin-1"))]
        key = data.draw(st.none() | st.text(st.characters(max_codepoint=255), max_size=300))
        if key is not None:
            headers.append((b"Idempotency-Key", key.encode("latin-1")))
        query = data.draw(st.dictionaries(st.sampled_from(("limit", "starting_after", "format", "x")), QUERY))
        answered = maji.http.request(method, path, content=data.draw(JUNK), headers=headers, params=query)
        assert answered.status_code < 500, (method, path, answered.text)
        if answered.status_code >= 400:
            check_problem(answered)

    check()
