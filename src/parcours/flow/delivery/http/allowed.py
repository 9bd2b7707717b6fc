"""Where requests may go: hosts on a list, and no internal address unless it is on a list of its own.

What a definition or an answer names must not reach machines that only this one can reach. A name is looked up once,
and the connection goes to the addresses that were checked; a redirect is checked like any other request.
"""

from __future__ import annotations

import fnmatch
import ipaddress
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from parcours.core.errors import DeliveryError
from parcours.flow.delivery.failures import refused

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Allowed:
    """The hosts that requests may go to.

    Args:
        hosts: names with ``*`` for any text, with ``:port`` only on this port: ``api.example``, ``*.example``, ``*``.
        internal: the same for hosts that may be internal, or networks of addresses: ``127.0.0.1:8080``,
            ``10.0.0.0/8``. They need not be among ``hosts``.
    """

    def __init__(self, hosts: Sequence[str] = ("*",), internal: Sequence[str] = ()) -> None:
        self._hosts = tuple(host.lower() for host in hosts)
        self._internal = tuple(host.lower() for host in internal)
        self._networks = tuple(network for name in internal if (network := _network(name)) is not None)

    def check(self, url: str) -> None:
        """Refuse a URL that may not be requested.

        Raises:
            DeliveryError: ``bad-url`` or ``host-not-allowed``; permanent.
        """
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").rstrip("."), parts.port or {"https": 443, "http": 80}.get(parts.scheme)
        except ValueError:
            host, port = "", None
        if not host or port is None:
            raise refused("the URL is none of http or https", "bad-url")
        if self._is_internal(host, port):
            return
        if not _named(self._hosts, host, port):
            raise _not_allowed(host, "it is not among the allowed hosts")
        address = _address(host)
        if address is not None and not is_public(address):
            raise _not_allowed(host, "it is an internal address")

    def check_address(self, host: str, port: int, address: str) -> None:
        """Refuse an address that ``host`` turned out to have.

        Raises:
            OSError: it is internal and may not be used.
        """
        found = ipaddress.ip_address(address.partition("%")[0])
        if is_public(found) or self._is_internal(host, port) or any(found in network for network in self._networks):
            return
        raise OSError(None, f"{host} is an internal address: it is not allowed")

    def _is_internal(self, host: str, port: int) -> bool:
        address = _address(host)
        if address is not None and any(address in network for network in self._networks):
            return True
        return _named(self._internal, host, port)


def is_public(address: _Address) -> bool:
    """Whether an address belongs to the public internet; one inside another (IPv4 in IPv6) counts."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return is_public(inner)
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address.is_global and not address.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _named(patterns: Sequence[str], host: str, port: int) -> bool:
    name = host.lower()
    return any(
        fnmatch.fnmatchcase(name, pattern) or fnmatch.fnmatchcase(f"{name}:{port}", pattern) for pattern in patterns
    )


def _network(name: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(name)
    except ValueError:
        return None


def _address(host: str) -> _Address | None:
    """The address that a host writes, in any of the ways that systems accept (``127.1``, ``0x7f000001``)."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeEncodeError):
        return None


def _not_allowed(host: str, why: str) -> DeliveryError:
    error = refused(f"{host} may not be called: {why}", "host-not-allowed")
    error.hint = "allow it under [outgoing] in parcours.toml: hosts, or internal for machines of your own network"
    return error
