"""What a route asks of its caller. The guard says who it is, the route says what it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Depends
from starlette.requests import Request

from parcours.core.errors import AccessError
from parcours.service.access.caller import Caller


def caller_of(request: Request) -> Caller:
    """Who asks, as the guard has found out.

    Raises:
        AccessError: ``unauthenticated``, nobody is known.
    """
    caller = getattr(request.state, "caller", None)
    if not isinstance(caller, Caller):
        raise AccessError("who asks is not known", known=False, hint="sign in, or send a key: Authorization: Bearer …")
    return caller


def allowed(scope: str) -> Any:
    """A dependency of a route: the caller, who has ``scope``. ``route.dependencies`` tells tests what it asks for."""
    return Depends(_check(scope))


def _check(scope: str) -> Callable[[Request], Caller]:
    def check(request: Request) -> Caller:
        caller = caller_of(request)
        caller.check(scope)
        request.state.reads = scope.endswith(":read")  # for the audit log: a POST may be a question, too
        return caller

    check.scope = scope  # type: ignore[attr-defined]
    return check
