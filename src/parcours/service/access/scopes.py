"""Scopes: what a request needs, and what a role or a key gives.

A scope is ``area:read`` or ``area:write``; writing includes reading. Roles are fixed sets of scopes, each wider than
the one before: viewer, marketer, developer, admin.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias, get_args

#: What there is to be read or written: definitions and their members; journeys; the CRM; people and what is known of
#: them; events coming in, sources, plans and dead letters; messages and suppression; settings and web hooks; accounts,
#: keys and the audit log.
Area: TypeAlias = Literal["segments", "journeys", "contacts", "profiles", "data", "deliveries", "settings", "access"]
Role: TypeAlias = Literal["viewer", "marketer", "developer", "admin"]
AREAS: tuple[str, ...] = get_args(Area)
#: Every scope there is.
SCOPES: tuple[str, ...] = tuple(f"{area}:{mode}" for area in AREAS for mode in ("read", "write"))


def closed(scopes: Iterable[str]) -> frozenset[str]:
    """These scopes with the reading that writing includes."""
    given = set(scopes)
    return frozenset(given | {scope.replace(":write", ":read") for scope in given})


_VIEWER = frozenset(f"{area}:read" for area in AREAS if area not in ("settings", "access"))
_MARKETER = closed(_VIEWER | {"segments:write", "journeys:write", "contacts:write", "deliveries:write"})
_DEVELOPER = closed(_MARKETER | {"profiles:write", "data:write", "settings:write"})
ALL = frozenset(SCOPES)
#: What each role may do.
ROLES: dict[str, frozenset[str]] = {"viewer": _VIEWER, "marketer": _MARKETER, "developer": _DEVELOPER, "admin": ALL}
