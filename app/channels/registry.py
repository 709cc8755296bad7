"""Which channels there are, by the name that stands in the rows."""

from app.channels.base import Channel
from app.channels.twilio import TwilioChannel

CHANNELS: dict[str, Channel] = {
    "twilio_sms": TwilioChannel("twilio_sms"),
    "twilio_whatsapp": TwilioChannel("twilio_whatsapp"),
}


def channel(name: str) -> Channel:
    """Return the channel of that name; a KeyError here is a row written by a newer version."""
    return CHANNELS[name]
