"""What the rooms of a workspace offer, read off their classes: methods, values, and further rooms."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal, cast

from parcours.service.remote.shapes import hints_of, is_room
from parcours.service.workspace import Workspace

#: What every hand does with the workspace for itself: letting go, and what is no more than another method and a file.
OWN = frozenset({"close", "export_segment"})
#: What only the process that holds the workspace can do with it.
HOLDER = frozenset({"run", "stop"})


@dataclass(frozen=True, slots=True)
class Member:
    """One public name of a room.

    Attributes:
        how: a ``method`` is called, a ``value`` is asked for anew each time, a ``room`` has members of its own.
        function: the method, or what computes the value; ``None`` for attributes.
        hint: of an attribute.
        room: the class of a room.
    """

    name: str
    how: Literal["method", "value", "room"]
    function: Callable[..., Any] | None = None
    hint: Any = None
    room: type | None = None


def members_of(room: type) -> Mapping[str, Member]:
    """The public names of a room."""
    return _members_of(cast(Hashable, room))


@cache
def _members_of(room: type) -> Mapping[str, Member]:
    found: dict[str, Member] = {}
    for name, hint in _attributes(room).items():
        found[name] = Member(name, "room", room=hint) if is_room(hint) else Member(name, "value", hint=hint)
    for name in dir(room):
        member = None if name.startswith("_") else _member(name, inspect.getattr_static(room, name))
        if member is not None:
            found[name] = member
    return found


def _attributes(room: type) -> dict[str, Any]:
    """The hints of attributes that objects have, as the class declares them."""
    declared = {name for base in room.__mro__ for name in vars(base).get("__annotations__", {})}
    shown = sorted(name for name in declared if not name.startswith("_"))
    hints = hints_of(room) if shown else {}
    return {name: hints[name] for name in shown if typing.get_origin(hints[name]) is not typing.ClassVar}


def _member(name: str, found: Any) -> Member | None:
    if inspect.isfunction(found):
        return Member(name, "method", found)
    function = found.fget if isinstance(found, property) else getattr(found, "func", None)
    if not isinstance(found, property | cached_property) or function is None:
        return None
    kind = hints_of(function).get("return")
    return Member(name, "room", function, room=kind) if is_room(kind) else Member(name, "value", function)


def all_members(room: type = Workspace, path: str = "") -> Iterator[tuple[str, Member]]:
    """Every method and value of a room and of the rooms in it, by its name with dots."""
    for name, member in members_of(room).items():
        full = f"{path}.{name}" if path else name
        if member.room is None:
            yield full, member
        else:
            yield from all_members(member.room, full)
