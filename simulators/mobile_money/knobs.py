"""What can be set about the simulated mobile-money provider, at the start and while it runs.

The defaults are a faultless provider. Every field is a knob of `POST /simulator/config` and of the
`--config` file. Recipients that force an outcome, whatever the knobs say, are in `fate`.
"""

from dataclasses import dataclass, field


@dataclass
class Knobs:
    """Names ending in `_rate` are shares from 0 to 1, in `_s` seconds or a [low, high] span of them."""

    currencies: list[str] = field(default_factory=lambda: ["KES", "UGX", "TZS", "RWF", "GHS", "USD"])
    smallest_minor: int = 1
    largest_minor: int = 25_000_000
    opening_balance_minor: int = 1_000_000_000

    # The life of a payout.
    processing_delay_s: tuple[float, float] = (0.0, 0.1)
    completion_delay_s: tuple[float, float] = (0.1, 0.5)
    delayed_completion_s: float = 3.0
    failure_rate: float = 0.0
    failure_codes: list[str] = field(default_factory=lambda: ["recipient_not_found", "wallet_limit"])
    reversal_rate: float = 0.0
    reversal_delay_s: tuple[float, float] = (0.2, 0.5)

    # The answer to a request. `accept_…` has taken the payout although the caller cannot know;
    # `reject_…` has not.
    answer_delay_s: tuple[float, float] = (0.0, 0.0)
    accept_then_500_rate: float = 0.0
    accept_then_timeout_rate: float = 0.0
    reject_500_rate: float = 0.0
    reject_timeout_rate: float = 0.0
    reject_429_rate: float = 0.0
    timeout_hold_s: float = 30.0
    # A payout whose answer was lost may not be found at first, and is all the same made.
    hidden_rate: float = 0.0
    hidden_s: float = 1.0

    # Callbacks.
    callback_loss_rate: float = 0.0
    callback_duplicate_rate: float = 0.0
    callback_before_reply_rate: float = 0.0
    callback_wrong_amount_rate: float = 0.0
    callback_forged_rate: float = 0.0
    callback_late_rate: float = 0.0
    callback_late_delay_s: tuple[float, float] = (1.0, 3.0)
    callback_patience_s: float = 0.0
    callback_retries: int = 1
    callback_timeout_s: float = 10.0
