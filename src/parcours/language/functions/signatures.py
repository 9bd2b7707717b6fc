"""Signatures of functions: types that stand for others, parameters, and whether arguments fit."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from parcours.core.schema import ANY, STRING, Kind, Type, list_of, map_of, widest


@dataclass(frozen=True, slots=True)
class Var:
    """Stands for one type, the same throughout a signature; ``kinds`` says which (``None``: any)."""

    name: str
    kinds: frozenset[Kind] | None = None

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ListOfVar:
    """A list whose elements are of the type that ``element`` stands for."""

    element: Var

    def __str__(self) -> str:
        return f"list of {self.element}"


@dataclass(frozen=True, slots=True)
class MapOfVar:
    """A map whose values are of the type that ``element`` stands for."""

    element: Var

    def __str__(self) -> str:
        return f"map to {self.element}"


@dataclass(frozen=True, slots=True)
class Derived:
    """A result whose type follows from what ``of`` stands for; ``words`` say it."""

    words: str
    of: Var
    type: Callable[[Type], Type]

    def __str__(self) -> str:
        return self.words


Shape: TypeAlias = Type | Var | ListOfVar | MapOfVar | Derived


@dataclass(frozen=True, slots=True)
class Constant:
    """What a parameter that must be written as a constant accepts.

    ``problem(value)`` is a sentence on what is wrong with a value, or ``None``; ``samples`` are good values,
    for documentation and tests. With ``required`` false any expression will do, but a constant is checked beforehand.
    With ``advice`` the value is not checked either, as evaluation reports what is wrong with it; only forms, where
    people see what they type, refuse it early.
    """

    name: str
    problem: Callable[[Any], str | None]
    samples: tuple[Any, ...]
    required: bool = True
    advice: bool = False


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter: its name in documentation, its type, and whether it must be a constant."""

    name: str
    type: Shape
    constant: Constant | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Parameter and result types.

    With ``repeats`` the last of ``params`` may occur any number of times, at least once; ``closing`` follow it.
    """

    params: tuple[Param, ...]
    result: Shape
    repeats: bool = False
    closing: tuple[Param, ...] = ()

    def __str__(self) -> str:
        words: list[str] = []
        for param in self.params:
            text = str(param.type)
            words.append("the same" if isinstance(param.type, Var) and text in words else text)
        last = "".join(f", {param.type}" for param in self.closing)
        result = "the same" if isinstance(self.result, Var) else str(self.result)
        return "(" + ", ".join(words) + (" …" if self.repeats else "") + last + f") → {result}"

    def params_for(self, count: int) -> tuple[Param, ...] | None:
        """The parameters that ``count`` arguments meet, or ``None`` when there are too many or too few."""
        more = count - len(self.params) - len(self.closing)
        if more < 0 or (more and not self.repeats):
            return None
        return self.params + self.params[-1:] * more + self.closing


def bind(signature: Signature, args: Sequence[Type]) -> tuple[int, tuple[Type, ...], Type] | None:
    """How well ``args`` fit: the number of widened arguments, the parameter types and the result type.

    ``None`` when they do not fit. A null argument fits everything.
    """
    params = signature.params_for(len(args))
    bound = None if params is None else _bindings(params, args)
    if params is None or bound is None:
        return None
    types = tuple(_concrete(param.type, bound, arg) for param, arg in zip(params, args, strict=True))
    if not all(_fits(type_, arg) for type_, arg in zip(types, args, strict=True)):
        return None
    cost = sum(type_ != arg and arg.kind is not Kind.NULL for type_, arg in zip(types, args, strict=True))
    return cost, types, _concrete(signature.result, bound, Type(Kind.NULL))


def bind_as_text(signature: Signature, args: Sequence[Type]) -> tuple[int, tuple[Type, ...], Type] | None:
    """:func:`bind`, with untyped values taken for texts."""
    return bind(signature, [_as_text(arg) for arg in args])


def possible_result(signature: Signature, args: Sequence[Type]) -> Type | None:
    """The type of the result whatever the untyped values among ``args`` are; ``None`` when the others do not fit.

    What follows from the type of an untyped argument is untyped.
    """
    known = [_unknown(arg, Type(Kind.NULL)) for arg in args]
    params = signature.params_for(len(args))
    if params is None or bind(signature, known) is None:
        return None
    loose = [found[0] for param, arg in zip(params, args, strict=True) if (found := _loosens(param.type, arg))]
    bound = {**(_bindings(params, known) or {}), **dict.fromkeys(loose, ANY)}
    return _unknown(_concrete(signature.result, bound, ANY), ANY, Kind.NULL)


def _loosens(shape: Shape, arg: Type) -> tuple[Var, Type] | None:
    return _stands_for(shape, arg) if _unknown(arg, Type(Kind.NULL)) != arg else None


def _unknown(type_: Type, instead: Type, kind: Kind = Kind.ANY) -> Type:
    """``type_`` with ``instead`` for what is of ``kind`` in it; the fields of objects are left as they are."""
    if type_.kind in (Kind.LIST, Kind.MAP) and type_.element is not None:
        return Type(type_.kind, element=_unknown(type_.element, instead, kind))
    return instead if type_.kind is kind else type_


def _as_text(type_: Type) -> Type:
    if type_.kind is Kind.LIST and type_.element is not None:
        return list_of(_as_text(type_.element))
    return STRING if type_.kind is Kind.ANY else type_


def _bindings(params: Sequence[Param], args: Sequence[Type]) -> Mapping[Var, Type] | None:
    bound: dict[Var, Type] = {}
    for param, arg in zip(params, args, strict=True):
        found = _stands_for(param.type, arg)
        if found is None:
            continue
        var, type_ = found
        joined = widest(bound.get(var, Type(Kind.NULL)), type_)
        if joined is None:
            return None
        bound[var] = joined
    allowed = all(var.kinds is None or type_.kind in {*var.kinds, Kind.NULL} for var, type_ in bound.items())
    return bound if allowed else None


def _stands_for(shape: Shape, arg: Type) -> tuple[Var, Type] | None:
    if isinstance(shape, Var):
        return shape, arg
    if isinstance(shape, ListOfVar | MapOfVar):
        kind = Kind.LIST if isinstance(shape, ListOfVar) else Kind.MAP
        return shape.element, (arg.element if arg.kind is kind and arg.element else Type(Kind.NULL))
    return None


def _concrete(shape: Shape, bound: Mapping[Var, Type], arg: Type) -> Type:
    if isinstance(shape, Var):
        return bound.get(shape, arg)
    if isinstance(shape, ListOfVar):
        return list_of(bound.get(shape.element, Type(Kind.NULL)))
    if isinstance(shape, MapOfVar):
        return map_of(bound.get(shape.element, Type(Kind.NULL)))
    if isinstance(shape, Derived):
        return shape.type(bound.get(shape.of, Type(Kind.NULL)))
    return shape


@functools.cache
def _fits(param: Type, arg: Type) -> bool:
    return arg == param or widest(param, arg) == param
