import pytest

from app import texts
from app.channels import segments
from app.errors import AppError
from app.texts import catalog

# The longest a field may plausibly be. A text that grows past its segment with these goes red here.
LONGEST: dict[str, str] = {
    **dict.fromkeys(
        ("pay", "today", "amount", "available", "in_flight", "paid", "minimum", "earned"), "UGX 10,000"
    ),
    "partner": "P" * 30,
    "phone": "+25670012345678",
    "menu": texts.menu(["en", "sw", "lg"]),
    "number": "1",
    "text": "t" * 27,
    "least": "1,000",
    "most": "1,000",
    "script": "Latn (Fraktur)",
    "label": "L" * 12,
    "item": "I" * 45,
    "ending": "678",
    "receipt": "R" * 36,
    "code": "C" * 18,
    "friends": "100",
    "name": "N" * 12,
    "count": "10",
    "new_language": "Kiswahili",
    "answers": "1 2 1 2 1",
    "why": max((texts.say("text_refused_why", language, count=3) for language in texts.LANGUAGES), key=len),
    "start": "S" * 20,
    "reason": "R" * 50,
    "note": "N" * 70,
    "days": "2",
    "right": "10",
    "asked": "10",
    "needed": "10",
    "wrong": "10",
    "project": "P" * 20,
    "low": "1000000",
    "high": "20000000",
    "earliest": "23/11/2026",
    "latest": "24/12/2027",
    "shortest": "10",
    "longest": "640",
    "how": "H" * 90,
    "when": "",  # filled per language below
}
YES_NO = {"en": ["Yes", "No"], "sw": ["Ndiyo", "Hapana"], "lg": ["Yee", "Nedda"]}
TEMPLATES = {
    "en": 'About WATER? "{text}"',
    "sw": 'Kuhusu MAJI? "{text}"',
    "lg": 'Kikwata ku MAZZI? "{text}"',
}
# Prefixes that stand before a question, alone or as named together; all others are messages of their own.
PREFIXES = [
    ("lesson_intro",),
    ("training_right", "lesson_number"),
    ("exam_intro",),
    ("exam_passed",),
    ("retraining_done",),
    ("receipt",),
    ("receipt_unsure",),
    ("bundle_receipt",),
    ("training_right", "training_done_now_paid"),
    ("training_wrong", "training_done_now_paid"),
    ("question_intro",),
    ("question_intro", "for_person"),
    ("for_person",),
    ("clarify_gave_up",),
    ("skip_done",),
    ("start_again",),
    ("late_thanks_paid",),
    ("late_thanks_not_needed",),
    ("reminder",),
    ("corrected",),
    ("corrected_several",),
    ("correction_too_late_short",),
    ("undo_again",),
    ("undo_kept",),
]
LANGUAGES = sorted(texts.LANGUAGES)


def longest(language: str) -> dict[str, str]:
    when = max((texts.say(key, language) for key in ("when_on_request", "when_friday")), key=len)
    return {**LONGEST, "when": when, "options": texts.options(["L" * 12, "L" * 12], language)}


def test_every_language_is_whole() -> None:
    assert texts.catalog_check() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_check_sees_what_is_wrong(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = dict(catalog._load(language)) | {
        "help": "\u2019",
        "extra": "x",
        "receipt": "{number} {label} {pay} {",
    }
    del broken["welcome"]
    real = catalog._load
    monkeypatch.setattr(catalog, "_load", lambda code: broken if code == "xx" else real(code))
    problems = catalog._problems("xx")
    assert "xx: welcome is missing" in problems
    assert "xx: extra is not in English" in problems
    assert "xx: receipt has other fields than in English" in problems
    assert "xx: receipt has a brace that names no field" in problems
    assert "xx: help has characters outside GSM-7" in problems
    assert len(problems) == 6  # help lost its fields too


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(texts.keys()))
def test_one_segment_at_the_longest_values(key: str, language: str) -> None:
    counted = segments.count(texts.say(key, language, **longest(language)))
    assert (counted.encoding, counted.segments) == ("GSM-7", 1), counted


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("prefix", PREFIXES, ids="+".join)
def test_a_prefix_and_a_short_question_share_a_segment(prefix: tuple[str, ...], language: str) -> None:
    values = longest(language) | {
        "label": max(YES_NO[language], key=len),
        "pay": "UGX 100",
        "today": "UGX 1,500",
    }
    message = texts.question(
        language=language,
        template_text=TEMPLATES[language].replace("{text}", "x" * 25),
        labels=YES_NO[language],
        pay="UGX 100",
        prefix=texts.join(*(texts.say(key, language, **values) for key in prefix)),
    )
    assert (segments.count(message).encoding, segments.count(message).segments) == ("GSM-7", 1), message


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("prefix", ["training_right", "training_wrong"])
def test_training_steps_fit_a_segment(prefix: str, language: str) -> None:
    label = max(YES_NO[language], key=len)
    for number in (1, 2, 3):
        item = texts.say(f"training_item_{number}", language)
        step = texts.join(
            texts.say(prefix, language, number=2, label=label),
            texts.say("training_next_question", language, item=item),
        )
        assert segments.count(step).segments == 1, step


def test_a_plain_receipt_leaves_room_for_a_long_item() -> None:
    for language in LANGUAGES:
        message = texts.question(
            language=language,
            template_text=TEMPLATES[language].replace("{text}", "x" * 45),
            labels=YES_NO[language],
            pay="KES 2",
            prefix=texts.say("receipt", language, number=1, label="Hapana", pay="KES 2", today="KES 60"),
        )
        assert segments.count(message).segments == 1, message


def test_receipt_in_three_languages() -> None:
    said = {
        language: texts.say(
            "receipt", language, number=1, label=YES_NO[language][0], pay="KES 2", today="KES 6"
        )
        for language in LANGUAGES
    }
    assert said == {
        "en": "Got 1 Yes, +KES 2 (KES 6 today).",
        "sw": "Tumepata 1 Ndiyo, +KES 2 (leo KES 6).",
        "lg": "Tufunye 1 Yee, +KES 2 (leero KES 6).",
    }


def test_the_first_message_says_who_asks_whom_to_call_and_how_to_leave() -> None:
    said = texts.say(
        "welcome", "en", partner="Maji Women", phone="+254700000001", menu=texts.menu(["en", "sw"])
    )
    for part in ("Maji Women", "+254700000001", "free", "never ask", "PIN", "1 English 2 Kiswahili", "STOP"):
        assert part in said


def test_values_are_folded_and_never_searched_for_fields() -> None:
    said = texts.say("for_person", "en", name="\u201cAsha\u201d {phone}")
    assert said == 'For "Asha" {phone}:'


def test_drafts_are_marked() -> None:
    assert [code for code in LANGUAGES if texts.is_draft(code)] == ["lg", "sw"]


@pytest.mark.parametrize(
    ("key", "language", "code"),
    [
        ("no_such_text", "en", "unknown-text"),
        ("help", "fr", "unknown-language"),
        ("help", "en", "missing-text-value"),
    ],
)
def test_a_mistake_in_the_call_is_named(key: str, language: str, code: str) -> None:
    with pytest.raises(AppError) as raised:
        texts.say(key, language, partner="Maji Women")
    assert raised.value.code == code
