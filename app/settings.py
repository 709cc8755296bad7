"""Every setting of the service: `KAZI_` + the upper-case name, each secret also as `KAZI_<NAME>_FILE`.

Owns reading and checking them; docs/settings.md documents each, and a test holds the two together.
Nothing else in app/ reads the environment.
"""

import os
import re
import secrets
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.hours import QuietHours

SECRETS = (
    "secret_key",
    "secret_key_previous",
    "twilio_auth_token",
    "twilio_shared_key_secret",
    "simulated_rail_secret",
    "metrics_token",
    "database_url",
    "redis_url",
    "api_key",
)


_AMOUNT = re.compile(r"[A-Z]{3}:\d{1,12}")


def _quiet_hours(value: Any) -> Any:
    return QuietHours.parse(value) if isinstance(value, str) else value


class Settings(BaseSettings):
    """The settings of one process. Read once, by `settings()`; a test calls `settings.cache_clear()`."""

    model_config = SettingsConfigDict(env_prefix="KAZI_", extra="ignore", arbitrary_types_allowed=True)

    database_url: str = ""
    redis_url: str = ""
    data_dir: Path = Path(".kazi/data")
    public_url: str = "http://127.0.0.1:8000"
    secret_key: SecretStr = SecretStr("")
    secret_key_previous: SecretStr = SecretStr("")

    quiet_hours: Annotated[QuietHours | None, BeforeValidator(_quiet_hours)] = Field(
        default_factory=lambda: QuietHours.parse("19:00-08:00")
    )
    session_tasks: int = 5
    session_pause_s: int = 4 * 3600
    reminder_share: float = 0.5
    least_lease_s: int = 300
    receipt_wait_s: int = 30 * 60
    appeal_hours: int = 48
    unknown_wait_s: int = 15 * 60

    payout_minimum_minor: int = 1000
    payout_threshold_minor: int = 20000
    payout_auto_limit: int = 0
    payout_lookup_s: str = "60,300,900"
    payout_not_found_grace_s: int = 15 * 60
    fee_percent: int = 20
    pay_floor: str = ""
    price_list: Path | None = None
    reserve_messages_percent: int = 150
    referral_pay: str = ""
    referral_answers: int = 10
    referral_most: int = 10

    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_shared_key_secret: SecretStr = SecretStr("")
    twilio_api_url: str = "https://api.twilio.com"
    twilio_sms_from: str = ""
    twilio_whatsapp_from: str = ""
    twilio_messaging_service_sid: str = ""
    twilio_confirms_stop: bool = False
    provider_timeout_s: float = 10.0
    send_concurrency: int = 8
    sweep_interval_s: float = 1.0
    recovery_interval_s: float = 600.0

    simulated_rail_url: str = ""
    simulated_rail_secret: SecretStr = SecretStr("")
    simulator_url: str = ""

    open_join: bool = True
    operator_name: str = "team"
    countries: str = "KE,UG,TZ,RW"
    help_phone: str = "+254700000000"
    metrics_token: SecretStr = SecretStr("")
    api_rate_per_minute: int = 600
    webhook_allow_private: bool = False
    log_level: str = "INFO"
    database_pool: int = 15
    inbound_workers: int = 2
    outbound_workers: int = 1
    web_processes: int = 1

    api_url: str = "http://127.0.0.1:8000"
    api_key: SecretStr = SecretStr("")

    @model_validator(mode="before")
    @classmethod
    def _from_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {**_secret_files(), **values}

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < 32:
            raise ValueError("KAZI_SECRET_KEY must have 32 characters or more")
        return value

    @field_validator("payout_lookup_s")
    @classmethod
    def _look_up_steps(cls, value: str) -> str:
        if not all(step.strip().isdigit() and int(step) > 0 for step in value.split(",")):
            raise ValueError(
                "KAZI_PAYOUT_LOOKUP_S must be seconds with commas between them, such as 60,300,900"
            )
        return value

    @field_validator("referral_pay", "pay_floor")
    @classmethod
    def _amounts(cls, value: str, info: ValidationInfo) -> str:
        if not all(_AMOUNT.fullmatch(part.strip()) for part in value.split(",") if part.strip()):
            raise ValueError(
                f"KAZI_{str(info.field_name).upper()} must be currencies and minor units with commas between them,"
                " such as KES:2000,UGX:500"
            )
        return value

    @property
    def referral_pay_minor(self) -> dict[str, int]:
        """What bringing a friend pays, in minor units by currency; nothing in one that is not there."""
        return _by_currency(self.referral_pay)

    @property
    def pay_floors(self) -> dict[str, int]:
        """What an hour of work is to earn at least, net, in minor units by currency."""
        return _by_currency(self.pay_floor)

    @property
    def country_list(self) -> tuple[str, ...]:
        """The ISO 3166 codes of the countries whose numbers may join."""
        return tuple(code.strip().upper() for code in self.countries.split(",") if code.strip())

    @property
    def payout_lookup_steps_s(self) -> tuple[int, ...]:
        """How long after each look at an open payout the next one follows; the last repeats."""
        return tuple(int(step) for step in self.payout_lookup_s.split(","))

    @property
    def session_pause(self) -> timedelta:
        """How long after a finished session a worker is left alone unless they ask for more."""
        return timedelta(seconds=self.session_pause_s)

    def key_material(self) -> str:
        """Return the secret the keys are derived from; made and kept in the data folder when none is set."""
        given = self.secret_key.get_secret_value()
        return given or _kept_secret(self.data_dir)


def _by_currency(amounts: str) -> dict[str, int]:
    parts = (part.strip().split(":") for part in amounts.split(",") if part.strip())
    return {currency: int(amount) for currency, amount in parts}


def _secret_files() -> dict[str, str]:
    """Return the secrets named by `KAZI_<NAME>_FILE`, trailing newlines cut."""
    found = {}
    for name in SECRETS:
        path = os.environ.get(f"KAZI_{name.upper()}_FILE")
        if path:
            found[name] = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    return found


def _kept_secret(data_dir: Path) -> str:
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("x", encoding="utf-8") as file:
                path.chmod(0o600)
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass  # another process of the same start made it first: theirs is the key
    return path.read_text(encoding="utf-8").strip()


@lru_cache
def settings() -> Settings:
    """Return the settings of this process."""
    return Settings()
