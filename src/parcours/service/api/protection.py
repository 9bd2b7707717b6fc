"""What stands before every route, from the outside in: headers, the audit log, the guard."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from fastapi import FastAPI

from parcours.service.api.auditing import Auditing
from parcours.service.api.auth import Cookies, auth_routes
from parcours.service.api.guard import Guard
from parcours.service.api.headers import SecureHeaders
from parcours.service.api.limiting import Limiter
from parcours.service.api.oidc import oidc_routes
from parcours.service.workspace import Workspace

_MB = 1_000_000


def protect(app: FastAPI, workspace: Workspace, hosts: Sequence[str]) -> None:
    """Protect an application, and add the routes for signing in.

    Args:
        app: whose routes are there already.
        workspace: with the settings, and with those who may use it.
        hosts: names that requests may ask for; any, when empty.
    """
    settings, gate = workspace._parts.settings, workspace._parts.gate
    outside = urlsplit(settings.access.url)
    secure = outside.scheme == "https"
    named = [*hosts, *settings.access.hosts, *([outside.hostname] if outside.hostname else [])] if hosts else []
    cookies = Cookies(secure, settings.access.session_days)
    app.include_router(auth_routes(gate, cookies))
    app.include_router(oidc_routes(settings, gate, cookies))
    limiter = Limiter(settings.limits.requests, settings.limits.strangers)
    longest = round(settings.limits.body_mb * _MB)
    app.add_middleware(Guard, gate=gate, limiter=limiter, hosts=named, longest=longest, secure=secure)
    app.add_middleware(Auditing, gate=gate)
    app.add_middleware(SecureHeaders, secure=secure)
