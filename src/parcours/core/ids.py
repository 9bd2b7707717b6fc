"""Names and keys that are computed, never drawn: the same input gives the same id on every machine."""

from __future__ import annotations

import hashlib
import re

from parcours.core.errors import InputError

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,62}")


def stable_id(*parts: object) -> str:
    """A 128-bit id in 32 hex digits from the text of ``parts``; equal parts, equal id."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        text = str(part).encode()
        digest.update(len(text).to_bytes(8, "big") + text)
    return digest.hexdigest()


def checked_name(name: str, what: str) -> str:
    """``name`` when it can name an event type, property, attribute, segment or journey.

    Raises:
        InputError: it is empty, too long, or holds other characters than letters, digits, ``_`` and ``-``.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name!r} cannot be the name of {what}",
            code="bad-name",
            hint="use letters, digits, _ and -, starting with a letter or _, at most 63 characters",
        )
    return name
