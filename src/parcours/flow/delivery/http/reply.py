"""What came back from a request."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import msgspec


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the status, headers by lower-case name, and the body."""

    status: int
    headers: MappingProxyType[str, str]
    body: bytes

    @property
    def decoded(self) -> object:
        """The body as JSON values; ``None`` if it is no JSON."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    @property
    def json(self) -> str | None:
        """The body as JSON text in one line; ``None`` if it is no JSON."""
        found = self.decoded
        return None if found is None else msgspec.json.encode(found).decode()

    @property
    def text(self) -> str:
        """The body as text, whatever it is."""
        return self.body.decode(errors="replace")
