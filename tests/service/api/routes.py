"""Every route of the application, with what it asks of its caller."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

#: What a route may do without saying which scope it takes, and why.
PUBLIC = {
    ("GET", "/"): "a way in, without numbers",
    ("GET", "/status"): "a way in, without numbers",
    ("GET", "/healthz"): "whether it runs",
    ("GET", "/api/openapi.json"): "the description of the API",
    ("GET", "/docs"): "the same for people",
    ("GET", "/api/docs"): "leads there",
    ("POST", "/api/session"): "signing in",
    ("GET", "/api/oidc/login"): "signing in",
    ("GET", "/api/oidc/callback"): "signing in",
}
#: What asks for somebody who is known, whatever they may do.
ANYBODY = {("GET", "/api/session"), ("DELETE", "/api/session"), ("POST", "/api/password")}
#: What asks for scopes itself.
OTHERWISE = {("GET", "/status.json"), ("POST", "/api/call")}
#: Where clients send events with a write key of their own, and where links of messages lead.
INGESTION = re.compile(
    r"/(v1|beacon|sourceConfig|batch|i/v[01]|e|capture|track|engage|flags|decide|array|s|ses|api/v1|api/v2)(/|$)"
)
DOORS = re.compile(r"/[cou]/\{token\}")


@dataclass(frozen=True)
class Known:
    """A route: how it is asked for, and what it takes; ``scope`` is blank where it declares none."""

    verb: str
    path: str
    scope: str

    @property
    def place(self) -> str:
        """The path with something in place of its parameters."""
        return re.sub(r"\{[^}]*\}", "1", self.path)

    @property
    def writes(self) -> bool:
        return self.verb not in ("GET", "HEAD")


def routes_of(app: FastAPI) -> Iterator[Known]:
    """All routes but those of ingestion and of messages."""
    for route in _flat(app.routes):
        if INGESTION.match(route.path) or DOORS.match(route.path):
            continue
        inside = getattr(getattr(route, "dependant", None), "dependencies", ())
        scopes = {getattr(each.call, "scope", "") for each in inside} - {""}
        assert len(scopes) <= 1, route.path
        for verb in sorted(route.methods - {"HEAD", "OPTIONS"}):
            yield Known(verb, route.path, next(iter(scopes), ""))


def _flat(routes: list[Any]) -> Iterator[Any]:
    for route in routes:
        inside = getattr(route, "original_router", None) or getattr(route, "app", None)
        if getattr(route, "path", None) is not None and getattr(route, "methods", None):
            yield route
        elif inside is not None:
            yield from _flat(inside.routes)
        else:
            raise AssertionError(f"what is {route!r}?")
