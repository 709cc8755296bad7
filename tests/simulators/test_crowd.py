"""The crowd: what people see in a text, who they are, and a whole job played through real HTTP."""

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import httpx2
import pytest

from simulators.crowd.__main__ import build as build_crowd
from simulators.crowd.__main__ import read_truth
from simulators.crowd.people import Mix, make_people
from simulators.crowd.person import Habits
from simulators.crowd.reading import digit_of_answer, digit_of_language, read
from simulators.crowd.runner import Crowd, Numbers, majority
from simulators.items import make_items, truth_of
from tests.simulators.conftest import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    OWN,
    Phones,
    Received,
    Receiver,
    make_provider,
    playing,
    serving,
    until,
)

KNOWN = {"The well is dry": "yes", "Bomba limevunjika": "yes", "The bus is late": "no"}
YES_NO = {"1": "Yes", "2": "No", "0": "Don't know"}


@pytest.mark.parametrize(
    ("text", "kind", "options"),
    [
        (
            "Kazi with Maji, help +254700000009: paid work. Replies are free. 1 English 2 Kiswahili. STOP to leave",
            "languages",
            {"1": "English", "2": "Kiswahili"},
        ),
        ("Help 0700 123 456. 1) Luganda 2) English", "languages", {"1": "Luganda", "2": "English"}),
        ("We pay KES 2 a question, every Friday. Reply 1 to agree, 2 for no.", "consent", {"1": "to agree"}),
        ("Jibu 1 kukubali, 2 kukataa.", "consent", {"1": "kukubali", "2": "kukataa"}),
        ("Ddamu 1 okukkiriza, 2 okugaana.", "consent", {"1": "okukkiriza"}),
        ('Try one: "The well is dry". About water? 1 Yes 2 No 0 Don\'t know', "question", YES_NO),
        (
            'Got 2 No, +KES 2 (6 KES today). Next: About WATER? "The bus is late" 1 Yes 2 No 0 Don\'t know. KES 2',
            "question",
            YES_NO,
        ),
        ('Maji? "Bomba limevunjika" 1=Ndiyo 2=Hapana 0=Sijui', "question", {"1": "Ndiyo", "0": "Sijui"}),
        ("Sorry, reply with one number: 1 Yes 2 No 0 Don't know", "again", YES_NO),
        ("Got 1 Yes, +KES 2 (KES 10 today). Thank you! 5 done. Reply MORE for more work.", "more", {}),
        ("No more work just now.", "other", {}),
        ("Weebale! Okuddamu kubaliddwa: 1 Ye, +KES 2.", "other", {}),
        ("Your money: KES 10. Paid so far: KES 4. Reply PAY to be paid.", "other", {}),
    ],
)
def test_reading(text: str, kind: str, options: dict[str, str]) -> None:
    seen = read(text, KNOWN)
    assert seen.kind == kind
    assert seen.options.items() >= options.items()


def test_reading_finds_the_quoted_items_and_the_tag() -> None:
    text = 'Q7: About WATER? A "The well is dry" B "The bus is late" 1 Yes 2 No'
    seen = read(text, KNOWN)
    echo = read('Got 3 Maybe. "The well is dry" 1 Yes 2 No', KNOWN)
    assert echo.options == {"1": "Yes", "2": "No"}, "what stands before the question is no option"
    assert (seen.items, seen.tag) == (("The well is dry", "The bus is late"), "Q7")
    assert read('"no idea" was not clear. 1 Yes 2 No', KNOWN, ["no idea"]).kind == "again"
    assert read('"Mvua imenyesha" 1 Yes 2 No', KNOWN).items == ("Mvua imenyesha",)
    assert read('We read "ok". "The well is dry" 1 Yes 2 No', KNOWN).items == ("The well is dry",)


@pytest.mark.parametrize(
    "text",
    [
        "Is this about WATER? 1) The well is dry 2) The bus is late 1Yes 2No 0?. Answer in order. 2x KES 2",
        "12 +KES 4. Water? 1)The well is dry 2)The bus is late 1Yes 2No 0?",
        "Q9: Water? 1) The well is dry 2) The bus is late 1 Yes 2 No 0 Don't know. KES 2",
    ],
)
def test_reading_finds_the_texts_of_a_message_by_their_numbers(text: str) -> None:
    for known in (KNOWN, ()):
        seen = read(text, known)
        assert seen.items == ("The well is dry", "The bus is late")
        assert seen.kind == "question"
        assert seen.options.items() >= {"1": "Yes", "2": "No"}.items()


def test_reading_knows_a_text_that_stands_alone_without_a_mark() -> None:
    seen = read("+KES 2. Is this about WATER? The well is dry 1Yes 2No 0? KES 2", KNOWN)
    assert (seen.kind, seen.items) == ("question", ("The well is dry",))
    assert seen.options.items() >= {"1": "Yes", "2": "No"}.items()


def test_choosing_a_digit() -> None:
    menu = {"1": "English", "2": "Kiswahili"}
    assert [digit_of_language(menu, code) for code in ("en", "sw", "lg")] == ["1", "2", "1"]
    assert digit_of_language({"3": "Dholuo"}, "sw") == "3"
    assert [digit_of_answer({"1": "Hapana", "2": "Ndiyo"}, value) for value in ("yes", "no")] == ["2", "1"]
    assert digit_of_answer({"1": "Water", "2": "Road"}, "road") == "2"
    assert digit_of_answer({}, "no") == "2"


def test_people_repeat_for_a_seed_and_keep_their_shares() -> None:
    mix = Mix()
    people = make_people(40, 7, mix)
    assert people == make_people(40, 7, mix) != make_people(40, 8, mix)
    assert len({person.number for person in people}) == 40
    assert Counter(person.channel for person in people) == {"sms": 30, "whatsapp": 10}
    assert set(Counter(person.language for person in people)) == {"en", "sw", "lg"}
    assert sum(person.vanish_after is not None for person in people) == 3
    assert sum(person.stop_after is not None for person in people) == 2
    assert not any(person.vanish_after and person.stop_after for person in people)
    for person in people:
        assert person.number.startswith({"KE": "+2547", "UG": "+2567"}[person.country])
        assert (person.language, person.country) not in {("lg", "KE"), ("sw", "UG")}
        assert re.fullmatch(r"\+\d{12}", person.number)


def test_majority() -> None:
    def said(text: str, *values: str | None) -> list[dict[str, Any]]:
        return [{"text": text, "said": value, "truth": "yes"} for value in values]

    unknown = {"text": "training", "said": "no", "truth": None}
    some = [*said("a", "yes", "yes", "no"), *said("b", "no", "yes"), *said("c", "no", "unsure", None)]
    found = majority([*some, unknown])
    assert found == {"texts": 3, "answers": 6, "accuracy": pytest.approx(0.5), "answer_accuracy": 0.5}
    assert majority([])["accuracy"] is None


def test_truth_files(tmp_path: Path) -> None:
    items = make_items(6)
    for name, content in {"items": items, "map": truth_of(items)}.items():
        path = tmp_path / name
        path.write_text(json.dumps(content))
        assert read_truth(str(path)) == truth_of(items)
    (tmp_path / "wrong").write_text("[1, 2]")
    with pytest.raises((ValueError, TypeError)):
        read_truth(str(tmp_path / "wrong"))
    assert read_truth(None) == {}


class Employer:
    """The application's side of a small job: menu, consent, questions until none is left, money."""

    LABELS: ClassVar = {"1": ("Yes", "No"), "2": ("Ndiyo", "Hapana"), "3": ("Ye", "Nedda")}

    def __init__(self, phones: Phones, questions: list[str]) -> None:
        self.phones = phones
        self.questions = questions
        self.step: dict[str, int] = {}
        self.language: dict[str, str] = {}
        self.answers: dict[str, list[str]] = {}
        self.others: list[str] = []

    def hear(self, request: Received) -> None:
        person, words = request.form["From"], request.form["Body"].strip()
        if words.startswith("JOIN CODE"):
            self.step[person] = -2
            self.say(person, "Kazi, help +254700000009. 1 English 2 Kiswahili 3 Luganda. STOP to leave")
        elif words in {"STOP", "BAL", "HELP", "PAY", "MORE"}:
            self.others.append(words)
        elif self.step[person] == -2:
            self.language[person] = words
            self.step[person] = -1
            self.say(person, "We keep your number. Reply 1 to agree, 2 for no.")
        elif self.step[person] == -1:
            self.step[person] = 0
            self.ask(person, "")
        else:
            self.judge(person, words)

    def judge(self, person: str, words: str) -> None:
        labels = [label.casefold() for label in self.LABELS[self.language[person]]]
        text = words.casefold().strip("!() ")
        clear = re.match(r"[012]\b", text) or any(text.startswith(label) for label in labels)
        if not clear:
            self.say(person, f"Sorry, we did not understand. Reply with one number: {self.options(person)}")
            return
        self.answers.setdefault(person, []).append(words)
        self.step[person] += 1
        self.ask(person, "Got it, +KES 2. ")

    def options(self, person: str) -> str:
        yes, no = self.LABELS[self.language[person]]
        return f"1 {yes} 2 {no} 0 Don't know"

    def ask(self, person: str, before: str) -> None:
        if self.step[person] < len(self.questions):
            question = self.questions[self.step[person]]
            self.say(person, f'{before}About WATER? "{question}" {self.options(person)}. KES 2')
        else:
            self.say(person, f"{before}Thank you! Reply MORE for more work.")

    def say(self, person: str, body: str) -> None:
        own = "whatsapp:" + OWN if person.startswith("whatsapp:") else OWN
        self.phones.http.post(
            f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json",
            data={"To": person, "From": own, "Body": body},
            auth=(ACCOUNT_SID, AUTH_TOKEN),
        )


@contextmanager
def working(receiver: Receiver, employer: Employer) -> Iterator[None]:
    """Hear every webhook in order, until the block ends."""
    over = threading.Event()

    def has_more(than: int) -> bool:
        return len(receiver.received) > than

    def work() -> None:
        heard = 0
        while not over.is_set():
            with receiver.arrived:
                receiver.arrived.wait_for(partial(has_more, heard), 0.1)
                new = receiver.received[heard:]
            for request in new:
                employer.hear(request)
            heard += len(new)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(10)


def test_a_crowd_joins_learns_answers_and_asks_for_its_money(receiver: Receiver, tmp_path: Path) -> None:
    items = make_items(6, seed=2)
    questions = [item["text"] for item in items]
    people = make_people(12, 3, Mix(vanish=0.1, stop=0.1, late=0.0, duplicate=0.0, messy=0.5))
    habits = Habits(truth_of(items), "CODE", speed=2000, join_span_s=0.2, idle_s=60)
    report = tmp_path / "report.json"
    with playing(make_provider(receiver)) as phones:
        employer = Employer(phones, questions)
        crowd = Crowd(people, habits, phones.url, Numbers(OWN, OWN), seed=3)
        with working(receiver, employer), serving(build_crowd(crowd, str(report)), crowd.bell) as url:
            staying = [p for p in people if p.vanish_after is None and p.stop_after is None]

            def done() -> dict[str, Any] | None:
                stats: dict[str, Any] = httpx2.get(f"{url}/control/stats").json()
                said = Counter(answer["phone"] for answer in stats["answers"])
                complete = all(said[person.name] == len(questions) for person in staying)
                return stats if complete and stats["alive"] == len(staying) else None

            until(done)
            assert httpx2.post(f"{url}/control/payday").json() == {"asking": len(staying)}
            until(lambda: employer.others if employer.others.count("PAY") >= len(staying) else None)
    stats = json.loads(report.read_text())
    check_job(stats, employer, len(questions))


def check_job(stats: dict[str, Any], employer: Employer, questions: int) -> None:
    assert stats["states"] == {"stopped": 1, "vanished": 1, "working": 10}
    assert employer.others.count("STOP") == 1
    assert employer.others.count("MORE") >= 10
    assert stats["majority"]["texts"] == questions
    assert stats["majority"]["accuracy"] >= 0.8
    chosen = {"en": "1", "sw": "2", "lg": "3"}
    for person in stats["people"]:
        address = ("whatsapp:" if person["channel"] == "whatsapp" else "") + person["number"]
        assert employer.language[address] == chosen[person["language"]]
        if person["state"] == "working":
            assert len(employer.answers[address]) == person["answered"] == questions
    judged = [answer for answer in stats["answers"] if answer["said"] != "unsure"]
    rightly = sum(answer["said"] == answer["truth"] for answer in judged)
    assert stats["majority"]["answer_accuracy"] == pytest.approx(rightly / len(judged))
