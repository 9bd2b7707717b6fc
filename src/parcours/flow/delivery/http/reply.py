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
    def json(self) -> str | None:
        """The body as JSON text; ``None`` if it is none."""
        try:
            return msgspec.json.encode(msgspec.json.decode(self.body)).decode()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")
