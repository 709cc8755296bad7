"""What the demonstration is made of: its settings, its processes, its projects, and where each listens.

The simulators are processes that speak HTTP; nothing of them is imported here.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app import texts
from app.conversation.lessons import LESSONS
from app.servers import ProcessSpec
from app.stack import ROOT

ACCOUNT_SID = "AC" + "d" * 32
SMS_NUMBER = "+254711082000"
WHATSAPP_NUMBER = "+254711082001"
INVITE = "MAJI24"
PARTNER, CLIENT = "Maji Group", "Demo client"

# What a local aggregator takes: the demonstration shows what the service costs, not what one provider does.
PRICES = Path(__file__).with_name("prices.toml")

# The provider's bad days, mild enough that every fault is met many times in some hundred messages.
TWILIO_FAULTS = {
    "sent_delay_s": [0.01, 0.05],
    "delivered_delay_s": [0.05, 0.4],
    "callback_loss_rate": 0.03,
    "callback_duplicate_rate": 0.05,
    "callback_reorder_rate": 0.05,
    "inbound_duplicate_rate": 0.05,
    "inbound_patience_s": 120.0,
    "undelivered_rate": 0.005,
    "reject_429_rate": 0.005,
    "own_numbers": [SMS_NUMBER, f"whatsapp:{WHATSAPP_NUMBER}"],
}
MOBILE_MONEY_FAULTS = {
    "callback_loss_rate": 0.1,
    "callback_duplicate_rate": 0.1,
    "callback_before_reply_rate": 0.05,
    "accept_then_500_rate": 0.05,
    "reject_500_rate": 0.03,
    "hidden_rate": 0.05,
}


@dataclass(frozen=True)
class Ports:
    """Where everything listens, on the loopback address."""

    web: int
    twilio: int
    mobile_money: int
    crowd: int

    @property
    def web_url(self) -> str:
        """The address of the console and the API."""
        return f"http://127.0.0.1:{self.web}"

    @property
    def twilio_url(self) -> str:
        """The simulated Twilio."""
        return f"http://127.0.0.1:{self.twilio}"

    @property
    def mobile_money_url(self) -> str:
        """The simulated mobile-money provider."""
        return f"http://127.0.0.1:{self.mobile_money}"

    @property
    def crowd_url(self) -> str:
        """The crowd's control."""
        return f"http://127.0.0.1:{self.crowd}"


def free_ports(web: int, data_dir: Path) -> Ports:
    """Return free ports, the console's being the one asked for, else the one the data folder had before."""
    kept = data_dir / "ports.json"
    before = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    wanted = [
        web or before.get("web", 0),
        *(before.get(name, 0) for name in ("twilio", "mobile_money", "crowd")),
    ]
    found = Ports(*(_free_port(port) for port in wanted))
    kept.write_text(json.dumps(found.__dict__), encoding="utf-8")
    return found


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port")


def environment(ports: Ports, data_dir: Path) -> dict[str, str]:
    """Return the settings of the demonstration, over a shell whose own KAZI_ settings do not count here."""
    token = _kept(data_dir / "twilio_token")
    return {
        "KAZI_DATA_DIR": str(data_dir),
        "KAZI_PUBLIC_URL": ports.web_url,
        "KAZI_QUIET_HOURS": "none",
        "KAZI_LEAST_LEASE_S": "5",
        "KAZI_PRICE_LIST": str(PRICES),
        "KAZI_SESSION_PAUSE_S": "3",
        "KAZI_RECEIPT_WAIT_S": "5",
        "KAZI_UNKNOWN_WAIT_S": "5",
        "KAZI_PAYOUT_MINIMUM_MINOR": "100",
        "KAZI_PAYOUT_AUTO_LIMIT": "1000000",
        "KAZI_PAYOUT_THRESHOLD_MINOR": "100000000",
        "KAZI_PAYOUT_LOOKUP_S": "1,2,4",
        "KAZI_PAYOUT_NOT_FOUND_GRACE_S": "3",
        "KAZI_COUNTRIES": "KE,UG",
        "KAZI_TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "KAZI_TWILIO_AUTH_TOKEN": token,
        "KAZI_TWILIO_API_URL": ports.twilio_url,
        "KAZI_TWILIO_SMS_FROM": SMS_NUMBER,
        "KAZI_TWILIO_WHATSAPP_FROM": WHATSAPP_NUMBER,
        "KAZI_TWILIO_CONFIRMS_STOP": "true",
        "KAZI_SIMULATOR_URL": ports.twilio_url,
        "KAZI_SIMULATED_RAIL_URL": ports.mobile_money_url,
        "KAZI_SIMULATED_RAIL_SECRET": token,
        "KAZI_API_RATE_PER_MINUTE": "6000",
    }


def apply(settings: dict[str, str]) -> None:
    """Make these the only KAZI_ settings of this process and of those it starts."""
    for name in [name for name in os.environ if name.startswith("KAZI_")]:
        del os.environ[name]
    os.environ.update(settings)


def _kept(path: Path) -> str:
    if not path.exists():
        path.write_text(secrets.token_hex(16), encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8")


def simulators(
    ports: Ports,
    data_dir: Path,
    *,
    twilio_faults: Mapping[str, Any] = TWILIO_FAULTS,
    mobile_money_faults: Mapping[str, Any] = MOBILE_MONEY_FAULTS,
) -> list[ProcessSpec]:
    """Return the two providers; they keep what happened in the data folder, as real ones would elsewhere."""
    token = os.environ["KAZI_TWILIO_AUTH_TOKEN"]
    twilio_knobs = _written(data_dir / "twilio.json", dict(twilio_faults))
    mobile_money_knobs = _written(data_dir / "mobile_money.json", dict(mobile_money_faults))
    twilio = [
        "-m", "simulators.twilio", "--port", str(ports.twilio), "--account-sid", ACCOUNT_SID,
        "--auth-token", token, "--webhook-url", f"{ports.web_url}/webhooks/twilio/messages",
        "--config", str(twilio_knobs), "--state", str(data_dir / "twilio.jsonl"),
    ]  # fmt: skip
    mobile_money = [
        "-m", "simulators.mobile_money", "--port", str(ports.mobile_money), "--secret", token,
        "--callback-url", f"{ports.web_url}/webhooks/payouts/simulated",
        "--config", str(mobile_money_knobs),
        "--state", str(data_dir / "mobile_money.jsonl"),
    ]  # fmt: skip
    return [process("twilio", twilio, data_dir), process("mobile-money", mobile_money, data_dir)]


def crowd(
    ports: Ports, data_dir: Path, *, phones: int, seed: int, items: list[dict[str, str]]
) -> ProcessSpec:
    """Return the people with phones: they join as soon as they are started."""
    truth = _written(data_dir / "truth.json", {item["text"]: item["truth"] for item in items})
    argv = [
        "-m", "simulators.crowd", "--twilio", ports.twilio_url, "--kazi-number", SMS_NUMBER,
        "--kazi-whatsapp", WHATSAPP_NUMBER, "--invite", INVITE, "--truth", str(truth),
        "--phones", str(phones), "--seed", str(seed), "--port", str(ports.crowd),
        "--speed", "20", "--join-span-s", "5", "--idle-s", "60",
    ]  # fmt: skip
    return process("crowd", argv, data_dir)


def process(name: str, argv: list[str], data_dir: Path) -> ProcessSpec:
    """Return a python process of the demonstration that logs to the data folder."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    return ProcessSpec(
        name=name, argv=[sys.executable, *argv], env=env, log=data_dir / "logs" / f"{name}.log"
    )


def _written(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def items(count: int) -> list[dict[str, str]]:
    """Return so many short reports with their truth, made by the simulators' own generator.

    What the training asks is left out: a practice answer is no answer to a task of the same words.
    """
    made = subprocess.run(
        [sys.executable, "-m", "simulators.items", "--count", str(count + len(_practice()))],
        check=True,
        capture_output=True,
        cwd=ROOT,
    )
    found: list[dict[str, str]] = json.loads(made.stdout)
    return [item for item in found if item["text"] not in _practice()][:count]


def _practice() -> set[str]:
    return {texts.say(lesson.item_key, language) for lesson in LESSONS for language in texts.LANGUAGES}


@dataclass(frozen=True)
class Job:
    """One project of the demonstration: who may work on it, in what language and currency."""

    name: str
    template: dict[str, str]
    countries: tuple[str, ...]
    currency: str
    pay_minor: int
    item_languages: tuple[str, ...]
    answers: int = 3
    extra: dict[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """Return the project as the API wants it."""
        labels = {
            "yes": {"en": "Yes", "sw": "Ndiyo", "lg": "Yee"},
            "no": {"en": "No", "sw": "Hapana", "lg": "Nedda"},
        }
        return {
            "name": self.name,
            "kind": "verification",
            "instructions": dict.fromkeys(self.template, "Say whether each report is about water."),
            "template": self.template,
            "choices": [
                {"value": value, "label": {code: label[code] for code in self.template}}
                for value, label in labels.items()
            ],
            "pay": {"amount": self.pay_minor, "currency": self.currency},
            "redundancy": {"mode": "fixed", "answers": self.answers},
            "lease": "PT10S",
            "countries": list(self.countries),
            **self.extra,
        }


ENGLISH = 'Is this about WATER? "{text}"'
SWAHILI = 'Je, hii inahusu MAJI? "{text}"'
LUGANDA = 'Kino kikwata ku MAZZI? "{text}"'
JOBS = (
    Job("Water reports, Kenya", {"en": ENGLISH, "sw": SWAHILI}, ("KE",), "KES", 200, ("en", "sw")),
    Job("Water reports, Uganda", {"en": ENGLISH, "lg": LUGANDA}, ("UG",), "UGX", 60, ("lg",)),
)
