"""Requests: redirects, certificates, sizes, and connections that break."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from parcours.core.errors import DeliveryError
from parcours.flow.delivery.http.allowed import Allowed
from parcours.flow.delivery.http.client import Client
from parcours.flow.delivery.http.outgoing import Outgoing
from parcours.flow.delivery.http.reply import Reply as Got
from parcours.testing.http import HttpSink, Reply

LOCAL = ("127.0.0.1:*", "localhost:*")
HEADERS = {"Authorization": "Bearer x", "X-Key": "k", "Content-Type": "text/plain", "Idempotency-Key": "i"}


def ask(
    url: str, *, allowed: Allowed | None = None, method: str = "POST", timeout: float = 10, certificates: str = ""
) -> Got:
    async def asked() -> Got:
        client = Client(allowed or Allowed(internal=LOCAL), certificates=certificates)
        try:
            return await client.request(Outgoing(method, url, HEADERS, b"hello"), timeout)
        finally:
            await client.close()

    return asyncio.run(asked())


def redirecting(status: int, to: str) -> HttpSink:
    """A server whose ``/start`` leads to ``to``; everything else answers."""
    return HttpSink(lambda request, seen: Reply(status, headers={"Location": to}) if request.path == "/start" else None)


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
def test_redirects_are_followed(status: int, method: str) -> None:
    with redirecting(status, "/end?a=1") as sink:
        assert ask(sink.url + "/start").status == 200
    last = sink.requests[-1]
    assert (last.method, last.path, last.query) == (method, "/end", "a=1")
    assert last.body == (b"hello" if method == "POST" else b"")
    assert ("content-type" in last.headers) == (method == "POST")
    assert last.headers["authorization"] == "Bearer x"


def test_to_another_host_nothing_goes_along_that_says_who_we_are() -> None:
    with HttpSink() as other, redirecting(307, other.url + "/end") as sink:
        assert ask(sink.url + "/start").status == 200
    (request,) = other.requests
    assert request.body == b"hello"
    assert "authorization" not in request.headers
    assert "x-key" not in request.headers


def test_a_redirect_to_an_internal_address_is_not_followed() -> None:
    with HttpSink() as hidden, redirecting(302, hidden.url) as sink:
        allowed = Allowed(internal=[f"127.0.0.1:{sink.port}"])
        with pytest.raises(DeliveryError) as error:
            ask(sink.url + "/start", allowed=allowed)
    assert error.value.code == "host-not-allowed"
    assert hidden.requests == []


def test_a_name_of_an_internal_address_is_not_called() -> None:
    with HttpSink() as sink, pytest.raises(DeliveryError) as error:
        ask(f"http://localhost:{sink.port}/", allowed=Allowed())
    assert (error.value.code, sink.requests) == ("unreachable", [])
    with HttpSink() as sink:
        assert ask(f"http://localhost:{sink.port}/").status == 200


def test_endless_redirects_end() -> None:
    with redirecting(302, "/start") as sink, pytest.raises(DeliveryError) as error:
        ask(sink.url + "/start")
    assert (error.value.code, len(sink.requests)) == ("too-many-redirects", 6)


def test_an_answer_that_is_too_large_is_refused() -> None:
    with HttpSink(lambda request, seen: Reply(200, "x" * 1_100_000)) as sink, pytest.raises(DeliveryError) as error:
        ask(sink.url)
    assert error.value.code == "answer-too-large"


def test_the_time_is_that_of_all_together() -> None:
    slow = HttpSink(lambda request, seen: Reply(302, headers={"Location": "/end"}, after=0.2))
    with slow as sink, pytest.raises(TimeoutError):
        ask(sink.url + "/start", timeout=0.5)


def test_errors_do_not_show_values_of_the_url() -> None:
    with pytest.raises(DeliveryError) as error:
        ask("http://127.0.0.1:1/people/jeanne?key=secret")
    assert "secret" not in str(error.value)
    assert "jeanne" not in str(error.value)


# --- certificates ----------------------------------------------------------------------------------------


@pytest.fixture
def authority(tmp_path: Path) -> tuple[ssl.SSLContext, str]:
    """A context for a server on the loopback address, and the file with the certificate to trust."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    private, public = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = "openssl req -x509 -nodes -days 2 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -subj /CN=test"
    files = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(private), "-out", str(public)]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, str(public)


def test_certificates_are_checked(authority: tuple[ssl.SSLContext, str]) -> None:
    context, file = authority
    with HttpSink(tls=context) as sink:
        with pytest.raises(DeliveryError) as error:
            ask(sink.url)
        assert "certificate" in error.value.message
        assert ask(sink.url, certificates=file).status == 200
    assert len(sink.requests) == 1
