"""A small OpenID Connect provider on the loopback interface: discovery, keys, authorization code with PKCE.

It lets in whom :attr:`OidcProvider.person` names, without asking, and can be told to misbehave::

    with OidcProvider("parcours", "secret") as provider:
        provider.person = {"sub": "1", "email": "ann@shop.example", "email_verified": True}
        provider.spoil = lambda claims: claims | {"aud": "somebody else"}
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

Claims = dict[str, Any]


class OidcProvider:
    """A provider in a thread of this process.

    Args:
        client_id, secret: of the one client that it knows; no secret: a public client.

    Attributes:
        person: the claims about whoever comes.
        spoil: changes the claims of ID tokens.
        sign: signs ID tokens; by default with a key of :attr:`keys`.
        keys: those that it publishes.
        userinfo: what it tells besides, when asked with an access token; by default nothing is left out of ID tokens.
        asked: paths that were asked for.
    """

    def __init__(self, client_id: str, secret: str = "") -> None:
        self.person: Claims = {}
        self.spoil: Callable[[Claims], Claims] = lambda claims: claims
        self.keys = KeySet([RSAKey.generate_key(2048)])
        self.sign: Callable[[Claims], str] = self._signed
        self.userinfo: Claims | None = None
        self.asked: list[str] = []
        self._client_id, self._secret = client_id, secret
        self._codes: dict[str, dict[str, str]] = {}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.issuer = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        places = {
            "/.well-known/openid-configuration": self._describe,
            "/keys": self._keys,
            "/authorize": self._authorize,
            "/token": self._token,
            "/userinfo": self._userinfo,
        }
        routes = [Route(path, self._noted(answer), methods=["GET", "POST"]) for path, answer in places.items()]
        config = uvicorn.Config(Starlette(routes=routes), log_config=None, access_log=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],), daemon=True)

    def renew_keys(self) -> None:
        """Sign with a new key from now on, and publish that one only."""
        self.keys = KeySet([RSAKey.generate_key(2048)])

    def _noted(self, answer: Callable[..., Any]) -> Callable[..., Any]:
        async def noted(request: Request) -> Response:
            self.asked.append(request.url.path)
            found: Response = await answer(request)
            return found

        return noted

    async def _describe(self, request: Request) -> Response:
        paths = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        places = {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in paths.items()}
        return JSONResponse({"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **places})

    async def _keys(self, request: Request) -> Response:
        return JSONResponse(self.keys.as_dict(private=False))

    async def _authorize(self, request: Request) -> Response:
        query = dict(request.query_params)
        if query.get("client_id") != self._client_id or query.get("code_challenge_method") != "S256":
            return JSONResponse({"error": "invalid_request"}, 400)
        code = secrets.token_urlsafe(16)
        self._codes[code] = query
        back = {"code": code, "state": query["state"], "iss": self.issuer}
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode(back)}", 302)

    async def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if not self._is_client(request, form):
            return JSONResponse({"error": "invalid_client"}, 401)
        asked = self._codes.pop(form.get("code", ""), None)
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or asked["redirect_uri"] != form.get("redirect_uri")
            or asked["code_challenge"] != base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        times = {"iat": now, "exp": now + 300}
        claims = {"iss": self.issuer, "aud": self._client_id, "nonce": asked["nonce"], **times, **self.person}
        return JSONResponse({"access_token": "open", "token_type": "Bearer", "id_token": self.sign(self.spoil(claims))})

    async def _userinfo(self, request: Request) -> Response:
        if request.headers.get("authorization") != "Bearer open" or self.userinfo is None:
            return JSONResponse({"error": "invalid_token"}, 401)
        return JSONResponse(self.userinfo)

    def _is_client(self, request: Request, form: dict[str, str]) -> bool:
        if not self._secret:
            return form.get("client_id") == self._client_id
        kind, _, pair = request.headers.get("authorization", "").partition(" ")
        if kind != "Basic":
            return False
        given = [unquote(part) for part in base64.b64decode(pair).decode().split(":")]
        return given == [self._client_id, self._secret]

    def _signed(self, claims: Claims) -> str:
        key = self.keys.keys[0]
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)

    def __enter__(self) -> OidcProvider:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()
