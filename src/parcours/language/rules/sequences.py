"""Sequences of events: one after another, each with its own conditions and its distance from the one before.

``{sequence: [{event: view}, {event: purchase, within: 2 days}], in_last: 30 days}``
"""

from __future__ import annotations

from collections.abc import Mapping

from parcours.core.clock import duration
from parcours.core.errors import InputError
from parcours.core.schema import ANY, DATE_TIME, INTEGER, STRING, list_of
from parcours.language.calendar import LENGTHS
from parcours.language.check.names import EVENT_TYPE, TIMESTAMP
from parcours.language.conditions import all_of
from parcours.language.rules import errors
from parcours.language.rules.edges import calendar_step
from parcours.language.rules.form import Form, Rows, Shape
from parcours.language.rules.vocabulary import FIXED_WINDOWS, FUTURE_WINDOWS, MOVING_WINDOWS
from parcours.language.rules.windows import WindowReader
from parcours.language.tree import Call, Each, Events, Field, InWindow, Literal, Node, Sequence, SequenceStep
from parcours.language.window_kinds import Window

#: The windows that events can lie in.
WINDOWS = tuple(key for key in (*MOVING_WINDOWS, *FIXED_WINDOWS) if key not in FUTURE_WINDOWS)
STEP_KEYS = ("event", "where", "also", "count", "within", "not_before", "zone", *WINDOWS)
SEQUENCE_KEYS = ("sequence", "zone", *WINDOWS)
#: The time of the element at hand, and of the element of the step before.
HERE, BEFORE = Field((TIMESTAMP,), ANY), Field((TIMESTAMP,), ANY, up=1)
#: The units that distances are counted in, the largest first.
_STEPS = tuple(reversed(list(LENGTHS.items())))


class SequenceReader(Form):
    """Reads ``sequence``."""

    def sequence(self, shape: Shape, where: str, rows: Rows) -> Node:
        """The untyped node of a sequence of events of the profile."""
        self.only(shape, SEQUENCE_KEYS, where)
        place, found = f"{where}.sequence", shape["sequence"]
        if not isinstance(found, list | tuple):
            return self.report.broken(errors.not_a_list(place, found, "sequence: [{event: view}, {event: purchase}]"))
        if not found:
            return self.report.broken(errors.empty_list(place, "event"))
        steps = [self._step(step, f"{place}[{number}]", number, rows) for number, step in enumerate(found)]
        window = self._stretch(shape, where)
        typed = tuple(step for step in steps if step is not None)
        if len(typed) < len(steps):
            return self.report.broken(None)
        over: Node = Events(list_of(ANY))
        if window is not None:
            over = Each("filter", over, InWindow(HERE, window), list_of(ANY))
        return self.report.mark(Sequence(over, (TIMESTAMP,), typed), where)

    def _step(self, shape: object, where: str, number: int, rows: Rows) -> SequenceStep | None:
        if not isinstance(shape, Mapping):
            self.report.add(errors.not_a_mapping(where, shape, "an event of the sequence"))
            return None
        self.only(shape, STEP_KEYS, where)
        inner = ("occurrence",) * (number + 1) + rows
        rules = {key: self.rule(shape[key], f"{where}.{key}", inner) for key in ("where", "also") if key in shape}
        event = self._event(shape, where)
        when = [*self._distances(shape, where, number)]
        window = self._stretch(shape, where)
        if window is not None:
            when.append(InWindow(HERE, window))
        count = self._count(shape.get("count", 1), f"{where}.count")
        if event is None or count is None:
            return None
        what = self.report.mark(_of_type(event, rules.get("where")), f"{where}.event")
        return SequenceStep(what, all_of(*when) if when else None, rules.get("also"), count)

    def _event(self, shape: Shape, where: str) -> Node | None:
        if "event" not in shape:
            self.report.add(errors.missing_key(where, "event", "{event: purchase, within: 2 days}"))
            return None
        name = self.name(shape["event"], f"{where}.event", "an event type")
        if name is None:
            return None
        self.event_type(name, f"{where}.event")
        return self.call("eq", (Field((EVENT_TYPE,), ANY), Literal(name, STRING)), f"{where}.event")

    def event_type(self, name: str, where: str) -> None:
        """Report a name that no event type has."""
        raise NotImplementedError

    def _distances(self, shape: Shape, where: str, number: int) -> list[Node]:
        """What ``not_before`` and ``within`` say about the time since the event before."""
        found: list[Node] = []
        for key in ("not_before", "within"):
            if key not in shape:
                continue
            place = f"{where}.{key}"
            step = self._length(shape[key], place)
            if number == 0:
                self.report.add(errors.no_event_before(place))
            elif step is not None:
                found += self._distance(key, *step, place)
        return found

    def _distance(self, key: str, n: int, unit: str, where: str) -> list[Node]:
        edge = Call("shift", (BEFORE, Literal(n, INTEGER), Literal(unit, STRING)), DATE_TIME)
        if key == "not_before":
            return [self.call("ge", (HERE, edge), where)]
        tests = (self.call("ge", (HERE, BEFORE), where), self.call("le", (HERE, edge), where))
        return [self.call("and", tests, where)]

    def _length(self, found: object, where: str) -> tuple[int, str] | None:
        """A length of time as a number of the largest unit that holds it."""
        step = calendar_step(found)
        if step is not None and step[0] > 0:
            return step
        try:
            length = duration(found) if isinstance(found, str) else 0
        except InputError as error:
            self.report.add(errors.bad_time(where, error))
            return None
        unit = next((unit for unit, size in _STEPS if length >= size and length % size == 0), None)
        if unit is None:
            self.report.add(errors.empty_window(where, f"{errors.shown(found)} is no useful length of time"))
            return None
        return length // LENGTHS[unit], unit

    def _count(self, found: object, where: str) -> int | None:
        if isinstance(found, int) and not isinstance(found, bool) and 1 <= found <= 100_000:
            return found
        self.report.add(errors.bad_number_of_units(where, found, 1))
        return None

    def _stretch(self, shape: Shape, where: str) -> Window | None:
        keys = [key for key in WINDOWS if key in shape]
        fixed = [key for key in keys if key in FIXED_WINDOWS]
        if len(keys) > 1 and keys != fixed:
            self.report.add(errors.two_windows(where, keys))
            return None
        reader = WindowReader(shape, where, self.report, future=False)
        if not keys:
            return None
        return reader.fixed(fixed) if fixed else reader.moving(keys[0])


def _of_type(event: Node, rule: Node | None) -> Node:
    """The event type and what is asked of the event, as one conjunction: so PQL writes it, too."""
    if rule is None:
        return event
    return all_of(event, *(rule.args if isinstance(rule, Call) and rule.function == "and" else (rule,)))
