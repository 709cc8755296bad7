"""Texts that phones send: the record, opt-out words, and the webhook with its faults.

https://help.twilio.com/articles/223134027 lists the words that Twilio itself acts upon.
"""

import asyncio

from simulators.serving import BadRequestError
from simulators.twilio import delivery
from simulators.twilio.pricing import price_of
from simulators.twilio.provider import Provider
from simulators.twilio.records import Message, channel_of, new_sid, number_of, on_channel
from simulators.twilio.segments import count_segments
from simulators.twilio.webhooks import inbound_fields, post_inbound

STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})

_STOPPED = "You are unsubscribed and will get no more messages from this number. Reply START to come back."
_STARTED = "You are subscribed to this number again. Reply STOP to leave."


def receive(provider: Provider, number: str, body: str, to: str | None, channel: str | None) -> Message:
    """A phone sends a text. Raises BadRequestError when it is not clear to whom."""
    from_, own = _route(provider, number, to, channel)
    now = provider.now()
    segments = count_segments(body)
    message = Message(
        seq=provider.store.next_seq(),
        sid=new_sid(),
        direction="inbound",
        from_=from_,
        to=own,
        body=body,
        status="received",
        segments=segments,
        price=segments * price_of(provider.knobs.inbound_price_per_segment, number),
        price_unit=provider.knobs.price_unit,
        created_at=now,
        updated_at=now,
        sent_at=now,
        service_sid=_service_of(provider, own),
        nth=provider.store.next_try("from " + from_),
    )
    provider.store.add(message)
    provider.store.enter(message, now)
    provider.spawn(dispatch(provider, message, _act_on_word(provider, message)))
    return message


async def dispatch(provider: Provider, message: Message, opt_out_type: str | None = None) -> None:
    """Post the webhook of an inbound message, with the faults that its knobs ask for."""
    knobs, key = provider.knobs, (message.from_, message.nth)
    if provider.chance.happens(knobs.inbound_loss_rate, "inbound lost", *key):
        provider.count("inbound_lost")
        provider.store.set_dispatched(message, taken=False)
        return
    fields = inbound_fields(provider, message, opt_out_type)
    await asyncio.sleep(provider.chance.between(knobs.inbound_delay_s, "inbound delay", *key))
    posts = [_post(provider, fields)]
    if provider.chance.happens(knobs.inbound_duplicate_rate, "inbound twice", *key):
        provider.count("inbound_duplicated")
        posts.append(_post(provider, fields))
    taken = await asyncio.gather(*posts)
    provider.store.set_dispatched(message, taken=any(taken))


async def _post(provider: Provider, fields: dict[str, str]) -> bool:
    """Post it once or, where the knobs are patient, until it is taken; say whether it was."""
    outcome = await post_inbound(provider, fields)
    provider.count("inbound_dropped" if outcome.failure else "inbound_posted")
    return not outcome.failure


def _route(provider: Provider, number: str, to: str | None, channel: str | None) -> tuple[str, str]:
    """The addresses of the phone and of the sender it writes to."""
    if to is not None:
        wanted = channel or channel_of(to)
        return on_channel(wanted, number), on_channel(wanted, number_of(to))
    for wanted in [channel] if channel else ["sms", "whatsapp"]:
        address = on_channel(wanted, number)
        own = provider.store.last_own(address)
        own = own or next((n for n in provider.knobs.own_numbers if channel_of(n) == wanted), None)
        if own is not None:
            return address, own
    raise BadRequestError(
        f"It is not clear to whom the phone writes: nothing was sent to it by {channel or 'any channel'} "
        "and the account has no number there. Name the receiver in `to`."
    )


def _service_of(provider: Provider, own: str) -> str:
    return next((sid for sid, sender in provider.knobs.services.items() if sender == own), "")


def _act_on_word(provider: Provider, message: Message) -> str | None:
    """Keep the opt-out list. The type is told to the application only by Advanced Opt-Out."""
    knobs, word = provider.knobs, message.body.strip().upper()
    if channel_of(message.from_) not in knobs.opt_out_channels:
        return None
    pair = (message.to, message.from_)
    told: str | None = None
    if word in STOP_WORDS or word in knobs.stop_words:
        told = "STOP"
        if pair not in provider.store.opt_outs:
            provider.store.set_opt_out(*pair, out=True)
            _confirm(provider, message, _STOPPED)
    elif word in START_WORDS or word in knobs.start_words:
        told = "START"
        if pair in provider.store.opt_outs:
            provider.store.set_opt_out(*pair, out=False)
            _confirm(provider, message, _STARTED)
    elif word in HELP_WORDS:
        told = "HELP"
    return told if knobs.advanced_opt_out else None


def _confirm(provider: Provider, to_message: Message, body: str) -> None:
    if not provider.knobs.provider_confirms_stop:
        return
    now = provider.now()
    confirmation = Message(
        seq=provider.store.next_seq(),
        sid=new_sid(),
        direction="outbound-reply",
        from_=to_message.to,
        to=to_message.from_,
        body=body,
        status="queued",
        segments=count_segments(body),
        price=0.0,
        price_unit=provider.knobs.price_unit,
        created_at=now,
        updated_at=now,
    )
    provider.store.add(confirmation)
    delivery.show_now(provider, confirmation)
    provider.count("opt_out_confirmations")
