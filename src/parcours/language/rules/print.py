"""The typed tree -> the rule tree as plain data. ``parse_rule(print_rule(n))`` is ``n`` for all that can be parsed.

Everything is printed in its shortest form: ``not(in(x, list))`` as ``not_in``, ``ge(x, a) and le(x, b)`` as
``between``, a count of at least one without a comparator. Values stand in ``print_values``, windows in
``print_windows``.
"""

from __future__ import annotations

from collections.abc import Mapping

from parcours.core.schema import Kind
from parcours.language.check.names import EVENT_TYPE, PROFILE_ID, TIMESTAMP
from parcours.language.conditions import all_of
from parcours.language.rules import errors
from parcours.language.rules.anniversaries import yearly
from parcours.language.rules.edges import steps_in_words
from parcours.language.rules.form import PROFILE, Rows
from parcours.language.rules.literals import print_constant
from parcours.language.rules.print_values import Plain, ValuePrinter
from parcours.language.rules.print_windows import print_window
from parcours.language.rules.vocabulary import ANY_CASE, QUANTIFIERS
from parcours.language.tree import (
    Aggregate,
    Attribute,
    Call,
    Each,
    Events,
    Field,
    InWindow,
    ListOf,
    Literal,
    Member,
    Node,
    Quantifier,
    Sequence,
    SequenceStep,
)
from parcours.language.window_kinds import Window

_SIGNS = {"eq": "==", "ne": "!=", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_WORDS = {"eq": "is", "ne": "is_not", "ge": "at_least", "gt": "more_than", "le": "at_most", "lt": "less_than"}
_DATE_WORDS = {**_WORDS, "ge": "from", "gt": "after", "lt": "before"}
#: Beside an event, ``from`` and ``until`` are its window.
_EVENT_DATE_WORDS = {**_DATE_WORDS, "ge": "at_least"}
_TEXT_WORDS = {"contains_item": "contains", **{name: name for name in (*ANY_CASE, "matches") if name != "is"}}
_ANY_CASE_WORDS = {function: word for word, function in ANY_CASE.items()}
_DATES = (Kind.DATE_ONLY, Kind.DATE_TIME, Kind.DATE_TIME_ONLY)
_KINDS = {kind: key for key, kind in QUANTIFIERS.items()}


def print_rule(node: Node) -> Plain:
    """The rule tree of a typed tree, as plain data that JSON and YAML can hold.

    Raises:
        RuleError: the tree holds something that the rule tree has no form for (code ``not-expressible``).
    """
    return _Printer().rule(node, PROFILE)


def print_row_rule(node: Node) -> Plain:
    """The same for a rule about single events, the inverse of ``parse_row_rule``."""
    return _Printer().rule(node, ("event",))


def print_value(node: Node) -> object:
    """The VALUE of a node of any type, as it stands in ``compare`` and in arguments of calls."""
    return _Printer().value(node, PROFILE)


class _Printer(ValuePrinter):
    def rule(self, node: Node, rows: Rows) -> Plain:
        """A rule within ``rows``, where a bare event condition means at least one event."""
        match node:
            case Call("ge", (Aggregate(kind="count", value=None) as count, Literal(value=1))):
                return self.subject(count, rows)
            case Call():
                return self._call(node, rows)
            case Member(segment=segment):
                return {"segment": segment}
            case Quantifier():
                return self._quantifier(node, rows)
            case Sequence():
                return self._sequence(node, rows)
            case InWindow(value=value, window=window):
                return {**self._wrapped(value, rows), **print_window(window, future=True)}
            case _:
                return self.subject(node, rows)

    def _wrapped(self, value: Node, rows: Rows) -> Plain:
        """A subject beside whose keys a window can stand: an event has a window of its own."""
        bare = self.subject(value, rows) if self.is_subject(value) else {"value": self.value(value, rows)}
        return {"value": bare} if isinstance(value, Aggregate) else bare

    def _quantifier(self, node: Quantifier, rows: Rows) -> Plain:
        return {_KINDS[node.kind]: self.list_(node.over, rows), "where": self.rule(node.where, ("element", *rows))}

    # --- sequences ---

    def _sequence(self, node: Sequence, rows: Rows) -> Plain:
        window = _window_of(node.over)
        if not (window or _of_all_types(node.over)) or node.time != (TIMESTAMP,):
            raise errors.not_expressible("a sequence of the elements of a list that is not the list of all events")
        steps = [self._step(step, number, rows) for number, step in enumerate(node.steps)]
        return {"sequence": steps} if window is None else {"sequence": steps, **print_window(window, future=False)}

    def _step(self, step: SequenceStep, number: int, rows: Rows) -> Plain:
        inner = ("occurrence",) * (number + 1) + rows
        event, where = _of_type(step.what)
        shape: Plain = {"event": event}
        if where is not None:
            shape["where"] = self.rule(where, inner)
        if step.where is not None:
            shape["also"] = self.rule(step.where, inner)
        if step.when is not None:
            shape.update(_when(step.when, number))
        return shape if step.count == 1 else {**shape, "count": step.count}

    # --- calls ---

    def _call(self, node: Call, rows: Rows) -> Plain:
        again = yearly(node)
        if again is not None and self.is_subject(again[0]):
            return {**self.subject(again[0], rows), "anniversary": again[1]}
        match node:
            case Call("and", (Call("ge", (subject, low)), Call("le", (same, high)))) if subject == same:
                ends = (self._inline(subject, low), self._inline(subject, high))
                return (
                    {
                        **self.subject(subject, rows),
                        "between": [self._operand(subject, end, rows) for end in (low, high)],
                    }
                    if all(ends)
                    else self._group("all", node.args, rows)
                )
            case Call("and" | "or" as function, args) if len(args) > 1:
                return self._group("all" if function == "and" else "any", args, rows)
            case Call("not", (inner,)):
                return self._negation(inner, rows)
            case Call("in", (item, options)) if self._inline_options(item, options):
                return {**self.subject(item, rows), "in": self._options(options, rows)}
            case Call("is_null" | "is_not_null" as function, (subject,)) if self.is_subject(subject):
                return {**self.subject(subject, rows), "is_set": function == "is_not_null"}
            case Call(_, (left, right)):
                return self._comparison(node, left, right, rows)
            case _:
                return self.subject(node, rows)

    def _negation(self, inner: Node, rows: Rows) -> Plain:
        match inner:
            case Call("or", args) if len(args) > 1:
                return self._group("none", args, rows)
            case Call("in", (item, options)) if self._inline_options(item, options):
                return {**self.subject(item, rows), "not_in": self._options(options, rows)}
            case _:
                return {"not": self.rule(inner, rows)}

    def _group(self, key: str, args: tuple[Node, ...], rows: Rows) -> Plain:
        return {key: [self.rule(arg, rows) for arg in args]}

    def _comparison(self, node: Call, left: Node, right: Node, rows: Rows) -> Plain:
        function = node.function
        sample = _sample(function, left, right)
        if sample is not None:
            return sample
        inline = self._inline(left, right)
        if inline and function in _ANY_CASE_WORDS:
            key = _ANY_CASE_WORDS[function]
            return {**self.subject(left, rows), key: self._operand(left, right, rows), "ignore_case": True}
        word = _words_for(left).get(function) or _TEXT_WORDS.get(function)
        if inline and word is not None:
            return {**self.subject(left, rows), word: self._operand(left, right, rows)}
        if function in _SIGNS:
            sides = {"left": self.value(left, rows), "op": _SIGNS[function], "right": self.value(right, rows)}
            return {"compare": sides}
        return self.subject(node, rows)

    def _inline(self, subject: Node, operand: Node) -> bool:
        """Whether the two can be written as a subject with a comparator."""
        null = isinstance(operand, Literal) and operand.value is None
        return self.is_subject(subject) and not null and not isinstance(operand, ListOf)

    def _inline_options(self, item: Node, options: Node) -> bool:
        if not self.is_subject(item) or isinstance(options, Literal):
            return False
        return not isinstance(options, ListOf) or (
            bool(options.items) and all(self._inline(item, option) for option in options.items)
        )

    def _options(self, options: Node, rows: Rows) -> object:
        if not isinstance(options, ListOf):
            return self.value(options, rows)
        items = options.items
        return [print_constant(item) if isinstance(item, Literal) else self.value(item, rows) for item in items]

    def _operand(self, subject: Node, operand: Node, rows: Rows) -> object:
        """What stands behind a comparator: a constant takes its type from the subject, unless that is one, too."""
        if isinstance(operand, Literal) and not isinstance(subject, Literal):
            return print_constant(operand)
        return self.value(operand, rows)


def _words_for(subject: Node) -> Mapping[str, str]:
    if subject.type.kind not in _DATES:
        return _WORDS
    return _EVENT_DATE_WORDS if isinstance(subject, Aggregate) else _DATE_WORDS


def _sample(function: str, left: Node, right: Node) -> Plain | None:
    """``sample``, when a share of all profiles is asked for that a percentage can be written of."""
    match left, right:
        case (
            Call("share_of", (Attribute(path=path), Literal(value=str() as seed))),
            Literal(value=float() as share),
        ) if function == "lt" and path == (PROFILE_ID,) and seed.strip() and 0 <= share <= 1:
            texts = (f"{share * 100:.{digits}f}" for digits in range(15))
            text = next((text for text in texts if float(text) / 100 == share), None)
            return None if text is None else {"sample": f"{text} %", "seed": seed}
        case _:
            return None


def _window_of(over: Node) -> Window | None:
    """The window of a sequence of events, from its list; ``None`` for a list without window, and for any other."""
    match over:
        case Each("filter", events, InWindow(Field(path=path, up=0), window)) if path == (TIMESTAMP,) and _of_all_types(
            events
        ):
            return window
        case _:
            return None


def _of_all_types(over: Node) -> bool:
    return isinstance(over, Events) and not over.types


def _of_type(what: Node) -> tuple[str, Node | None]:
    """The event type of a step, and what else is asked of its event."""
    first, *rest = what.args if isinstance(what, Call) and what.function == "and" else (what,)
    nested = len(rest) == 1 and isinstance(rest[0], Call) and rest[0].function == "and"
    match first:
        case Call("eq", (Field(path=(name,), up=0), Literal(value=str() as event))) if (
            name == EVENT_TYPE and not nested
        ):
            return event, all_of(*rest) if rest else None
        case _:
            raise errors.not_expressible("a step of a sequence that is not about one event type")


def _when(node: Node, number: int) -> Plain:
    """The distances and the window of a step, in the order in which they are read."""
    if isinstance(node, Call) and node.function == "and" and _within(node, number) is None:
        shape: Plain = {}
        for part in node.args:
            shape.update(_when(part, number))
        if len(shape) != len(node.args):
            raise errors.not_expressible("such a distance between two events")
        return shape
    found = _within(node, number)
    if found is not None:
        return found
    match node:
        case InWindow(Field(path=path, up=0), window) if path == (TIMESTAMP,):
            return print_window(window, future=False)
        case _:
            raise errors.not_expressible("such a distance between two events")


def _within(node: Node, number: int) -> Plain | None:
    match node:
        case Call("and", (Call("ge", (a, before)), Call("le", (b, edge)))) if _is_time(a, 0) and _is_time(b, 0):
            step = _distance(edge)
            return {"within": step} if number and step is not None and _is_time(before, 1) else None
        case Call("ge", (here, edge)) if _is_time(here, 0):
            step = _distance(edge)
            return {"not_before": step} if number and step is not None else None
        case _:
            return None


def _distance(edge: Node) -> str | None:
    match edge:
        case Call("shift", (before, Literal(value=int() as n), Literal(value=str() as unit))) if _is_time(before, 1):
            return steps_in_words(n, unit) if n > 0 else None
        case _:
            return None


def _is_time(node: Node, up: int) -> bool:
    return isinstance(node, Field) and node.path == (TIMESTAMP,) and node.up == up
