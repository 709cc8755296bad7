"""Taking in what a provider received but could not deliver: its webhook failed, or we were down for too long.

A provider tries once or twice and then only keeps the message on its list
(https://www.twilio.com/docs/errors/11200). What was stored before is recognised, so polling may overlap.
"""

from datetime import datetime, timedelta

import structlog

from app import db
from app.channels import registry
from app.channels.store import store_inbound

# Longer than the time between two polls, so that nothing falls between them.
LOOK_BACK = timedelta(minutes=60)

log = structlog.get_logger()


def recover(now: datetime) -> int:
    """Ask every channel what came in lately, store what is missing, and return how many those were."""
    found = 0
    for name, channel in registry.CHANNELS.items():
        recovered = 0
        for inbound in channel.received_since(now - LOOK_BACK):
            with db.transaction() as session:
                recovered += store_inbound(session, inbound, now)
        if recovered:
            log.warning("messages recovered that no webhook brought", channel=name, messages=recovered)
        found += recovered
    return found
