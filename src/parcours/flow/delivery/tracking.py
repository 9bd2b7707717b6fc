"""Opens and clicks: links of a message lead over us, by a token that says which message and which link.

A token is sealed: nobody can read the key in it or make one for another link, so a redirect leads only where a message
pointed. The same message has the same tokens at every attempt. What comes back is an outcome row of the delivery, with
the signal as its result (``opened``, ``clicked`` …) and the link's label or address as its detail.

Links under which people unsubscribe lead to a page that asks them first, as programs that look at mails follow links,
too; mail programs find the same address in a header of the message (RFC 8058).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import html
import re
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from parcours.flow.delivery.templates import Message

#: The signals that a link can give; a link says another one than ``clicked`` with ``data-signal``.
SIGNALS = ("opened", "clicked", "mirrored", "unsubscribed")
#: The part of the address that says what happens there.
_DOORS = {"opened": "o", "unsubscribed": "u"}
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

    @property
    def detail(self) -> str:
        """What journeys know the link by."""
        return self.label or self.url

    def outcome(self, at: int) -> dict[str, Any]:
        """The row with the columns of ``OUTCOME_COLUMNS`` that tells the next tick; instants in microseconds."""
        told = {"key": self.key, "result": self.kind, "attempts": 0, "detail": self.detail, "time": at}
        return {**told, "started": None, "answer": None}


class Tracking:
    """Makes tokens and reads them.

    Args:
        base: where the service answers, without a slash at the end: ``https://t.example``. Links lead to
            ``<base>/c/<token>``, the picture that tells an open to ``<base>/o/<token>``, and where people unsubscribe
            to ``<base>/u/<token>``.
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
        than ``clicked``: ``mirrored``, or ``unsubscribed``, whose ``href`` is where people come in the end and may be
        ``#`` for nowhere.
        """
        page = _LINK.sub(lambda found: self._rewritten_link(key, found.group()), page)
        address = self._address(Signal(key, "opened"))
        picture = f'<img src="{address}" width="1" height="1" alt="" style="display:none">'
        end = _END.search(page)
        return page + picture if end is None else page[: end.start()] + picture + page[end.start() :]

    def _rewritten_link(self, key: str, tag: str) -> str:
        href = _HREF.search(tag)
        if href is None or _attribute(tag, "data-track") == "no":
            return tag
        kind, url = _attribute(tag, "data-signal"), html.unescape(href.group(2)[1:-1]).strip()
        if not url.lower().startswith(("http://", "https://")):
            if kind != "unsubscribed":
                return tag
            url = ""
        signal = Signal(key, kind if kind in ("mirrored", "unsubscribed") else "clicked", url, _label(tag))
        return f'{tag[: href.start(2)]}"{self._address(signal)}"{tag[href.end(2) :]}'

    def unsubscribe(self, key: str) -> str:
        """Where to ask for no more of such messages."""
        return self._address(Signal(key, "unsubscribed"))

    def _address(self, signal: Signal) -> str:
        return f"{self._base}/{_DOORS.get(signal.kind, 'c')}/{self.token(signal)}"

    def _hidden(self, mac: bytes, text: bytes) -> bytes:
        """The text hidden, or shown again, by a stream of bytes that the seal decides."""
        blocks = range(-(-len(text) // 32))
        stream = b"".join(hmac.digest(self._hide, mac + number.to_bytes(4, "big"), "sha256") for number in blocks)
        return bytes(a ^ b for a, b in zip(text, stream, strict=False))


def tracked(message: Message, tracking: Tracking | None) -> Message:
    """The message with its page rewritten, if it has one, and a way to unsubscribe; as it is without tracking."""
    if tracking is None:
        return message
    page = message.fields.get("html", "")
    fields = {**message.fields, "html": tracking.rewritten(message.key, page)} if page.strip() else message.fields
    return replace(message, fields=fields, unsubscribe=tracking.unsubscribe(message.key))


def _label(tag: str) -> str:
    return _attribute(tag, "data-label")


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"""\b{name}\s*=\s*("[^"]*"|'[^']*')""", tag, re.IGNORECASE)
    return "" if found is None else html.unescape(found.group(1)[1:-1]).strip()
