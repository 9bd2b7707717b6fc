"""Signed web hooks, in the form of the Standard Webhooks specification: whoever has the secret can check them.

Three headers: ``webhook-id`` (the same for every attempt), ``webhook-timestamp`` (seconds since 1970) and
``webhook-signature``: ``v1,`` and the HMAC-SHA256 of ``id.timestamp.body`` in base 64.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

from parcours.core.clock import MINUTE, SECOND

#: A secret may be written in base 64 behind this, as the specification does; else its bytes are the key.
PREFIX = "whsec_"
#: How old or new a signature may be.
TOLERANCE = 5 * MINUTE


def signed(secret: str, id_: str, body: bytes, now: int) -> dict[str, str]:
    """The headers of a web hook with this body that is sent at ``now`` (microseconds).

    Raises:
        ValueError: the secret is empty, or not in base 64 behind its prefix.
    """
    timestamp = str(now // SECOND)
    return {
        "webhook-id": id_,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{_signature(secret, id_, timestamp, body)}",
    }


def verified(secret: str, headers: Mapping[str, str], body: bytes, now: int) -> bool:
    """Whether these headers sign this body, not more than :data:`TOLERANCE` away from ``now``."""
    lower = {name.lower(): value for name, value in headers.items()}
    id_, timestamp = lower.get("webhook-id", ""), lower.get("webhook-timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit()) or abs(now - int(timestamp) * SECOND) > TOLERANCE:
        return False
    expected = f"v1,{_signature(secret, id_, timestamp, body)}".encode()
    written = lower.get("webhook-signature", "").split()
    return any(hmac.compare_digest(expected, each.encode()) for each in written)


def _signature(secret: str, id_: str, timestamp: str, body: bytes) -> str:
    digest = hmac.new(_key(secret), f"{id_}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _key(secret: str) -> bytes:
    written = secret.startswith(PREFIX)
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True) if written else secret.encode()
    if not key:
        raise ValueError("the secret is empty")
    return key
