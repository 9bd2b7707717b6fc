"""Where requests may go."""

from __future__ import annotations

import ipaddress

import pytest

from parcours.core.errors import DeliveryError
from parcours.flow.delivery.http.allowed import Allowed, is_public


def refusal(allowed: Allowed, url: str) -> str | None:
    try:
        allowed.check(url)
    except DeliveryError as error:
        return error.code if error.permanent else "not permanent"
    return None


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "0x7f000001", "2130706433", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254",
        "0.0.0.0", "100.64.0.1", "[::1]", "[fe80::1]", "[fc00::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]", "224.0.0.1", "255.255.255.255",
    ],
)  # fmt: skip
def test_internal_addresses_are_refused_however_they_are_written(host: str) -> None:
    assert refusal(Allowed(), f"https://{host}/x") == "host-not-allowed"


@pytest.mark.parametrize("url", ["https://api.example/x", "http://8.8.8.8:8080", "https://[2606:4700::1111]/"])
def test_public_hosts_are_allowed_by_default_on_all_ports(url: str) -> None:
    assert refusal(Allowed(), url) is None


def test_a_list_of_hosts_allows_only_these() -> None:
    allowed = Allowed(["api.example", "*.shop.example", "port.example:8443"])
    for url in (
        "https://api.example:9/x",
        "https://API.example",
        "http://a.b.shop.example",
        "https://port.example:8443",
    ):
        assert refusal(allowed, url) is None
    for url in ("https://api.example.evil", "https://shop.example", "https://port.example", "https://xapi.example"):
        assert refusal(allowed, url) == "host-not-allowed"


def test_internal_hosts_may_be_allowed_by_name_port_and_network() -> None:
    allowed = Allowed(internal=["127.0.0.1:8080", "10.0.0.0/8", "crm.local"])
    for url in ("http://127.0.0.1:8080/x", "http://10.9.8.7:1/", "http://crm.local/"):
        assert refusal(allowed, url) is None
    assert refusal(allowed, "http://127.0.0.1:8081") == "host-not-allowed"


@pytest.mark.parametrize("url", ["ftp://api.example", "https://", "//api.example", "https://a:b", "https://[::1", "x"])
def test_what_is_no_http_url_is_refused(url: str) -> None:
    assert refusal(Allowed(), url) == "bad-url"


def test_the_addresses_of_a_name_are_checked() -> None:
    allowed = Allowed(internal=["crm.local", "10.0.0.0/8"])
    allowed.check_address("api.example", 443, "8.8.8.8")
    allowed.check_address("crm.local", 80, "192.168.0.1")
    allowed.check_address("any.example", 80, "10.0.0.1")
    for address in ("127.0.0.1", "192.168.0.1", "::1", "fe80::1%eth0"):
        with pytest.raises(OSError, match="internal"):
            allowed.check_address("api.example", 443, address)


def test_public_addresses() -> None:
    assert is_public(ipaddress.ip_address("93.184.216.34"))
    assert not is_public(ipaddress.ip_address("203.0.113.1"))
