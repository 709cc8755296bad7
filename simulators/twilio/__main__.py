"""`python -m simulators.twilio`: the command line of the simulated Twilio."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from simulators import knobs as knob_rules
from simulators.serving import make_app, serve
from simulators.twilio import api, control, delivery, inbound
from simulators.twilio.knobs import Knobs
from simulators.twilio.provider import Account, Provider


def build(provider: Provider) -> Starlette:
    """The app of one provider: its API, the phones' side, and what a restart left undone."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        provider.poster.open()
        _take_up_again(provider)
        yield
        await provider.close()

    return make_app([*api.routes(provider), *control.routes(provider)], lifespan)


def _take_up_again(provider: Provider) -> None:
    for message in list(provider.store.messages.values()):
        if message.inbound and message.sid in provider.store.undispatched:
            provider.spawn(inbound.dispatch(provider, message))
        elif not message.inbound and not message.final:
            delivery.start(provider, message)


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(
        prog="python -m simulators.twilio", description="A Twilio played locally."
    )
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--account-sid", required=True, help="AC…")
    parser.add_argument("--auth-token", required=True)
    parser.add_argument("--webhook-url", required=True, help="where inbound messages are posted")
    parser.add_argument("--public-url", help="the application's base URL that signatures are made for")
    parser.add_argument("--number", action="append", default=[], help="a sender of the account (repeatable)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--config", metavar="FILE.json", help="knobs, see simulators/twilio/knobs.py")
    parser.add_argument("--state", metavar="FILE", help="a journal that a restart reads again")
    asked = parser.parse_args()
    knobs = Knobs(own_numbers=list(asked.number))
    try:
        knob_rules.change(knobs, knob_rules.read_file(asked.config))
    except (OSError, ValueError) as error:
        parser.error(str(error))
    account = Account(asked.account_sid, asked.auth_token, asked.webhook_url, asked.public_url)
    provider = Provider(account, knobs, asked.seed, asked.state)
    serve(build(provider), provider.bell, asked.port)


if __name__ == "__main__":
    main()
