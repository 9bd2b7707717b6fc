"""Results that are no plain data, as the API gives them: one function each, whose type is the answer's schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from parcours.core.clock import as_datetime
from parcours.engines.touching import JourneyTouched, SegmentTouched
from parcours.flow.journeys.drawing import Drawing
from parcours.language.method import Method
from parcours.service.applying import Change
from parcours.service.backtesting import Backtest
from parcours.service.backtesting import Difference as Compared
from parcours.service.explaining import Explanation
from parcours.service.expressions import Rule
from parcours.service.previews import Preview
from parcours.service.reporting.report import JourneyReport
from parcours.store.catalogue import Definition

#: People that a preview names of those who would enter, and who would leave.
NAMED = 100


class MethodShape(TypedDict):
    """How a rule is kept up to date, and why."""

    method: str
    reasons: list[str]


class BeyondShape(TypedDict):
    """A part of a rule that an editor of lists and groups cannot show."""

    where: str
    what: str
    shape: Any


class RuleShape(TypedDict):
    """A rule that was accepted: in words, as a rule tree, how it is kept up to date, and what a simple editor cannot
    show of it."""

    sentence: str
    tree: Any
    method: MethodShape
    beyond_simple: list[BeyondShape]


class ChangeShape(TypedDict):
    """What publishing does to one definition."""

    kind: str
    id: str
    name: str
    action: str
    version: int
    rule: RuleShape | None
    method: MethodShape | None


class MovedShape(TypedDict):
    """People who would move: how many, and the ids of some."""

    count: int
    some: list[str]


class PriceShape(TypedDict):
    """What it takes to evaluate a rule from now on; memory in bytes."""

    features: int
    shared: int
    events: int
    memory: int
    seconds: float


class PreviewShape(TypedDict):
    """What would change if a rule were published now."""

    segment: str
    members: int
    before: int
    entering: MovedShape
    leaving: MovedShape
    price: PriceShape
    method: MethodShape
    segments: list[SegmentTouched]
    journeys: list[JourneyTouched]


class DrawingShape(TypedDict):
    """The graph of a journey: as a picture, as the text of a Mermaid flow chart, and as a tree in text."""

    svg: str
    mermaid: str
    text: str


class DefinitionShape(TypedDict):
    """A definition with one of its versions. ``definition`` is what its author wrote; ``revision`` counts changes, and
    is its ETag; instants are ISO texts."""

    kind: str
    id: str
    name: str
    state: str
    version: int
    definition: Any
    latest: int
    published_version: int | None
    changed_at: datetime
    changed_by: str
    revision: int


class PartShape(TypedDict):
    """A part of a rule, whether it holds, what it was decided on, and its own parts."""

    text: str
    held: bool
    values: NotRequired[dict[str, Any]]
    events: NotRequired[list[dict[str, Any]]]
    parts: NotRequired[list[PartShape]]


class ExplanationShape(TypedDict):
    """Why somebody is in a segment or not, and when that changes by time alone."""

    segment: str | None
    profile: str
    at: datetime
    member: bool
    since: datetime | None
    next_change: datetime | None
    rule: PartShape
    schedule: NotRequired[str]


class ReportShape(TypedDict):
    """What happened in a journey; lengths of time in microseconds."""

    journey: str
    runs: list[dict[str, Any]]
    activities: list[dict[str, Any]]
    edges: list[dict[str, Any]]
    days: list[dict[str, Any]]
    discards: list[dict[str, Any]]
    errors: list[dict[str, Any]]
    calls: list[dict[str, Any]]
    goal: NotRequired[dict[str, Any]]


class BacktestShape(TypedDict):
    """What a draft would have done over the recorded past; ``sample`` are some of the people, each with a log of what
    would have happened and the messages as they would have been."""

    journey: str
    version: int
    people: int
    entered: int
    seconds: float
    activities: list[dict[str, Any]]
    edges: list[dict[str, Any]]
    days: list[dict[str, Any]]
    discards: list[dict[str, Any]]
    errors: list[dict[str, Any]]
    peaks: list[dict[str, Any]]
    sample: list[dict[str, Any]]


def method(found: Method) -> MethodShape:
    return {"method": found.kind, "reasons": list(found.reasons)}


def rule(found: Rule) -> RuleShape:
    return {
        "sentence": found.describe(),
        "tree": found.written("tree"),
        "method": method(found.method),
        "beyond_simple": [{"where": one.where, "what": one.what, "shape": one.shape} for one in found.beyond_simple],
    }


def change(found: Change) -> ChangeShape:
    return {
        "kind": found.kind,
        "id": found.id,
        "name": found.name,
        "action": found.action,
        "version": found.version,
        "rule": None if found.rule is None else rule(found.rule),
        "method": None if found.method is None else method(found.method),
    }


def preview(found: Preview) -> PreviewShape:
    price = found.price
    return {
        "segment": found.segment,
        "members": found.members,
        "before": found.before,
        "entering": _moved(found.entering),
        "leaving": _moved(found.leaving),
        "price": {
            "features": price.features,
            "shared": price.shared,
            "events": price.events,
            "memory": price.memory,
            "seconds": price.seconds,
        },
        "method": method(found.method),
        "segments": list(found.segments),
        "journeys": list(found.journeys),
    }


def _moved(people: Any) -> MovedShape:
    return {"count": people.height, "some": people["_profile_id"].head(NAMED).to_list()}


def drawing(found: Drawing) -> DrawingShape:
    return {"svg": found.svg(), "mermaid": found.mermaid(), "text": found.text()}


def definition(found: Definition) -> DefinitionShape:
    return {
        "kind": found.kind,
        "id": found.id,
        "name": found.name,
        "state": str(found.state),
        "version": found.version,
        "definition": found.body.get("source", found.body),
        "latest": found.latest,
        "published_version": found.published_version,
        "changed_at": as_datetime(found.changed_at),
        "changed_by": found.changed_by,
        "revision": found.revision,
    }


def explanation(found: Explanation) -> ExplanationShape:
    shape: Any = found.to_json()
    typed: ExplanationShape = shape
    return typed


def report(found: JourneyReport) -> ReportShape:
    shape: Any = found.to_json()
    typed: ReportShape = shape
    return typed


def backtest(found: Backtest) -> BacktestShape:
    shape: Any = {**found.to_json(), "sample": found.sample()}
    typed: BacktestShape = shape
    return typed


def compared(found: Compared) -> dict[str, Any]:
    return found.to_json()


#: By the class of a result.
SHAPES: Mapping[type, Callable[[Any], Any]] = {
    Backtest: backtest,
    Change: change,
    Compared: compared,
    Definition: definition,
    Drawing: drawing,
    Explanation: explanation,
    JourneyReport: report,
    Method: method,
    Preview: preview,
    Rule: rule,
}
