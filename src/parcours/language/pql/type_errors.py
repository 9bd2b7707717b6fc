"""What can be wrong with the names and types of a query: one function per error (codes ``type.…``)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from parcours.core.errors import RuleError, Span, UnknownNameError, nearest
from parcours.core.schema import Kind, Type
from parcours.language.pql import limits

_WORDS = {
    Kind.BOOLEAN: "true or false",
    Kind.INTEGER: "an integer",
    Kind.DECIMAL: "a double",
    Kind.STRING: "a string",
    Kind.DATE_ONLY: "a date",
    Kind.DATE_TIME: "a timestamp",
    Kind.DATE_TIME_ONLY: "a local date and time",
    Kind.OFFSET_TIME: "a timestamp with an offset",
    Kind.DURATION: "a length of time",
    Kind.OBJECT: "an object",
    Kind.MAP: "a map",
    Kind.ANY: "a value of no known type",
    Kind.NULL: "nothing",
}


def in_words(type_: Type) -> str:
    """A type as errors call it."""
    if type_.kind is not Kind.LIST:
        return _WORDS[type_.kind]
    if type_.element is None or type_.element.kind in (Kind.ANY, Kind.NULL):
        return "an array"
    return f"an array (of {_WORDS.get(type_.element.kind, 'arrays').split(' ', 1)[-1]})"


# --- names ---------------------------------------------------------------------------------------------


def unknown_property(span: Span, name: str, known: Collection[str]) -> UnknownNameError:
    return UnknownNameError(
        f"there is no property {name}", code="type.unknown-property", hint=_near(name, known), span=span
    )


def unknown_parameter(span: Span, position: int, known: int) -> UnknownNameError:
    return UnknownNameError(
        f"there is no parameter ${position}",
        code="type.unknown-parameter",
        hint="$1 is the profile" + (f"; ${known} is the last" if known > 1 else ""),
        span=span,
    )


def unknown_segment(span: Span, name: str, known: Collection[str]) -> UnknownNameError:
    return UnknownNameError(
        f"there is no segment {name!r}", code="type.unknown-segment", hint=_near(name, known), span=span
    )


def unknown_function(span: Span, name: str, kind: str, known: Collection[str]) -> UnknownNameError:
    """``kind`` is ``function`` or ``method``, as which the name was used."""
    return UnknownNameError(
        f"there is no {kind} {name}", code="type.unknown-function", hint=_near(name, known), span=span
    )


def used_otherwise(span: Span, name: str, kind: str) -> UnknownNameError:
    """``kind`` is what the name was used as, and is not."""
    hint = f"it is a method: value.{name}(…)" if kind == "function" else f"it is a function: {name}(…)"
    return UnknownNameError(f"{name} is no {kind}", code="type.unknown-function", hint=hint, span=span)


def beyond_root(span: Span, levels: int) -> RuleError:
    return RuleError(
        f"{'^' * min(levels, 5)} climbs beyond the profile",
        code="type.beyond-root",
        hint="one ^ climbs from the element of an array to what is around it",
        span=span,
    )


def _near(name: str, known: Collection[str]) -> str | None:
    return nearest(name, known)


# --- values --------------------------------------------------------------------------------------------


def not_comparable(span: Span, left: Type, right: Type) -> RuleError:
    return RuleError(
        f"{in_words(left)} cannot be compared with {in_words(right)}", code="type.not-comparable", span=span
    )


def no_order(span: Span, found: Type) -> RuleError:
    return RuleError(
        f"{in_words(found)} has no order",
        code="type.no-order",
        hint="numbers, strings and timestamps can be smaller or larger",
        span=span,
    )


def expected(span: Span, what: str, found: Type, hint: str | None = None) -> RuleError:
    return RuleError(f"expected {what}, found {in_words(found)}", code="type.mismatch", hint=hint, span=span)


def not_a_number(span: Span, operator: str, found: Type) -> RuleError:
    return expected(span, f"a number for {operator}", found, "texts are not joined" if operator == "+" else None)


def not_a_condition(span: Span, found: Type) -> RuleError:
    return RuleError(
        f"expected a condition, found {in_words(found)}",
        code="type.not-a-condition",
        hint='a condition is true or false, or an array, which is true when it is not empty; compare it: = "…", > 0',
        span=span,
    )


def not_an_array(span: Span, what: str, found: Type) -> RuleError:
    return expected(span, f"an array for {what}", found)


def mixed(span: Span, found: Sequence[Type]) -> RuleError:
    kinds = dict.fromkeys(in_words(type_) for type_ in found)
    return RuleError("the values are of different types: " + ", ".join(kinds), code="type.mixed-list", span=span)


def not_a_time(span: Span, found: Type) -> RuleError:
    return RuleError(f"expected a date or timestamp, found {in_words(found)}", code="type.not-a-time", span=span)


def bad_time_text(span: Span, text: str) -> RuleError:
    shown = text if len(text) <= 40 else text[:37] + "..."
    return RuleError(
        f"{shown!r} is no timestamp",
        code="type.bad-timestamp",
        hint='for example date(2024, 12, 31) or "2024-12-31T12:00:00Z"',
        span=span,
    )


def impossible_date(span: Span, year: int, month: int, day: int) -> RuleError:
    return RuleError(
        f"there is no day {day} of month {month} in the year {year}"
        if 1 <= month <= 12
        else f"there is no month {month}",
        code="type.no-such-day",
        hint="date(year, month, day), for example date(2024, 12, 31)",
        span=span,
    )


def not_constant(span: Span, what: str, example: str) -> RuleError:
    return RuleError(f"{what} must be written out", code="type.not-constant", hint=f"for example {example}", span=span)


def bad_constant(span: Span, problem: str, sample: object) -> RuleError:
    return RuleError(problem, code="type.bad-constant", hint=f"for example {sample!r}", span=span)


# --- calls ---------------------------------------------------------------------------------------------


def wrong_number(span: Span, name: str, wanted: str, found: int) -> RuleError:
    return RuleError(
        f"{name} takes {wanted}, found {found}",
        code="type.wrong-count",
        span=span,
    )


def no_signature(span: Span, name: str, found: Sequence[Type], known: Sequence[str]) -> RuleError:
    given = ", ".join(in_words(type_) for type_ in found)
    return RuleError(
        f"{name} cannot be applied to {given}",
        code="type.no-signature",
        hint="it takes " + "; ".join(known[:4]) if known else None,
        span=span,
    )


def misplaced_lambda(span: Span, hint: str | None = None) -> RuleError:
    return RuleError("a lambda has no place here", code="type.lambda", hint=hint, span=span)


def lambda_names(span: Span, wanted: int, found: int) -> RuleError:
    return RuleError(
        f"expected a lambda with {wanted} name{'s' if wanted > 1 else ''}, found {found}",
        code="type.lambda",
        span=span,
    )


def wants_entry(span: Span) -> RuleError:
    return RuleError(
        "the map of a map is made of mapEntry(key, value)",
        code="type.map-entry",
        hint="m.map((K, V) => mapEntry(K, V.count()))",
        span=span,
    )


def misplaced_entry(span: Span) -> RuleError:
    return RuleError("mapEntry stands in the lambda of .map over a map only", code="type.map-entry", span=span)


def no_meaning(span: Span, form: str, hint: str) -> RuleError:
    return RuleError(f"occurs {form} says nothing", code="type.occurs", hint=hint, span=span)


def bad_count(span: Span) -> RuleError:
    return RuleError("a step counts at least one event", code="type.count", hint="COUNT(1)", span=span)


def too_large(span: Span) -> RuleError:
    return RuleError(
        f"the query grows to more than {limits.MAX_NODES:,} parts once the names of let are replaced by their values",
        code="type.too-large",
        span=span,
    )


def expected_scalar(span: Span, found: Type) -> RuleError:
    return RuleError(f"{in_words(found)} cannot be compared", code="type.not-comparable", span=span)
