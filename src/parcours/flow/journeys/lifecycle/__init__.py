"""The life of a journey: statuses, actions, and what these are refused for."""

from parcours.flow.journeys.lifecycle.deciding import become, decide
from parcours.flow.journeys.lifecycle.running import PAUSE
from parcours.flow.journeys.lifecycle.types import (
    DRAFTS,
    RUNNING,
    STARTABLE,
    Action,
    Context,
    Control,
    Decision,
    Moment,
    Refusal,
    Status,
    Version,
)

__all__ = [
    "DRAFTS",
    "PAUSE",
    "RUNNING",
    "STARTABLE",
    "Action",
    "Context",
    "Control",
    "Decision",
    "Moment",
    "Refusal",
    "Status",
    "Version",
    "become",
    "decide",
]
