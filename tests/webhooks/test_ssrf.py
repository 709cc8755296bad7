"""The usual tricks to make a webhook call our own network, each refused."""

import contextlib
import datetime as dt
import socket
import ssl
import threading
import time
from ipaddress import ip_address
from pathlib import Path

import httpcore2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from app.errors import AppError
from app.webhooks import ssrf


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "//example.org/",
        "example.org",
        "",
        "https://",
        "https:///path",
        "https://user@example.org/",
        "https://user:pass@example.org/",
        "https://example.org@169.254.169.254/",
        "https://example.org\\@127.0.0.1/",
        "https://exa mple.org/",
        "https://example.org/\r\nHost: x",
        "https://example.org/\0",
        "https://exämple.org/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://[::1/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0177.0.0.1/",
        "https://0x7f.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://0/",
        "https://0.0.0.0/",
        "https://10.1.2.3/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://100.100.100.200/",
        "https://169.254.169.254/latest/meta-data",
        "https://168.63.129.16/",
        "https://192.0.2.1/",
        "https://198.18.0.1/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://[::]/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://[::127.0.0.1]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[2002:7f00:1::]/",
        "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
        "https://[fd00:ec2::254]/",
        "https://[fe80::1]/",
        "https://[fe80::1%25eth0]/",
        "https://[ff02::1]/",
        "https://[2001:db8::1]/",
        "https://example.org/" + "x" * 2000,
    ],
)
def test_a_url_that_could_reach_inside_is_refused_when_it_is_given(url: str) -> None:
    with pytest.raises(AppError) as refused:
        ssrf.check_url(url, allow_private=False)
    assert refused.value.status == 422
    assert refused.value.errors[0].pointer == "/url"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "https://example.org:8443/hook?token=a%20b",
        "https://93.184.216.34/",
        "https://[2606:4700::1111]/hook",
        "https://[::ffff:93.184.216.34]/",
    ],
)
def test_a_public_url_is_accepted(url: str) -> None:
    ssrf.check_url(url, allow_private=False)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "http://[::1]:9/", "https://10.0.0.1/", "http://receiver:80/"]
)
def test_ones_own_network_is_called_only_where_the_operator_allows_it(url: str) -> None:
    ssrf.check_url(url, allow_private=True)
    with pytest.raises(AppError):
        ssrf.check_url(url, allow_private=False)


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "http://[fe80::1]/", "http://168.63.129.16/", "http://0/"]
)
def test_metadata_is_never_called(url: str) -> None:
    with pytest.raises(AppError):
        ssrf.check_url(url, allow_private=True)


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["93.184.216.34", "10.0.0.1"],
        ["2606:4700::1111", "::1"],
        ["169.254.169.254"],
        [],
        ["not-an-ip"],
    ],
)
def test_a_name_is_refused_when_any_of_its_addresses_is_not_public(answers: list[str]) -> None:
    with pytest.raises(ssrf.Refused):
        ssrf.look_up("https://hook.example/", allow_private=False, resolve=lambda _host, _port: answers)


def test_a_name_that_cannot_be_resolved_is_refused() -> None:
    def nothing(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(ssrf.Refused, match=r"hook\.example"):
        ssrf.look_up("https://hook.example/", allow_private=False, resolve=nothing)


def test_odd_spellings_of_loopback_are_refused_by_what_they_resolve_to_too() -> None:
    for host in ("127.1", "0x7f.1", "2130706433", "localhost"):
        with pytest.raises(ssrf.Refused):
            ssrf.look_up(f"https://{host}/", allow_private=False)


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_in_ipv6_makes_nothing_callable(address: object) -> None:
    plain = ip_address(str(address))
    mapped = ip_address(f"::ffff:{address}")
    assert ssrf.may_call(plain, allow_private=False) == ssrf.may_call(mapped, allow_private=False)
    if plain.is_private or plain.is_loopback or plain.is_link_local:
        assert not ssrf.may_call(plain, allow_private=False) or plain.is_global


@given(st.text(max_size=60))
def test_any_text_at_all_is_accepted_or_refused_by_name(text: str) -> None:
    for url in (text, f"https://{text}"):
        with contextlib.suppress(AppError):  # any other error would come through
            ssrf.check_url(url, allow_private=False)


def _certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hook.example")])
    begin = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + dt.timedelta(days=3))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hook.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cadata=pem.read_text())


def test_the_connection_goes_to_the_address_while_the_name_stays_in_tls_and_host(tmp_path: Path) -> None:
    serving, trusting = _certificate(tmp_path)
    asked: list[str | None] = []
    serving.sni_callback = lambda _socket, name, _context: asked.append(name)
    listening = socket.create_server(("127.0.0.1", 0))
    heard: list[bytes] = []

    def serve() -> None:
        for _ in range(2):
            connection, _ = listening.accept()
            try:
                with serving.wrap_socket(connection, server_side=True) as talking:
                    heard.append(talking.recv(65536))
                    talking.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            except OSError:
                connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    port = listening.getsockname()[1]

    def post(host: str) -> int:
        backend = ssrf.PinnedBackend(ip_address("127.0.0.1"), 5)
        with httpcore2.ConnectionPool(ssl_context=trusting, network_backend=backend) as pool:
            return pool.request("POST", f"https://{host}:{port}/", content=b"{}").status

    assert post("hook.example") == 204
    with pytest.raises(httpcore2.ConnectError):
        post("other.example")  # the certificate is for another name
    thread.join()
    listening.close()
    assert asked == ["hook.example", "other.example"]
    assert f"Host: hook.example:{port}".encode() in heard[0]


def test_a_server_that_drips_is_cut_off_when_the_calls_time_is_over() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while not over.wait(0.05):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return

    thread = threading.Thread(target=drip)
    thread.start()
    backend = ssrf.PinnedBackend(ip_address("127.0.0.1"), 0.5)
    started = time.monotonic()
    with (
        httpcore2.ConnectionPool(network_backend=backend) as pool,
        pytest.raises(httpcore2.TimeoutException),
    ):
        pool.request("POST", f"http://slow.example:{listening.getsockname()[1]}/", content=b"{}")
    # It would drip for ever.
    assert time.monotonic() - started < 30
    over.set()
    thread.join()
    listening.close()
