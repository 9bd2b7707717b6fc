"""Definitions of every kind, as plain data. Whoever may change journeys may change what they use."""

from __future__ import annotations

from parcours.service.surface.operations import of

DEFINITIONS = of(
    "definitions",
    "authoring:Authoring",
    "journeys",
    ("list", "GET", "/definitions"),
    ("history", "GET", "/definition-history"),
    ("check", "POST", "/definitions/check"),
    ("preview", "POST", "/definitions/preview"),
    ("apply", "POST", "/definitions/apply"),
    ("get", "GET", "/definitions/{kind}/{id}"),
    ("save", "PUT", "/definitions/{kind}/{id}"),
    ("delete", "DELETE", "/definitions/{kind}/{id}"),
    ("versions", "GET", "/definitions/{kind}/{id}/versions"),
    ("diff", "GET", "/definitions/{kind}/{id}/diff"),
    ("publish", "POST", "/definitions/{kind}/{id}/publish"),
    ("roll_back", "POST", "/definitions/{kind}/{id}/roll-back"),
    ("restore", "POST", "/definitions/{kind}/{id}/restore"),
    reading=("check", "preview"),
)

GROUPS = {"definitions": DEFINITIONS}
