"""Which classes may travel: those that the annotations of the called method name, and what these are made of.

Values are told from rooms here: a value is what it holds (a frozen dataclass, a named tuple, a struct, an enumeration)
and is sent whole; a room has methods (``workspace.segments``, a journey that is tried) and stays where it is.
"""

from __future__ import annotations

import ast
import inspect
import sys
import typing
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from importlib import import_module
from typing import Any, cast, get_args, get_origin

import msgspec

_HOUSE = "parcours."
_MOST_NAMES = 50


def name_of(kind: type) -> str:
    """The name under which a class travels."""
    return f"{kind.__module__.removeprefix(_HOUSE)}:{kind.__qualname__}"


def is_value(kind: object) -> bool:
    """Whether objects of a class are no more than what they hold."""
    if not inspect.isclass(kind) or not kind.__module__.startswith(_HOUSE):
        return False
    return is_dataclass(kind) or issubclass(kind, (Enum, msgspec.Struct)) or is_named_tuple(kind)


def is_named_tuple(kind: type) -> bool:
    """Whether a class is a named tuple."""
    return issubclass(kind, tuple) and hasattr(kind, "_fields")


def is_room(kind: object) -> bool:
    """Whether a class is one whose objects stay in the process that holds the workspace."""
    if not inspect.isclass(kind) or is_value(kind) or issubclass(kind, (Exception, Mapping)):
        return False
    return kind.__module__.startswith(f"{_HOUSE}service.") and not getattr(kind, "_is_protocol", False)


@cache
def classes_of(function: Callable[..., Any]) -> Mapping[str, type]:
    """The classes of values and rooms that a method takes and gives, by the names under which they travel."""
    found: dict[str, type] = {}
    for hint in hints_of(function).values():
        _collect(hint, found)
    return found


def classes_of_hint(hint: Any) -> Mapping[str, type]:
    """The same of a single hint."""
    found: dict[str, type] = {}
    _collect(hint, found)
    return found


def _collect(hint: Any, found: dict[str, type]) -> None:
    for kind in classes_in(hint):
        if name_of(kind) in found:
            continue
        if is_room(kind):
            found[name_of(kind)] = kind
        elif is_value(kind):
            found[name_of(kind)] = kind
            for inner in _fields(kind):
                _collect(inner, found)
        if kind.__module__.startswith(_HOUSE):
            below: list[type] = kind.__subclasses__()
            for each in below + _alike(kind):
                _collect(each, found)


def _alike(kind: type) -> list[type]:
    """The values beside a protocol that have all its methods."""
    if not getattr(kind, "_is_protocol", False):
        return []
    methods = [name for name, each in vars(kind).items() if inspect.isfunction(each) and name[0] != "_"]
    beside = vars(sys.modules[kind.__module__]).values()
    return [each for each in beside if is_value(each) and all(hasattr(each, name) for name in methods)]


def classes_in(hint: Any) -> Iterator[type]:
    """Every class that a hint names."""
    if isinstance(hint, list):
        for each in hint:
            yield from classes_in(each)
        return
    origin = get_origin(hint)
    if origin is not None:
        yield from classes_in(origin)
        for each in get_args(hint):
            yield from classes_in(each)
    elif inspect.isclass(hint):
        yield hint


def _fields(kind: type) -> list[Any]:
    """The hints of what a value holds."""
    if issubclass(kind, Enum):
        return []
    hints: Mapping[str, Any] = hints_of(cast("Hashable", kind))
    if is_dataclass(kind):
        return [hints[each.name] for each in fields(kind)]
    names = kind.__struct_fields__ if issubclass(kind, msgspec.Struct) else kind._fields  # type: ignore[attr-defined]
    return [hints[name] for name in names]


# --- hints -----------------------------------------------------------------------------------------------


@cache
def hints_of(thing: Any) -> Mapping[str, Any]:
    """The hints of a function or class, also where its module imports some names for type checkers only.

    Raises:
        NameError: a name stands for nothing.
    """
    names: dict[str, Any] = {}
    for _ in range(_MOST_NAMES):
        try:
            return typing.get_type_hints(thing, localns=names)
        except NameError as error:
            if not error.name or error.name in names:
                raise
            names[error.name] = _meant(error.name, thing.__module__)
    raise NameError(f"too many unknown names in the hints of {thing}")


def _meant(name: str, module: str) -> Any:
    """What a name stands for in a module, or in one that it uses: hints of aliases come from there."""
    for place in (module, *_used_by(module)):
        if name in vars(sys.modules[place]):
            return vars(sys.modules[place])[name]
        if name in _for_checkers(place):
            source, original = _for_checkers(place)[name]
            return getattr(import_module(source), original)
    raise NameError(f"nothing is called {name!r} in {module}", name=name)


def _used_by(module: str) -> list[str]:
    here = vars(sys.modules[module]).values()
    used = {each.__name__ for each in here if inspect.ismodule(each) and each.__name__.startswith(_HOUSE)}
    bases = {base.__module__ for each in here if inspect.isclass(each) for base in each.__mro__}
    return sorted(used | {name for name in bases if name.startswith(_HOUSE)})


@cache
def _for_checkers(module: str) -> Mapping[str, tuple[str, str]]:
    """What a module imports for type checkers only: name -> module and name there."""
    found: dict[str, tuple[str, str]] = {}
    for node in ast.parse(inspect.getsource(sys.modules[module])).body:
        if not (isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
            continue
        for line in node.body:
            if isinstance(line, ast.ImportFrom) and line.module:
                found |= {each.asname or each.name: (line.module, each.name) for each in line.names}
    return found
