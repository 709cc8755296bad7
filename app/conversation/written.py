"""What is said about free text: the receipt, which says again how it begins, and the one clarifying question. Pure."""

from babel import Locale
from babel.core import UnknownLocaleError

from app import texts
from app.tasks.description.spec import Written
from app.texts.render import shortened


def receipts(text: str, language: str, *, pay: str, today: str, late: bool) -> tuple[str, ...]:
    """Return what is said of a text that is paid, the longest wording first."""
    if late:
        return (texts.say("text_late_paid", language, pay=pay), f"+{pay}.")
    plain = texts.say("text_receipt", language, pay=pay, today=today)
    begun = shortened(text)
    if not begun:
        return (plain, f"+{pay}.")
    return (texts.say("text_receipt_echo", language, text=begun, pay=pay, today=today), plain, f"+{pay}.")


def pending_receipts(text: str, language: str, *, pay: str) -> tuple[str, ...]:
    """Return what is said of a text that others check before it is paid, the longest wording first."""
    plain = texts.say("text_pending", language, pay=pay)
    begun = shortened(text)
    return (texts.say("text_pending_echo", language, text=begun, pay=pay), plain) if begun else (plain,)


def clarify(wanted: Written, why: str, language: str) -> str:
    """Return what is asked where a reply is not the text that was asked for."""
    if why == "stop-inside":
        return texts.say("text_stop_hint", language)
    if why in {"too-short", "too-long"}:
        return texts.say(
            "text_clarify_length", language, least=wanted.min_length, most=f"{wanted.max_length:,}"
        )
    if why == "wrong-script" and wanted.script:
        return texts.say("text_clarify_script", language, script=_script_name(wanted.script, language))
    if why == "copy":
        return texts.say("text_clarify_copy", language)
    return texts.say("text_clarify", language)


def _script_name(script: str, language: str) -> str:
    """Return what an alphabet is called, in the language where that is known, else in English."""
    try:
        own = Locale(language).scripts.get(script)
    except UnknownLocaleError:
        own = None
    return str(own or Locale("en").scripts.get(script, script))
