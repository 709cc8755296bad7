"""Carrying a message to its phone and telling its statuses, along the plan that `lifecycle` makes."""

import asyncio

from simulators.twilio.lifecycle import Step, plan
from simulators.twilio.provider import Provider
from simulators.twilio.records import Message
from simulators.twilio.webhooks import post_status, status_fields


def start(provider: Provider, message: Message) -> None:
    """Set a message on its way; it may have been on it already, before a restart."""
    own_is_known = provider.store.window_open(
        message.from_, message.to, message.created_at, provider.knobs.whatsapp_window_s
    )
    steps = plan(message, provider.knobs, provider.chance, window_open=own_is_known)
    provider.spawn(_walk(provider, message, steps))


def show_now(provider: Provider, message: Message) -> None:
    """Deliver at once and tell nobody: the provider's own words to a phone."""
    provider.store.set_status(message, "delivered", provider.now())
    provider.store.enter(message, provider.now())


async def _walk(provider: Provider, message: Message, steps: list[Step]) -> None:
    if message.status == "scheduled" and message.send_at is not None:
        await asyncio.sleep(max(0.0, message.send_at - provider.now()))
    told: asyncio.Task[None] | None = None
    for step in steps:
        if step.after_s > 0:
            await asyncio.sleep(step.after_s)
        if message.status == "canceled" or message.sid not in provider.store.messages:
            return
        now = provider.now()
        provider.store.set_status(message, step.status, now, step.error_code)
        if step.status == "delivered" and not provider.store.entered(message):
            provider.store.enter(message, now)
        if message.callback_url:
            told = _tell_after(provider, message, step, told)


def _tell_after(
    provider: Provider, message: Message, step: Step, told: asyncio.Task[None] | None
) -> asyncio.Task[None] | None:
    """Tell a status after the one before it, unless this one is to come out of order."""
    if step.tellings == 0:
        provider.count("callbacks_lost")
        return told
    if step.late_s > 0:
        provider.spawn(_tell(provider, message, step, None))
        return told
    return provider.spawn(_tell(provider, message, step, told))


async def _tell(provider: Provider, message: Message, step: Step, before: asyncio.Task[None] | None) -> None:
    if before is not None and not before.done():
        await asyncio.wait([before])
    if step.late_s > 0:
        provider.count("callbacks_late")
        await asyncio.sleep(step.late_s)
    fields = status_fields(provider, message, step.status, step.error_code)
    for telling in range(step.tellings):
        outcome = await post_status(provider, message.callback_url, fields)
        provider.count("callbacks_failed" if outcome.failure else "callbacks_posted")
        if telling:
            provider.count("callbacks_duplicated")
