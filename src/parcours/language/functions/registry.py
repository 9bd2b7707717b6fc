"""The registry: every function and operator there is, by name, and which of its signatures fits.

To add a function, add its declaration to the tuple of its family. Nothing else needs to change.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from parcours.core.errors import RuleError, UnknownNameError, nearest
from parcours.core.schema import ANY, Kind, Type
from parcours.language.functions import (
    anniversaries,
    arithmetic,
    comparison,
    conversion,
    dates,
    durations,
    fields,
    folds,
    instants,
    lists,
    logic,
    maps,
    patterns,
    plus,
    samples,
    sets,
    sorting,
    steps,
    text,
    wildcards,
)
from parcours.language.functions.declaration import Function, Overload, Spelling
from parcours.language.functions.signatures import Constant, bind, bind_as_text, possible_result
from parcours.language.functions.untyped import untyped
from parcours.language.tree import Literal, Node, has_value

FAMILIES: tuple[tuple[Function, ...], ...] = (
    logic.FUNCTIONS,
    comparison.FUNCTIONS,
    (*arithmetic.FUNCTIONS, *plus.FUNCTIONS),
    text.FUNCTIONS,
    patterns.FUNCTIONS,
    wildcards.FUNCTIONS,
    dates.FUNCTIONS,
    instants.FUNCTIONS,
    fields.FUNCTIONS,
    steps.FUNCTIONS,
    durations.FUNCTIONS,
    (*lists.FUNCTIONS, *sets.FUNCTIONS, *sorting.FUNCTIONS),
    maps.FUNCTIONS,
    folds.FUNCTIONS,
    conversion.FUNCTIONS,
    samples.FUNCTIONS,
    anniversaries.FUNCTIONS,
)
_FUNCTIONS: dict[str, Function] = {function.name: function for family in FAMILIES for function in family}


def names() -> tuple[str, ...]:
    """All names, in the order of the families."""
    return tuple(_FUNCTIONS)


def get(name: str) -> Function:
    """The function of that name.

    Raises:
        UnknownNameError: there is none (code ``unknown-function``); the hint names the nearest.
    """
    try:
        return _FUNCTIONS[name]
    except KeyError:
        raise UnknownNameError(
            f"there is no function {name!r}", code="unknown-function", hint=nearest(name, _FUNCTIONS)
        ) from None


@functools.cache
def spelled(language: str) -> Mapping[str, tuple[tuple[Function, Spelling], ...]]:
    """The functions that a text language has, by the names it gives them; one name may stand for several."""
    found: dict[str, tuple[tuple[Function, Spelling], ...]] = {}
    for function in _FUNCTIONS.values():
        for spelling in function.spellings:
            if spelling.language == language:
                found[spelling.name] = (*found.get(spelling.name, ()), (function, spelling))
    return found


def resolve(name: str, arg_types: Sequence[Type]) -> Type:
    """The type of the result for arguments of these types.

    Raises:
        UnknownNameError: there is no such function.
        RuleError: no signature fits (code ``no-overload``); the hint lists those there are.
    """
    return overload(name, tuple(arg_types)).result


@functools.lru_cache(maxsize=4096)
def overload(name: str, arg_types: tuple[Type, ...]) -> Overload:
    """The signature that fits these types, with the fewest arguments widened; the first among equals.

    Untyped arguments count as text; a result that follows from them is untyped.

    Raises:
        UnknownNameError, RuleError: as :func:`resolve`.
    """
    function = get(name)
    found = [fit for signature in function.signatures if (fit := bind_as_text(signature, arg_types)) is not None]
    if any(map(untyped, arg_types)) and _possible(name, arg_types):
        params = min(found, key=lambda fit: fit[0])[1] if found else arg_types
        return Overload(function, params, open_result(name, arg_types))
    if not found:
        raise _no_overload(function, arg_types)
    return Overload(function, *min(found, key=lambda fit: fit[0])[1:])


@functools.lru_cache(maxsize=4096)
def open_result(name: str, arg_types: tuple[Type, ...]) -> Type:
    """The type that holds the result whatever the types of the untyped arguments turn out to be."""
    results = _possible(name, arg_types)
    kinds = {type_.kind for type_ in results}
    if len(results) == 1:
        return results.pop()
    return Type(kinds.pop(), element=ANY) if kinds in ({Kind.LIST}, {Kind.MAP}) else ANY


def _possible(name: str, arg_types: tuple[Type, ...]) -> set[Type]:
    """The types of the result by the signatures that may fit."""
    possible = (possible_result(signature, arg_types) for signature in get(name).signatures)
    return {type_ for type_ in possible if type_ is not None}


@functools.lru_cache(maxsize=4096)
def passing_on(name: str, arg_types: tuple[Type, ...]) -> Overload | None:
    """The overload of a function that only passes untyped values on, which then stay as they are.

    ``None`` when it looks at them.
    """
    function = get(name)
    if not function.passes_on:
        return None
    for signature in function.signatures:
        fit = bind(signature, arg_types)
        if fit is not None and all(param == arg for param, arg in zip(fit[1], arg_types, strict=True) if untyped(arg)):
            return Overload(function, fit[1], fit[2])
    return None


def constants(name: str, count: int) -> tuple[Constant | None, ...]:
    """For a call with ``count`` arguments: which of them must be constants, and what is asked of these."""
    for signature in get(name).signatures:
        params = signature.params_for(count)
        if params is not None:
            return tuple(param.constant for param in params)
    return (None,) * count


def check_constants(name: str, args: Sequence[Node], *, advise: bool = False) -> None:
    """Refuse arguments that must be constants and are not, or are constants of no use (an unknown time zone).

    With ``advise`` also constants that evaluation would fail on anyway (a malformed pattern).

    Raises:
        RuleError: codes ``not-constant`` and ``bad-constant``.
    """
    for position, (constant, arg) in enumerate(zip(constants(name, len(args)), args, strict=True), start=1):
        if constant is None or (constant.advice and not advise) or not (constant.required or has_value(arg)):
            continue
        if not isinstance(arg, Literal) or arg.value is None:
            raise RuleError(
                f"argument {position} of {name} must be a constant: {constant.name}",
                code="not-constant",
                hint=f"write the value itself, for example {constant.samples[0]!r}",
            )
        problem = constant.problem(arg.value)
        if problem is not None:
            raise RuleError(problem, code="bad-constant", hint=f"for example {constant.samples[0]!r}")


def _no_overload(function: Function, arg_types: Sequence[Type]) -> RuleError:
    given = "(" + ", ".join("nothing" if kind.kind is Kind.NULL else str(kind) for kind in arg_types) + ")"
    known = "; ".join(str(signature) for signature in function.signatures)
    return RuleError(f"{function.name} cannot be applied to {given}", code="no-overload", hint=f"it takes {known}")
