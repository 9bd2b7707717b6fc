"""Calls of functions: constants fitted to the other arguments, then the signature that fits."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from parcours.core.errors import RuleError
from parcours.core.schema import NULL, STRING, Kind, Type, list_of, widest
from parcours.language.check import errors
from parcours.language.check.literals import fitted, readings
from parcours.language.check.report import Report
from parcours.language.functions import registry
from parcours.language.functions.types import ORDERED
from parcours.language.tree import Call, ListOf, Literal, Node

LOGIC = ("and", "or", "not")
ORDER = ("lt", "le", "gt", "ge")
EQUALITY = ("eq", "ne")
TEXT = (
    "contains",
    "starts_with",
    "ends_with",
    "matches",
    "equals_ignore_case",
    "contains_ignore_case",
    "starts_with_ignore_case",
    "ends_with_ignore_case",
)
#: The readings of constants that are tried before a call is refused.
_MOST_READINGS = 256


def typed_call(function: str, args: Sequence[Node], where: str, places: Sequence[str], report: Report) -> Node | None:
    """The call with its result type, or ``None`` when the problem is in ``report``.

    ``places`` says where each argument was written. Of a list, ``contains`` means that it holds an element.
    """
    if function == "contains" and args and args[0].type.kind is Kind.LIST:
        function = "contains_item"
    aligned = _aligned(function, args, where, places, report)
    if aligned is None:
        return None
    try:
        chosen = _chosen(function, aligned)
        registry.check_constants(function, chosen, advise=True)
        return Call(function, tuple(chosen), registry.resolve(function, [arg.type for arg in chosen]))
    except RuleError as error:
        report.add(errors.not_applicable(where, function, error))
        return None


def _aligned(
    function: str, args: Sequence[Node], where: str, places: Sequence[str], report: Report
) -> Sequence[Node] | None:
    if function in TEXT:
        texts = _texts(args[:2], places[:2], report)
        return None if texts is None else (*texts, *args[2:])
    if len(args) != 2:
        return args
    if function in ORDER or function in EQUALITY:
        return _compared(function, (args[0], args[1]), where, places, report)
    if function == "in":
        return _in(args[0], args[1], places, report)
    if function == "contains_item":
        item = _fit(args[1], args[0].type.element or STRING, places[1], report)
        return None if item is None else (args[0], item)
    return args


def _compared(
    function: str, args: tuple[Node, Node], where: str, places: Sequence[str], report: Report
) -> Sequence[Node] | None:
    for arg in args:
        if function in ORDER and arg.type.kind not in {*ORDERED, Kind.NULL, Kind.ANY}:
            report.add(errors.not_orderable(where, arg.type))
            return None
    left, right = args
    if isinstance(right, Literal) != isinstance(left, Literal):
        constant = 0 if isinstance(left, Literal) else 1
        other = _fit(args[constant], args[1 - constant].type, places[constant], report)
        if other is None:
            return None
        return (other, right) if constant == 0 else (left, other)
    try:
        _chosen(function, args)
    except RuleError:
        report.add(errors.not_comparable(where, left.type, right.type))
        return None
    return args


def _in(item: Node, options: Node, places: Sequence[str], report: Report) -> Sequence[Node] | None:
    if isinstance(options, ListOf):
        fits = [_fit(option, item.type, f"{places[1]}[{n}]", report) for n, option in enumerate(options.items)]
        if any(fit is None for fit in fits):
            return None
        joined = listed([fit for fit in fits if fit is not None])
        if joined is None:
            report.add(errors.mixed_list(places[1], [option.type for option in options.items]))
        return None if joined is None else (item, joined)
    if options.type.kind is not Kind.LIST:
        report.add(errors.options_no_list(places[1], options.type))
        return None
    fit = _fit(item, options.type.element or STRING, places[0], report)
    return None if fit is None else (fit, options)


def _texts(args: Sequence[Node], places: Sequence[str], report: Report) -> Sequence[Node] | None:
    fits = [_fit(arg, STRING, place, report) for arg, place in zip(args, places, strict=True)]
    wrong = [
        (place, arg.type)
        for arg, place in zip(args, places, strict=True)
        if not isinstance(arg, Literal) and arg.type.kind not in (Kind.STRING, Kind.ANY, Kind.NULL)
    ]
    for place, found in wrong:
        report.add(errors.mismatch(place, STRING, found))
    return None if wrong or any(fit is None for fit in fits) else [fit for fit in fits if fit is not None]


def _fit(node: Node, type_: Type, place: str, report: Report) -> Node | None:
    """A constant as a value of ``type_``; anything else as it is."""
    if not isinstance(node, Literal) or type_.kind is Kind.NULL:
        return node
    wanted = STRING if type_.kind is Kind.ANY else type_
    fit = fitted(node, wanted)
    if fit is None:
        report.add(errors.mismatch(place, wanted, node.type, node.value))
    return fit


def _chosen(function: str, args: Sequence[Node]) -> Sequence[Node]:
    """``args`` with constants read so that a signature fits: first as they stand, then as dates, decimals …

    Raises:
        RuleError: no reading fits; the error is the one for the arguments as they stand.
    """
    choices = [readings(arg) if isinstance(arg, Literal) else (arg,) for arg in args]
    problem: RuleError | None = None
    for chosen in itertools.islice(itertools.product(*choices), _MOST_READINGS):
        try:
            registry.resolve(function, [arg.type for arg in chosen])
        except RuleError as error:
            problem = problem or error
        else:
            return chosen
    assert problem is not None
    raise problem


def listed(items: Sequence[Node]) -> ListOf | None:
    """The list of ``items`` with constants brought to one type; ``None`` when no type holds all of them."""
    joined = NULL
    for item in items:
        wider = widest(joined, item.type)
        if wider is None:
            return None
        joined = wider
    fits = [fitted(item, joined) if isinstance(item, Literal) else item for item in items]
    known = tuple(fit for fit in fits if fit is not None)
    return ListOf(known, list_of(joined)) if len(known) == len(items) else None
