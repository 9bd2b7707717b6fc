"""What can be wrong with the form of a rule tree: one function per error.

Errors of names and types, which all languages share, stand in :mod:`parcours.language.check.errors`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from parcours.core.errors import InputError, RuleError, nearest


def not_a_mapping(where: str, found: object, what: str = "a rule") -> RuleError:
    return RuleError(
        f"expected {what}, which is a mapping, found {shown(found)}",
        code="not-a-mapping",
        where=where,
        hint="for example: {attribute: country, is: FR}" if what == "a rule" else None,
    )


def empty_rule(where: str) -> RuleError:
    return RuleError(
        "the rule is empty",
        code="empty-rule",
        where=where,
        hint="for example: {attribute: country, is: FR}, or {value: true} for every profile",
    )


def no_subject(where: str, keys: Iterable[str], known: Sequence[str]) -> RuleError:
    words = list(keys)
    close = next((hint for word in words if (hint := nearest(word, known)) and hint.startswith("did")), None)
    return RuleError(
        "nothing says what the condition is about: found " + (", ".join(words)),
        code="no-subject",
        where=where,
        hint=close or "start it with one of: " + ", ".join(known),
    )


def two_subjects(where: str, keys: Sequence[str]) -> RuleError:
    return RuleError(
        f"{' and '.join(keys)} cannot stand in one rule",
        code="two-subjects",
        where=where,
        hint="join two rules with all: [...] or any: [...]",
    )


def unknown_key(where: str, key: str, known: Iterable[str]) -> RuleError:
    names = sorted(set(known))
    return RuleError(
        f"{key!r} is not a key that can stand here",
        code="unknown-key",
        where=f"{where}.{key}",
        hint=nearest(key, names) or "keys that can: " + ", ".join(names),
    )


def missing_key(where: str, key: str, example: str) -> RuleError:
    return RuleError(f"{key!r} is missing", code="missing-key", where=where, hint=f"for example: {example}")


def not_a_list(where: str, found: object, example: str) -> RuleError:
    return RuleError(
        f"expected a list, found {shown(found)}", code="not-a-list", where=where, hint=f"for example: {example}"
    )


def empty_list(where: str, what: str) -> RuleError:
    return RuleError(f"expected at least one {what}, found an empty list", code="empty-list", where=where)


def not_a_name(where: str, found: object, what: str) -> RuleError:
    hint = "put it in quotes" if isinstance(found, bool | int | float) else None
    return RuleError(f"expected the name of {what}, found {shown(found)}", code="not-a-name", where=where, hint=hint)


def not_a_constant(where: str, found: object) -> RuleError:
    return RuleError(
        f"expected one value, found {shown(found)}",
        code="not-a-constant",
        where=where,
        hint="a list goes with in: [...]; two expressions are compared with compare: {left, op, right}",
    )


def not_constant_pattern(where: str) -> RuleError:
    return RuleError(
        "the pattern must be a constant", code="not-constant", where=where, hint="write the pattern itself: matches: ^A"
    )


def not_true_or_false(where: str, found: object) -> RuleError:
    return RuleError(f"expected true or false, found {shown(found)}", code="not-true-or-false", where=where)


def not_finite(where: str, found: object) -> RuleError:
    return RuleError(f"{found} is not a number one can compare with", code="not-finite", where=where)


def number_too_large(where: str, found: int) -> RuleError:
    return RuleError(f"{found} does not fit into 64 bits", code="number-too-large", where=where)


def two_windows(where: str, keys: Sequence[str]) -> RuleError:
    return RuleError(
        f"{' and '.join(keys)} are two windows; an event condition has one",
        code="two-windows",
        where=where,
        hint="count in two windows with two conditions in all: [...]",
    )


def two_aggregates(where: str, keys: Sequence[str]) -> RuleError:
    return RuleError(
        f"{' and '.join(keys)} cannot be computed in one condition",
        code="two-aggregates",
        where=where,
        hint="write two conditions in all: [...]",
    )


def future_window(where: str, key: str) -> RuleError:
    return RuleError(
        f"{key!r} lies in the future, where there are no events",
        code="future-window",
        where=f"{where}.{key}",
        hint="in_next and the like are for date attributes; for events use in_last, this, last, from and until",
    )


def zone_without_calendar(where: str) -> RuleError:
    return RuleError(
        "a time zone changes nothing here",
        code="zone-without-calendar",
        where=f"{where}.zone",
        hint="zone goes with this, last, next, last_units, next_units, units, or with dates in from and until",
    )


def bad_zone(where: str, found: object, close: str | None) -> RuleError:
    return RuleError(
        f"{shown(found)} is not a time zone",
        code="bad-zone",
        where=where,
        hint=close or "use a name of the time-zone database, such as Europe/Paris",
    )


def bad_unit(where: str, found: object, known: Sequence[str]) -> RuleError:
    return RuleError(
        f"{shown(found)} is not a calendar unit",
        code="bad-unit",
        where=where,
        hint=(nearest(found, known) if isinstance(found, str) else None) or "units: " + ", ".join(known),
    )


def bad_number_of_units(where: str, found: object, least: int | None) -> RuleError:
    wanted = "a whole number" if least is None else f"a whole number of at least {least}"
    return RuleError(f"expected {wanted}, found {shown(found)}", code="bad-count", where=where)


def bad_pair(where: str, found: object, example: str) -> RuleError:
    return RuleError(
        f"expected two values, found {shown(found)}", code="bad-pair", where=where, hint=f"for example: {example}"
    )


def empty_window(where: str, message: str) -> RuleError:
    return RuleError(message, code="empty-window", where=where)


def bad_time(where: str, error: InputError) -> RuleError:
    """A duration or date that :mod:`parcours.core.clock` refused, with the place added."""
    return RuleError(error.message, code=error.code, where=where, hint=error.hint)


def nothing_to_ignore(where: str) -> RuleError:
    return RuleError(
        "there is no text whose case could be ignored",
        code="nothing-to-ignore",
        where=f"{where}.ignore_case",
        hint="ignore_case goes with is, is_not, in, not_in, contains, starts_with, ends_with and matches",
    )


def bad_sign(where: str, found: object, known: Iterable[str]) -> RuleError:
    return RuleError(
        f"{shown(found)} is not a comparison", code="bad-sign", where=where, hint="one of: " + "  ".join(known)
    )


def field_outside_row(where: str, key: str) -> RuleError:
    return RuleError(
        f"{key!r} belongs to an event or a list element, and there is none here",
        code="field-outside-row",
        where=f"{where}.{key}",
        hint="attributes of the profile are written {attribute: …}; fields stand inside where:",
    )


def too_deep(where: str, limit: int) -> RuleError:
    return RuleError(f"rules are nested more than {limit} deep", code="too-deep", where=where)


def too_large(where: str, limit: int) -> RuleError:
    return RuleError(
        f"the rule is too large: it holds more than {limit} rules",
        code="too-large",
        where=where,
        hint="long lists of values go into one condition with in: [...]",
    )


def not_one_of(where: str, found: Sequence[str], known: Iterable[str]) -> RuleError:
    names = ", ".join(known)
    return RuleError(
        f"expected one of {names}, found {' and '.join(found) or 'none of them'}",
        code="not-one-of",
        where=where,
        hint="for example: {each: items, where: {field: quantity, at_least: 2}}",
    )


def no_event_before(where: str) -> RuleError:
    return RuleError(
        "the first event of a sequence has no event before it",
        code="no-event-before",
        where=where,
        hint="say it of the second event, or give the sequence a window: in_last: 30 days",
    )


def bad_share(where: str, found: object) -> RuleError:
    return RuleError(
        f"expected a share from 0 % to 100 %, found {shown(found)}",
        code="bad-share",
        where=where,
        hint='for example: {sample: "10 %", seed: spring}',
    )


def not_expressible(what: str) -> RuleError:
    return RuleError(f"the rule tree has no form for {what}", code="not-expressible")


def shown(value: object) -> str:
    """A value as the reader wrote it, cut to a readable length."""
    if value is None:
        return "nothing"
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
