"""What the workspace is told, and what it knows: events, corrections, signals, suppression, status, SQL."""

from __future__ import annotations

from parcours.service.surface.operations import of

_WORKSPACE = "workspace:Workspace"

DATA = of(
    "",
    _WORKSPACE,
    "data",
    ("status", "GET", "/status"),
    ("sql", "POST", "/sql"),
    ("dead_letters", "GET", ""),
    ("correct", "POST", "/events/retract"),
    ("signal", "POST", "/signals"),
    ("business_event", "POST", "/business-events"),
    reading=("sql",),
)
ERASING = of("", _WORKSPACE, "profiles", ("erase", "POST", "/profiles/erase"))
SUPPRESSION = of(
    "",
    _WORKSPACE,
    "deliveries",
    ("suppressed", "GET", "/suppression"),
    ("suppress", "POST", "/suppression/add"),
    ("unsuppress", "POST", "/suppression/remove"),
)
GROUPS = {"data": [*DATA, *ERASING], "suppression": SUPPRESSION}
