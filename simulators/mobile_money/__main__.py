"""`python -m simulators.mobile_money`: the command line of the simulated mobile-money provider."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from simulators import knobs as knob_rules
from simulators.mobile_money import api
from simulators.mobile_money.knobs import Knobs
from simulators.mobile_money.service import Service
from simulators.serving import make_app, serve


def build(service: Service) -> Starlette:
    """The app of one provider."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        service.open()
        yield
        await service.close()

    return make_app(api.routes(service), lifespan)


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(
        prog="python -m simulators.mobile_money", description="A mobile-money provider played locally."
    )
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--secret", required=True, help="the bearer secret, which signs callbacks too")
    parser.add_argument("--callback-url", required=True, help="where outcomes are posted")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--config", metavar="FILE.json", help="knobs, see simulators/mobile_money/knobs.py")
    parser.add_argument("--state", metavar="FILE", help="a journal that a restart reads again")
    asked = parser.parse_args()
    knobs = Knobs()
    try:
        knob_rules.change(knobs, knob_rules.read_file(asked.config))
    except (OSError, ValueError) as error:
        parser.error(str(error))
    service = Service(asked.secret, asked.callback_url, knobs, asked.seed, asked.state)
    serve(build(service), service.bell, asked.port)


if __name__ == "__main__":
    main()
