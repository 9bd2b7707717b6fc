"""What we ask an identity provider: its description, its keys, and the ID token for a code."""

from __future__ import annotations

import base64
import ipaddress
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from parcours.core.clock import HOUR, MINUTE, SECOND, Clock
from parcours.core.errors import AccessError, WorkspaceError

#: How ID tokens may be signed: by keys of which only the provider has the private half.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
#: Seconds by which clocks may differ.
LEEWAY = 60
#: Bytes of an answer, and seconds until it, at most.
_LONGEST, _SECONDS = 1_000_000, 10.0


class Provider:
    """An identity provider.

    Args:
        issuer: its address; https, unless it is on this machine.
        client_id, secret: who we are there; no secret: a public client.
        clock: says whether tokens are good, and what was asked lately.
    """

    def __init__(self, issuer: str, client_id: str, secret: str, clock: Clock) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._secret = secret
        self._clock = clock
        self._known: dict[str, tuple[int, dict[str, Any]]] = {}

    def endpoint(self, name: str) -> str:
        """The address of something of the provider, as it describes itself.

        Raises:
            WorkspaceError: ``provider``, it cannot be reached, or describes somebody else.
        """
        described = self._remembered(self._issuer.rstrip("/") + "/.well-known/openid-configuration", HOUR)
        if described.get("issuer") != self._issuer:
            raise _broken("the description is one of another issuer", "oidc.issuer must be exactly as it writes it")
        return self._checked(str(described.get(name) or ""))

    def claims(self, code: str, verifier: str, nonce: str, back: str) -> Mapping[str, Any]:
        """Who came back with a code: the claims of the ID token, with what the provider tells besides.

        Raises:
            AccessError: ``oidc``, the code or the token is not good.
            WorkspaceError: ``provider``.
        """
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        tokens = self._exchange(form)
        claims = self._verified(str(tokens.get("id_token") or ""), nonce)
        if "email" not in claims and isinstance(tokens.get("access_token"), str):
            more = self._asked("GET", self.endpoint("userinfo_endpoint"), bearer=tokens["access_token"])
            if more.get("sub") != claims["sub"]:
                raise _refused("what the provider tells is of somebody else")
            claims = {**more, **claims}
        return claims

    def _exchange(self, form: dict[str, str]) -> dict[str, Any]:
        place = self.endpoint("token_endpoint")
        if not self._secret:
            return self._asked("POST", place, form={**form, "client_id": self._client_id})
        described = self._remembered(self._issuer.rstrip("/") + "/.well-known/openid-configuration", HOUR)
        ways = described.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" not in ways and "client_secret_post" in ways:
            return self._asked(
                "POST", place, form={**form, "client_id": self._client_id, "client_secret": self._secret}
            )
        return self._asked("POST", place, form=form, basic=(self._client_id, self._secret))

    def _verified(self, token: str, nonce: str) -> dict[str, Any]:
        """The claims of a token, if it is one of the provider, for us, for this attempt, and good now."""
        now = self._clock.now() // SECOND
        rules = jwt.JWTClaimsRegistry(
            now=now,
            leeway=LEEWAY,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = dict(self._decoded(token))
            rules.validate(claims)
        except (JoseError, ValueError) as error:
            raise _refused(f"the ID token is not good ({type(error).__name__})") from None
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != self._client_id:
            raise _refused("the ID token was made for another client")
        return claims

    def _decoded(self, token: str) -> Mapping[str, Any]:
        """The claims of a token that is signed; keys that are not known are asked for once."""
        place = self.endpoint("jwks_uri")
        try:
            return jwt.decode(token, _keys(self._remembered(place, HOUR)), algorithms=ALGORITHMS).claims
        except InvalidKeyIdError:
            return jwt.decode(token, _keys(self._remembered(place, MINUTE)), algorithms=ALGORITHMS).claims

    def _remembered(self, place: str, most: int) -> dict[str, Any]:
        """What is found at a place; asked again when it is older than ``most``."""
        now = self._clock.now()
        at, found = self._known.get(place, (0, None))
        if found is None or at + most <= now:
            found = self._asked("GET", self._checked(place))
            self._known[place] = (now, found)
        return found

    def _asked(
        self,
        method: str,
        place: str,
        *,
        form: Mapping[str, str] | None = None,
        basic: tuple[str, str] | None = None,
        bearer: str = "",
    ) -> dict[str, Any]:
        headers = {"Accept": "application/json"}
        if basic is not None:
            pair = ":".join(quote(part, safe="") for part in basic)
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        try:
            with (
                httpx2.Client(timeout=_SECONDS, follow_redirects=False) as client,
                client.stream(method, place, data=None if form is None else dict(form), headers=headers) as answer,
            ):
                status, content = answer.status_code, _read(answer)
            found = json.loads(content)
        except (httpx2.HTTPError, ValueError) as error:
            raise _broken(
                f"{urlsplit(place).netloc} gives no answer that can be read ({type(error).__name__})"
            ) from None
        if method == "POST" and status in (400, 401):
            raise _refused("the provider does not take the code")
        if status != 200 or not isinstance(found, dict):
            raise _broken(f"{urlsplit(place).netloc} answers with {status}")
        return found

    def _checked(self, place: str) -> str:
        """An address that may be asked: https, or on this machine where the issuer is there too."""
        parts = urlsplit(place)
        here = _loopback(parts.hostname) and _loopback(urlsplit(self._issuer).hostname)
        if parts.scheme != "https" and not (parts.scheme == "http" and here):
            raise _broken(f"{place[:80]!r} is no address with https", "see the setting oidc.issuer")
        return place


def _read(answer: httpx2.Response) -> bytes:
    content = b""
    for part in answer.iter_bytes():
        content += part
        if len(content) > _LONGEST:
            raise ValueError("too long")
    return content


def _keys(found: dict[str, Any]) -> KeySet:
    if not isinstance(found.get("keys"), list):
        raise _broken("it publishes no keys")
    return KeySet.import_key_set({"keys": found["keys"]})


def _loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _broken(message: str, hint: str | None = None) -> WorkspaceError:
    return WorkspaceError(f"the identity provider cannot be used: {message}", code="provider", hint=hint)


def _refused(message: str) -> AccessError:
    return AccessError(message, known=False, code="oidc")
