"""The typed tree -> the rule tree as plain data. ``parse_rule(print_rule(n))`` is ``n`` for all that can be parsed.

Everything is printed in its shortest form: ``not(in(x, list))`` as ``not_in``, ``ge(x, a) and le(x, b)`` as
``between``, a count of at least one without a comparator.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from parcours.core.schema import Kind
from parcours.language.check.calls import listed
from parcours.language.rules import errors
from parcours.language.rules.form import PROFILE, Rows
from parcours.language.rules.literals import is_natural, print_constant, print_typed
from parcours.language.rules.vocabulary import ANY_CASE, CALENDAR_UNITS, QUANTIFIERS
from parcours.language.rules.windows import print_window
from parcours.language.tree import (
    Aggregate,
    Attribute,
    Calendar,
    Call,
    Field,
    InWindow,
    ListOf,
    Literal,
    Member,
    Node,
    Quantifier,
)

Plain: TypeAlias = dict[str, object]

_SIGNS = {"eq": "==", "ne": "!=", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_WORDS = {"eq": "is", "ne": "is_not", "ge": "at_least", "gt": "more_than", "le": "at_most", "lt": "less_than"}
_DATE_WORDS = {**_WORDS, "ge": "from", "gt": "after", "lt": "before"}
#: Beside an event, ``from`` and ``until`` are its window.
_EVENT_DATE_WORDS = {**_DATE_WORDS, "ge": "at_least"}
_TEXT_WORDS = {"contains_item": "contains", **{name: name for name in (*ANY_CASE, "matches") if name != "is"}}
_ANY_CASE_WORDS = {function: word for word, function in ANY_CASE.items()}
_DATES = (Kind.DATE_ONLY, Kind.DATE_TIME, Kind.DATE_TIME_ONLY)
_KINDS = {kind: key for key, kind in QUANTIFIERS.items()}


def print_rule(node: Node) -> Plain:
    """The rule tree of a typed tree, as plain data that JSON and YAML can hold.

    Raises:
        RuleError: the tree holds something that the rule tree has no form for (code ``not-expressible``).
    """
    return _rule(node, PROFILE)


def print_row_rule(node: Node) -> Plain:
    """The same for a rule about single events, the inverse of ``parse_row_rule``."""
    return _rule(node, ("event",))


def _rule(node: Node, rows: Rows) -> Plain:
    """A rule within ``rows``, where a bare event condition means at least one event."""
    match node:
        case Call("ge", (Aggregate(kind="count", value=None) as count, Literal(value=1))):
            return _subject(count, rows)
        case Call():
            return _call(node, rows)
        case Member(segment=segment):
            return {"segment": segment}
        case Quantifier():
            return _quantifier(node, rows)
        case InWindow(value=Attribute() as value, window=window):
            return {**_subject(value, rows), **print_window(window, future=True)}
        case Literal(value=bool()) | Attribute() | Field() | Aggregate():
            return _subject(node, rows)
        case _:
            raise errors.not_expressible("such a rule")


def _quantifier(node: Quantifier, rows: Rows) -> Plain:
    over = node.over
    here = isinstance(over, Field) and over.up == 0 if rows else isinstance(over, Attribute)
    if not here or node.kind not in _KINDS:
        raise errors.not_expressible("a test of this list")
    assert isinstance(over, Attribute | Field)
    return {_KINDS[node.kind]: ".".join(over.path), "where": _rule(node.where, ("element", *rows))}


# --- calls ---------------------------------------------------------------------------------------------


def _call(node: Call, rows: Rows) -> Plain:
    match node:
        case Call("and", (Call("ge", (subject, low)), Call("le", (again, high)))) if subject == again:
            ends = (_inline(subject, low), _inline(subject, high))
            return (
                {**_subject(subject, rows), "between": [_operand(subject, end, rows) for end in (low, high)]}
                if all(ends)
                else _group("all", node.args, rows)
            )
        case Call("and" | "or" as function, args) if len(args) > 1:
            return _group("all" if function == "and" else "any", args, rows)
        case Call("not", (Call("or", args),)) if len(args) > 1:
            return _group("none", args, rows)
        case Call("not", (Call("in", (item, options)),)) if _inline_options(item, options):
            return {**_subject(item, rows), "not_in": _options(options, rows)}
        case Call("not", (inner,)):
            return {"not": _rule(inner, rows)}
        case Call("in", (item, options)) if _inline_options(item, options):
            return {**_subject(item, rows), "in": _options(options, rows)}
        case Call("is_null" | "is_not_null" as function, (subject,)) if _is_subject(subject):
            return {**_subject(subject, rows), "is_set": function == "is_not_null"}
        case Call(_, (left, right)):
            return _comparison(node, left, right, rows)
        case _:
            return _subject(node, rows)


def _group(key: str, args: tuple[Node, ...], rows: Rows) -> Plain:
    return {key: [_rule(arg, rows) for arg in args]}


def _comparison(node: Call, left: Node, right: Node, rows: Rows) -> Plain:
    function = node.function
    inline = _inline(left, right)
    if inline and function in _ANY_CASE_WORDS:
        return {**_subject(left, rows), _ANY_CASE_WORDS[function]: _operand(left, right, rows), "ignore_case": True}
    word = _words_for(left).get(function) or _TEXT_WORDS.get(function)
    if inline and word is not None:
        return {**_subject(left, rows), word: _operand(left, right, rows)}
    if function in _SIGNS:
        return {"compare": {"left": _value(left, rows), "op": _SIGNS[function], "right": _value(right, rows)}}
    return _subject(node, rows)


def _words_for(subject: Node) -> Mapping[str, str]:
    if subject.type.kind not in _DATES:
        return _WORDS
    return _EVENT_DATE_WORDS if isinstance(subject, Aggregate) else _DATE_WORDS


def _is_subject(node: Node) -> bool:
    return isinstance(node, Attribute | Field | Aggregate | Call) or (
        isinstance(node, Literal) and node.value is not None
    )


def _inline(subject: Node, operand: Node) -> bool:
    """Whether the two can be written as a subject with a comparator."""
    null = isinstance(operand, Literal) and operand.value is None
    return _is_subject(subject) and not null and not isinstance(operand, ListOf)


def _inline_options(item: Node, options: Node) -> bool:
    if not _is_subject(item) or isinstance(options, Literal):
        return False
    return not isinstance(options, ListOf) or (
        bool(options.items) and all(_inline(item, option) for option in options.items)
    )


def _options(options: Node, rows: Rows) -> object:
    if not isinstance(options, ListOf):
        return _value(options, rows)
    return [print_constant(item) if isinstance(item, Literal) else _value(item, rows) for item in options.items]


def _operand(subject: Node, operand: Node, rows: Rows) -> object:
    """What stands behind a comparator: a constant takes its type from the subject, unless that is one, too."""
    if isinstance(operand, Literal) and not isinstance(subject, Literal):
        return print_constant(operand)
    return _value(operand, rows)


# --- values --------------------------------------------------------------------------------------------


def _value(node: Node, rows: Rows) -> object:
    match node:
        case Literal():
            return print_constant(node) if is_natural(node) else print_typed(node)
        case ListOf():
            return _list(node, rows)
        case Call("ge", (Aggregate(kind="count", value=None) as count, Literal(value=1))):
            return {**_subject(count, rows), "at_least": 1}
        case Attribute() | Field() | Aggregate():
            return _subject(node, rows)
        case _:
            return _rule(node, rows)


def _list(node: ListOf, rows: Rows) -> object:
    """The values, with the type beside them where they alone do not tell it."""
    items = [_value(item, rows) for item in node.items]
    natural = listed(node.items)
    return items if natural is not None and natural.type == node.type else {"value": items, "type": node.type.to_json()}


def _subject(node: Node, rows: Rows) -> Plain:
    match node:
        case Literal():
            return {"value": print_constant(node)} if is_natural(node) else print_typed(node)
        case Attribute(path=path):
            return {"attribute": ".".join(path)}
        case Field():
            return _field(node, rows)
        case Call(function=function, args=args):
            return {"call": function, "args": [_value(arg, rows) for arg in args]}
        case Aggregate():
            return _aggregate(node)
        case _:
            raise errors.not_expressible("a condition about this")


def _field(node: Field, rows: Rows) -> Plain:
    if not node.path:
        if node.up:
            raise errors.not_expressible("the element of an outer list")
        return {"item": True}
    path = ".".join(node.path)
    if node.up == 0:
        return {"field": path}
    if node.up < len(rows) and rows[node.up] == "event":
        return {"event_field": path}
    return {"field": path, "up": node.up}


def _aggregate(node: Aggregate) -> Plain:
    rows: Rows = ("event",) if node.over is None else ("element", "event")
    shape: Plain = {"event": node.event}
    if node.over is not None:
        shape["over"] = ".".join(node.over)
    if node.where is not None:
        shape["where"] = _rule(node.where, rows)
    if node.value is not None:
        shape[node.kind] = _computed(node.kind, node.value, rows)
    window = print_window(node.window, future=False)
    if node.kind in window and isinstance(node.window, Calendar):  # last: total, last: month
        del window[node.kind]
        window["units"] = {"unit": node.window.unit, "from": node.window.first, "to": node.window.last}
    return {**shape, **window}


def _computed(kind: str, value: Node, rows: Rows) -> object:
    if isinstance(value, Field) and value.path and value.up == 0:
        name = ".".join(value.path)
        if not (kind == "last" and name in CALENDAR_UNITS):
            return name
    printed = _value(value, rows)
    return printed if isinstance(printed, dict) else {"value": printed}
