"""Documents over the API: sent as JSON or as plain text, listed, and put together again."""

import json
from typing import Any

import pytest

from tests.api.conftest import Tenant

ONE = {"redundancy": {"mode": "fixed", "answers": 1}}
REPORT = "The pump broke.\n\nDr. Okello came. Nobody else did.\n"


def send(tenant: Tenant, project_id: str, **changes: Any) -> Any:
    body = {"id": "reports/1", "text": REPORT, "by": "sentence", **changes}
    return tenant.http.post(f"/v1/projects/{project_id}/documents", json=body)


def test_a_document_is_split_listed_and_put_together(maji: Tenant) -> None:
    project_id = maji.project(**ONE)
    made = send(maji, project_id)
    assert made.status_code == 201, made.text
    shown = made.json()
    assert (shown["id"], shown["by"], shown["parts_total"], shown["state"]) == (
        "reports/1",
        "sentence",
        3,
        "open",
    )
    again = send(maji, project_id)
    assert (again.status_code, again.json()) == (200, shown)
    listed = maji.http.get(f"/v1/projects/{project_id}/documents").json()
    assert listed == {"data": [shown], "has_more": False}
    found = maji.http.get(f"/v1/projects/{project_id}/documents/reports/1", params={"limit": 2}).json()
    assert found["assembled"] == "[[The pump broke.]]\n\n[[Dr. Okello came.]] [[Nobody else did.]]\n"
    assert [part["text"] for part in found["parts"]] == ["The pump broke.", "Dr. Okello came."]
    assert found["has_more"] is True
    second = found["parts"][1]
    assert (second["task"], second["result"], second["state"]) == ("reports/1#2", None, "open")
    assert REPORT[second["start"] : second["end"]] == second["text"]
    rest = maji.http.get(
        f"/v1/projects/{project_id}/documents/reports/1", params={"starting_after": 2}
    ).json()
    assert [part["number"] for part in rest["parts"]] == [3]
    assert rest["has_more"] is False
    assert maji.http.get(f"/v1/projects/{project_id}").json()["progress"]["tasks"] == 3


def test_a_document_as_a_file(maji: Tenant) -> None:
    project_id = maji.project(**ONE)
    send(maji, project_id, by="line")
    text = maji.http.get(f"/v1/projects/{project_id}/documents/reports/1?format=txt")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert text.text == "[[The pump broke.]]\n\n[[Dr. Okello came. Nobody else did.]]\n"
    lines = maji.http.get(f"/v1/projects/{project_id}/documents/reports/1?format=jsonl").text.splitlines()
    assert [json.loads(line)["number"] for line in lines] == [1, 2]


def test_plain_text_is_taken_with_the_rest_in_the_query(maji: Tenant) -> None:
    project_id = maji.project(**ONE)
    made = maji.http.post(
        f"/v1/projects/{project_id}/documents?id=r2&by=paragraph",
        content="\ufeffPampu imevunjika.\n\nWatu wanateka mtoni.".encode(),
        headers={"Content-Type": "text/plain; charset=utf-8"},
    )
    assert (made.status_code, made.json()["parts_total"]) == (201, 2), made.text


@pytest.mark.parametrize(
    ("content", "content_type", "status", "where"),
    [
        (b"\xff\xfe", "text/plain", 422, "/text"),
        (b"text", "text/plain", 422, "/by"),
        (b"text", "application/pdf", 415, None),
        (b"[]", "application/json", 422, ""),
        (b"{", "application/json", 400, None),
    ],
)
def test_what_cannot_be_read_is_told(
    maji: Tenant, content: bytes, content_type: str, status: int, where: str | None
) -> None:
    project_id = maji.project(**ONE)
    refused = maji.http.post(
        f"/v1/projects/{project_id}/documents?id=r", content=content, headers={"Content-Type": content_type}
    )
    assert refused.status_code == status, refused.text
    if where is not None:
        assert where in [error["pointer"] for error in refused.json()["errors"]]


def test_every_problem_is_named_at_once(maji: Tenant) -> None:
    refused = send(maji, maji.project(**ONE), id="", by="word", text="", field="words", more=1)
    assert {error["pointer"] for error in refused.json()["errors"]} >= {
        "/id",
        "/by",
        "/text",
        "/field",
        "/more",
    }


def test_another_text_under_the_same_id_is_refused(maji: Tenant) -> None:
    project_id = maji.project(**ONE)
    send(maji, project_id)
    refused = send(maji, project_id, text="Another.")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/document-differs")


def test_documents_of_another_client_are_none(maji: Tenant, other: Tenant) -> None:
    project_id = maji.project(**ONE)
    send(maji, project_id)
    assert send(other, project_id).status_code == 404
    for path in ("documents", "documents/reports/1", "documents/reports/1?format=txt"):
        assert other.http.get(f"/v1/projects/{project_id}/{path}").status_code == 404
    mine = other.project(**ONE)
    assert other.http.get(f"/v1/projects/{mine}/documents/reports/1").status_code == 404


def test_a_document_that_is_not_there(maji: Tenant) -> None:
    project_id = maji.project(**ONE)
    assert maji.http.get(f"/v1/projects/{project_id}/documents/none").status_code == 404
    assert maji.http.get(f"/v1/projects/{project_id}/documents?starting_after=none").status_code == 404
