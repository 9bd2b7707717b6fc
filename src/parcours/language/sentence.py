"""A rule as a sentence, in English or French: ``has at least 3 'purchase' events in the last 30 days and …``.

Names are shown as they are, or by the labels that the caller knows for them. The sentence is for people; it is
exact about numbers and windows, but it is not meant to be read back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from parcours.core.clock import DAY, HOUR, MILLISECOND, MINUTE, SECOND, as_datetime
from parcours.core.schema import Kind
from parcours.language.phrases import LANGUAGES, Phrases
from parcours.language.tree import (
    Absolute,
    Aggregate,
    Attribute,
    Calendar,
    Call,
    Ever,
    Field,
    InWindow,
    ListOf,
    Literal,
    Member,
    Node,
    Quantifier,
    Rolling,
    Window,
)

#: Lengths beyond this are read as "no bound": ten thousand years.
_ENDLESS = 3_652_425 * DAY
_LENGTHS = (
    ("day", DAY),
    ("hour", HOUR),
    ("minute", MINUTE),
    ("second", SECOND),
    ("millisecond", MILLISECOND),
    ("microsecond", 1),
)
_SYMBOLS = {"add": "+", "sub": "−", "mul": "×", "div": "÷"}
_DATES = (Kind.DATE_ONLY, Kind.DATE_TIME, Kind.DATE_TIME_ONLY)
_NO_CASE = "_ignore_case"


def sentence(node: Node, language: str = "en", labels: Mapping[str, str] | None = None) -> str:
    """The rule in words.

    Args:
        node: a typed rule.
        language: ``en`` or ``fr``.
        labels: names for people, by the name in the rule: of attributes (``address.city``), event types,
            properties and segments.

    Raises:
        KeyError: there is no such language.
    """
    return _Writer(LANGUAGES[language], labels or {}).rule(node)


class _Writer:
    def __init__(self, phrases: Phrases, labels: Mapping[str, str]) -> None:
        self.phrases = phrases
        self.words = phrases.words
        self.labels = labels

    # --- rules ---

    def rule(self, node: Node) -> str:
        """A clause; the profile is its unspoken subject."""
        match node:
            case Literal(value=bool() as value):
                return self.words["true" if value else "false"]
            case Member(segment=segment):
                return self.words["member"].format(self.name(segment))
            case Quantifier(kind=kind, over=over, where=where):
                return self.words[kind].format(self.value(over), self.rule(where))
            case InWindow(value=value, window=window):
                return self.words["in_window"].format(self.value(value), self.window(window) or self.words["past"])
            case Call():
                return self._call(node)
            case _:
                return self.words["yes"].format(self.value(node))

    def _call(self, node: Call) -> str:
        match node:
            case Call("and", (Call("ge", (subject, low)), Call("le", (again, high)))) if subject == again:
                key = "between_dates" if subject.type.kind in _DATES else "between"
                return self.words[key].format(*map(self.value, (subject, low, high)))
            case Call("and" | "or" as function, args):
                return self.words[function].join(self._inner(arg, function) for arg in args)
            case Call("not", (inner,)):
                return self._negation(inner)
            case Call("in", (item, options)):
                return self.words["in"].format(self.value(item), self._options(options))
            case Call("is_null" | "is_not_null" as function, (subject,)):
                return self.words[function].format(self.value(subject))
            case Call(function, (left, right)):
                return self._comparison(function, left, right, node)
            case _:
                return self.words["yes"].format(self.value(node))

    def _inner(self, node: Node, outer: str) -> str:
        """A part of ``and`` or ``or``, in parentheses where the reader could join it wrongly."""
        mixed = isinstance(node, Call) and node.function in ("and", "or") and node.function != outer
        return f"({self.rule(node)})" if mixed or isinstance(node, Quantifier) else self.rule(node)

    def _negation(self, inner: Node) -> str:
        match inner:
            case Member(segment=segment):
                return self.words["not_member"].format(self.name(segment))
            case Call("in", (item, options)):
                return self.words["not_in"].format(self.value(item), self._options(options))
            case Call("ge", (Aggregate(kind="count", value=None) as count, Literal(value=1))):
                return self._count("has_none", count)
            case Attribute() | Field():
                return self.phrases.comparisons["eq"].format(self.value(inner), self.words["bool_false"])
            case _:
                return self.words["not"].format(self.rule(inner))

    def _comparison(self, function: str, left: Node, right: Node, node: Call) -> str:
        if isinstance(left, Aggregate) and left.kind == "count" and left.value is None and isinstance(right, Literal):
            counted = self._counted(function, left, right)
            if counted is not None:
                return counted
        plain = function.removesuffix(_NO_CASE)
        plain = "eq" if plain == "equals" else plain
        dates = self.phrases.date_comparisons if left.type.kind in _DATES else {}
        form = dates.get(plain) or self.phrases.comparisons.get(plain)
        if form is None:
            return self.words["yes"].format(self.value(node))
        text = form.format(self.value(left), self.value(right))
        return text + (self.words["ignore_case"] if function.endswith(_NO_CASE) else "")

    def _options(self, options: Node) -> str:
        if not isinstance(options, ListOf):
            return self.value(options)
        texts = [self.value(item) for item in options.items]
        if len(texts) < 2:
            return "".join(texts)
        return self.words["listing"].join(texts[:-1]) + self.words["last_of_list"] + texts[-1]

    # --- values computed from events ---

    def _counted(self, function: str, count: Aggregate, limit: Literal) -> str | None:
        if (function, limit.value) in (("eq", 0), ("lt", 1), ("le", 0)):
            return self._count("has_none", count)
        if function not in self.phrases.operators:
            return None
        if (function, limit.value) in (("ge", 1), ("gt", 0)):
            amount, single = self.words["at_least_one"], True
        else:
            amount, single = self.phrases.operators[function].format(self.value(limit)), limit.value == 1
        return self._count("has", count, amount, single=single)

    def _count(self, key: str, count: Aggregate, *amount: str, single: bool = True) -> str:
        return self.words[key].format(*amount, self._rows(count, single=single))

    def _rows(self, node: Aggregate, *, single: bool = False) -> str:
        """The rows that are counted, with their filter and window: ``'purchase' events in the last 30 days (…)``."""
        event = self.name(node.event)
        kind = "events" if node.over is None else "rows"
        names = (event,) if node.over is None else (self.name(".".join(node.over)), event)
        rows = self.words[f"{kind}_one" if single else kind].format(*names)
        window = self.window(node.window)
        where = "" if node.where is None else self.words["with"].format(self.rule(node.where))
        return " ".join(part for part in (rows, window) if part) + where

    def _aggregate(self, node: Aggregate) -> str:
        value = "" if node.value is None else self.value(node.value)
        kind = "counted" if node.kind == "count" and value else node.kind
        return self.phrases.aggregates[kind].format(value=value, rows=self._rows(node))

    # --- values ---

    def value(self, node: Node) -> str:
        match node:
            case Literal():
                return self._literal(node)
            case ListOf(items=items):
                return "[" + ", ".join(map(self.value, items)) + "]"
            case Attribute(path=path):
                return self._label(".".join(path))
            case Field():
                return self._field(node)
            case Aggregate():
                return self._aggregate(node)
            case Call(function=function, args=args) if function in _SYMBOLS and len(args) == 2:
                return f" {_SYMBOLS[function]} ".join(self._operand(arg) for arg in args)
            case Call(function=function, args=args):
                return f"{function}(" + ", ".join(map(self.value, args)) + ")"
            case _:
                return f"({self.rule(node)})"

    def _operand(self, node: Node) -> str:
        return f"({self.value(node)})" if isinstance(node, Call) and node.function in _SYMBOLS else self.value(node)

    def _field(self, node: Field) -> str:
        if not node.path:
            return self.words["element"]
        if node.path == ("_time",):
            return self.words["event_time"]
        label = self._label(".".join(node.path))
        return self.words["of_event"].format(label) if node.up else label

    def _literal(self, node: Literal) -> str:
        match node.value:
            case None:
                return self.words["nothing"]
            case bool() as truth:
                return self.words["bool_true" if truth else "bool_false"]
            case int() | float() as number:
                return self._number(number)
            case str() as text:
                return self.words["text"].format(text)
            case date() as moment:
                return self._moment(moment)
            case timedelta() as length:
                return self.length(length // timedelta(microseconds=1))

    def _number(self, number: int | float) -> str:
        text = str(int(number)) if isinstance(number, float) and number.is_integer() else repr(number)
        return text.replace(".", self.phrases.decimal_point)

    def _moment(self, moment: date) -> str:
        form = self.words["first_day" if moment.day == 1 else "date"]
        day = form.format(day=moment.day, month=self.phrases.months[moment.month - 1], year=moment.year)
        if not isinstance(moment, datetime) or moment.time() == time():
            return day
        return f"{day} {moment.time().isoformat('auto')}".removesuffix(":00") + (" UTC" if moment.tzinfo else "")

    def _label(self, name: str) -> str:
        return self.labels.get(name, name)

    def name(self, name: str) -> str:
        return self.labels.get(name) or self.words["name"].format(name)

    # --- windows ---

    def window(self, window: Window) -> str:
        match window:
            case Ever():
                return self.words["ever"]
            case Rolling():
                return self._rolling(window)
            case Calendar():
                zone = "" if window.zone == "UTC" else self.words["zone"].format(window.zone)
                return self._calendar(window) + zone
            case Absolute(start=start, end=end):
                key = "_".join(key for key, bound in (("from", start), ("until", end)) if bound is not None)
                bounds = [self._moment(as_datetime(bound)) for bound in (start, end) if bound is not None]
                return self.words[key or "ever"].format(*bounds)

    def _rolling(self, window: Rolling) -> str:
        oldest, newest = window.oldest, window.newest
        if oldest >= _ENDLESS:
            return self.words["more_than_ago"].format(self.length(newest))
        if newest <= -_ENDLESS:
            return self.words["more_than_ahead"].format(self.length(-oldest))
        if newest == 0 and not window.closed:
            return self._recent(oldest)
        if newest == 0:
            return self.words["in_last_closed"].format(self.length(oldest))
        if oldest == 0:
            return self.words["in_next"].format(self.length(-newest))
        if newest < 0:
            return self.words["around"].format(self.length(oldest), self.length(-newest))
        return self.words["between_ages"].format(self.length(newest), self.length(oldest))

    def _recent(self, length: int) -> str:
        """The last so and so many days; in other words when the length is not of one unit."""
        unit, size = next(((unit, size) for unit, size in _LENGTHS if length >= size), _LENGTHS[-1])
        count, rest = divmod(length, size)
        if rest or unit not in self.phrases.recent:
            return self.words["in_last"].format(self.length(length))
        return self.phrases.recent[unit][0 if count == 1 else 1].format(count)

    def _calendar(self, window: Calendar) -> str:
        unit, first, last = window.unit, window.first, window.last
        if first == last and first in (-1, 0, 1):
            return self.phrases.calendar[unit][first + 1]
        count = last - first + 1
        key = {(-1,): "last_units", (0,): "last_units_current"}.get((last,)) if first < last else None
        if key is None and first in (0, 1) and first < last:
            key = "next_units" if first == 1 else "next_units_current"
        if key is not None:
            return self.words[key].format(count, self._unit(unit, count))
        return self.words["units"].format(unit=self._unit(unit, 2), first=first, last=last)

    def length(self, length: int) -> str:
        """A length of time in whole units: ``90 days``, ``1 hour 30 minutes``."""
        parts: list[str] = []
        rest = abs(length)
        for unit, size in _LENGTHS:
            count, rest = divmod(rest, size)
            if count:
                parts.append(f"{count} {self._unit(unit, count)}")
        return " ".join(parts) or f"0 {self._unit('second', 0)}"

    def _unit(self, unit: str, count: int) -> str:
        return self.phrases.units[unit][0 if count == 1 else 1]
