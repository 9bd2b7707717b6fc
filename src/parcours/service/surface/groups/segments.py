"""Segments, and rules that need not be any."""

from __future__ import annotations

from parcours.service.surface.operations import of

SEGMENTS = of(
    "segments",
    "segments:Segments",
    "segments",
    ("list", "GET", "/segments"),
    ("get", "GET", "/segments/{segment}"),
    ("describe", "GET", "/segments/{segment}/sentence"),
    ("method", "GET", "/segments/{segment}/method"),
    ("save", "PUT", "/segments/{segment}"),
    ("members", "GET", ""),
    ("members_page", "GET", "/segments/{segment}/members"),
    ("statistics", "GET", "/segments/{segment}/statistics"),
    ("count", "GET", "/segments/{segment}/count"),
    ("history", "GET", "/segments/{segment}/history"),
    ("forecast", "GET", "/segments/{segment}/forecast"),
    ("sample", "GET", "/segments/{segment}/sample"),
    ("publish", "POST", "/segments/{segment}/publish"),
    ("deactivate", "POST", "/segments/{segment}/deactivate"),
    ("delete", "DELETE", "/segments/{segment}"),
)

RULES = of(
    "rules",
    "rules:Rules",
    "segments",
    ("vocabulary", "GET", "/schema"),
    ("check", "POST", "/rules/check"),
    ("size", "POST", "/rules/size"),
    ("convert", "POST", "/rules/convert"),
    ("explain", "POST", "/rules/explain"),
    reading=("check", "size", "convert", "explain"),
)

GROUPS = {"segments": SEGMENTS, "rules": RULES}
