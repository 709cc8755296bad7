"""The rails money leaves by: one file a provider, all behind the Protocol of `base`, named in one dict."""

from collections.abc import Callable

from app.errors import invalid
from app.payments.rails import simulated
from app.payments.rails.base import Rail

RAILS: dict[str, Callable[[], Rail]] = {"simulated": simulated.from_settings}


def check(name: str) -> None:
    """Raise `invalid` (422) when there is no rail of that name."""
    if name not in RAILS:
        raise invalid(f"There is no rail {name!r}; use one of {', '.join(sorted(RAILS))}.")


def get(name: str) -> Rail:
    """Return the rail as the settings configure it. Raises `invalid` (422) for an unknown name."""
    check(name)
    return RAILS[name]()
