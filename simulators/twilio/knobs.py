"""What can be set about the simulated Twilio, at the start and while it runs.

The defaults are a faultless provider that confirms STOP itself, as Twilio does for long codes. Every
field is a knob of `POST /simulator/config` and of the `--config` file.
"""

from dataclasses import dataclass, field


@dataclass
class Knobs:
    """Names ending in `_rate` are shares from 0 to 1, in `_s` seconds or a [low, high] span of them."""

    # Numbers. `own_numbers` empty: any sender is allowed. `services` maps MG… to its sender.
    own_numbers: list[str] = field(default_factory=list)
    services: dict[str, str] = field(default_factory=dict)
    unreachable: list[str] = field(default_factory=list)
    invalid_numbers: list[str] = field(default_factory=list)
    landlines: list[str] = field(default_factory=list)

    # The life of a message on its way out.
    sent_delay_s: tuple[float, float] = (0.01, 0.05)
    delivered_delay_s: tuple[float, float] = (0.05, 0.25)
    sending_callback: bool = True
    undelivered_rate: float = 0.0
    undelivered_codes: list[int] = field(default_factory=lambda: [30003, 30008])
    failed_rate: float = 0.0
    failed_codes: list[int] = field(default_factory=lambda: [30007])
    whatsapp_read_rate: float = 0.0
    whatsapp_window_s: float = 86400.0

    # Status callbacks.
    callback_loss_rate: float = 0.0
    callback_duplicate_rate: float = 0.0
    callback_reorder_rate: float = 0.0
    callback_late_rate: float = 0.0
    callback_late_delay_s: tuple[float, float] = (1.0, 5.0)
    callback_patience_s: float = 0.0

    # Inbound webhooks. `inbound_patience_s` keeps trying beyond Twilio's own retries (a person who
    # texts again); `inbound_loss_rate` texts are on the list of messages and never posted.
    inbound_delay_s: tuple[float, float] = (0.0, 0.0)
    inbound_duplicate_rate: float = 0.0
    inbound_loss_rate: float = 0.0
    inbound_patience_s: float = 0.0
    webhook_retries: int = 1
    webhook_timeout_s: float = 15.0

    # The provider's API. The first three have taken the message although the caller cannot know.
    accept_then_500_rate: float = 0.0
    accept_then_cut_rate: float = 0.0
    accept_then_timeout_rate: float = 0.0
    reject_429_rate: float = 0.0
    reject_500_rate: float = 0.0
    reject_timeout_rate: float = 0.0
    timeout_hold_s: float = 30.0
    answer_delay_s: tuple[float, float] = (0.0, 0.0)

    # Opt-outs.
    provider_confirms_stop: bool = True
    advanced_opt_out: bool = False
    opt_out_channels: list[str] = field(default_factory=lambda: ["sms"])
    stop_words: list[str] = field(default_factory=list)
    start_words: list[str] = field(default_factory=list)

    # Signing: `sha1` by the account's token, `sha256` by a shared key (the token when it is empty).
    signature: str = "sha1"
    shared_key: str = "webhooks_sharedkey_simulated"
    shared_key_secret: str = ""

    # Prices a segment by the longest prefix that fits; `default` where none does.
    price_unit: str = "USD"
    price_per_segment: dict[str, float] = field(default_factory=lambda: {"default": 0.01})
    inbound_price_per_segment: dict[str, float] = field(default_factory=lambda: {"default": 0.0})
