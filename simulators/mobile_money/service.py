"""The running provider: payouts, their states and money, and the tasks that move them.

The one writer of a payout and of its journal. A payment is made at the moment a payout becomes
`completed`, once, and that moment is what `paid` lists.
"""

import asyncio
import json
import logging
import time
import uuid
from collections import Counter
from collections.abc import Coroutine
from dataclasses import asdict, dataclass
from typing import Any

from simulators.chance import Chance
from simulators.events import Bell
from simulators.journal import Journal
from simulators.mobile_money.fate import Fate, decide, refusal
from simulators.mobile_money.knobs import Knobs
from simulators.mobile_money.signing import SIGNATURE, sign
from simulators.posting import Patience, Poster

log = logging.getLogger("simulators.mobile_money")


@dataclass
class Payout:
    """One payout; amounts in minor units, instants in Unix seconds."""

    reference: str
    amount_minor: int
    currency: str
    recipient: str
    note: str
    accepted_at: float
    fate: Fate
    status: str = "accepted"
    failure_code: str = ""
    receipt: str = ""
    paid_at: float | None = None

    @property
    def final(self) -> bool:
        """Nothing more will happen to it."""
        if self.status == "completed":
            return self.fate.reversal_s is None
        return self.status in {"failed", "reversed"}

    def as_json(self) -> dict[str, Any]:
        """What a look-up and a callback both show."""
        shown: dict[str, Any] = {
            "reference": self.reference,
            "status": self.status,
            "amount_minor": self.amount_minor,
            "currency": self.currency,
            "recipient": self.recipient,
        }
        if self.failure_code:
            shown["failure_code"] = self.failure_code
        if self.receipt:
            shown["receipt"] = self.receipt
        return shown


class Service:
    """One simulated provider. Made anywhere, opened in the event loop that runs it."""

    def __init__(
        self, secret: str, callback_url: str, knobs: Knobs, seed: int = 0, state_path: str | None = None
    ) -> None:
        self.secret = secret
        self.callback_url = callback_url
        self.knobs = knobs
        self.chance = Chance(seed)
        self.bell = Bell()
        self.journal = Journal(state_path)
        self.poster = Poster(None, None)
        self.payouts: dict[str, Payout] = {}
        self.counts: Counter[str] = Counter()
        self._attempts: Counter[str] = Counter()
        self._spent_minor: Counter[str] = Counter()
        self._nth: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        for event in self.journal.replay():
            self._replay(event)

    def refusal(self, reference: str, recipient: str) -> str:
        """How the next request under a reference is turned away, if it is."""
        self._attempts[reference] += 1
        attempt = self._attempts[reference]
        return refusal(recipient, self._nth[recipient], attempt, self.knobs, self.chance)

    def accept(self, reference: str, amount_minor: int, currency: str, recipient: str, note: str) -> Payout:
        """Take a payout that is new; the caller has looked that its reference is."""
        self._nth[recipient] += 1
        fate = decide(recipient, self._nth[recipient], self.knobs, self.chance)
        payout = Payout(reference, amount_minor, currency, recipient, note, time.time(), fate)
        self.payouts[reference] = payout
        self.journal.write("payout", **asdict(payout))
        self.counts["accepted"] += 1
        return payout

    def found(self, reference: str) -> Payout | None:
        """The payout as a look-up sees it, which is not at once where it is hidden."""
        payout = self.payouts.get(reference)
        if payout is None or time.time() < payout.accepted_at + payout.fate.hidden_s:
            return None
        return payout

    def balance_minor(self, currency: str) -> int:
        """What is left of the float."""
        return self.knobs.opening_balance_minor - self._spent_minor[currency]

    def start(self, payout: Payout) -> asyncio.Task[None]:
        """Move a payout along its fate, from where it is."""
        return self.spawn(self._walk(payout))

    async def _walk(self, payout: Payout) -> None:
        fate = payout.fate
        if payout.status == "accepted":
            await asyncio.sleep(fate.processing_s)
            self._set(payout, "processing")
        if payout.status == "processing":
            if fate.completion_s is None:
                return
            await asyncio.sleep(fate.completion_s)
            self._settle(payout)
            await self._tell(payout)
        if payout.status == "completed" and fate.reversal_s is not None:
            await asyncio.sleep(fate.reversal_s)
            self._set(payout, "reversed")
            await self._tell(payout)

    def _settle(self, payout: Payout) -> None:
        failure_code = payout.fate.failure_code
        if not failure_code and self.balance_minor(payout.currency) < payout.amount_minor:
            failure_code = "insufficient_funds"
        if failure_code:
            self._set(payout, "failed", failure_code=failure_code)
        else:
            self._set(payout, "completed", receipt="R" + uuid.uuid4().hex[:12].upper(), paid_at=time.time())

    def _set(
        self,
        payout: Payout,
        status: str,
        failure_code: str = "",
        receipt: str = "",
        paid_at: float | None = None,
    ) -> None:
        change: dict[str, Any] = {"status": status}
        if failure_code:
            change["failure_code"] = failure_code
        if receipt:
            change |= {"receipt": receipt, "paid_at": paid_at}
        self._change(payout, change)
        self.journal.write("change", reference=payout.reference, change=change)

    def _change(self, payout: Payout, change: dict[str, Any]) -> None:
        for name, value in change.items():
            setattr(payout, name, value)
        spent = {"completed": payout.amount_minor, "reversed": -payout.amount_minor}
        self._spent_minor[payout.currency] += spent.get(payout.status, 0)

    async def _tell(self, payout: Payout) -> None:
        """Call back with what the payout is now, and with whatever goes wrong about that."""
        fate, shown = payout.fate, payout.as_json()
        if fate.callback_forged:
            await self._post("forged", {**shown, "status": "completed"}, secret="not " + self.secret)
        if fate.callback_wrong_amount:
            await self._post("wrong_amount", {**shown, "amount_minor": payout.amount_minor + 1})
        if fate.callback_tellings == 0:
            self.counts["callbacks.lost"] += 1
        if fate.callback_late_s > 0:
            await asyncio.sleep(fate.callback_late_s)
        for telling in range(fate.callback_tellings):
            await self._post("again" if telling else "first", shown)

    async def _post(self, kind: str, shown: dict[str, Any], secret: str | None = None) -> None:
        body = json.dumps(shown, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            SIGNATURE: sign(secret or self.secret, int(time.time()), body),
        }
        patience = Patience(
            total_s=self.knobs.callback_timeout_s,
            retries=self.knobs.callback_retries,
            patience_s=self.knobs.callback_patience_s,
        )
        outcome = await self.poster.post(self.callback_url, body, headers, patience)
        self.counts[f"callbacks.{kind}"] += 1
        if outcome.failure:
            self.counts["callbacks.failed"] += 1

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something beside the request that caused it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.counts["internal_errors"] += 1
            log.error("a simulated payout failed", exc_info=task.exception())

    @property
    def busy(self) -> int:
        """Payouts and callbacks still under way."""
        return len(self._tasks)

    def open(self) -> None:
        """In the event loop: take up what a restart left undone."""
        self.poster.open()
        for payout in self.payouts.values():
            if not payout.final:
                self.start(payout)

    async def close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.poster.close()
        self.journal.close()

    def _replay(self, event: dict[str, Any]) -> None:
        kind = event.pop("kind")
        if kind == "payout":
            payout = Payout(**{**event, "fate": Fate(**event["fate"])})
            self.payouts[payout.reference] = payout
            self._nth[payout.recipient] += 1
        elif kind == "change":
            self._change(self.payouts[event["reference"]], event["change"])
