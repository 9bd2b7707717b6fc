"""What a call asks of its caller: the scopes of the operations, and of the little that is no operation."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from parcours.service.surface.groups import BY_NAME

#: Where the table of operations says nothing: values, and what has no form that a route could give it.
_OTHERS: Mapping[str, str] = {
    "folder": "segments:read",
    "now": "segments:read",
    "schema": "segments:read",
    "waiting": "segments:read",
    "check": "segments:read",
    "preview": "segments:read",
    "plan": "journeys:read",
    "apply": "settings:write",  # of everything that a configuration may hold, web hooks too
    "import_profiles": "data:write",
    "import_events": "data:write",
    "catch_up": "data:write",
    "replay": "settings:write",
    "send_interactions": "deliveries:write",
    "segments.export": "profiles:read",
    "journeys.definition": "journeys:read",
    "journeys.draft": "journeys:read",
    "journeys.test": "journeys:read",
    "journeys.simulate": "journeys:read",
    "journeys.validate": "journeys:read",
}
#: What anything else asks for: an administrator.
STRICTEST = "access:write"


@cache
def scope_of(name: str) -> str:
    """The scope that a method or value asks for, by its name with dots.

    The rooms of the CRM have two names each: ``crm.contacts`` and ``contacts``.
    """
    for known in (name, name.removeprefix("crm.")):
        if known in BY_NAME:
            return BY_NAME[known].scope
        if known in _OTHERS:
            return _OTHERS[known]
    return STRICTEST
