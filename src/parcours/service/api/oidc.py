"""``/api/oidc``: to the identity provider, and back."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from parcours.core.errors import UnknownNameError
from parcours.core.secrets import Secret, Secrets
from parcours.core.settings import Settings
from parcours.service.access.gate import Gate
from parcours.service.access.oidc import PATIENCE, Login
from parcours.service.api.asking import address_of
from parcours.service.api.auth import Cookies
from parcours.service.api.problems import ANSWERS

_COOKIE, _PATH = "parcours-oidc", "/api/oidc"
#: A path of ours: no scheme, no host, nothing that a browser reads as one.
_OURS = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")


def oidc_routes(settings: Settings, gate: Gate, cookies: Cookies) -> APIRouter:
    """The routes; they say that there is no provider where none is set."""
    router = APIRouter(prefix=_PATH, tags=["session"], responses={code: ANSWERS[code] for code in (401, 404, 429, 503)})
    rules = settings.oidc
    login = gate.login(rules, _secret(settings)) if rules.issuer else None

    def found() -> Login:
        if login is None:
            raise UnknownNameError("there is no identity provider", code="no-provider", hint="see the setting oidc")
        return login

    def back(request: Request) -> str:
        outside = settings.access.url.rstrip("/") or str(request.base_url).rstrip("/")
        return f"{outside}{_PATH}/callback"

    @router.get("/login", operation_id="oidc_login", status_code=303, response_class=Response)
    def begin(
        request: Request, next: Annotated[str, Query(max_length=2000, description="A path to go on at")] = "/"
    ) -> Response:
        """Go to the identity provider."""
        place, cookie = found().begin(back(request), next if _OURS.fullmatch(next) else "/")
        answer = RedirectResponse(place, 303)
        seconds, secure = PATIENCE // 1_000_000, cookies.secure(request)
        answer.set_cookie(_COOKIE, cookie, seconds, path=_PATH, secure=secure, httponly=True, samesite="lax")
        return answer

    @router.get("/callback", operation_id="oidc_callback", status_code=303, response_class=Response)
    def finish(request: Request) -> Response:
        """Come back from the identity provider: begins a session."""
        query = {name: request.query_params[name] for name in request.query_params}
        identity, to = found().finish(request.cookies.get(_COOKIE, ""), query, back(request))
        request.state.tried = identity.email
        agent = "".join(filter(str.isprintable, request.headers.get("user-agent", "")))
        token = gate.entered(identity, rules, address=address_of(request.scope), agent=agent)
        answer = RedirectResponse(to, 303)
        answer.delete_cookie(_COOKIE, path=_PATH)
        cookies.set(request, answer, token)
        return answer

    return router


def _secret(settings: Settings) -> str:
    if not settings.oidc.secret:
        return ""
    known = {name: value.get_secret_value() for name, value in settings.secrets.items()}
    return Secrets(known).get(Secret(settings.oidc.secret))
