"""What can be wrong with a filter expression: one function per error. Codes of the form begin with ``parse.``, those of
values that do not fit the field with ``type.``.
"""

from __future__ import annotations

from collections.abc import Iterable

from parcours.core.errors import RuleError, Span, nearest
from parcours.core.schema import Type
from parcours.language.check.errors import in_words


def value_expected(span: Span, found: str) -> RuleError:
    return RuleError(
        f"expected a value, found {found}",
        code="parse.value-expected",
        span=span,
        hint="the empty value is written ''; signs that belong to a text stand in quotes: 'A&B'",
    )


def unexpected(span: Span, found: str) -> RuleError:
    return RuleError(
        f"{found!r} cannot stand here",
        code="parse.unexpected",
        span=span,
        hint="values are joined with | (or) and & (and); a sign that belongs to a text stands in quotes: 'A&B'",
    )


def not_closed(span: Span, sign: str) -> RuleError:
    return RuleError(f"{sign} is not closed", code="parse.not-closed", span=span)


def empty(span: Span) -> RuleError:
    return RuleError(
        "the expression is empty", code="parse.empty", span=span, hint="leave the field out, or write '' for empty"
    )


def too_long(span: Span, limit: int) -> RuleError:
    return RuleError(f"the expression is longer than {limit} characters", code="parse.too-long", span=span)


def too_deep(span: Span, limit: int) -> RuleError:
    return RuleError(f"parentheses are nested more than {limit} deep", code="parse.too-deep", span=span)


def too_many(span: Span, limit: int) -> RuleError:
    return RuleError(f"the expression holds more than {limit} values", code="parse.too-many", span=span)


def not_an_interval(span: Span) -> RuleError:
    return RuleError(
        "an interval has plain values as its ends",
        code="parse.not-an-interval",
        span=span,
        hint="write 10..20; an end that does not count goes with > and <: >10&<20",
    )


def mismatch(span: Span, wanted: Type, text: str, hint: str | None = None) -> RuleError:
    return RuleError(
        f"expected {in_words(wanted)}, found {text!r}", code="type.mismatch", span=span, hint=hint or _example(wanted)
    )


def not_an_option(span: Span, text: str, known: Iterable[str]) -> RuleError:
    return RuleError(f"{text!r} is no choice of this field", code="type.option", span=span, hint=nearest(text, known))


def only_for_text(span: Span, sign: str) -> RuleError:
    return RuleError(f"{sign} is for texts only", code="type.only-for-text", span=span)


def no_order(span: Span, type_: Type) -> RuleError:
    return RuleError(
        f"{in_words(type_)} has no order", code="type.not-orderable", span=span, hint="pick values: yes, or no"
    )


def not_filterable(span: Span, type_: Type) -> RuleError:
    return RuleError(f"{in_words(type_)} cannot be filtered", code="type.not-filterable", span=span)


def needs(span: Span, word: str) -> RuleError:
    """A token whose value nobody has told: the user, the list of his customers …"""
    return RuleError(f"nobody has told what {word} stands for here", code="type.no-value", span=span)


def no_such_day(span: Span, text: str) -> RuleError:
    return RuleError(f"there is no day {text!r}", code="type.no-such-day", span=span)


def bad_formula(span: Span, text: str, why: str) -> RuleError:
    return RuleError(
        f"{text!r} is no date formula: {why}",
        code="type.bad-formula",
        span=span,
        hint="terms are 10D, -2W, 1M, 1Q, 1Y, CM (end of this month), -CM (its first day), D10, WD4",
    )


def not_standing(span: Span, text: str) -> RuleError:
    return RuleError(
        f"a rule that stays in force cannot be about {text!r}",
        code="type.not-standing",
        span=span,
        hint="days count from today (today-30D, -2W), periods are whole (week, month, -CM, CQ, -CM-1M)",
    )


def not_expressible(what: str) -> RuleError:
    return RuleError(f"a filter expression has no form for {what}", code="not-expressible")


def _example(wanted: Type) -> str | None:
    if wanted.numeric:
        return "numbers are written 1200 or 12.5"
    if wanted.kind.value.startswith("date"):
        return "days are written 2026-03-14, 140326, today, month, -CM, today-30D"
    return "write yes or no" if wanted.kind.value == "boolean" else None
