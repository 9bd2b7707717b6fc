"""What fields and common arguments are, in words: shown by the command line, the API and the reference.

A method that says itself what an argument is (in its docstring) wins; this is what stands everywhere else.
"""

from __future__ import annotations

from parcours.service.surface.operations import CRM_ROOMS
from parcours.service.surface.prose import crm
from parcours.service.surface.prose.workspace import ARGUMENTS

of_field = crm.of_field


def of_argument(name: str, method: str, room: str = "") -> str:
    """What an argument of a method is that does not say it itself."""
    if room.partition(".")[0] in CRM_ROOMS:
        return crm.of_argument(name, method, room)
    return ARGUMENTS.get(f"{room}.{method}.{name}") or ARGUMENTS.get(f"{method}.{name}") or ARGUMENTS.get(name, "")
