"""The form of a definition: plain data to typed settings and activities, without a look at what the names mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from parcours.core.errors import DefinitionError, InputError, ParcoursError
from parcours.core.ids import checked_name
from parcours.core.reading import read_settings
from parcours.flow.journeys.activities import Activity, kinds
from parcours.flow.journeys.definitions.parts import Head, settings_problems
from parcours.flow.journeys.definitions.plain import with_nodes
from parcours.flow.journeys.problems import missing_setting, unknown_kind, wrong_value


class Form(NamedTuple):
    """The settings of a journey, and its activities by id as they are written."""

    head: Head
    activities: dict[str, Activity]

    @property
    def complete(self) -> bool:
        """Whether all activities could be read."""
        return len(self.activities) == len(self.head.activities)

    @property
    def whole(self) -> bool:
        """Whether the graph is known: all activities could be read, and every edge leads to one of them."""
        edges = (edge for activity in self.activities.values() for edge in activity.edges())
        return self.complete and all(to in self.activities for edge in edges for to in edge.to)


def read_form(body: Mapping[str, object], problems: list[ParcoursError]) -> Form | None:
    """The definition in typed form; every problem is added to ``problems``. ``None`` if its settings cannot be read.

    Activities with problems are left out.
    """
    body = with_nodes(body, problems)
    head = read_settings(Head, body, "", problems)
    shapes = body.get("activities")
    activities = dict(_activities(shapes if isinstance(shapes, Mapping) else {}, problems))
    if head is None:
        return None
    problems.extend(settings_problems(head, head.activities))
    problems.extend(_name_problems(head))
    return Form(head, activities)


def refusal(body: Mapping[str, object], problems: Sequence[ParcoursError]) -> DefinitionError:
    """The error with all problems of a definition."""
    count = f"{len(problems)} problem" + ("s" if len(problems) != 1 else "")
    return DefinitionError(f"journey {body.get('journey')!r} has {count}", problems=problems)


def _activities(shapes: Mapping[str, object], problems: list[ParcoursError]) -> Iterator[tuple[str, Activity]]:
    for name, shape in shapes.items():
        activity = _activity(shape, f"activities.{name}", problems)
        if activity is not None:
            yield str(name), activity


def _activity(shape: object, where: str, problems: list[ParcoursError]) -> Activity | None:
    if not isinstance(shape, Mapping):
        problems.append(wrong_value(where, "expected settings (name: value) here"))
        return None
    if "type" not in shape:
        problems.append(missing_setting(f"{where}.type", "types are: " + ", ".join(kinds())))
        return None
    kind = kinds().get(str(shape["type"]))
    if kind is None:
        problems.append(unknown_kind(f"{where}.type", str(shape["type"]), kinds()))
        return None
    return read_settings(kind, shape, where, problems, also=frozenset({"type"}))


def _name_problems(head: Head) -> Iterator[ParcoursError]:
    yield from _name_problem(head.journey, "journey", "a journey")
    taken = {head.entry.id, *(() if head.entry.business_event is None else (head.entry.read_id,))}
    for setting, name in (("id", head.entry.id), ("read_id", head.entry.read_id)):
        yield from _name_problem(name, f"entry.{setting}", "a step")
    if head.entry.id == head.entry.read_id:
        yield wrong_value("entry.read_id", f"{head.entry.read_id!r} is the name of the entry itself; choose another")
    for name in head.activities:
        yield from _name_problem(str(name), f"activities.{name}", "an activity")
        if name in taken:
            yield wrong_value(f"activities.{name}", f"{name!r} is the name of the entry itself; choose another")


def _name_problem(name: str, where: str, what: str) -> Iterator[ParcoursError]:
    try:
        checked_name(name, what)
    except InputError as error:
        yield DefinitionError(error.message, code=error.code, where=where, hint=error.hint)
