"""Tokens of sessions and keys: 256 random bits, of which only a digest is kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import TypeAlias

#: Gives so many random bytes that nobody can guess.
Randomness: TypeAlias = Callable[[int], bytes]
SYSTEM: Randomness = secrets.token_bytes


def new_token(random: Randomness) -> str:
    """43 characters that may stand in a header, a cookie, a URL."""
    return base64.urlsafe_b64encode(random(32)).rstrip(b"=").decode()


def new_id(random: Randomness) -> str:
    """The id of an account, session or key; it opens nothing."""
    return random(8).hex()


def digest(token: str) -> str:
    """What is kept of a token. It has no less entropy than the digest, so nothing slower is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_of(token: str) -> str:
    """What a page sends with its requests to show that it is ours: whoever cannot read the cookie cannot know it."""
    made = hmac.new(token.encode(), b"parcours csrf", hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()
