"""A rule as a sentence, in English or French: ``has at least 3 'purchase' events in the last 30 days and …``.

Names are shown as they are, or by the labels that the caller knows for them. The sentence is for people; it is
exact about numbers and windows, but it is not meant to be read back.
"""

from __future__ import annotations

from collections.abc import Mapping

from parcours.core.schema import Kind
from parcours.language.rules.anniversaries import PERIODS, yearly
from parcours.language.sentences.functions import phrase_of
from parcours.language.sentences.values import ValueWriter
from parcours.language.tree import (
    Aggregate,
    Attribute,
    Call,
    Field,
    InWindow,
    ListOf,
    Literal,
    Member,
    Node,
    Quantifier,
    Sequence,
)

#: Functions whose phrase is a noun although they may be true or false.
NOUNS = ("if", "coalesce", "first_item", "last_item", "item_at", "entry", "min_of", "max_of", "to_boolean")
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
    return _Writer(language, labels or {}).rule(node)


class _Writer(ValueWriter):
    """Conditions: comparisons, groups, what is counted."""

    # --- rules ---

    def rule(self, node: Node) -> str:
        """A clause; the profile is its unspoken subject."""
        match node:
            case Literal(value=bool() as value):
                return self.words["true" if value else "false"]
            case Member(segment=segment):
                return self.words["member"].format(self.name(segment))
            case Quantifier(kind=kind, over=over, where=where):
                return self.words[kind].format(self.value(over), self.inside("element", where))
            case Sequence():
                return self.sequence(node)
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
            case Call("le", (Call("anniversary_from"), _)) if (found := yearly(node)) is not None:
                ((key, length),) = found[1].items()
                return self.words["anniversary"].format(self.value(found[0]), self._period(key, str(length)))
            case Call("lt", (Call("share_of", (Attribute(), seed)), Literal(value=float() as share))):
                percent = self.words["sample"].format(self.number(round(share * 100, 10)))
                return percent + self.words["sample_of"].format(self.value(seed))
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
                return self._clause(node)

    def _period(self, key: str, length: str) -> str:
        """The window of an anniversary: a calendar unit, or so many days or months."""
        if key in PERIODS:
            return self.phrases.calendar[length][PERIODS[key] + 1]
        number, unit = length.split()
        return self.words[key].format(self.steps(int(number), unit.removesuffix("s")))

    def _clause(self, node: Call) -> str:
        """A condition that is no comparison: by its phrase, which is a clause already, or ``… is true``."""
        text = self.value(node)
        said = phrase_of(node.function, len(node.args), self.language) is not None and node.function not in NOUNS
        return text if said else self.words["yes"].format(text)

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
        plain = {"equals": "eq", "not_equals": "ne"}.get(plain, plain) if function != plain else plain
        dates = self.phrases.date_comparisons if left.type.kind in _DATES else {}
        form = dates.get(plain) or self.phrases.comparisons.get(plain)
        if form is None:
            return self._clause(node)
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
        around = ("event",) if node.over is None else ("element", "event")
        where = "" if node.where is None else self.words["with"].format(self.within(around, node.where))
        return " ".join(part for part in (rows, window) if part) + where

    def aggregate(self, node: Aggregate) -> str:
        around = ("event",) if node.over is None else ("element", "event")
        value = "" if node.value is None else self.within(around, node.value, value=True)
        kind = "counted" if node.kind == "count" and value else node.kind
        return self.phrases.aggregates[kind].format(value=value, rows=self._rows(node))
