"""``pql/json``: a query as a tree of plain data (profile-query-language.md, section 10).

Four kinds of node are documented: ``fnApply``, ``fieldLookup``, ``parameterReference`` and ``literal``. A query is
written with these where they say it: paths from the parameters, operators, functions and methods. What names things
(lambdas within, quantifiers, chains, conditions on the elements of arrays, points in time) has no documented node.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from parcours.core.errors import DefinitionError, RuleError
from parcours.language.functions import registry
from parcours.language.pql.ast import (
    Apply,
    Array,
    Dot,
    Expr,
    Infix,
    Lambda,
    Logic,
    Method,
    Name,
    Number,
    Parameter,
    Prefix,
    Text,
    Truth,
    too_deep,
)
from parcours.language.pql.call_reader import FORMS, LANGUAGE
from parcours.language.pql.element_reader import METHOD_NAMES
from parcours.language.pql.limits import MAX_DEPTH
from parcours.language.pql.printing_scope import bare, not_expressible, plain
from parcours.language.pql.words import COMPARISONS, DAYS, EVENTS, NOW

Plain: TypeAlias = dict[str, object]

_INFIX = (*COMPARISONS, "in", "notIn", "like", "+", "-", "*", "/", "%")
_LOGIC = ("and", "or")
#: Methods without an argument in the scope of each element.
_WHOLE = ("count", "head", "get", "keys", "values", "sum", "average", "min", "max")
_TYPES: Mapping[type, str] = {bool: "Boolean", int: "Integer", float: "Double", str: "String"}


def to_pql_json(expr: Expr) -> Plain:
    """The plain data of a syntax tree.

    Raises:
        RuleError: no documented node says a part (code ``not-expressible``).
    """
    names: dict[str, int] = {}
    if isinstance(expr, Lambda):
        names = {name: position for position, name in enumerate(expr.names, start=1)}
        expr = expr.body
    return _written(expr, names)


def _written(expr: Expr, names: Mapping[str, int]) -> Plain:
    match expr:
        case Truth(value=value) | Text(value=value):
            return _literal(value)
        case Number(value=value):
            return _literal(value)
        case Prefix(operator="-", value=Number(value=value)):
            return _literal(-value)
        case Name(name=name) if name in names:
            return _parameter(names[name])
        case Name(name=name) if name not in (NOW, *DAYS):
            return _lookup(name, _parameter(1))
        case Parameter(position=position):
            return _parameter(position)
        case Dot(value=owner, name=name):
            return _lookup(name, _written(owner, names))
        case Prefix(operator=operator, value=part):
            return _apply(operator, (part,), names)
        case Infix(operator=operator, left=left, right=right):
            return _apply(operator, (left, right), names)
        case Logic(operator=operator, parts=parts):
            return _apply(operator, parts, names)
        case _:
            return _call(expr, names)


def _call(expr: Expr, names: Mapping[str, int]) -> Plain:
    match expr:
        case Apply(name=name, args=args):
            return _apply(name, args, names)
        case Method(value=value, name=name, args=args) if name not in METHOD_NAMES or (name in _WHOLE and not args):
            return _apply(name, (value, *args), names)
        case Method(value=value, name="get", args=args):
            return _apply("get", (value, *args), names)
        case Array(items=items):
            return _apply("array", items, names)
        case _:
            raise not_expressible(f"{type(expr).__name__.lower()} in JSON")


def _literal(value: object) -> Plain:
    return {"nodeType": "literal", "literalType": _TYPES[type(value)], "value": value}


def _parameter(position: int) -> Plain:
    return {"nodeType": "parameterReference", "position": position}


def _lookup(name: str, owner: Plain) -> Plain:
    return {"nodeType": "fieldLookup", "fieldName": name, "object": owner}


def _apply(name: str, args: tuple[Expr, ...], names: Mapping[str, int]) -> Plain:
    return {"nodeType": "fnApply", "fnName": name, "params": [_written(arg, names) for arg in args]}


# --- reading -------------------------------------------------------------------------------------------


def from_pql_json(shape: object) -> Expr:
    """The syntax tree of plain data; the inverse of :func:`to_pql_json`.

    Raises:
        DefinitionError: a part is no documented node; ``problems`` holds what is wrong, with its place.
    """
    try:
        tree = _read(shape, "query", 0)
    except RuleError as problem:
        raise DefinitionError("the query has 1 problem", code=problem.code, problems=[problem]) from None
    if too_deep(tree, MAX_DEPTH) is not None:
        raise DefinitionError("the query has 1 problem", code="parse.too-deep", problems=[_deep("query")])
    return tree


def _read(shape: object, where: str, depth: int) -> Expr:
    if depth > MAX_DEPTH:
        raise _deep(where)
    if not isinstance(shape, Mapping):
        raise _wrong(where, "expected a node", shape)
    kind = shape.get("nodeType")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise _wrong(f"{where}.nodeType", "expected " + ", ".join(_READERS), kind)
    return reader(shape, where, depth + 1)


def _read_literal(shape: Mapping[str, object], where: str, depth: int) -> Expr:
    value = shape.get("value")
    match value:
        case bool():
            return Truth(value)
        case int() | float() if abs(value) < 2**63:
            return Prefix("-", Number(-value)) if value < 0 else Number(value)
        case str():
            return Text(value)
        case _:
            raise _wrong(f"{where}.value", "expected a text, number, true or false", value)


def _read_lookup(shape: Mapping[str, object], where: str, depth: int) -> Expr:
    name = shape.get("fieldName")
    if not isinstance(name, str) or not plain(name):
        raise _wrong(f"{where}.fieldName", "expected the name of a property", name)
    owner = _read(shape.get("object"), f"{where}.object", depth)
    return Name(name) if owner == Parameter(1) and (bare(name) or name == EVENTS) else Dot(owner, name)


def _read_parameter(shape: Mapping[str, object], where: str, depth: int) -> Expr:
    position = shape.get("position")
    if not isinstance(position, int) or isinstance(position, bool) or position < 1:
        raise _wrong(f"{where}.position", "expected a position from 1", position)
    return Parameter(position)


def _read_apply(shape: Mapping[str, object], where: str, depth: int) -> Expr:
    name, params = shape.get("fnName"), shape.get("params")
    if not isinstance(name, str) or not isinstance(params, list):
        raise _wrong(where, "expected fnName and params", shape)
    args = tuple(_read(param, f"{where}.params[{number}]", depth) for number, param in enumerate(params))
    return _applied(name, args, where)


def _applied(name: str, args: tuple[Expr, ...], where: str) -> Expr:
    if name in _LOGIC and len(args) > 1:
        return Logic(name, args)
    if name in ("not", "-") and len(args) == 1:
        return Prefix(name, args[0])
    if name in _INFIX and len(args) == 2:
        return Infix(name, args[0], args[1])
    if name == "array":
        return Array(args)
    if not plain(name):
        raise _wrong(f"{where}.fnName", "expected an operator or the name of a function", name)
    return Method(args[0], name, args[1:]) if args and _is_method(name) else Apply(name, args)


def _is_method(name: str) -> bool:
    found = registry.spelled(LANGUAGE).get(name, ())
    return name not in FORMS and (name in METHOD_NAMES or any(spelling.method for _, spelling in found))


_READERS: Mapping[str, Callable[[Mapping[str, object], str, int], Expr]] = {
    "fnApply": _read_apply,
    "fieldLookup": _read_lookup,
    "parameterReference": _read_parameter,
    "literal": _read_literal,
}


def _wrong(where: str, what: str, found: object) -> RuleError:
    shown = repr(found)
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    return RuleError(f"{what}, found {shown}", code="parse.bad-node", where=where)


def _deep(where: str) -> RuleError:
    return RuleError(f"the query is nested more than {MAX_DEPTH} levels deep", code="parse.too-deep", where=where)
