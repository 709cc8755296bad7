"""The guard on where we may call: a client's URL must not become a way into our own network.

A URL is looked at when it is given, its name is resolved once when it is called, every address found must be
public, and the connection goes to the very address that was looked at, so that a name which answers
differently the second time (DNS rebinding) gains nothing. Redirects are not followed.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpcore2

from app.errors import Pointer, invalid

MAX_URL = 2000
Address = IPv4Address | IPv6Address
# getaddrinfo's shape, so that a test can answer in its place.
Resolve = Callable[[str, int], list[str]]

# What a cloud's inside answers on although the address looks public (Azure's WireServer), and old 6to4 relays.
_NEVER = (ip_network("168.63.129.16/32"), ip_network("192.88.99.0/24"))
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# Loopback and private ranges that `webhook_allow_private` opens; link-local, where metadata lives, stays shut.
_OWN = tuple(
    ip_network(text)
    for text in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)


class Refused(Exception):
    """The URL may not be called; says why."""


class PinnedBackend(httpcore2.SyncBackend):
    """Connects to one address, whatever name is asked for, and to nothing at all once its time is up.

    The name stays in the Host header, in the TLS greeting and in what the certificate must say. The deadline
    is of the whole call: a timeout of each read would let a server drip a byte at a time for ever.
    """

    def __init__(self, address: Address, timeout_s: float) -> None:
        self._address = address
        self._ends_at_s = time.monotonic() + timeout_s

    def connect_tcp(  # the signature is the library's
        self,
        host: str,  # noqa: ARG002 - the name is not resolved a second time
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline of the whole call rules
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the address that was looked at."""
        left = left_s(self._ends_at_s, httpcore2.ConnectTimeout)
        stream = super().connect_tcp(str(self._address), port, left, local_address, socket_options)
        return _Timed(stream, self._ends_at_s)

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        """Refuse: no client of ours is a socket of this machine."""
        raise httpcore2.ConnectError(f"not called: {path}")


class _Timed(httpcore2.NetworkStream):
    """A stream whose every step has only what is left of the whole call's time."""

    def __init__(self, stream: httpcore2.NetworkStream, ends_at_s: float) -> None:
        self._stream = stream
        self._ends_at_s = ends_at_s

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - as above
        return self._stream.read(max_bytes, left_s(self._ends_at_s, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - as above
        self._stream.write(buffer, left_s(self._ends_at_s, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - as above
    ) -> httpcore2.NetworkStream:
        left = left_s(self._ends_at_s, httpcore2.ConnectTimeout)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, left), self._ends_at_s)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def left_s(ends_at_s: float, over: type[Exception]) -> float:
    """Return the seconds left of a call. Raises `over` when there are none."""
    left = ends_at_s - time.monotonic()
    if left <= 0:
        raise over("the call took too long")
    return left


def check_url(url: str, *, allow_private: bool) -> None:
    """Raise `invalid` (422, pointer /url) for a URL that could never be called. Nothing is resolved here."""
    why = _why_never(url, allow_private=allow_private)
    if why:
        message = f"This URL cannot be notified: {why}. Give a public https:// URL."
        raise invalid(message, [Pointer("/url", message)])


def _why_never(url: str, *, allow_private: bool) -> str | None:
    try:
        host = _parse(url, allow_private=allow_private).hostname or ""
    except Refused as refused:
        return str(refused)
    address = _literal(host)
    if address is not None and not may_call(address, allow_private=allow_private):
        return f"{address} is not a public address"
    return None


def look_up(url: str, *, allow_private: bool, resolve: Resolve | None = None) -> Address:
    """Resolve the URL's host once and return the address to connect to. Raises Refused unless all are public."""
    parts = _parse(url, allow_private=allow_private)
    host = parts.hostname or ""
    port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    try:
        found = [ip_address(text) for text in (resolve or _resolve)(host, port)]
    except (OSError, ValueError) as error:
        raise Refused(f"the name {host} cannot be resolved") from error
    if not found or not all(may_call(address, allow_private=allow_private) for address in found):
        raise Refused(f"{host} is not, or not only, at public addresses")
    return found[0]


def _parse(url: str, *, allow_private: bool) -> SplitResult:
    if len(url) > MAX_URL:
        raise Refused(f"it has more than {MAX_URL} characters")
    if not url.isascii() or any(not 0x21 <= ord(character) <= 0x7E or character == "\\" for character in url):
        raise Refused("it has characters a URL may not have (write other letters percent-encoded)")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("it is not a URL") from error
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        raise Refused("it does not begin with https://")
    if not parts.hostname or port == 0:
        raise Refused("it names no host or no port that can be called")
    if "@" in parts.netloc:
        raise Refused("it has a user name or password in it")
    return parts


def _literal(host: str) -> Address | None:
    """Return the address a host is, however it is written (127.1, 0x7f000001, 2130706433, [::1]), else None."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def may_call(address: Address, *, allow_private: bool) -> bool:
    """Return whether the address is public; what is wrapped in an IPv6 address counts as what it wraps."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return may_call(address.ipv4_mapped, allow_private=allow_private)
        tunnelled = address.sixtofour is not None or address.teredo is not None
        public = address in _GLOBAL_UNICAST and address.is_global and not tunnelled
    else:
        public = address.is_global and not address.is_multicast and not address.is_reserved
    if any(address in network for network in _NEVER):
        return False
    return public or (allow_private and any(address in network for network in _OWN))
