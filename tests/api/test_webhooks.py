"""Webhook endpoints over the API: made, told, looked at, told again, removed."""

from standardwebhooks.webhooks import Webhook

from app import db
from app.webhooks import sending
from app.webhooks.models import WebhookDelivery
from tests.api.conftest import Tenant


def test_an_endpoint_from_making_to_removing(maji: Tenant) -> None:
    made = maji.http.post("/v1/webhooks", json={"url": "https://example.org/hook"})
    assert made.status_code == 201
    Webhook(made.json()["secret"])
    shown = maji.http.get("/v1/webhooks").json()["data"]
    assert shown == [{key: value for key, value in made.json().items() if key != "secret"}]
    path = f"/v1/webhooks/{made.json()['id']}"
    assert maji.http.get(path).json() == shown[0]
    maji.launched()
    page = maji.http.get(f"{path}/deliveries").json()
    (told,) = page["data"]
    assert (told["event"], told["state"], told["attempts"]) == ("project.launched", "pending", 0)
    assert told["payload"]["data"]["project"].startswith("prj_")
    with db.transaction() as session:
        row = session.query(WebhookDelivery).one()
        row.state, row.due_at = "failed", None
    again = maji.http.post(f"{path}/deliveries/{told['id']}/redeliver")
    assert (again.status_code, again.json()["state"]) == (202, "pending")
    assert maji.http.delete(path).status_code == 204
    assert maji.http.get(path).status_code == 404
    assert maji.http.post(f"{path}/deliveries/{told['id']}/redeliver").status_code == 404
    assert sending.deliver_due(10) == 0


def test_bad_endpoints_are_refused_with_a_pointer(maji: Tenant) -> None:
    for body, pointer in (
        ({"url": "https://169.254.169.254/"}, "/url"),
        ({"url": "http://example.org/"}, "/url"),
        ({"url": 7}, "/url"),
        ({}, "/url"),
        ({"url": "https://example.org/", "events": ["nothing"]}, "/events/0"),
        ({"url": "https://example.org/", "events": "project.finished"}, "/events"),
        ({"url": "https://example.org/", "secret": "mine"}, "/secret"),
    ):
        refused = maji.http.post("/v1/webhooks", json=body)
        assert refused.status_code == 422, body
        assert refused.json()["errors"][0]["pointer"] == pointer


def test_endpoints_and_deliveries_go_by_cursor(maji: Tenant) -> None:
    made = [
        maji.http.post("/v1/webhooks", json={"url": "https://example.org/"}).json()["id"] for _ in range(3)
    ]
    first = maji.http.get("/v1/webhooks?limit=2").json()
    rest = maji.http.get("/v1/webhooks", params={"limit": 2, "starting_after": made[1]}).json()
    assert [one["id"] for one in first["data"] + rest["data"]] == made
    assert (first["has_more"], rest["has_more"]) == (True, False)
    project_id = maji.launched()
    maji.http.post(f"/v1/projects/{project_id}/pause")
    path = f"/v1/webhooks/{made[0]}/deliveries"
    newest = maji.http.get(path, params={"limit": 1}).json()
    older = maji.http.get(path, params={"starting_after": newest["data"][0]["id"]}).json()
    assert [one["event"] for one in newest["data"] + older["data"]] == [
        "project.paused",
        "project.launched",
    ]
    assert (newest["has_more"], older["has_more"]) == (True, False)
