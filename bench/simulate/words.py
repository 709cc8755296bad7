"""What the texts of a job cost in segments: the app's own texts, rendered and counted, for texts of a given length."""

from dataclasses import dataclass
from functools import lru_cache

from app import texts
from app.channels import segments
from app.operations import questions
from app.tasks.bundling import MOST_IN_BUNDLE
from app.tasks.models import Project, Task

PAY_MINOR, CURRENCY = 200, "KES"
_WORDS = "the water point near our market has been broken since last week and nobody came to repair it yet so we walk "


@dataclass(frozen=True)
class Words:
    """The texts of one scheme: how long the tasks' own are, and whether several share a message.

    `whole` where a message is billed as one, whatever its length: then a segment is a message.
    """

    length: int
    bundled: bool
    whole: bool = False
    template: str = 'Is this about WATER? "{text}"'
    short: str = "Water?"

    def most_together(self, *, experienced: bool, receipt_of: int) -> int:
        """Return how many questions share one message behind the receipt of so many answers (0: none)."""
        return _together(self, experienced, receipt_of)

    def question_segments(self, count: int, *, experienced: bool, receipt_of: int) -> int:
        """Return the segments of a message that asks so many questions, behind that receipt."""
        return _question(self, count, experienced, receipt_of)

    def receipt_segments(self) -> int:
        """Return the segments of a receipt that travels alone."""
        return self.billed(_receipt(1)[0])

    def last_segments(self, count: int) -> int:
        """Return the segments of the message that ends a session: the receipt, and how to go on."""
        done = texts.say("session_done", "en", count=count)
        return self.billed(questions.behind(_receipt(min(count, MOST_IN_BUNDLE)), done))

    def clarify_segments(self) -> int:
        """Return the segments of asking back."""
        return self.billed(texts.say("clarify", "en", options="1 Yes 2 No 0 Don't know"))

    def reminder_segments(self, count: int, *, experienced: bool) -> int:
        """Return the segments of a reminder, which asks once more."""
        return self.question_segments(count, experienced=experienced, receipt_of=0)

    def billed(self, text: str) -> int:
        """Return what a text is billed as."""
        return 1 if self.whole else segments.count(text).segments

    def text(self) -> str:
        """Return a task's own text, of exactly that length."""
        return (_WORDS * (1 + self.length // len(_WORDS)))[: self.length - 1] + "."

    def project(self) -> Project:
        """Return the project they are of."""
        spec = {
            "kind": "verification",
            "template": {"en": self.template},
            "short": {"en": self.short},
            "choices": [
                {"value": "yes", "label": {"en": "Yes"}},
                {"value": "no", "label": {"en": "No"}},
            ],
            **({} if self.bundled else {"bundle": 1}),
        }
        return Project(spec=spec, pay_minor=PAY_MINOR, currency=CURRENCY)


def _receipt(count: int) -> tuple[str, ...]:
    pay, today = texts.money(count * PAY_MINOR, CURRENCY), texts.money(10_000, CURRENCY)
    if count == 1:
        full = texts.say("receipt", "en", number=1, label="Yes", pay=pay, today=today)
        return (full, f"1 Yes, +{pay}.", f"+{pay}.")
    digits = " ".join("12121"[:count])
    full = texts.say("bundle_receipt", "en", answers=digits, pay=pay, today=today)
    return (full, f"{digits}, +{pay}.", f"{digits.replace(' ', '')} +{pay}.")


@lru_cache
def _together(words: Words, experienced: bool, receipt_of: int) -> int:
    if not words.bundled:
        return 1
    tasks = [Task(data={"text": words.text()}) for _ in range(MOST_IN_BUNDLE)]
    prefixes = _receipt(receipt_of) if receipt_of else ("",)
    return len(
        questions.fitting(
            words.project(), tasks, "en", prefixes=prefixes, experienced=experienced, whole=words.whole
        )
    )


@lru_cache
def _question(words: Words, count: int, experienced: bool, receipt_of: int) -> int:
    tasks = [Task(data={"text": words.text()}) for _ in range(count)]
    prefixes = _receipt(receipt_of) if receipt_of else ("",)
    text = questions.render_all(
        words.project(), tasks, "en", prefixes=prefixes, experienced=experienced, whole=words.whole
    )
    return words.billed(text)
