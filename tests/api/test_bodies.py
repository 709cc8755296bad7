"""What PostgreSQL cannot keep is found wherever it hides in a body, and pointed at."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.api import bodies
from app.errors import AppError


@pytest.mark.parametrize(
    ("body", "pointer", "why"),
    [
        (b'{"a": {"b/c": ["x", "\\u0000"]}}', "/a/b~1c/1", "NUL"),
        (b'{"a": {"\\u0000": 1}}', "/a", "NUL"),
        (b'{"a": "\\ud800"}', "/a", "surrogate"),
        (b'{"a": [1e999]}', "/a/0", "too large"),
        (b"[1]", "", "JSON object"),
    ],
)
def test_what_cannot_be_kept_is_pointed_at(body: bytes, pointer: str, why: str) -> None:
    with pytest.raises(AppError, match=why) as refused:
        bodies.parse_object(body)
    assert refused.value.status == 422
    assert refused.value.errors[0].pointer == pointer


def test_a_body_may_be_deep_but_not_bottomless() -> None:
    def nested(levels: int) -> bytes:
        return b'{"a":' * levels + b"1" + b"}" * levels

    assert bodies.parse_object(nested(65))
    for levels in (66, 200, 100_000):
        with pytest.raises(AppError):
            bodies.parse_object(nested(levels))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters()), inner, max_size=4),
    max_leaves=10,
)


def test_whatever_is_accepted_can_be_kept(session: Session) -> None:
    @given(st.dictionaries(st.text(st.characters()), VALUES, max_size=4))
    def check(value: dict[str, Any]) -> None:
        try:
            found = bodies.parse_object(json.dumps(value).encode())
        except AppError:
            return
        kept = session.execute(
            text("SELECT CAST(:value AS jsonb)"), {"value": json.dumps(found)}
        ).scalar_one()
        assert set(kept) == set(found)

    check()
