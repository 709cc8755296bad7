"""What becomes of a message on its way out: pure, from the message, the knobs and seeded chance.

https://www.twilio.com/docs/messaging/guides/track-outbound-message-status: no callback tells the
first status; the later ones are told unordered, perhaps twice, perhaps never.
"""

from dataclasses import dataclass

from simulators.chance import Chance
from simulators.twilio.knobs import Knobs
from simulators.twilio.records import Message, channel_of, number_of

OUTSIDE_WINDOW = 63016
HANDSET_OFF = 30003


@dataclass(frozen=True)
class Step:
    """The next status, how long after the one before, and how it is told.

    `tellings` is how many times the callback is posted (0: never); `late_s` holds it back.
    """

    status: str
    after_s: float
    tellings: int
    late_s: float
    error_code: int | None = None


def plan(message: Message, knobs: Knobs, chance: Chance, *, window_open: bool) -> list[Step]:
    """The steps ahead of a message, oldest first."""
    end, error_code = _end(message, knobs, chance, window_open=window_open)
    statuses = ["queued"] if message.service_sid else []
    if error_code != OUTSIDE_WINDOW:
        statuses += ["sending", "sent"] if knobs.sending_callback else ["sent"]
    if end == "failed" and "sent" in statuses:
        statuses.remove("sent")
    statuses.append(end)
    if end == "delivered" and _is_read(message, knobs, chance):
        statuses.append("read")
    return [
        _step(message, status, error_code, knobs, chance) for status in statuses if message.before(status)
    ]


def _end(message: Message, knobs: Knobs, chance: Chance, *, window_open: bool) -> tuple[str, int | None]:
    key = (message.to, message.nth)
    if channel_of(message.to) == "whatsapp" and not window_open and not message.content_sid:
        return "failed", OUTSIDE_WINDOW
    if number_of(message.to) in knobs.unreachable:
        return "undelivered", HANDSET_OFF
    if chance.happens(knobs.failed_rate, "failed", *key):
        return "failed", chance.pick(knobs.failed_codes, "failed code", *key)
    if chance.happens(knobs.undelivered_rate, "undelivered", *key):
        return "undelivered", chance.pick(knobs.undelivered_codes, "undelivered code", *key)
    return "delivered", None


def _is_read(message: Message, knobs: Knobs, chance: Chance) -> bool:
    return channel_of(message.to) == "whatsapp" and chance.happens(
        knobs.whatsapp_read_rate, "read", message.to, message.nth
    )


def _step(message: Message, status: str, error_code: int | None, knobs: Knobs, chance: Chance) -> Step:
    key = (status, message.to, message.nth)
    ending = status in {"delivered", "undelivered", "failed", "read"}
    span = knobs.delivered_delay_s if ending else knobs.sent_delay_s
    after_s = 0.0 if status in {"queued", "sending"} else chance.between(span, "delay", *key)
    tellings = 1
    if chance.happens(knobs.callback_loss_rate, "lost", *key):
        tellings = 0
    elif chance.happens(knobs.callback_duplicate_rate, "twice", *key):
        tellings = 2
    late_s = 0.0
    if chance.happens(knobs.callback_late_rate, "late", *key):
        late_s = chance.between(knobs.callback_late_delay_s, "how late", *key)
    elif not ending and chance.happens(knobs.callback_reorder_rate, "reordered", *key):
        # Longer than all that can come after it, so that the end is told before this.
        late_s = knobs.sent_delay_s[1] + knobs.delivered_delay_s[1] + 0.05
    told_code = error_code if status in {"undelivered", "failed"} else None
    return Step(status, after_s, tellings, late_s, told_code)
