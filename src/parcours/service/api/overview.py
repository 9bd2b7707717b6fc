"""What the page shows, asked of the workspace anew each time."""

from __future__ import annotations

from parcours.service.api.page import Overview
from parcours.service.workspace import Workspace


def overview(workspace: Workspace, *, live: bool) -> Overview:
    """State, segments with members and movements, journeys with runs, messages by result; plain data."""
    status = workspace.status()
    segments = workspace.segments.list().select("segment", "name", "state", "members", "entries", "exits")
    journeys = workspace.journeys.list().select("journey", "name", "state", "entered", "inside", "ended")
    return {
        "ok": True,
        "live": live,
        "now": None if workspace.now is None else workspace.now.isoformat(),
        "profiles": status["profiles"],
        "rows_waiting": status["rows_waiting"],
        "segments": [
            {**row, "evaluation": workspace.segments.method(row["segment"]).kind} for row in segments.to_dicts()
        ],
        "journeys": journeys.to_dicts(),
        "messages": workspace.journeys.deliveries().to_dicts(),
        "hooks": workspace.hooks.list().select("hook", "state", "behind").to_dicts(),
    }
