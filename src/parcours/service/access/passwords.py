"""Passwords: argon2id, and what makes one acceptable.

There are no rules of composition: what counts is length, and that it is not among those that are tried first.
"""

from __future__ import annotations

import base64
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from parcours.core.errors import InputError
from parcours.service.access.tokens import Randomness

#: Characters of the shortest and the longest password.
SHORTEST, LONGEST = 12, 1_000
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: Hashing takes 19 MiB and 20 ms: so many at once.
_places = threading.BoundedSemaphore(4)
#: A hash of nothing. Comparing with it takes as long as with a real one.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$" + "$".join(
    base64.b64encode(bytes(length)).rstrip(b"=").decode() for length in (16, 32)
)
#: What people who must write twelve characters write first.
_FIRST = """
password1234 password12345 password123456 passwordpassword password2024 password2025 password2026 mypassword123
123456789012 1234567890123 123456781234 1234567890ab 0123456789ab 012345678901 987654321098 qwertyuiop12
qwertyuiop123 qwertyuiopasdf qwertyuiopas qwerty123456 1q2w3e4r5t6y 1qaz2wsx3edc zaq12wsxcde3 asdfghjkl123
letmeinletmein letmein12345 welcome12345 welcome123456 iloveyou1234 iloveyou12345 changeme1234 changemechangeme
administrator administrator1 admin1234567 admin12345678 adminadminadmin superadmin123 rootrootroot testtesttest
test12345678 secretsecret secretpassword correcthorsebatterystaple abcdefghijkl abcdefghijklm abcd12345678
abc123456789 azertyuiop12 azertyuiop123 motdepasse12 motdepasse123 monmotdepasse bonjour12345 soleil123456
passwort1234 hallo1234567 sunshine1234 princess1234 football1234 baseball1234 parcours1234 parcoursparcours
"""
_COMMON = frozenset(_FIRST.split())


def check_password(password: str, email: str) -> None:
    """Make sure that a password may be used for an account.

    Raises:
        InputError: ``weak-password``, with what to do about it.
    """
    plain = password.casefold().strip()
    if len(password) < SHORTEST:
        raise _weak(f"is shorter than {SHORTEST} characters", "a sentence is easy to remember and hard to guess")
    if len(password) > LONGEST:
        raise _weak(f"is longer than {LONGEST:,} characters", "shorten it")
    if email.casefold() in plain:
        raise _weak("contains the e-mail address", "choose something that nobody knows of you")
    if plain in _COMMON or len(set(plain)) < 5:
        raise _weak("is among the first that are tried", "choose several words that have nothing to do with each other")


def hashed(password: str, random: Randomness) -> str:
    """What is kept of a password."""
    with _places:
        return _hasher.hash(_normal(password), salt=random(16))


def matches(stored: str, password: str) -> bool:
    """Whether it is this password. Takes as long where none is stored."""
    try:
        with _places:
            return _hasher.verify(stored or _NOBODY, _normal(password[:LONGEST])) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def one_time(random: Randomness) -> str:
    """A password that has to be changed at the first sign-in: 95 random bits that can be read out."""
    text = base64.b32encode(random(12)).decode().lower().rstrip("=")
    return "-".join(text[place : place + 5] for place in range(0, 20, 5))


def _normal(password: str) -> bytes:
    """The same bytes, however a keyboard composed the characters."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _weak(what: str, hint: str) -> InputError:
    return InputError(f"the password {what}", code="weak-password", where="password", hint=hint)
