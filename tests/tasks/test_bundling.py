import pytest

from app.tasks import bundling


@pytest.mark.parametrize(
    ("template", "head", "item", "tail"),
    [
        ('Is this about WATER? "{text}"', "Is this about WATER?", "{text}", ""),
        ("{text} - is it about water?", "", "{text}", "- is it about water?"),
        ("Same? {a} / {b}.", "Same?", "{a} / {b}", ""),
        ("Costs {{KES}} {price}?", "Costs {KES}", "{price}", "?"),
        ("({text}) Water?", "", "{text}", "Water?"),
    ],
)
def test_what_is_said_once_and_what_each_has_of_its_own(
    template: str, head: str, item: str, tail: str
) -> None:
    assert bundling.shared(template) == bundling.Shared(head, item, tail)


def test_a_template_without_a_field_has_nothing_to_number() -> None:
    assert bundling.shared("Is it {{raining}}?") is None


@pytest.mark.parametrize(
    ("spec", "most"),
    [
        ({"kind": "verification"}, bundling.MOST_IN_BUNDLE),
        ({"kind": "verification", "bundle": 3}, 3),
        ({"kind": "verification", "bundle": 1}, 1),
        ({"kind": "tagging", "multiple": True}, 1),
        ({"kind": "text", "bundle": 4}, 1),
    ],
)
def test_how_many_questions_a_message_has_at_most(spec: dict[str, object], most: int) -> None:
    assert bundling.most(spec) == most
