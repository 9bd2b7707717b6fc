"""Signing in with an identity provider: OpenID Connect, authorization code with PKCE, state and nonce.

The way through the browser is kept in a cookie that we sign, so that nothing is kept here for those who never come
back. What the provider says counts only when its ID token is signed by a key of the provider, made for us, for this
attempt, and good at this instant.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from parcours.core.clock import MINUTE, Clock
from parcours.core.errors import AccessError
from parcours.core.settings import Oidc
from parcours.service.access.provider import Provider
from parcours.service.access.scopes import ROLES
from parcours.service.access.tokens import Randomness, new_token

#: How long somebody may take at the provider.
PATIENCE = 10 * MINUTE


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as the provider knows them.

    Attributes:
        issuer, subject: who it is, for ever.
        email: their address, as the provider writes it.
        name: as others see it.
        role: what they may do, as the settings translate it; blank: nothing.
    """

    issuer: str
    subject: str
    email: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """A login that has begun: what comes back must fit it."""

    state: str
    nonce: str
    verifier: str
    to: str
    until: int


class Login:
    """The two halves of a login: to the provider, and back.

    Args:
        settings: of the provider.
        provider: asks it.
        clock, random: what time it is, and where secrets come from.
    """

    def __init__(self, settings: Oidc, provider: Provider, clock: Clock, random: Randomness) -> None:
        self._settings = settings
        self._provider = provider
        self._clock = clock
        self._random = random
        self._key = random(32)

    def begin(self, back: str, to: str) -> tuple[str, str]:
        """Where to send a browser, and the cookie that it keeps meanwhile.

        Args:
            back: our address that the provider sends it back to.
            to: the path on which it goes on in the end.

        Raises:
            WorkspaceError: ``provider``, it cannot be reached, or is none.
        """
        state, nonce, verifier = (new_token(self._random) for _ in range(3))
        attempt = Attempt(state, nonce, verifier, to, self._clock.now() + PATIENCE)
        challenge = _text(hashlib.sha256(verifier.encode()).digest())
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": back,
            "scope": self._settings.scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        place = self._provider.endpoint("authorization_endpoint")
        return f"{place}{'&' if '?' in place else '?'}{urlencode(query)}", self._sealed(attempt)

    def finish(self, cookie: str, answer: Mapping[str, str], back: str) -> tuple[Identity, str]:
        """Who came back, and the path on which the browser goes on.

        Args:
            cookie: that the browser kept.
            answer: the query with which the provider sent it back.
            back: as for :meth:`begin`.

        Raises:
            AccessError: ``oidc``, the answer does not fit, or the provider did not let them in.
            WorkspaceError: ``provider``, it cannot be reached, or is none.
        """
        attempt = self._opened(cookie)
        if attempt is None or not hmac.compare_digest(attempt.state.encode(), answer.get("state", "").encode()):
            raise _refused("this login did not begin here, or took too long")
        if answer.get("iss", self._settings.issuer) != self._settings.issuer:
            raise _refused("the answer comes from another provider")
        if "code" not in answer:
            raise _refused(f"the provider did not let you in ({_word(answer.get('error', 'no code'))})")
        claims = self._provider.claims(answer["code"], attempt.verifier, attempt.nonce, back)
        return self._identity(claims), attempt.to

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        email = claims.get("email")
        if not isinstance(email, str) or "@" not in email:
            raise _refused("the provider gives no e-mail address", "ask for the scope email")
        if claims.get("email_verified") is not True and not self._settings.trust_email:
            raise _refused("the provider has not verified the e-mail address", "see the setting oidc.trust_email")
        domain = email.rpartition("@")[2].casefold()
        if self._settings.domains and domain not in {each.casefold() for each in self._settings.domains}:
            raise _refused("addresses of this domain may not enter", "see the setting oidc.domains")
        name = str(claims.get("name") or claims.get("preferred_username") or "")
        return Identity(self._settings.issuer, str(claims["sub"]), email, name, self._role(claims))

    def _role(self, claims: Mapping[str, Any]) -> str:
        """The widest role that the claim gives; that of everybody where it gives none."""
        found: Any = claims
        for part in self._settings.role_claim.split(".") if self._settings.role_claim else ():
            found = found.get(part) if isinstance(found, Mapping) else None
        values = found if isinstance(found, list) else [found]
        given = {
            self._settings.roles[value] for value in values if isinstance(value, str) and value in self._settings.roles
        }
        return next((role for role in reversed(ROLES) if role in given), self._settings.role)

    def _sealed(self, attempt: Attempt) -> str:
        body = _text(json.dumps(asdict(attempt)).encode())
        return f"{body}.{self._seal(body)}"

    def _opened(self, cookie: str) -> Attempt | None:
        body, _, seal = cookie.partition(".")
        if not hmac.compare_digest(seal.encode(), self._seal(body).encode()):
            return None
        attempt = Attempt(**json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
        return attempt if attempt.until > self._clock.now() else None

    def _seal(self, body: str) -> str:
        return _text(hmac.new(self._key, body.encode(), hashlib.sha256).digest())


def _refused(message: str, hint: str | None = None) -> AccessError:
    return AccessError(message, known=False, code="oidc", hint=hint)


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _word(text: str) -> str:
    return "".join(letter for letter in text[:40] if letter.isalnum() or letter in "_- ")
