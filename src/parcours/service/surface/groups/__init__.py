"""Every operation, by group. To add a group: its module beside this one, and its name in :data:`_MODULES`."""

from __future__ import annotations

from importlib import import_module

from parcours.service.surface.groups.crm import GROUPS as CRM_GROUPS
from parcours.service.surface.operations import Operation

#: Modules with ``GROUPS``: operations by the name of their group; a dot leads to a group within a group.
_MODULES = (
    "segments",
    "journeys",
    "definitions",
    "profiles",
    "data",
    "intake",
    "hooks",
    "crm",
    "access",
)
GROUPS: dict[str, list[Operation]] = {
    name: operations for module in _MODULES for name, operations in import_module(f"{__name__}.{module}").GROUPS.items()
}
OPERATIONS = [operation for group in GROUPS.values() for operation in group]
BY_NAME = {operation.full_name: operation for operation in OPERATIONS}

__all__ = ["BY_NAME", "CRM_GROUPS", "GROUPS", "OPERATIONS"]
