"""Endpoints, deliveries, and how they are sent: to a real receiver on loopback."""

import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook

from app import crypto, db, ids, outbox
from app.errors import AppError
from app.settings import settings
from app.webhooks import sending, service
from app.webhooks.models import WebhookDelivery, WebhookEndpoint
from tests.conftest import Database
from tests.webhooks.conftest import Receiver

CLIENT = UUID("00000000-0000-7000-8000-000000000001")
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_a_fixed_time(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    monkeypatch.setenv("KAZI_WEBHOOK_ALLOW_PRIVATE", "true")
    settings.cache_clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def endpoint(url: str, *events: str) -> tuple[UUID, str]:
    with db.transaction() as session:
        made, secret = service.add_endpoint(session, client_id=CLIENT, url=url, events=events, now=NOW)
        return made.id, secret


def notify(event: str = "project.finished", client_id: UUID = CLIENT) -> int:
    with db.transaction() as session:
        return service.notify(session, client_id=client_id, event=event, data={"project": "prj_1"}, now=NOW)


def delivery() -> WebhookDelivery:
    with db.transaction() as session:
        return session.scalars(select(WebhookDelivery)).one()


def test_the_documented_vector_is_reproduced() -> None:
    headers = dict(
        sending.signed_headers(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            '{"test": 2432232314}',
            datetime.fromtimestamp(1614265330, UTC),
        )
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_a_notification_is_signed_and_arrives_once(receiver: Receiver) -> None:
    endpoint_id, secret = endpoint(receiver.url)
    assert notify() == 1
    assert outbox.queue("webhooks").count == 1
    assert sending.deliver_due(10) == 1
    assert sending.deliver_due(10) == 0
    ((headers, body),) = receiver.got
    assert Webhook(secret).verify(body, headers) == {
        "type": "project.finished",
        "timestamp": "2026-03-01T09:00:00Z",
        "data": {"project": "prj_1"},
    }
    sent = delivery()
    assert headers["webhook-id"] == ids.show("whd", sent.id)
    assert (sent.state, sent.last_status, sent.delivered_at, sent.due_at) == ("delivered", 204, NOW, None)
    with db.transaction() as session:
        stored = session.get_one(WebhookEndpoint, endpoint_id)
        assert secret.encode() not in stored.secret
        assert crypto.decrypt(stored.secret) == secret


def test_only_the_events_wanted_and_only_by_their_own_client(receiver: Receiver) -> None:
    endpoint(receiver.url, "project.launched")
    assert notify("project.finished") == 0
    assert notify("project.launched", client_id=uuid4()) == 0
    assert notify("project.launched") == 1


def test_what_is_rolled_back_was_never_told(receiver: Receiver) -> None:
    endpoint(receiver.url)

    def fails() -> None:
        with db.transaction() as session:
            service.notify(session, client_id=CLIENT, event="project.finished", data={}, now=NOW)
            raise LookupError

    with pytest.raises(LookupError):
        fails()
    assert sending.deliver_due(10) == 0
    assert outbox.queue("webhooks").count == 0


def test_ten_tries_over_three_days_then_it_has_failed(
    receiver: Receiver, at_a_fixed_time: time_machine.Traveller
) -> None:
    receiver.answers = [500]
    endpoint(receiver.url)
    notify()
    for tried in range(1, 11):
        assert sending.deliver_due(10) == 1
        waiting = delivery()
        assert (waiting.attempts, waiting.last_status) == (tried, 500)
        if waiting.due_at is not None:
            at_a_fixed_time.move_to(waiting.due_at - timedelta(seconds=1))
            assert sending.deliver_due(10) == 0
            at_a_fixed_time.move_to(waiting.due_at)
    assert waiting.state == "failed"
    assert waiting.due_at is None
    assert len(receiver.got) == 10
    assert timedelta(hours=75) < datetime.now(UTC) - NOW < timedelta(hours=84)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len({headers["webhook-signature"] for headers, _ in receiver.got}) == 10


def test_a_redirect_is_a_failure_and_is_not_followed(receiver: Receiver) -> None:
    receiver.answers, receiver.headers = [302], {"Location": receiver.url}
    endpoint(receiver.url)
    notify()
    sending.deliver_due(10)
    assert len(receiver.got) == 1
    assert delivery().state == "pending"


def test_a_receiver_may_ask_for_more_time_but_not_for_ever(receiver: Receiver) -> None:
    receiver.answers, receiver.headers = [429], {"Retry-After": "120"}
    endpoint(receiver.url)
    notify()
    sending.deliver_due(10)
    due_at = delivery().due_at
    assert due_at is not None
    assert timedelta(seconds=120) <= due_at - NOW <= timedelta(seconds=132)
    assert sending.wait(1, 10**9, 0) == timedelta(seconds=10**9)
    receiver.headers = {"Retry-After": "9999999"}
    with db.transaction() as session:
        found = session.scalars(select(WebhookDelivery)).one()
        found.due_at = NOW
    sending.deliver_due(10)
    due_at = delivery().due_at
    assert due_at is not None
    assert due_at - NOW <= timedelta(hours=27)


def test_gone_disables_the_endpoint_and_what_waits_for_it(receiver: Receiver) -> None:
    receiver.answers = [500, 410]
    endpoint_id, _ = endpoint(receiver.url)
    notify()
    sending.deliver_due(1)
    notify()
    sending.deliver_due(1)
    with db.transaction() as session:
        assert session.get_one(WebhookEndpoint, endpoint_id).disabled_at == NOW
        states = session.scalars(select(WebhookDelivery.state)).all()
        assert states == ["failed", "failed"]
    assert notify() == 0


def test_nobody_listening_is_tried_again_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    endpoint(f"http://127.0.0.1:{port}/")
    notify()
    assert sending.deliver_due(10) == 1
    waiting = delivery()
    assert (waiting.state, waiting.last_status, waiting.last_error) == ("pending", None, "ConnectError")


def test_an_address_that_turned_private_since_it_was_given_is_not_called(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint(f"http://localhost:{receiver.port}/")
    notify()
    monkeypatch.setenv("KAZI_WEBHOOK_ALLOW_PRIVATE", "false")
    settings.cache_clear()
    sending.deliver_due(10)
    assert receiver.got == []
    assert str(delivery().last_error).startswith("not called")


def test_a_name_is_resolved_once_and_what_it_says_later_does_not_count(receiver: Receiver) -> None:
    answers = [["127.0.0.1"], ["169.254.169.254"]]
    due = sending.Due(uuid4(), f"http://hook.example:{receiver.port}/", "whsec_" + "A" * 32, {}, 1)
    outcome = sending.call(due, resolve=lambda _host, _port: answers.pop(0))
    assert outcome.taken
    assert len(answers) == 1
    assert receiver.got[0][0]["host"] == f"hook.example:{receiver.port}"


def test_an_answer_without_end_is_read_only_a_little() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    sent = []

    def pour() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
            try:
                while True:
                    sent.append(connection.send(b"x" * 65536))
            except OSError:
                return

    thread = threading.Thread(target=pour)
    thread.start()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    outcome = sending.call(sending.Due(uuid4(), url, "whsec_" + "A" * 32, {}, 1))
    thread.join(10)
    listening.close()
    assert outcome.status == 200
    assert sum(sent) < 50_000_000


def test_a_crash_between_call_and_record_means_the_same_id_again(
    receiver: Receiver, at_a_fixed_time: time_machine.Traveller
) -> None:
    endpoint(receiver.url)
    notify()
    (lost,) = sending._claim(10)
    sending.call(lost)  # and the process dies here
    assert sending.deliver_due(10) == 0
    at_a_fixed_time.shift(timedelta(seconds=sending.LEASE_S))
    assert sending.deliver_due(10) == 1
    first, second = (headers["webhook-id"] for headers, _ in receiver.got)
    assert first == second


def test_many_senders_at_once_send_each_delivery_once(receiver: Receiver) -> None:
    endpoint(receiver.url)
    for _ in range(20):
        notify()
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(sending.deliver_due, [20] * 4)) == 20
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == len(receiver.got) == 20


def test_redelivering_sends_it_again_under_its_id(receiver: Receiver) -> None:
    endpoint_id, _ = endpoint(receiver.url)
    notify()
    sending.deliver_due(10)
    with db.transaction() as session:
        sent = session.scalars(select(WebhookDelivery)).one()
        service.redeliver(session, client_id=CLIENT, endpoint_id=endpoint_id, delivery_id=sent.id, now=NOW)
    assert sending.deliver_due(10) == 1
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]
    with db.transaction() as session:
        for client_id, other_id in ((uuid4(), sent.id), (CLIENT, uuid4())):
            with pytest.raises(AppError, match="not-found"):
                service.redeliver(
                    session, client_id=client_id, endpoint_id=endpoint_id, delivery_id=other_id, now=NOW
                )


def test_a_removed_endpoint_is_gone_and_told_nothing(receiver: Receiver) -> None:
    endpoint_id, _ = endpoint(receiver.url)
    notify()
    with db.transaction() as session:
        service.remove_endpoint(session, client_id=CLIENT, endpoint_id=endpoint_id, now=NOW)
    assert sending.deliver_due(10) == 0
    assert notify() == 0
    with db.transaction() as session:
        assert service.endpoints(session, client_id=CLIENT) == []
        with pytest.raises(AppError, match="not-found"):
            service.endpoint_of(session, client_id=CLIENT, endpoint_id=endpoint_id)


def test_unknown_events_bad_urls_and_too_many_are_refused() -> None:
    with pytest.raises(AppError) as refused:
        endpoint("https://example.org/", "project.launched", "project.exploded")
    assert refused.value.errors[0].pointer == "/events/1"
    with pytest.raises(AppError, match="169"):
        endpoint("https://169.254.169.254/")
    for _ in range(service.MAX_ENDPOINTS):
        endpoint("https://example.org/")
    with pytest.raises(AppError, match="too-many-endpoints"):
        endpoint("https://example.org/")


def test_a_payload_is_json_of_what_was_told(receiver: Receiver) -> None:
    endpoint(receiver.url)
    with db.transaction() as session:
        service.notify(session, client_id=CLIENT, event="project.paused", data={"name": "Māji ✓"}, now=NOW)
    sending.deliver_due(1)
    assert json.loads(receiver.got[0][1])["data"] == {"name": "Māji ✓"}
