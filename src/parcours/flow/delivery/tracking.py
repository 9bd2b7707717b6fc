"""Opens and clicks: links of a message lead over us, by a token that says which message and which link.

A token is sealed: nobody can read the key in it or make one for another link, so a redirect leads only where a message
pointed. The same message has the same tokens at every attempt. What comes back is an outcome row of the delivery, with
the signal as its result (``opened``, ``clicked`` …) and the link's label or address as its detail.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

#: The signals that a link can give; a link says another one than ``clicked`` with ``data-signal``.
SIGNALS = ("opened", "clicked", "mirrored", "unsubscribed")
_MAC = 16
_LINK = re.compile(r"<a\b[^>]*>", re.IGNORECASE)
_HREF = re.compile(r"""(\bhref\s*=\s*)("[^"]*"|'[^']*')""", re.IGNORECASE)
_END = re.compile(r"</body\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Signal:
    """What a token stands for.

    Attributes:
        key: of the delivery.
        kind: one of :data:`SIGNALS`.
        url: where the link leads; empty for an open.
        label: its label, or empty.
    """

    key: str
    kind: str
    url: str = ""
    label: str = ""

    def outcome(self, at: int) -> dict[str, Any]:
        """The row with the columns of ``OUTCOME_COLUMNS`` that tells the next tick; instants in microseconds."""
        detail = self.label or self.url
        told = {"key": self.key, "result": self.kind, "attempts": 0, "detail": detail, "time": at}
        return {**told, "started": None, "answer": None}


class Tracking:
    """Makes tokens and reads them.

    Args:
        base: where the service answers, without a slash at the end: ``https://t.example``. Links lead to
            ``<base>/c/<token>``, the picture that tells an open to ``<base>/o/<token>``.
        secret: long and random; whoever has it can make tokens.
    """

    def __init__(self, base: str, secret: str) -> None:
        self._base = base.rstrip("/")
        self._seal = hashlib.sha256(b"parcours tracking seal " + secret.encode()).digest()
        self._hide = hashlib.sha256(b"parcours tracking hide " + secret.encode()).digest()

    def token(self, signal: Signal) -> str:
        """The token of a signal, for a URL."""
        plain = msgspec.json.encode([signal.key, SIGNALS.index(signal.kind), signal.url, signal.label])
        mac = hmac.digest(self._seal, plain, "sha256")[:_MAC]
        return base64.urlsafe_b64encode(mac + self._hidden(mac, plain)).rstrip(b"=").decode()

    def read(self, token: str) -> Signal | None:
        """What a token stands for; ``None`` if it is none of ours."""
        try:
            sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        mac, plain = sealed[:_MAC], self._hidden(sealed[:_MAC], sealed[_MAC:])
        if not hmac.compare_digest(mac, hmac.digest(self._seal, plain, "sha256")[:_MAC]):
            return None
        key, kind, url, label = msgspec.json.decode(plain, type=tuple[str, int, str, str])
        return Signal(key, SIGNALS[kind], url, label)

    def rewritten(self, key: str, page: str) -> str:
        """An HTML page whose web links lead over us, with a picture that tells that it was opened.

        A link with ``data-track="no"`` stays as it is; ``data-label`` names a link; ``data-signal`` says another signal
        than ``clicked`` (``unsubscribed``, ``mirrored``).
        """
        page = _LINK.sub(lambda found: self._rewritten_link(key, found.group()), page)
        address = f"{self._base}/o/{self.token(Signal(key, 'opened'))}"
        picture = f'<img src="{address}" width="1" height="1" alt="" style="display:none">'
        end = _END.search(page)
        return page + picture if end is None else page[: end.start()] + picture + page[end.start() :]

    def _rewritten_link(self, key: str, tag: str) -> str:
        href = _HREF.search(tag)
        if href is None or _attribute(tag, "data-track") == "no":
            return tag
        url = html.unescape(href.group(2)[1:-1]).strip()
        if not url.lower().startswith(("http://", "https://")):
            return tag
        kind = _attribute(tag, "data-signal")
        signal = Signal(key, kind if kind in SIGNALS else "clicked", url, _attribute(tag, "data-label"))
        return f'{tag[: href.start(2)]}"{self._base}/c/{self.token(signal)}"{tag[href.end(2) :]}'

    def _hidden(self, mac: bytes, text: bytes) -> bytes:
        """The text hidden, or shown again, by a stream of bytes that the seal decides."""
        blocks = range(-(-len(text) // 32))
        stream = b"".join(hmac.digest(self._hide, mac + number.to_bytes(4, "big"), "sha256") for number in blocks)
        return bytes(a ^ b for a, b in zip(text, stream, strict=False))


def tracked(fields: Mapping[str, str], key: str, tracking: Tracking | None) -> Mapping[str, str]:
    """The fields of a message with its page rewritten, if it has one and there is tracking."""
    page = fields.get("html", "")
    if tracking is None or not page.strip():
        return fields
    return {**fields, "html": tracking.rewritten(key, page)}


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"""\b{name}\s*=\s*("[^"]*"|'[^']*')""", tag, re.IGNORECASE)
    return "" if found is None else html.unescape(found.group(1)[1:-1]).strip()
