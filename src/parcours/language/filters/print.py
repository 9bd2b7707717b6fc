"""Filter expressions written: formatted from their form, and made of the conditions of a typed rule.

What is printed is read again: a condition whose expression would not say the same is not expressible.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from parcours.core.errors import DefinitionError, RuleError
from parcours.core.schema import DATE_ONLY, DATE_TIME, STRING
from parcours.language.edges import whole_units
from parcours.language.filters import errors
from parcours.language.filters.ast import Both, Compare, Either, Filter, Interval, Operand
from parcours.language.filters.context import Context
from parcours.language.filters.fields import Target
from parcours.language.filters.parse import parse
from parcours.language.filters.read import read
from parcours.language.numbers import decimal_text
from parcours.language.tree import Attribute, Call, InWindow, ListOf, Literal, Node, walk
from parcours.language.window_kinds import Calendar, Edge, Ever, Relative, Window

_SIGNS = {"eq": "", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_FORMS = {"starts_with": "{}*", "ends_with": "*{}", "contains": "*{}*", "equals": "{}", "fits": "{}"}
_NO_CASE = "_ignore_case"
_LETTERS = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
_NEEDS_QUOTES = re.compile(r"[|&()<>='@%\s]|\.\.|^$")


def format_filter(text: str) -> str:
    """The expression without needless spaces, quotes and parentheses.

    Raises:
        DefinitionError: it is broken.
    """
    return _form(parse(text), 0)


def _form(filter_: Filter, outer: int) -> str:
    match filter_:
        case Either(parts):
            text = "|".join(_form(part, 0) for part in parts)
            return f"({text})" if outer > 0 else text
        case Both(parts):
            return "&".join(_form(part, 1) for part in parts)
        case Compare(sign, operand):
            return ("" if sign == "=" else sign) + _operand(operand)
        case Interval(low, high):
            return "..".join("" if end is None else _operand(end) for end in (low, high))


def _operand(operand: Operand) -> str:
    return ("@" if operand.fold else "") + quoted(operand.text)


def quoted(text: str) -> str:
    """A text as a value of an expression, in quotes where it would be read as something else."""
    plain = _NEEDS_QUOTES.search(re.sub(r"(?<=\S) (?=\S)|(?<=\w)[@']", "", text)) is None
    return text if plain and text == text.strip() else "'" + text.replace("'", "''") + "'"


# --- from typed rules ----------------------------------------------------------------------------------


def print_filters(node: Node, context: Context | None = None) -> dict[str, str]:
    """The filter expression of each attribute, all of which together say what the rule says.

    Raises:
        RuleError: the rule says something that filter expressions cannot (code ``not-expressible``).
    """
    parts = node.args if isinstance(node, Call) and node.function == "and" else (node,)
    by_field: dict[Attribute, list[Node]] = {}
    for part in parts:
        by_field.setdefault(_field_of(part), []).append(part)
    return {".".join(field.path): _printed(field, found, context) for field, found in by_field.items()}


def print_filter(node: Node, field: Node, context: Context | None = None) -> str:
    """The filter expression on ``field`` that says what ``node`` says.

    Raises:
        RuleError: there is none (code ``not-expressible``).
    """
    text = _Printer(field, context or Context()).text(node, 0)
    try:
        again = read(text, Target(field), context)
    except DefinitionError:
        again = None
    if again != node:
        raise errors.not_expressible(f"this condition on {_name(field)}")
    return text


def _printed(field: Attribute, parts: list[Node], context: Context | None) -> str:
    """One expression for several conditions on a field."""
    if len(parts) == 1:
        return print_filter(parts[0], field, context)
    try:
        return print_filter(Call("and", tuple(parts), parts[0].type), field, context)
    except RuleError:
        return "&".join(_Printer(field, context or Context()).checked(part) for part in parts)


def _field_of(node: Node) -> Attribute:
    """The one attribute that a condition is about."""
    found = {part for part in walk(node) if isinstance(part, Attribute)}
    if len(found) != 1:
        raise errors.not_expressible("a condition that is not about one attribute of the profile")
    return found.pop()


def _name(field: Node) -> str:
    return repr(".".join(getattr(field, "path", ()))) if getattr(field, "path", ()) else "the field"


class _Printer:
    """Writes conditions on one field. ``outer`` is 1 inside ``&``, where ``|`` needs parentheses."""

    def __init__(self, field: Node, context: Context) -> None:
        self.field = field
        self.context = context

    def checked(self, node: Node) -> str:
        """A part of ``&``, read again by itself."""
        print_filter(node, self.field, self.context)
        return self.text(node, 1)

    def text(self, node: Node, outer: int) -> str:
        match node:
            case InWindow(field, window) if field == self.field:
                return self._window(window)
            case Call("and", args):
                return self._interval(args) or "&".join(self.text(arg, 1) for arg in self._without_blank(args))
            case Call("or", args):
                text = self._blank(args) or "|".join(self.text(arg, 0) for arg in self._without_blank(args))
                return f"({text})" if outer and "|" in text else text
            case Call("in", (field, ListOf(items))) if field == self.field and items:
                text = "|".join(self._value(item) for item in items)
                return f"({text})" if outer and len(items) > 1 else text
            case Call("not", (inner,)):
                return self._negated(inner)
            case Call("is_null" | "is_not_null" as function, (field,)) if field == self.field:
                return "''" if function == "is_null" else "<>''"
            case Call(function, (subject, Literal() as value)):
                return self._comparison(function, subject, value)
            case _:
                raise self._no("this condition")

    def _no(self, what: str) -> RuleError:
        return errors.not_expressible(f"{what} on {_name(self.field)}")

    def _negated(self, inner: Node) -> str:
        text = self.text(inner, 1)
        if text.startswith(("<", ">", "(", "=")) or "&" in text or ".." in text:
            raise self._no("such a negation")
        return f"<>{text}"

    def _blank(self, args: tuple[Node, ...]) -> str | None:
        """``''`` of a text: nothing, or the empty text."""
        empty = (
            Call("is_null", (self.field,), args[0].type),
            Call("eq", (self.field, Literal("", STRING)), args[0].type),
        )
        return "''" if args == empty else None

    def _without_blank(self, args: tuple[Node, ...]) -> tuple[Node, ...]:
        """The parts without what is said of a missing text, which reading adds again."""
        if len(args) != 2 or self.field.type != STRING:
            return args
        match args[0]:
            case Call("is_null" | "is_not_null", (field,)) if field == self.field:
                return args[1:]
            case _:
                return args

    def _interval(self, args: tuple[Node, ...]) -> str | None:
        match args:
            case (Call("ge", (low_of, Literal() as low)), Call("le", (high_of, Literal() as high))) if (
                low_of == high_of
            ):
                fold = "" if low_of == self.field else "@"
                return f"{fold}{self._value(low)}..{fold}{self._value(high)}"
            case (Call("ge", (low_of, Literal() as low)), Call("lt", (high_of, Literal() as high))) if (
                low_of == high_of == self.field and self.field.type != DATE_ONLY
            ):
                return self._days(low, high)
            case _:
                return None

    def _days(self, low: Literal, high: Literal) -> str | None:
        """From the start of a day to the start of another: whole days."""
        first, after = self._day(low), self._day(high)
        if first is None or after is None:
            return None
        last = after - timedelta(days=1)
        return first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}"

    def _day(self, literal: Literal) -> date | None:
        """The day that begins at an instant, if one does."""
        if not isinstance(literal.value, datetime):
            return None
        zone = ZoneInfo(self.context.zone)
        local = literal.value.astimezone(zone) if literal.type == DATE_TIME else literal.value
        return local.date() if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0) else None

    def _comparison(self, function: str, subject: Node, value: Literal) -> str:
        plain = function.removesuffix(_NO_CASE)
        if subject == Call("lower", (self.field,), STRING) and plain in _SIGNS:
            return f"{_SIGNS[plain]}@{self._value(value)}"
        if subject != self.field:
            raise self._no("a condition on a computed value")
        if plain in _FORMS and isinstance(value.value, str):
            if plain not in ("fits", "equals") and set(value.value) & {"*", "?"}:
                raise self._no("a text with * or ?")
            return ("@" if function != plain else "") + quoted(_FORMS[plain].format(value.value))
        if plain not in _SIGNS:
            raise self._no(f"{function}")
        return self._moment(plain, value) or _SIGNS[plain] + self._value(value)

    def _moment(self, function: str, value: Literal) -> str | None:
        """Times compared with where a day begins: with the day before, all of which is before or not."""
        day = self._day(value)
        if day is None or function not in ("lt", "ge"):
            return None
        return f"<{day.isoformat()}" if function == "lt" else f"{day.isoformat()}.."

    def _value(self, node: Node) -> str:
        match node:
            case Literal(bool() as truth):
                return "yes" if truth else "no"
            case Literal(str() as text):
                if set(text) & {"*", "?"}:
                    raise self._no("a text with * or ?")
                return quoted(text)
            case Literal(int() | float() as number):
                return _number(number)
            case Literal(datetime() as moment):
                return moment.isoformat() if moment.tzinfo is None else moment.astimezone(UTC).isoformat()
            case Literal(date() as day):
                return day.isoformat()
            case _:
                raise self._no("such a value")

    # --- windows ---

    def _window(self, window: Window) -> str:
        match window:
            case Calendar(unit, first, last, _, True):
                return self._calendar(unit, first, last)
            case Ever():
                return "<=now"
            case Relative(lower, None) if lower is not None:
                return self._ends(lower, ">=", ">", "{}..")
            case Relative(None, upper) if upper is not None:
                return self._ends(upper, "<=", "<", "..{}")
            case _:
                raise self._no("such a window")

    def _ends(self, edge: Edge, closed: str, beside: str, interval: str) -> str:
        """A window that is open at one end: from or up to now, a day, or the first or last day of a unit."""
        if edge == replace(Edge(), closed=edge.closed):
            return f"{closed if edge.closed else beside}now"
        if edge.aligned == "day" and edge.unit in ("month", "year") and edge.closed == (closed == ">="):
            day = f"today{edge.n:+d}{_LETTERS[edge.unit]}"
            return f"{day}.." if closed == ">=" else f"<{day}"
        offset = None if edge.aligned is None else whole_units(edge, edge.aligned)
        if offset is None or edge.closed != (closed == ">="):
            raise self._no("such a window")
        if edge.aligned == "day":
            return interval.format(_today(offset if closed == ">=" else offset - 1))
        letter = _LETTERS[str(edge.aligned)]
        if closed == "<=" and offset == 1:
            return f"..C{letter}"
        first = f"-C{letter}" + (f"{offset:+d}{letter}" if offset else "")
        return f"{first}.." if closed == ">=" else f"<{first}"

    def _calendar(self, unit: str, first: int, last: int) -> str:
        if unit == "day":
            return _today(first) if first == last else f"{_today(first)}..{_today(last)}"
        if first == last == 0 and unit != "year":
            return unit
        letter = _LETTERS[unit]
        if last and unit != "week":
            raise self._no("such a window")
        start = f"-C{letter}" + (f"{first:+d}{letter}" if first else "")
        return f"{start}..C{letter}" + (f"{last:+d}{letter}" if last else "")


def _today(shift: int) -> str:
    return "today" + (f"{shift:+d}D" if shift else "")


def _number(number: int | float) -> str:
    if isinstance(number, int) or number.is_integer():
        return str(int(number))
    return decimal_text(number)
