"""What becomes of a payout: pure, from its recipient, the knobs and seeded chance.

A recipient whose last six digits are `9900NN` forces an outcome, as test numbers do in MTN's sandbox:

| NN | what happens |
|---|---|
| 50 | failed: `unspecified_failure` |
| 52 | failed: `expired` |
| 53 | stays `processing` for ever |
| 54 | completed, after `delayed_completion_s` |
| 55 | failed: `insufficient_funds` (of the payer) |
| 56 | failed: `wallet_limit` |
| 57 | failed: `recipient_not_found` |
| 58 | failed: `recipient_not_allowed` |
| 60 | accepted, and the answer never comes; completed |
| 61 | accepted, answered 500; completed |
| 62 | the first request gets no answer and is not accepted; the next goes well |
| 63 | the first request is answered 500 and is not accepted; the next goes well |
| 64 | completed, then reversed |
| 65 | completed, no callback ever |
| 66 | completed, the callback comes twice |
| 67 | completed, and the callback comes before the answer to the request |
| 68 | completed, after a callback that names a wrong amount |
| 69 | accepted, the answer never comes, not found for `hidden_s`, then completed |
| 70 | completed, after a callback with a wrong signature |
"""

from dataclasses import dataclass, replace

from simulators.chance import Chance
from simulators.mobile_money.knobs import Knobs

_FORCED_PREFIX = "9900"

FAILED_BY_ENDING = {
    "50": "unspecified_failure",
    "52": "expired",
    "55": "insufficient_funds",
    "56": "wallet_limit",
    "57": "recipient_not_found",
    "58": "recipient_not_allowed",
}


@dataclass(frozen=True)
class Fate:
    """Everything that will happen to one accepted payout. Delays are in seconds."""

    processing_s: float
    completion_s: float | None
    failure_code: str = ""
    reversal_s: float | None = None
    reply: str = "accepted"
    hidden_s: float = 0.0
    callback_before_reply: bool = False
    callback_tellings: int = 1
    callback_late_s: float = 0.0
    callback_wrong_amount: bool = False
    callback_forged: bool = False


def forced_ending(recipient: str) -> str:
    """The two digits that force an outcome, or nothing."""
    return recipient[-2:] if recipient[-6:-2] == _FORCED_PREFIX else ""


def refusal(recipient: str, nth: int, attempt: int, knobs: Knobs, chance: Chance) -> str:
    """How a request is turned away before anything is taken: `500`, `timeout`, `429`, or not at all.

    `nth` counts the payouts to the recipient, `attempt` the requests under one reference.
    """
    ending = forced_ending(recipient)
    if ending:
        return {"62": "timeout", "63": "500"}.get(ending, "") if attempt == 1 else ""
    if chance.happens(knobs.reject_429_rate, "429", recipient, nth, attempt):
        return "429"
    if chance.happens(knobs.reject_500_rate, "500 before", recipient, nth, attempt):
        return "500"
    if chance.happens(knobs.reject_timeout_rate, "timeout before", recipient, nth, attempt):
        return "timeout"
    return ""


def decide(recipient: str, nth: int, knobs: Knobs, chance: Chance) -> Fate:
    """The fate of the nth payout to a recipient."""
    key = (recipient, nth)
    plain = Fate(
        processing_s=chance.between(knobs.processing_delay_s, "processing", *key),
        completion_s=chance.between(knobs.completion_delay_s, "completion", *key),
    )
    ending = forced_ending(recipient)
    return _forced(plain, ending, knobs, chance) if ending else _by_chance(plain, key, knobs, chance)


def _forced(plain: Fate, ending: str, knobs: Knobs, chance: Chance) -> Fate:
    if ending in FAILED_BY_ENDING:
        return replace(plain, failure_code=FAILED_BY_ENDING[ending])
    reversal_s = chance.between(knobs.reversal_delay_s, "reversal")
    return {
        "53": replace(plain, completion_s=None),
        "54": replace(plain, completion_s=knobs.delayed_completion_s),
        "60": replace(plain, reply="timeout"),
        "61": replace(plain, reply="500"),
        "64": replace(plain, reversal_s=reversal_s),
        "65": replace(plain, callback_tellings=0),
        "66": replace(plain, callback_tellings=2),
        "67": replace(plain, processing_s=0.0, completion_s=0.0, callback_before_reply=True),
        "68": replace(plain, callback_wrong_amount=True),
        "69": replace(plain, reply="timeout", hidden_s=knobs.hidden_s),
        "70": replace(plain, callback_forged=True),
    }.get(ending, plain)


def _by_chance(plain: Fate, key: tuple[str, int], knobs: Knobs, chance: Chance) -> Fate:
    failed = chance.happens(knobs.failure_rate, "failed", *key)
    reply = "accepted"
    if chance.happens(knobs.accept_then_500_rate, "500 after", *key):
        reply = "500"
    elif chance.happens(knobs.accept_then_timeout_rate, "timeout after", *key):
        reply = "timeout"
    tellings = 1
    if chance.happens(knobs.callback_loss_rate, "lost", *key):
        tellings = 0
    elif chance.happens(knobs.callback_duplicate_rate, "twice", *key):
        tellings = 2
    late = chance.happens(knobs.callback_late_rate, "late", *key)
    early = reply == "accepted" and chance.happens(knobs.callback_before_reply_rate, "early", *key)
    reversed_ = not failed and chance.happens(knobs.reversal_rate, "reversed", *key)
    hidden = reply != "accepted" and chance.happens(knobs.hidden_rate, "hidden", *key)
    return replace(
        plain,
        processing_s=0.0 if early else plain.processing_s,
        completion_s=0.0 if early else plain.completion_s,
        failure_code=chance.pick(knobs.failure_codes, "failure code", *key) if failed else "",
        reversal_s=chance.between(knobs.reversal_delay_s, "reversal", *key) if reversed_ else None,
        reply=reply,
        hidden_s=knobs.hidden_s if hidden else 0.0,
        callback_before_reply=early,
        callback_tellings=tellings,
        callback_late_s=chance.between(knobs.callback_late_delay_s, "how late", *key) if late else 0.0,
        callback_wrong_amount=chance.happens(knobs.callback_wrong_amount_rate, "wrong amount", *key),
        callback_forged=chance.happens(knobs.callback_forged_rate, "forged", *key),
    )
