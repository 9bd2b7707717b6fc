"""What can be wrong with the names and types of a rule: one function per error, whatever language it was written in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from parcours.core.errors import RuleError, UnknownNameError, nearest
from parcours.core.schema import Kind, Type

_WORDS: Mapping[Kind, str] = {
    Kind.BOOLEAN: "true or false",
    Kind.INTEGER: "a whole number",
    Kind.DECIMAL: "a number",
    Kind.STRING: "a text",
    Kind.DATE_ONLY: "a date",
    Kind.DATE_TIME_ONLY: "a local date and time",
    Kind.DATE_TIME: "a date and time",
    Kind.OFFSET_TIME: "a date and time with an offset",
    Kind.DURATION: "a length of time",
    Kind.OBJECT: "an object",
    Kind.MAP: "a map",
    Kind.ANY: "a value of no known type",
    Kind.NULL: "nothing",
}


def in_words(type_: Type) -> str:
    """A type as the reader of an error calls it: ``a whole number``, ``a list of texts``."""
    if type_.kind is Kind.LIST:
        return "a list" if type_.element is None else f"a list (of {type_.element})"
    return _WORDS[type_.kind]


# --- names ---------------------------------------------------------------------------------------------


def unknown_attribute(where: str, name: str, known: Collection[str], is_event: bool) -> UnknownNameError:
    hint = nearest(name, known)
    if is_event and not (hint or "").startswith("did"):
        hint = f"{name!r} is an event type: write {{event: {name}}}"
    return _unknown("attribute", where, name, known, hint)


def unknown_event(where: str, name: str, known: Collection[str]) -> UnknownNameError:
    return _unknown("event type", where, name, known, nearest(name, known))


def unknown_property(where: str, name: str, owner: str, known: Collection[str]) -> UnknownNameError:
    return UnknownNameError(
        f"{owner} has no property {name!r}", code="unknown-property", where=where, hint=_hint(name, known)
    )


def unknown_segment(where: str, name: str, known: Collection[str]) -> UnknownNameError:
    return _unknown("segment", where, name, known, nearest(name, known))


def unknown_function(where: str, name: str, known: Collection[str]) -> UnknownNameError:
    return _unknown("function", where, name, known, nearest(name, known))


def _unknown(what: str, where: str, name: str, known: Collection[str], hint: str | None) -> UnknownNameError:
    return UnknownNameError(
        f"there is no {what} {name!r}",
        code="unknown-" + what.replace(" ", "-"),
        where=where,
        hint=hint or _hint(name, known),
    )


def _hint(name: str, known: Collection[str]) -> str:
    if not known:
        return "none is known yet: they become known with the first data that holds them"
    some = sorted(known)
    return nearest(name, known) or "known names: " + ", ".join(some[:12]) + f" … ({len(some)} in all)"


def unknown_given(where: str, path: Sequence[str], hint: str | None = None) -> UnknownNameError:
    """A value from beside the profile (an event of the journey, a data source, a parameter) that nothing gives."""
    kind, *names = path
    what = {
        "source": "value of a data source",
        "event": "value of an event of the journey",
        "action": "value of a custom action",
        "journey": "property of the journey",
        "qualification": "value of a qualification",
    }
    message = f"there is no {what.get(kind, kind)} {'.'.join(names)!r} here" if names else f"{kind!r} is not a value"
    return UnknownNameError(message, code="unknown-value", where=where, hint=hint)


# --- paths ---------------------------------------------------------------------------------------------


def no_parts(where: str, name: str, type_: Type, part: str) -> RuleError:
    hint = None
    if type_.kind is Kind.LIST:
        hint = f"look into the list with {{any_item: {name}, where: {{field: {part}, …}}}}"
    return RuleError(f"{name!r} is {in_words(type_)}: it has no {part!r}", code="no-parts", where=where, hint=hint)


def no_such_part(where: str, type_: Type, part: str) -> RuleError:
    return RuleError(f"{in_words(type_)} has no part {part!r}", code="no-parts", where=where)


def not_a_list(where: str, name: str, type_: Type, wanted: str = "a list") -> RuleError:
    return RuleError(f"expected {wanted}, {name!r} is {in_words(type_)}", code="expected-list", where=where)


def options_no_list(where: str, found: Type) -> RuleError:
    return RuleError(f"expected a list, found {in_words(found)}", code="expected-list", where=where)


def outside_row(where: str) -> RuleError:
    return RuleError(
        "there is no event or list element here whose property could be read", code="field-outside-row", where=where
    )


def profile_in_row(where: str, what: str) -> RuleError:
    return RuleError(
        f"{what} cannot stand in a rule about single rows",
        code="profile-in-row",
        where=where,
        hint="a row rule reads the row's own properties; put what is about the profile beside it, in all: [...]",
    )


# --- types ---------------------------------------------------------------------------------------------


def mismatch(where: str, expected: Type, found: Type, value: object = None) -> RuleError:
    shown = in_words(found) + ("" if value is None else f": {_cut(repr(value))}")
    return RuleError(
        f"expected {in_words(expected)}, found {shown}",
        code="type-mismatch",
        where=where,
        hint=_mismatch_hint(expected, found, value),
    )


def _mismatch_hint(expected: Type, found: Type, value: object) -> str | None:
    if expected.kind is Kind.STRING and found.kind in (Kind.INTEGER, Kind.DECIMAL, Kind.BOOLEAN) and value is not None:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return f'put it in quotes: "{text}"'
    if expected.numeric and found.kind is Kind.STRING:
        return "write the number without quotes" if _is_number(value) else None
    if expected.kind in (Kind.DATE_ONLY, Kind.DATE_TIME, Kind.DATE_TIME_ONLY):
        example = "2026-03-14" if expected.kind is Kind.DATE_ONLY else "2026-03-14T10:30"
        zone = "" if expected.kind is not Kind.DATE_TIME else "Z"
        return f"dates are written in quotes or bare, as {example}{zone}"
    if expected.kind is Kind.DURATION:
        return "write a number and a unit: 30 minutes, 12 hours, 90 days"
    if expected.kind is Kind.LIST:
        return "contains: tests whether the list holds one value"
    return None


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True


def not_comparable(where: str, left: Type, right: Type) -> RuleError:
    return RuleError(f"{in_words(left)} cannot be compared with {in_words(right)}", code="not-comparable", where=where)


def not_a_condition(where: str, found: Type, numeric_hint: bool = False) -> RuleError:
    return RuleError(
        f"expected a condition, which is true or false, found {in_words(found)}",
        code="not-a-condition",
        where=where,
        hint="compare it with something: at_least: 1" if numeric_hint else "compare it with something: is, in …",
    )


def not_applicable(where: str, function: str, error: RuleError) -> RuleError:
    """What the registry says about a call that no signature fits, or about a constant, with the place added."""
    return RuleError(error.message, code=error.code, where=where, hint=error.hint)


def cannot_aggregate(where: str, kind: str, found: Type) -> RuleError:
    wanted = "numbers" if kind in ("sum", "average") else "single values"
    return RuleError(
        f"{kind} works on {wanted}, found {in_words(found)}",
        code="cannot-aggregate",
        where=where,
        hint="lists of objects are looked into with over:" if found.kind is Kind.LIST else None,
    )


def value_missing(where: str, kind: str) -> RuleError:
    return RuleError(f"nothing says what the {kind} is taken of", code="value-missing", where=where)


def unknown_word(where: str, what: str, found: str, known: Iterable[str]) -> RuleError:
    """A kind of aggregate, quantifier or calendar unit that does not exist (only in trees made by programs)."""
    return RuleError(f"{found!r} is no {what}", code="unknown-word", where=where, hint=nearest(found, known))


def not_a_date(where: str, found: Type) -> RuleError:
    return RuleError(f"expected a date, or a date and time, found {in_words(found)}", code="expected-date", where=where)


def moving_window_in_row(where: str) -> RuleError:
    return RuleError(
        "a window that moves with the clock cannot stand in a rule about single rows",
        code="moving-window-in-row",
        where=where,
        hint="use fixed dates here (before, after, from, until), or a window of the event condition itself",
    )


def bad_number(where: str, what: str, found: object, least: int) -> RuleError:
    return RuleError(f"{what} is a whole number of at least {least}, found {found!r}", code="bad-count", where=where)


def no_steps(where: str) -> RuleError:
    return RuleError("a sequence has at least one step", code="empty-list", where=where)


def defined_twice(where: str, name: str) -> RuleError:
    return RuleError(f"{name!r} stands twice in the object", code="defined-twice", where=where)


def mismatched_parts(where: str) -> RuleError:
    """As many names as values: only trees made by programs can be wrong here."""
    return RuleError("there are not as many names as values", code="bad-node", where=where)


def bad_zone(where: str, zone: str) -> RuleError:
    return RuleError(
        f"{zone!r} is not a time zone",
        code="bad-zone",
        where=where,
        hint="use a name of the time-zone database, such as Europe/Paris",
    )


def empty_window(where: str) -> RuleError:
    return RuleError("the window ends before it starts", code="empty-window", where=where)


def not_orderable(where: str, found: Type) -> RuleError:
    return RuleError(
        f"{in_words(found)} has no order",
        code="not-orderable",
        where=where,
        hint="numbers, texts, dates and lengths of time can be larger or smaller; others compare with is and is_not",
    )


def mixed_list(where: str, found: Iterable[Type]) -> RuleError:
    kinds = dict.fromkeys(in_words(type_) for type_ in found)
    return RuleError("the list mixes " + " and ".join(kinds), code="mixed-list", where=where)


def bad_literal(where: str, value: object, type_: Type) -> RuleError:
    return RuleError(
        f"{_cut(repr(value))} is not {in_words(type_)}",
        code="type-mismatch",
        where=where,
        hint=_mismatch_hint(type_, type_, value),
    )
