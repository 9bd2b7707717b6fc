"""``/api/session`` and ``/api/password``: signing in and out, who one is, one's own password.

A session is a cookie that no script can read. Beside it stands a cookie ``parcours-csrf`` that scripts of our own pages
can: they send its value as ``Parcours-CSRF`` with every request that changes something.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from parcours.core.errors import AccessError
from parcours.service.access.caller import Caller
from parcours.service.access.gate import Gate
from parcours.service.access.passwords import LONGEST
from parcours.service.access.tokens import csrf_of
from parcours.service.api.asking import address_of, cookie_name
from parcours.service.api.permission import caller_of
from parcours.service.api.problems import ANSWERS

#: The cookie that scripts of our own pages read.
CSRF_COOKIE = "parcours-csrf"
_Caller = Annotated[Caller, Depends(caller_of)]


class Credentials(BaseModel):
    """What somebody signs in with."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=320)
    password: SecretStr = Field(max_length=LONGEST)


class Passwords(BaseModel):
    """One's password, and the one it is to be."""

    model_config = ConfigDict(extra="forbid")

    current: SecretStr = Field(max_length=LONGEST)
    new: SecretStr = Field(max_length=LONGEST)


class Session(BaseModel):
    """Who asks, and what it may do."""

    kind: str = Field(description="account, key or local")
    id: str
    name: str = Field(description="E-mail address of the account, or name of the key")
    scopes: list[str]
    must_change_password: bool = False
    csrf: str | None = Field(None, description="What writing requests with the session carry as Parcours-CSRF")


class Cookies:
    """Sets and takes away the cookies of a session.

    Args:
        secure: whether browsers reach the service by https, even where a web server in front of it does not say so.
        days: how long a session lasts at most.
    """

    def __init__(self, secure: bool, days: float) -> None:
        self._secure = secure
        self._seconds = round(days * 86_400)

    def set(self, request: Request, answer: Response, token: str) -> None:
        """Have the browser keep a session."""
        secure = self.secure(request)
        common: dict[str, Any] = {"max_age": self._seconds, "path": "/", "secure": secure, "samesite": "lax"}
        answer.set_cookie(cookie_name(secure), token, httponly=True, **common)
        answer.set_cookie(CSRF_COOKIE, csrf_of(token), httponly=False, **common)

    def remove(self, request: Request, answer: Response) -> None:
        """Have the browser forget it."""
        secure = self.secure(request)
        for name in (cookie_name(secure), CSRF_COOKIE):
            answer.delete_cookie(name, path="/", secure=secure, samesite="lax")

    def secure(self, request: Request) -> bool:
        """Whether the browser sees https."""
        return self._secure or request.url.scheme == "https"


def auth_routes(gate: Gate, cookies: Cookies) -> APIRouter:
    """The routes over who may use a workspace."""
    router = APIRouter(
        prefix="/api", tags=["session"], responses={code: ANSWERS[code] for code in (400, 401, 403, 422, 429)}
    )

    def begun(request: Request, token: str) -> JSONResponse:
        answer = JSONResponse(_session(gate, token))
        cookies.set(request, answer, token)
        return answer

    @router.post("/session", operation_id="session_sign_in", response_model=Session)
    def sign_in(request: Request, credentials: Credentials) -> JSONResponse:
        """Sign in: sets the cookies of a session."""
        request.state.tried = "".join(filter(str.isprintable, credentials.email))
        password = credentials.password.get_secret_value()
        return begun(request, gate.signing.sign_in(credentials.email, password, **_from(request)))

    @router.get("/session", operation_id="session_show", response_model=Session)
    def show(request: Request, caller: _Caller) -> JSONResponse:
        """Who asks, and what it may do."""
        token = request.cookies.get(cookie_name(cookies.secure(request)))
        if caller.kind == "account" and token:
            return JSONResponse(_session(gate, token))
        return JSONResponse(_shown(caller))

    @router.delete("/session", operation_id="session_sign_out", status_code=204, response_class=Response)
    def sign_out(request: Request, caller: _Caller) -> Response:
        """Sign out: ends the session."""
        if request.state.session:
            gate.signing.sign_out(request.state.session)
        answer = Response(status_code=204, headers={"Clear-Site-Data": '"cache", "storage"'})
        cookies.remove(request, answer)
        return answer

    @router.post("/password", operation_id="session_change_password", response_model=Session)
    def change_password(request: Request, caller: _Caller, passwords: Passwords) -> JSONResponse:
        """Change one's own password: ends all other sessions."""
        if caller.kind != "account":
            raise AccessError("only somebody who is signed in has a password to change")
        current, new = passwords.current.get_secret_value(), passwords.new.get_secret_value()
        return begun(request, gate.signing.change_password(caller.id, current, new, **_from(request)))

    return router


def _session(gate: Gate, token: str) -> dict[str, object]:
    known = gate.find(token)
    if known is None:
        raise AccessError("the session is over", known=False)
    return {**_shown(known.caller), "must_change_password": known.must_change, "csrf": csrf_of(token)}


def _shown(caller: Caller) -> dict[str, object]:
    return {"kind": caller.kind, "id": caller.id, "name": caller.name, "scopes": sorted(caller.scopes)}


def _from(request: Request) -> dict[str, str]:
    agent = "".join(filter(str.isprintable, request.headers.get("user-agent", "")))
    return {"address": address_of(request.scope), "agent": agent}
