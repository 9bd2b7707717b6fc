"""Live audience segments and customer journeys, embedded in one process and one folder.

Start with :func:`open` (a workspace that exists) or :func:`init` (a new one)::

    import parcours

    with parcours.open("shop") as workspace:
        print(workspace.segments.list())

What stands behind a name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parcours.core.clock import SystemClock, VirtualClock
    from parcours.core.errors import DefinitionError, DeliveryError, InputError, ParcoursError, WorkspaceError
    from parcours.core.schema import Schema
    from parcours.core.settings import Settings
    from parcours.flow.ingest.mapping import ColumnMapping, Lines
    from parcours.service.explaining import Explanation
    from parcours.service.expressions import Rule, check, evaluate, format
    from parcours.service.importing import Imported
    from parcours.service.opening import connect, open
    from parcours.service.previews import Preview
    from parcours.service.running import Replayed
    from parcours.service.workspace import Workspace, init

_PLACES = {
    "ColumnMapping": "parcours.flow.ingest.mapping",
    "DefinitionError": "parcours.core.errors",
    "DeliveryError": "parcours.core.errors",
    "Explanation": "parcours.service.explaining",
    "Imported": "parcours.service.importing",
    "InputError": "parcours.core.errors",
    "Lines": "parcours.flow.ingest.mapping",
    "ParcoursError": "parcours.core.errors",
    "Preview": "parcours.service.previews",
    "Replayed": "parcours.service.running",
    "Rule": "parcours.service.expressions",
    "Schema": "parcours.core.schema",
    "Settings": "parcours.core.settings",
    "SystemClock": "parcours.core.clock",
    "VirtualClock": "parcours.core.clock",
    "Workspace": "parcours.service.workspace",
    "WorkspaceError": "parcours.core.errors",
    "check": "parcours.service.expressions",
    "connect": "parcours.service.opening",
    "evaluate": "parcours.service.expressions",
    "format": "parcours.service.expressions",
    "init": "parcours.service.workspace",
    "open": "parcours.service.opening",
}

__all__ = [
    "ColumnMapping",
    "DefinitionError",
    "DeliveryError",
    "Explanation",
    "Imported",
    "InputError",
    "Lines",
    "ParcoursError",
    "Preview",
    "Replayed",
    "Rule",
    "Schema",
    "Settings",
    "SystemClock",
    "VirtualClock",
    "Workspace",
    "WorkspaceError",
    "check",
    "connect",
    "evaluate",
    "format",
    "init",
    "open",
]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'parcours' has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
