"""The client's side of the API: what the commands quote, submit, watch and export are made of.

Owns the connection (`KAZI_API_URL`, `KAZI_API_KEY`), its patience, and turning problems into errors a person can
act on. It knows the service only by HTTP, and so runs on any machine. What is printed is client_commands.py's.
"""

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2

from app.errors import AppError
from app.settings import settings

Json = dict[str, Any]

CONTENT_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".ndjson": "application/x-ndjson",
}
TIMEOUT_S = 60.0
# A request whose answer was lost is sent again under its key, so often, and the service does it once.
TRIES = 4
_LONGEST_WAIT_S = 30.0
_COME_AGAIN = frozenset({429, 503})
_STILL_RUNNING = "/problems/idempotency-running"


class Api:
    """The API of one installation, with one key."""

    def __init__(self, client: httpx2.Client, url: str, key: str) -> None:
        self._client = client
        self._url = url
        client.base_url = httpx2.URL(url)
        client.headers["Authorization"] = f"Bearer {key}"
        client.timeout = httpx2.Timeout(TIMEOUT_S)

    def get(self, path: str) -> Json:
        """Return what stands at the path. Raises what the API refuses, `unreachable` where nothing answers."""
        return self._patiently("GET", path, None, {})

    def post(self, path: str, body: bytes = b"", content_type: str = "application/json") -> Json:
        """Post a body and return the answer; sent again after a lost answer, it still has its effect once."""
        headers = {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": content_type}
        return self._patiently("POST", path, body, headers)

    def _patiently(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Json:
        for tried in range(1, TRIES + 1):
            last = tried == TRIES
            try:
                response = self._client.request(method, path, content=body, headers=headers)
            except httpx2.TransportError as error:
                # Where nobody listens, waiting is for the caller to decide.
                if last or isinstance(error, httpx2.ConnectError | httpx2.UnsupportedProtocol):
                    raise self._unreachable(error) from None
                time.sleep(tried)
                continue
            if response.is_success:
                return _object(response)
            if last or not _may_come_again(response):
                raise refusal(response)
            time.sleep(_wait_s(response, tried))
        raise AssertionError("the last try returns or raises")

    @contextmanager
    def stream(self, path: str) -> Iterator[Iterator[bytes]]:
        """Yield the parts of a file as they come. Raises `broken-off` where it ends too soon."""
        begun = False
        try:
            with self._client.stream("GET", path) as response:
                if not response.is_success:
                    response.read()
                    raise refusal(response)
                begun = True
                yield response.iter_bytes()
        except httpx2.TransportError as error:
            if not begun:
                raise self._unreachable(error) from None
            raise broken_off(type(error).__name__) from None

    def events(self, path: str, after: str | None) -> Iterator[tuple[str, str]]:
        """Yield (kind, id) of live events after the one with the id, to the end of the stream.

        Raises `broken-off` where the connection is lost before: come again with the last id.
        """
        headers = {"Last-Event-ID": after} if after else {}
        try:
            with self._client.sse(path, headers=headers) as source:
                if source.response.status_code == 204:
                    return
                if not source.response.is_success:
                    source.response.read()
                    raise refusal(source.response)
                for event in source:
                    yield event.event, event.id
                    if event.event == "end":
                        return
        except httpx2.TransportError as error:
            raise broken_off(type(error).__name__) from None
        raise broken_off("no end")

    def _unreachable(self, error: Exception) -> AppError:
        return AppError(
            "unreachable",
            503,
            f"Nothing answers at {self._url} ({type(error).__name__}). Is Kazi running there? Name another address "
            "with KAZI_API_URL.",
        )


@contextmanager
def connected() -> Iterator[Api]:
    """Open the API the settings name, for a block. Raises `no-api-key` where no key is set."""
    key = settings().api_key.get_secret_value()
    if not key:
        raise AppError(
            "no-api-key",
            401,
            "No API key is set. Put the key that `./kazi client key NAME` printed into KAZI_API_KEY, or the name of a "
            "file with it into KAZI_API_KEY_FILE.",
        )
    with httpx2.Client(trust_env=not _is_local(settings().api_url)) as client:
        yield Api(client, settings().api_url, key)


def _is_local(url: str) -> bool:
    """Say whether it is this machine: a proxy of the machine's does not lead to the machine itself."""
    return urlsplit(url).hostname in {"127.0.0.1", "::1", "localhost"}


def broken_off(why: str) -> AppError:
    """Return the error of an answer that ended before its end."""
    return AppError("broken-off", 502, f"The connection was lost before the end ({why}). Start again.")


def refusal(response: httpx2.Response) -> AppError:
    """Return the error an answer means: the problem's own words, and a line for each field at fault."""
    try:
        problem = response.json()
    except ValueError:
        problem = {}
    if not isinstance(problem, dict) or "detail" not in problem:
        return AppError(
            "no-kazi",
            response.status_code,
            f"The answer was HTTP {response.status_code} without a reason. Does KAZI_API_URL lead to Kazi itself?",
        )
    lines = [f"\n  {fault['pointer'] or '/'}: {fault['detail']}" for fault in problem.get("errors", [])]
    code = str(problem["type"]).rpartition("/")[2]
    return AppError(code, response.status_code, "".join([str(problem["detail"]), *lines]), problem)


def _object(response: httpx2.Response) -> Json:
    try:
        found = response.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise refusal(response)
    return found


def _may_come_again(response: httpx2.Response) -> bool:
    if response.status_code == 409:
        return _STILL_RUNNING in response.text
    return response.status_code in _COME_AGAIN


def _wait_s(response: httpx2.Response, tried: int) -> float:
    said = response.headers.get("retry-after", "")
    return min(float(said) if said.isascii() and said.isdigit() else tried, _LONGEST_WAIT_S)


def read_project(path: Path) -> bytes:
    """Return the JSON of a project's file. Raises `bad-file` where it cannot be read or is no JSON."""
    body = _read(path)
    try:
        json.loads(body)
    except ValueError as error:
        raise AppError("bad-file", 422, f"{path} is not JSON: {error}. Correct it.") from None
    return body


def is_survey(path: Path) -> bool:
    """Say whether a project's file describes a survey; a file that cannot be read describes none."""
    try:
        described = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(described, dict) and described.get("kind") == "survey"


def read_tasks(path: Path) -> tuple[bytes, str]:
    """Return the bytes of a file of tasks and its content type, by its ending. Raises `bad-file`."""
    content_type = CONTENT_TYPES.get(path.suffix.lower())
    if content_type is None:
        raise AppError(
            "bad-file",
            422,
            f"{path} is no file of tasks: its name ends in none of {', '.join(CONTENT_TYPES)}.",
        )
    return _read(path), content_type


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise AppError("bad-file", 422, f"{path} cannot be read: {error.strerror}.") from None
