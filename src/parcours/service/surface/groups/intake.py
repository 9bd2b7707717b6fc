"""Where events come from: sources with their keys and connectors, and files that are uploaded; what events are to look
like, and what was not taken in."""

from __future__ import annotations

from parcours.service.surface.operations import of

SOURCES = of(
    "sources",
    "sources:Sources",
    "data",
    ("list", "GET", "/sources"),
    ("connections", "GET", "/source-connections"),
    ("get", "GET", "/sources/{source}"),
    ("create", "POST", "/sources/{source}"),
    ("change", "PATCH", "/sources/{source}"),
    ("delete", "DELETE", "/sources/{source}"),
    ("rotate_key", "POST", "/sources/{source}/rotate-key"),
)
#: The upload itself is a route of its own: ``parcours.service.api.uploads``.
IMPORTS = of(
    "imports",
    "imports:Imports",
    "data",
    ("list", "GET", "/imports"),
    ("get", "GET", "/imports/{id}"),
    ("preview", "POST", "/imports/{id}/preview"),
    ("start", "POST", "/imports/{id}/start"),
    ("wait", "POST", "/imports/{id}/wait"),
    ("cancel", "POST", "/imports/{id}/cancel"),
    ("rejected", "GET", "/imports/{id}/rejected"),
    ("delete", "DELETE", "/imports/{id}"),
    reading=("preview", "wait"),
)
PLANS = of(
    "plans",
    "plans:Plans",
    "data",
    ("list", "GET", "/plans"),
    ("violations", "GET", "/plan-violations"),
    ("unplanned", "POST", "/plan-settings/unplanned"),
    ("get", "GET", "/plans/{event}"),
    ("save", "PUT", "/plans/{event}"),
    ("delete", "DELETE", "/plans/{event}"),
    ("check", "POST", "/plans/{event}/check"),
    reading=("check",),
)
LETTERS = of(
    "letters",
    "letters.letters:Letters",
    "data",
    ("list", "GET", "/letters"),
    ("counts", "GET", "/letter-counts"),
    ("get", "GET", "/letters/{letter}"),
    ("mend", "POST", "/letters/mend"),
    ("replay", "POST", "/letters/replay"),
    ("dismiss", "POST", "/letters/dismiss"),
)

GROUPS = {"sources": SOURCES, "imports": IMPORTS, "plans": PLANS, "letters": LETTERS}
