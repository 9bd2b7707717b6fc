"""A request with all its values, as it goes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request with all its values. Its text shows neither values nor secrets."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None

    def with_header(self, name: str, value: str) -> Outgoing:
        return replace(self, headers={**self.headers, name: value})

    def with_query(self, name: str, value: str) -> Outgoing:
        return replace(self, url=with_query(self.url, {name: value}))

    def __repr__(self) -> str:
        return f"{self.method} {self.place}"

    @property
    def place(self) -> str:
        """The URL without values: scheme, host and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def with_query(url: str, values: Mapping[str, Any]) -> str:
    """The URL with these query values behind those that it has."""
    written = urlencoded(values)
    if not written:
        return url
    address, mark, fragment = url.partition("#")
    return f"{address}{'&' if '?' in address else '?'}{written}{mark}{fragment}"


def urlencoded(values: Mapping[str, Any]) -> str:
    """Values as in a form; a list gives its name several times, null nothing."""
    pairs = [
        (name, text(item))
        for name, value in values.items()
        for item in (value if isinstance(value, list) else [value])
        if item is not None
    ]
    return urlencode(pairs)


def text(value: object) -> str:
    """A value in a URL or a header: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
