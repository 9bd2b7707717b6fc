"""What can be wrong with the text of a query: one function per error of the lexer and the parser (codes ``parse.…``).

The errors of names and types stand in ``type_errors``.
"""

from __future__ import annotations

from collections.abc import Collection

from parcours.core.errors import RuleError, Span, nearest
from parcours.language.pql import limits


def too_long(length: int) -> RuleError:
    return RuleError(
        f"the query has {length:,} characters, at most {limits.MAX_LENGTH:,} are allowed",
        code="parse.too-long",
        hint="make parts of it segments of their own and refer to them with inSegment",
        span=Span(limits.MAX_LENGTH, length),
    )


def too_deep(span: Span) -> RuleError:
    return RuleError(
        f"the query is nested more than {limits.MAX_DEPTH} levels deep here",
        code="parse.too-deep",
        hint="make parts of it segments of their own and refer to them with inSegment",
        span=span,
    )


def too_many(span: Span, what: str) -> RuleError:
    return RuleError(f"more than {limits.MAX_ITEMS:,} {what}", code="parse.too-many", span=span)


# --- characters ----------------------------------------------------------------------------------------


def unknown_character(span: Span, character: str) -> RuleError:
    hints = {
        "'": 'texts stand between double quotes: "Paris"',
        "\N{LEFT DOUBLE QUOTATION MARK}": 'use the plain double quote: "',
        "\N{RIGHT DOUBLE QUOTATION MARK}": 'use the plain double quote: "',
        "&": "conditions are joined with and",
        "|": "conditions are joined with or",
        "@": "this is the notation of the journey language; here a property is written by its name alone",
        "#": "there are no comments",
        "/": "there are no comments",
    }
    return RuleError(
        f"the character {character!r} has no meaning here",
        code="parse.unknown-character",
        hint=hints.get(character),
        span=span,
    )


def unclosed_text(span: Span) -> RuleError:
    return RuleError(
        'expected " at the end of the text, found the end of the line',
        code="parse.unclosed-text",
        hint='a quote inside a text is written \\"',
        span=span,
    )


def unknown_escape(span: Span, escape: str) -> RuleError:
    return RuleError(
        f"{escape} is not an escape",
        code="parse.unknown-escape",
        hint=f"a backslash itself is written twice: \\{escape}",
        span=span,
    )


def half_character(span: Span) -> RuleError:
    return RuleError(
        "the text holds half of a character: escapes from \\ud800 to \\udfff make sense in pairs only",
        code="parse.half-character",
        span=span,
    )


def bad_number(span: Span, text: str) -> RuleError:
    return RuleError(
        f"{text} is neither a number nor a name",
        code="parse.bad-number",
        hint="numbers are written 412 or 3.14; a name does not begin with a digit",
        span=span,
    )


def number_too_large(span: Span) -> RuleError:
    return RuleError("the number does not fit: integers have 64 bits", code="parse.number-too-large", span=span)


# --- words ---------------------------------------------------------------------------------------------


def expected(span: Span, what: str, found: str, hint: str | None = None) -> RuleError:
    return RuleError(f"expected {what}, found {found}", code="parse.unexpected", hint=hint, span=span)


def empty() -> RuleError:
    return RuleError(
        "the query is empty",
        code="parse.empty",
        hint='for example homeAddress.country = "FR" and xEvent[eventType = "purchase"].count() > 2',
        span=Span(0, 0),
    )


def unknown_unit(span: Span, found: str, units: Collection[str]) -> RuleError:
    return RuleError(
        f"expected a unit of time, found {found}",
        code="parse.unknown-unit",
        hint=nearest(found, units) or "units are " + ", ".join(units),
        span=span,
    )


def negative_amount(span: Span) -> RuleError:
    return RuleError(
        "expected a number of units that is not negative",
        code="parse.negative-amount",
        hint="before and after say the direction",
        span=span,
    )


def double_clause(span: Span, clause: str) -> RuleError:
    return RuleError(f"the step already has a {clause}", code="parse.double-clause", span=span)


def missing_what(span: Span, step: str) -> RuleError:
    return RuleError(
        f"step {step} has no WHAT",
        code="parse.missing-what",
        hint=f'{step}: WHAT(eventType = "purchase")',
        span=span,
    )


def double_key(span: Span, key: str) -> RuleError:
    return RuleError(f"the object already has a part {key!r}", code="parse.double-key", span=span)


def double_name(span: Span, name: str) -> RuleError:
    return RuleError(f"the name {name} is given twice", code="parse.double-name", span=span)
