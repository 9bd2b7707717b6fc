"""Web hooks on entries and exits."""

from __future__ import annotations

from parcours.service.surface.operations import of

HOOKS = of(
    "hooks",
    "hooks.hooks:Hooks",
    "settings",
    ("list", "GET", "/webhooks"),
    ("get", "GET", "/webhooks/{hook}"),
    ("attempts", "GET", "/webhooks/{hook}/attempts"),
    ("add", "POST", "/webhooks/{hook}"),
    ("edit", "PATCH", "/webhooks/{hook}"),
    ("delete", "DELETE", "/webhooks/{hook}"),
    ("enable", "POST", "/webhooks/{hook}/enable"),
    ("disable", "POST", "/webhooks/{hook}/disable"),
    ("rotate", "POST", "/webhooks/{hook}/rotate"),
    ("ping", "POST", "/webhooks/{hook}/ping"),
    ("redeliver", "POST", "/webhooks/{hook}/redeliver"),
    ("rewind", "POST", "/webhooks/{hook}/rewind"),
)

GROUPS = {"webhooks": HOOKS}
