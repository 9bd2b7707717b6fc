"""Calls of functions: the signature that fits exactly (expression-language.md, sections 6 and 10).

The functions and their signatures come from the registry; nothing is known of any one of them here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from parcours.core.errors import RuleError, Span
from parcours.core.schema import ANY, DATE_TIME, NULL, OFFSET_TIME, STRING, Kind, Type, list_of, map_of
from parcours.language.check.problems import Problems
from parcours.language.functions import registry
from parcours.language.functions.declaration import Function, Spelling
from parcours.language.functions.signatures import Derived, ListOfVar, MapOfVar, Param, Shape, Signature, Var
from parcours.language.journey import type_errors as errors
from parcours.language.journey.errors import Problem
from parcours.language.journey.fitting import Open, can_be, fitted, open_call, settled
from parcours.language.journey.types import INSTANTS, UNKNOWN, fits, is_instant, is_object_list, is_soft, joined
from parcours.language.tree import Call, ListOf, Literal, Node, Now

LANGUAGE = "journey"


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument: its node, where it stands, and whether it is written as a reference to a field."""

    node: Node
    span: Span
    is_reference: bool = False


@dataclass(frozen=True, slots=True)
class _Choice:
    """A signature that fits: the types its parameters and its result have here."""

    function: Function
    spelling: Spelling
    params: tuple[Param, ...]
    types: tuple[Type, ...]
    result: Type


def signatures(name: str) -> list[tuple[Function, Spelling, Signature]]:
    """All signatures of a function of the language, with what they stand for; none for an unknown name."""
    return [
        (function, spelling, signature)
        for function, spelling in registry.spelled(LANGUAGE).get(name, ())
        for signature in spelling.signatures or function.signatures
    ]


def typed_call(name: str, args: Sequence[Argument], span: Span, problems: Problems) -> Node | None:
    """The call of a function that exists, or ``None`` when the problem has been noted."""
    known = signatures(name)
    of_count = [one for one in known if one[2].params_for(len(args)) is not None]
    if not of_count:
        problems.add(*errors.wrong_count(name, _counts(known), len(args), span))
        return None
    choices = [choice for one in of_count if (choice := _bound(*one, args)) is not None]
    choices.sort(key=lambda choice: -_texts(choice, args))
    if not choices:
        problems.add(*_misfit(name, [signature for _, _, signature in of_count], args, span))
        return None
    if not _references(name, choices[0], args, problems) or not _constants(name, choices, args, problems):
        return None
    return _call(_accepting_constants(choices, args), args)


def _texts(choice: _Choice, args: Sequence[Argument]) -> int:
    """How many values of unknown type are taken for texts, which is how they are held."""
    pairs = zip(choice.types, args, strict=True)
    return sum(type_ == STRING and arg.node.type.kind in UNKNOWN for type_, arg in pairs)


def _misfit(name: str, known: Sequence[Signature], args: Sequence[Argument], span: Span) -> Problem:
    """What is wrong with the arguments: the first one that no signature takes, or all of them together."""
    for position, arg in enumerate(args):
        shapes = [params[position].type for signature in known if (params := signature.params_for(len(args)))]
        if not any(_binds(shape, arg.node.type, {}) for shape in shapes):
            return errors.bad_argument(name, position + 1, shapes, arg.node.type, known, arg.span)
    return errors.no_signature(name, [arg.node.type for arg in args], known, span)


def _counts(known: Sequence[tuple[Function, Spelling, Signature]]) -> list[int]:
    return [len(signature.params) + len(signature.closing) for _, _, signature in known]


# --- choosing ------------------------------------------------------------------------------------------


def _bound(function: Function, spelling: Spelling, signature: Signature, args: Sequence[Argument]) -> _Choice | None:
    params = signature.params_for(len(args))
    assert params is not None
    bound: dict[Var, Type] = {}
    for param, arg in zip(params, args, strict=True):
        if not _binds(param.type, arg.node.type, bound):
            return None
    types = tuple(_concrete(param.type, bound) for param in params)
    if not all(can_be(arg.node, type_) for arg, type_ in zip(args, types, strict=True)):
        return None
    return _Choice(function, spelling, params, types, _concrete(signature.result, bound))


def _binds(shape: Shape, found: Type, bound: dict[Var, Type]) -> bool:
    """Whether an argument fits a parameter; what variables stand for is noted in ``bound``."""
    if isinstance(shape, Type):
        return fits(found, shape)
    if isinstance(shape, Derived):
        return False  # only results are derived
    if isinstance(shape, ListOfVar | MapOfVar):
        kind = Kind.LIST if isinstance(shape, ListOfVar) else Kind.MAP
        if found.kind not in (kind, *UNKNOWN):
            return False
        found = (found.element or NULL) if found.kind is kind else found
        shape = shape.element
    type_ = joined(bound.get(shape, NULL), found)
    if type_ is None or not _allowed(shape, type_.kind):
        return False
    bound[shape] = type_
    return True


def _allowed(var: Var, kind: Kind) -> bool:
    if var.kinds is None or kind in UNKNOWN or kind in var.kinds:
        return True
    return kind in INSTANTS and bool(var.kinds & {*INSTANTS})


def _concrete(shape: Shape, bound: Mapping[Var, Type]) -> Type:
    if isinstance(shape, Var):
        return bound.get(shape, NULL)
    if isinstance(shape, ListOfVar):
        return list_of(bound.get(shape.element, NULL))
    if isinstance(shape, MapOfVar):
        return map_of(bound.get(shape.element, NULL))
    if isinstance(shape, Derived):
        return shape.type(bound[shape.of]) if shape.of in bound else ANY
    return shape


# --- what the types do not say -------------------------------------------------------------------------


def _references(name: str, choice: _Choice, args: Sequence[Argument], problems: Problems) -> bool:
    """Lists of objects are references to fields, not results of functions."""
    wrong = [arg for arg in args if is_object_list(arg.node.type) and not arg.is_reference]
    for arg in wrong:
        problems.add(*errors.not_a_reference(name, arg.span))
    return not wrong


def _constants(name: str, choices: Sequence[_Choice], args: Sequence[Argument], problems: Problems) -> bool:
    """What must be written as a constant is one, and a good one, in one of the signatures that fit."""
    found = [_constant_problem(name, choice, args) for choice in choices]
    if None in found:
        return True
    first = found[0]
    assert first is not None
    problems.add(*first)
    return False


def _accepting_constants(choices: Sequence[_Choice], args: Sequence[Argument]) -> list[_Choice]:
    return [choice for choice in choices if _constant_problem("", choice, args) is None]


def _constant_problem(name: str, choice: _Choice, args: Sequence[Argument]) -> Problem | None:
    for param, arg in zip(choice.params, args, strict=True):
        constant = param.constant
        if constant is None or constant.advice:
            continue
        value = arg.node.value if isinstance(arg.node, Literal) else None
        if value is None:
            if constant.required:
                return errors.not_constant(name, constant.name, constant.samples[0], arg.span)
            continue
        problem = constant.problem(value)
        if problem is not None:
            return errors.bad_constant(problem, constant, arg.span)
    return None


# --- building ------------------------------------------------------------------------------------------


def _call(choices: Sequence[_Choice], args: Sequence[Argument]) -> Node:
    """The call, or one that is decided later when arguments of unknown type leave its result open."""
    nodes = [arg.node for arg in args]
    results = {choice.result for choice in choices}
    decided = len(results) == 1 and not is_soft(choices[0].result)
    if decided or not any(is_soft(node.type) for node in nodes):
        return _left_open(choices, nodes) or _built(choices[0], nodes)

    def decide(wanted: Type | None) -> Node:
        if wanted is None or is_soft(wanted):
            return _undecided(choices, nodes) or _built(choices[0], nodes)
        chosen = next(choice for choice in choices if fits(choice.result, wanted))
        if not is_soft(chosen.result):
            return _built(chosen, nodes)
        return _built(_with_result(chosen, wanted), nodes)

    return open_call(decide, lambda wanted: any(fits(choice.result, wanted) for choice in choices))


#: Functions that leave a value of unknown type as it is, by which they are told from the operator that also turns other
#: values into text.
_LEFT_OPEN = ("concat",)


def _left_open(choices: Sequence[_Choice], nodes: Sequence[Node]) -> Node | None:
    """A call whose result is known, of values of unknown type for which several types would do."""
    first = choices[0]
    several = [{choice.types[at] for choice in choices} for at in range(len(nodes))]
    single = first.function.name not in _LEFT_OPEN
    loose = [
        _may_be_anything(node) and not (single and len(types) == 1) for node, types in zip(nodes, several, strict=True)
    ]
    if not any(loose) or any(choice.function is not first.function for choice in choices):
        return None
    types = [_left(found) if open_ else type_ for open_, found, type_ in zip(loose, several, first.types, strict=True)]
    parts = _with_now(first, [settled(fitted(node, type_)) for node, type_ in zip(nodes, types, strict=True)])
    try:
        registry.resolve(first.function.name, [part.type for part in parts])
    except RuleError:
        return None
    return Call(first.function.name, parts, first.result)


def _may_be_anything(node: Node) -> bool:
    return is_soft(node.type) and not isinstance(node, Literal | ListOf | Open)


def _left(types: Collection[Type]) -> Type:
    """What is known of a value that is of one of these types."""
    return list_of(ANY) if all(type_.kind is Kind.LIST for type_ in types) else ANY


def _undecided(choices: Sequence[_Choice], nodes: Sequence[Node]) -> Node | None:
    """A call with a result of unknown type, as that of an argument is."""
    first = choices[0]
    several = [{choice.types[at] for choice in choices} for at in range(len(nodes))]
    lefts = [_left(found) for found in several]
    loose = [
        left.kind is Kind.LIST or (len(found) > 1 and _may_be_anything(node))
        for left, found, node in zip(lefts, several, nodes, strict=True)
    ]
    types = [left if open_ else type_ for open_, left, type_ in zip(loose, lefts, first.types, strict=True)]
    parts = _with_now(first, [settled(fitted(node, type_)) for node, type_ in zip(nodes, types, strict=True)])
    if any(choice.function is not first.function for choice in choices):
        return None
    try:
        found = registry.resolve(first.function.name, [part.type for part in parts])
    except RuleError:
        return None
    return Call(first.function.name, parts, found if is_soft(found) else ANY)


def _with_result(choice: _Choice, wanted: Type) -> _Choice:
    """A signature whose result is that of an argument of unknown type, for the result that is wanted."""
    types = tuple(_replaced(type_, choice.result, wanted) for type_ in choice.types)
    return _Choice(choice.function, choice.spelling, choice.params, types, wanted)


def _replaced(type_: Type, old: Type, new: Type) -> Type:
    if type_ == old:
        return new
    if type_.kind is Kind.LIST and type_.element is not None:
        return list_of(_replaced(type_.element, old, new))
    return type_


def _built(choice: _Choice, nodes: Sequence[Node]) -> Node:
    plain = _as_they_are(choice, nodes)
    if plain is not None:
        return plain
    parts = [settled(fitted(node, type_)) for node, type_ in zip(nodes, choice.types, strict=True)]
    if choice.function.name == "text_of" and isinstance(nodes[0], Open):
        match parts[0]:
            case Call(function="text_of"):  # it was left open, and has been made a text because one is wanted
                return parts[0]
    return _applied(choice, parts, choice.result)


def _as_they_are(choice: _Choice, nodes: Sequence[Node]) -> Node | None:
    """The call on instants without an offset as they are, where the function takes them and none has an offset.

    It spares turning whole lists of times into times with an offset, which most functions then leave aside.
    """
    if not any(_holds(node.type, DATE_TIME) for node in nodes) or any(_holds(node.type, OFFSET_TIME) for node in nodes):
        return None
    parts = [
        settled(node if _holds(node.type, DATE_TIME) else fitted(node, type_))
        for node, type_ in zip(nodes, choice.types, strict=True)
    ]
    try:
        result = registry.resolve(choice.function.name, [part.type for part in _with_now(choice, parts)])
    except RuleError:
        return None
    return _applied(choice, parts, result) if fits(result, choice.result) else None


def _holds(type_: Type, instant: Type) -> bool:
    return type_ in (instant, list_of(instant))


def _applied(choice: _Choice, parts: Sequence[Node], spelled: Type) -> Node:
    args = _with_now(choice, parts)
    try:
        result = registry.resolve(choice.function.name, [arg.type for arg in args])
    except RuleError:
        # An argument of unknown type: what the language says of the result holds.
        result = spelled
    if spelled.kind not in UNKNOWN and is_instant(spelled) and result != spelled and not is_instant(result):
        result = spelled
    return Call(choice.function.name, args, ANY if result.kind is Kind.NULL and spelled.kind is Kind.ANY else result)


def _with_now(choice: _Choice, parts: Sequence[Node]) -> tuple[Node, ...]:
    return (Now(), *parts) if choice.spelling.now else tuple(parts)
