"""Which function carries out which decision."""

from collections.abc import Callable

from app.conversation import acts, changing, commands, correcting, flow, joining, learning, redress, surveying
from app.conversation.acts import Context, Reply

_COMMANDS: dict[str, Callable[[Context], Reply | None]] = {
    "STOP": joining.stop,
    "START": lambda context: joining.start(context, surveying.resumed),
    "HELP": commands.help_,
    "INVITE": joining.invite,
    "SKIP": commands.skip,
    "MORE": commands.more,
    "BAL": commands.balance,
    "PAY": commands.ask_for_pay,
    "LANG": joining.language_menu,
    "WHY": redress.why,
    "UNDO": changing.undo,
}


def perform(context: Context, decision: flow.Decision) -> Reply | None:
    """Carry a decision out, in the message's transaction; return what is to be said, None for nothing."""
    return _in_survey(context, decision) or _perform(context, decision)


def _perform(context: Context, decision: flow.Decision) -> Reply | None:
    match decision:
        case flow.Do(name, words):
            return redress.appeal(context, words) if name == "APPEAL" else _COMMANDS[name](context)
        case flow.Answers():
            return acts.answers(context, decision)
        case flow.AskAgain():
            return commands.ask_again(context, decision)
        case flow.PassOn():
            return commands.gave_up(context)
        case flow.NothingAsked():
            return commands.nothing_asked(context)
        case flow.Silence():
            return None
        case (
            correcting.Changes()
            | correcting.WhichOne()
            | correcting.Keeps()
            | correcting.UndoUnclear()
            | correcting.Nothing()
        ):
            return changing.perform(context, decision)
    return _join(context, decision)


def _in_survey(context: Context, decision: flow.Decision) -> Reply | None:
    """Carry out what a survey does in its own way; None where it is none, or does as all others."""
    match decision:
        case flow.Do("MORE"):
            return surveying.resumed(context)
        case flow.Do("SKIP") if surveying.is_asked(context):
            return surveying.skip(context)
        case flow.Answers() if surveying.is_asked(context):
            return surveying.answered(context, decision)
        case flow.AskAgain("question", why) if surveying.is_asked(context):
            return surveying.ask_again(context, why)
        case flow.PassOn() if surveying.is_asked(context):
            return surveying.passed_over(context)
    return None


def _join(context: Context, decision: flow.Decision) -> Reply:
    match decision:
        case flow.Join():
            return joining.join(context, decision)
        case flow.PickLanguage():
            return joining.pick_language(context, decision)
        case flow.Consent():
            return joining.consent(context, decision)
        case flow.Practised():
            return joining.practised(context, decision)
        case flow.Learned():
            return learning.learned(context, decision)
        case flow.AskToJoin(helped=True):
            return commands.help_(context)
    return joining.stranger()
