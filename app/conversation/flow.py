"""What a reply means for the conversation, decided purely: from where a worker stands and what they wrote.

Gives one decision out of a closed set; app/conversation/handle.py carries it out. The worker's word comes first:
commands are read before anything a question might want.
"""

from dataclasses import dataclass, replace
from datetime import date

from app.conversation import appealing, correcting, parse
from app.conversation.correcting import Correcting, Given, Keeps
from app.conversation.lessons import LESSONS
from app.conversation.parse import Choice, Command, Replied, Unclear
from app.tasks.asking import Question

# One clarifying question, then on: being asked the same thing over and over is what makes people give up.
CLARIFY_LIMIT = 1


@dataclass(frozen=True)
class Situation:
    """Where the conversation stands. `state` is `unknown` where nobody has joined from the address."""

    state: str
    stage: str = "language"
    language: str = "en"
    menu: tuple[str, ...] = ("en",)
    training_step: int = 0
    asked_again: int = 0
    today: date | None = None  # theirs, without which no `yesterday` can be read
    # What the message asked that can still be answered, in its order, or at stage `lesson` the practice question;
    # empty where nothing was asked.
    questions: tuple[Question, ...] = ()
    # The answers given last, where the text may be about them.
    given: Given | None = None


@dataclass(frozen=True)
class Join:
    """Wants to join, by an invite code, and may have said a name."""

    code: str
    name: str


@dataclass(frozen=True)
class AskToJoin:
    """Wrote without ever having joined, and not JOIN; `helped` when they asked for help."""

    helped: bool = False


@dataclass(frozen=True)
class PickLanguage:
    """Picked a language of the menu, joining or after LANG."""

    language: str


@dataclass(frozen=True)
class Consent:
    """Agreed or declined."""

    agreed: bool


@dataclass(frozen=True)
class Practised:
    """Answered the lesson at `step`."""

    step: int
    right: bool


@dataclass(frozen=True)
class Learned:
    """Answered a project's practice question; None where twice nothing was understood."""

    value: str | None


@dataclass(frozen=True)
class Answers:
    """Answered the questions that wait, or some of them."""

    replied: Replied


@dataclass(frozen=True)
class AskAgain:
    """Was not understood for the first time; `what` is what is asked again."""

    what: str  # language | consent | training | lesson | question
    why: str


@dataclass(frozen=True)
class PassOn:
    """Was not understood twice: the question goes to somebody else, without blame."""

    why: str


@dataclass(frozen=True)
class Do:
    """A command to carry out: STOP START HELP SKIP MORE BAL PAY LANG WHY APPEAL UNDO; `words` follow APPEAL."""

    name: str
    words: str = ""


@dataclass(frozen=True)
class NothingAsked:
    """Wrote something while nothing was asked."""


@dataclass(frozen=True)
class Silence:
    """Nothing is said: after STOP only START and JOIN are heard."""


Decision = (
    Join
    | AskToJoin
    | PickLanguage
    | Consent
    | Practised
    | Learned
    | Answers
    | AskAgain
    | PassOn
    | Do
    | NothingAsked
    | Silence
    | Correcting
)
# Understood already, and told so plainly, though what they do comes later.
_STARTS = {"START", "JOIN"}
# What somebody who is paused altogether may still ask for; whatever else they write is answered by the reason.
_WHILE_PAUSED = {"HELP", "BAL", "PAY", "LANG", "WHY", "APPEAL"}


def decide(situation: Situation, text: str) -> Decision:
    """Return what the text means in the situation. Never raises, whatever the text."""
    asks_text = any(one.type == "text" for one in situation.questions)
    command = parse.command(text, asks_text=asks_text)
    if situation.state == "unknown":
        return _from_stranger(command)
    if command is not None and command.name == "STOP":
        return Silence() if situation.state == "stopped" else Do("STOP")
    if situation.state in {"stopped", "erased"}:
        return _from_stopped(command)
    if situation.state == "paused":
        return _from_paused(situation, command, text)
    if command is not None and command.name in _STARTS:
        return _start_word(situation, command)
    if command is not None and command.name == "SKIP" and situation.given and situation.given.undoing:
        return Keeps()
    if command is not None:
        return Do(command.name)
    appeal = None if asks_text else appealing.words_of(text)
    return Do("APPEAL", appeal) if appeal else _reply(situation, text)


def _from_stranger(command: Command | None) -> Decision:
    if command is None:
        return AskToJoin()
    if command.name == "JOIN":
        return _join(command)
    return Silence() if command.name == "STOP" else AskToJoin(helped=command.name == "HELP")


def _from_stopped(command: Command | None) -> Decision:
    if command is None or command.name not in _STARTS:
        return Silence()
    return Do("START")


def _from_paused(situation: Situation, command: Command | None, text: str) -> Decision:
    """Somebody who gets no work now; another person on their phone may still join by name."""
    if command is not None and command.name == "JOIN" and (join := _join(command)).name:
        return join
    if command is not None:
        return Do(command.name if command.name in _WHILE_PAUSED else "WHY")
    appeal = appealing.words_of(text)
    if appeal:
        return Do("APPEAL", appeal)
    return _language(situation, text) if situation.stage == "language" else Do("WHY")


def _start_word(situation: Situation, command: Command) -> Decision:
    """START and JOIN from somebody who never left: a JOIN with a name is another person on the same phone."""
    if command.name == "JOIN":
        join = _join(command)
        if join.name or situation.state == "new":
            return join
    return Do("MORE")


def _join(command: Command) -> Join:
    code, _, name = command.argument.strip().partition(" ")
    return Join(code=code, name=name.strip()[:20])


def _reply(situation: Situation, text: str) -> Decision:
    if situation.stage == "language":
        return _language(situation, text)
    if situation.stage in {"consent", "declined"}:
        return _consent(text)
    if situation.stage == "training":
        return _training(situation, text)
    about_last = _about_last(situation, text)
    if about_last is not None:
        return about_last
    if not situation.questions:
        return NothingAsked()
    return _lesson(situation, text) if situation.stage == "lesson" else _answer(situation, text)


def _about_last(situation: Situation, text: str) -> Correcting | None:
    if situation.given is None:
        return None
    return correcting.decide(
        situation.given,
        situation.questions,
        text,
        situation.language,
        asked_again=situation.asked_again >= CLARIFY_LIMIT,
    )


def _language(situation: Situation, text: str) -> Decision:
    picked = parse.language(text, situation.menu)
    return PickLanguage(picked) if picked else AskAgain("language", "no language of the menu")


def _consent(text: str) -> Decision:
    picked = parse.option(text, 2, yes_no=True)
    return AskAgain("consent", "neither yes nor no") if picked is None else Consent(agreed=picked == 1)


def _training(situation: Situation, text: str) -> Decision:
    reading = parse.answer(text, YES_NO, situation.language)
    if isinstance(reading, Unclear):
        if situation.asked_again < CLARIFY_LIMIT:
            return AskAgain("training", reading.why)
        return Practised(situation.training_step, right=False)
    lesson = LESSONS[min(situation.training_step, len(LESSONS) - 1)]
    return Practised(situation.training_step, right=reading.number == lesson.right)


def _lesson(situation: Situation, text: str) -> Decision:
    reading = parse.reply(text, situation.questions, situation.language)
    if not isinstance(reading, Unclear):
        return Learned(reading.answers[0].value)
    return AskAgain("lesson", reading.why) if situation.asked_again < CLARIFY_LIMIT else Learned(None)


def _answer(situation: Situation, text: str) -> Decision:
    asked = situation.questions
    if situation.asked_again:
        # Told how to leave, they sent what holds the word again: it is their text.
        asked = tuple(replace(question, may_say_stop=True) for question in asked)
    reading = parse.reply(text, asked, situation.language, today=situation.today)
    if not isinstance(reading, Unclear):
        return Answers(reading)
    return AskAgain("question", reading.why) if situation.asked_again < CLARIFY_LIMIT else PassOn(reading.why)


# Consent and lessons are yes/no questions of our own; the parser knows the words of each language.
YES_NO = (
    Choice("yes", {"en": "Yes", "sw": "Ndiyo", "lg": "Yee"}),
    Choice("no", {"en": "No", "sw": "Hapana", "lg": "Nedda"}),
)
