"""Values, lists and sequences in words (see :mod:`parcours.language.sentences.writer`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from parcours.language.sentences.english import ENGLISH
from parcours.language.sentences.french import FRENCH
from parcours.language.sentences.functions import phrase_of
from parcours.language.sentences.times import TimeWriter
from parcours.language.tree import (
    Aggregate,
    Attribute,
    Call,
    Chance,
    Each,
    Events,
    Fetched,
    Field,
    Given,
    InWindow,
    ListOf,
    Literal,
    Membership,
    Node,
    Now,
    ObjectOf,
    SequenceStep,
    Step,
)
from parcours.language.tree import Sequence as SequenceOf

_LANGUAGES = {"en": ENGLISH, "fr": FRENCH}
_SYMBOLS = {"add": "+", "sub": "−", "mul": "×", "div": "÷"}
_SYMBOLS |= {"add_exact": "+", "plus": "+", "sub_exact": "−", "mul_exact": "×", "quotient": "÷", "divide": "÷"}
_TIMES = {("_time",): "event_time", ("timestamp",): "event_at", ("eventType",): "event_type"}
_TIME, _TYPE = ("timestamp",), ("eventType",)


class ValueWriter(TimeWriter):
    """Writes values. ``around`` are the kinds of rows around the node at hand, innermost first."""

    def __init__(self, language: str, labels: Mapping[str, str]) -> None:
        super().__init__(_LANGUAGES[language])
        self.language = language
        self.labels = labels
        self.around: tuple[str, ...] = ()

    def rule(self, node: Node) -> str:
        """A clause."""
        raise NotImplementedError

    def aggregate(self, node: Aggregate) -> str:
        """A value computed from events."""
        raise NotImplementedError

    def within(self, rows: Sequence[str], node: Node, *, value: bool = False) -> str:
        """The rule (or the value) inside these rows and none around them."""
        before, self.around = self.around, tuple(rows)
        text = self.value(node) if value else self.rule(node)
        self.around = before
        return text

    def inside(self, row: str, node: Node, *, value: bool = False) -> str:
        """The rule (or the value) inside one more row."""
        return self.within((row, *self.around), node, value=value)

    def value(self, node: Node) -> str:
        """A noun."""
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
                return self.aggregate(node)
            case Call():
                return self._function(node)
            case _:
                return self._made(node)

    def _made(self, node: Node) -> str:
        match node:
            case Each():
                return self._each(node)
            case Step(value=value, name=name):
                return self.words["part"].format(self._label(name), self.value(value))
            case ObjectOf(names=names, items=items):
                parts = (self.words["binding"].format(name, self.value(item)) for name, item in _named(names, items))
                return self.words["object"].format(", ".join(parts))
            case Given(path=path):
                return self._given(path)
            case Fetched(path=path, names=names, args=args):
                parts = (self.words["binding"].format(name, self.value(arg)) for name, arg in _named(names, args))
                given = self._given(path)
                return self.words["asked_with"].format(given, ", ".join(parts)) if args else given
            case Events():
                return self.words["all_events"]
            case Now():
                return self.words["now"]
            case Membership(segment=segment):
                return self.words["status"].format(self.name(segment))
            case Chance(kind=kind):
                return self.words[kind]
            case _:
                return f"({self.rule(node)})"

    def _given(self, path: tuple[str, ...]) -> str:
        """``("event", "order", "total")`` -> ``total of event 'order'``."""
        kind, *names = path
        if not names or f"given_{kind}" not in self.words:
            return ".".join(path)
        if f"whole_{kind}" not in self.words:  # there is one of this kind
            return self.words[f"given_{kind}"].format(self._label(".".join(names)))
        owner, *rest = names
        if not rest:
            return self.words[f"whole_{kind}"].format(self.name(owner))
        return self.words[f"given_{kind}"].format(self._label(".".join(rest)), self.name(owner))

    def _each(self, node: Each) -> str:
        body = self.inside("element", node.body, value=node.kind != "filter")
        return self.words[node.kind].format(self.value(node.over), body)

    def _function(self, node: Call) -> str:
        function, args = node.function, node.args
        if function in _SYMBOLS and len(args) == 2:
            return f" {_SYMBOLS[function]} ".join(self._operand(arg) for arg in args)
        if function in ("and", "or") or (function == "not" and len(args) == 1):
            return f"({self.rule(node)})"
        phrase = phrase_of(function, len(args), self.language)
        if phrase is not None:
            return phrase.format(*map(self._operand, args))
        name = function.replace("_", " ")
        listed = self.words["several"].join([", ".join(map(self.value, args[:-1])), *map(self.value, args[-1:])])
        return self.words["call"].format(name, listed.removeprefix(self.words["several"])) if args else name

    def _operand(self, node: Node) -> str:
        return f"({self.value(node)})" if isinstance(node, Call) and node.function in _SYMBOLS else self.value(node)

    def _field(self, node: Field) -> str:
        kind = self.around[node.up] if node.up < len(self.around) else "event" if node.up else ""
        if not node.path:
            return self.words["of_outer"].format(self.words["element"]) if node.up else self.words["element"]
        label = self.words[_TIMES[node.path]] if node.path in _TIMES else self._label(".".join(node.path))
        if node.up == 0 or node.path == ("_time",):
            return label
        return self.words[{"occurrence": "of_earlier", "element": "of_outer"}.get(kind, "of_event")].format(label)

    def _literal(self, node: Literal) -> str:
        match node.value:
            case None:
                return self.words["nothing"]
            case bool() as truth:
                return self.words["bool_true" if truth else "bool_false"]
            case int() | float() as number:
                return self.number(number)
            case str() as text:
                return self.words["text"].format(text)
            case date() as moment:
                return self.moment(moment)
            case timedelta() as length:
                return self.length(length // timedelta(microseconds=1))

    def number(self, number: int | float) -> str:
        text = str(int(number)) if isinstance(number, float) and number.is_integer() else repr(number)
        return text.replace(".", self.phrases.decimal_point)

    def _label(self, name: str) -> str:
        return self.labels.get(name, name)

    def name(self, name: str) -> str:
        return self.labels.get(name) or self.words["name"].format(name)

    # --- sequences ---

    def sequence(self, node: SequenceOf) -> str:
        """``has a 'visit' event, then 'purchase' event within 2 days (total is more than 5)``."""
        steps = [self._step(step, number) for number, step in enumerate(node.steps)]
        text = self.words["then"].join(steps)
        match node.over:
            case Each("filter", Events(), InWindow(Field(path=path, up=0), window)) if path == _TIME:
                return text + self.words["in_all"].format(self.window(window))
            case Events():
                return text
            case _:
                return text + self.words["with"].format(self.value(node.over))

    def _step(self, step: SequenceStep, number: int) -> str:
        rows = ("occurrence",) * (number + 1) + self.around
        event, conditions = _of_type(step.what)
        conditions += () if step.where is None else (step.where,)
        key = "another" if number else "step"
        if event is None:
            text = self.words["another_any" if number else "any_step"]
        elif step.count == 1:
            text = self.words[key].format(self.name(event))
        else:
            counts = self.number(step.count), self.name(event)
            text = self.words[f"{key}_counted"].format(*counts)
        asked = self.words["and"].join(self.within(rows, part) for part in conditions)
        return text + self._when(step.when, rows) + (self.words["with"].format(asked) if asked else "")

    def _when(self, when: Node | None, rows: Sequence[str]) -> str:
        if when is None:
            return ""
        distance = self._distance(when)
        return self.words["with"].format(self.within(rows, when)) if distance is None else f" {distance}"

    def _distance(self, when: Node | None) -> str | None:
        """How far from the event before, and in which window, in words; ``None`` when it is something else."""
        match when:
            case InWindow(Field(path=path, up=0), window) if path == _TIME:
                return self.window(window)
            case Call("and", (Call("ge", (_, Field(path=path, up=1))), Call("le", (_, edge)))) if path == _TIME:
                return self._steps_of("within", edge)
            case Call("ge", (Field(path=path, up=0), edge)) if path == _TIME:
                return self._steps_of("not_before", edge)
            case Call("and", args):
                parts = [self._distance(arg) for arg in args]
                known = [part for part in parts if part is not None]
                return self.words["and_when"].join(known) if len(known) == len(parts) else None
            case _:
                return None

    def _steps_of(self, key: str, edge: Node) -> str | None:
        match edge:
            case Call("shift", (Field(path=path, up=1), Literal(value=int() as n), Literal(value=str() as unit))) if (
                path == _TIME and unit in self.phrases.units
            ):
                return self.words[key].format(self.steps(n, unit))
            case _:
                return None


def _of_type(what: Node) -> tuple[str | None, tuple[Node, ...]]:
    """The event type that a step asks for, and what else it asks."""
    first, *rest = what.args if isinstance(what, Call) and what.function == "and" else (what,)
    match first:
        case Call("eq", (Field(path=path, up=0), Literal(value=str() as event))) if path == _TYPE:
            return event, tuple(rest)
        case _:
            return None, (what,)


def _named(names: Sequence[str], items: Sequence[Node]) -> list[tuple[str, Node]]:
    return list(zip(names, items, strict=True))
