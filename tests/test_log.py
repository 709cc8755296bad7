"""Logs are JSON lines, and no phone number gets into them, whoever writes the line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app import ids, log

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "text",
    [
        "+254722000111",
        "whatsapp:+254722000111",
        "to 254722000111 now",
        "tel:+254 722 000 111",
        "+254-722-000-111",
        "To=%2B254722000111&Body=1",
        "0722000111",
        "0722 000 111",
        "number='254722000111'",
        "(+1) is +14158675309.",
    ],
)
def test_numbers_are_masked(text: str) -> None:
    masked = log.mask(text)
    assert "722" not in masked
    assert "867" not in masked
    assert masked.count("…") == 1


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T06:31:48Z",
        "took 123456 ms of 2000",
        "0194a1b2-7c3d-7123-8123-123456789012",
        "SM3f2a1234567890abcdef1234567890abcd",
        "HTTP 500, attempt 12",
    ],
)
def test_what_is_no_number_stays(text: str) -> None:
    assert log.mask(text) == text


def test_our_own_ids_stay() -> None:
    for _ in range(2000):
        identifier = ids.new()
        assert log.mask(str(identifier)) == str(identifier)
        assert log.mask(ids.show("msg", identifier)) == ids.show("msg", identifier)


def test_every_value_however_deep() -> None:
    number = "+254722000111"
    event = log.mask_numbers(
        None,
        "info",
        {
            "event": f"sent to {number}",
            "nested": {"list": [number, (number,)], number: b"+254722000111"},
            "whole": 254722000111,
            "small": 4096,
            "error": ValueError(number),
            "timestamp": "2026-11-23T06:31:48.123456Z",
            "flag": True,
            "none": None,
        },
    )
    assert "722000" not in repr(event)
    assert (event["small"], event["flag"], event["none"]) == (4096, True, None)
    assert event["timestamp"] == "2026-11-23T06:31:48.123456Z"


PROGRAM = """
import logging, structlog
from app import log
log.configure("INFO")
structlog.get_logger().info("sent", number="+254722000111", attempt=2)
logging.getLogger("library").warning("to %s", "+254722000111")
try:
    raise ValueError("no such number: +254722000111")
except ValueError:
    structlog.get_logger().exception("failed")
logging.getLogger("httpx2").info("HTTP Request: GET https://x/?To=+254722000111")
structlog.get_logger().debug("not at this level")
"""


def test_a_process_writes_masked_json_lines_on_standard_error() -> None:
    written = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    lines = [json.loads(line) for line in written.stderr.splitlines()]
    assert written.stdout == ""
    assert [(line["event"], line["level"]) for line in lines] == [
        ("sent", "info"),
        ("to …11", "warning"),
        ("failed", "error"),
    ]
    assert lines[0]["number"] == "…11"
    assert lines[0]["attempt"] == 2
    assert lines[1]["logger"] == "library"
    assert "ValueError: no such number: …11" in lines[2]["exception"]
    assert all("timestamp" in line for line in lines)
