"""Operations: what Python, API, command line and remote clients offer alike, and where each stands.

What an operation takes, what it gives and what it says about itself comes from the method of the facade that does it
(:mod:`parcours.service.surface.arguments`), so that the ways to it cannot drift apart. The lines stand in
:mod:`parcours.service.surface.groups`, a module for every group.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from parcours.service.access.scopes import Area

#: Where the fields come from that a method takes by name (``**fields``): a table, a function, or a list of names, as
#: ``module:name`` below ``parcours.contacts`` (nothing is imported before somebody asks); or the names themselves.
Fields: TypeAlias = str | tuple[str, ...] | None
Verb: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
#: Rooms in which somebody works in a name and on a day (``crm.acting``).
CRM_ROOMS = frozenset({"crm", "contacts", "worksheets", "interactions", "campaigns", "opportunities"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        room: the facade, as an attribute of :class:`~parcours.service.workspace.Workspace`, with dots; blank: the
            workspace itself.
        method: of the facade.
        verb, path: of the API, below ``/api``; parts in braces are arguments. Blank: it has no route, since another
            operation gives the same page by page; remote clients may call it all the same.
        fields: where the fields come from that the method takes by name.
        command: its name on the command line; blank: that of the method.
        scope: what the caller must have: ``contacts:read``.
        facade: the class of the room, as ``module:Class`` below ``parcours.service``.
    """

    room: str
    method: str
    verb: Verb
    path: str
    fields: Fields = None
    command: str = ""
    scope: str = ""
    facade: str = ""

    @property
    def name(self) -> str:
        """Its name on the command line."""
        return self.command or self.method.replace("_", "-")

    @property
    def full_name(self) -> str:
        """Room and method: ``segments.members``; by it remote clients call it."""
        return f"{self.room}.{self.method}" if self.room else self.method

    @property
    def acts(self) -> bool:
        """Whether somebody does it in a name and on a work date."""
        return self.room.partition(".")[0] in CRM_ROOMS

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.scope.endswith(":write")


def of(
    room: str,
    facade: str,
    area: Area,
    *lines: tuple[Any, ...],
    reading: Collection[str] = (),
    writing: Area | None = None,
) -> list[Operation]:
    """The operations of a room.

    Args:
        room, facade: see :class:`Operation`.
        area: of their scopes: a ``GET`` asks for ``area:read``, all others for ``area:write``.
        lines: ``(method, verb, path)``, and fields and command where there are any.
        reading: methods that only read, although they are no ``GET``.
        writing: the area of those that write, where it is another one.
    """
    found = []
    for method, verb, path, *further in lines:
        fields, command = (*further, None, None)[:2]
        reads = verb == "GET" or method in reading
        scope = f"{area}:read" if reads else f"{writing or area}:write"
        found.append(Operation(room, method, cast(Verb, verb), path, fields, command or "", scope, facade))
    return found
