"""What a drawing of a journey shows: its boxes and arrows, with their texts."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal, TypeAlias

from parcours.core.clock import in_words
from parcours.flow.journeys.activities.base import Activity
from parcours.flow.journeys.definitions import Entry, JourneyDefinition
from parcours.flow.journeys.drawing.counts import Counts
from parcours.flow.journeys.graph import AGAIN

#: What kinds of activities look alike.
Look: TypeAlias = Literal["entry", "wait", "choice", "message", "action", "end"]

_LOOKS: dict[str, Look] = {
    **dict.fromkeys(("wait", "wait_for_event", "wait_for_segment", "wait_for_signal"), "wait"),
    **dict.fromkeys(("condition", "time_condition", "date_condition", "split", "profile_cap", "loop"), "choice"),
    **dict.fromkeys(("email", "sms", "push", "webhook", "choose_channel"), "message"),
    **dict.fromkeys(("end",), "end"),
}
#: The settings that tell most of an activity; the first one that is set is shown.
_TELLING = (
    *("length", "until_local", "time_of_day", "event", "segment", "subject", "title", "text", "url", "action"),
    *("journey", "list", "most", "times", "signal"),
)
_LONGEST = 120
#: What counters are called.
WORDS = {
    "en": {
        "arrived": "arrived",
        "waiting": "waiting",
        "enters": "enters",
        "exits": "leaves",
        "both": "enters or leaves",
    },
    "fr": {
        "arrived": "arrivés",
        "waiting": "en attente",
        "enters": "entre dans",
        "exits": "quitte",
        "both": "entre ou quitte",
    },
}
WORDS["en"] |= {"reads": "members of", "above": "see above", "back": "back to", "ends": "ends"}
WORDS["fr"] |= {"reads": "membres de", "above": "voir plus haut", "back": "retour à", "ends": "fin"}


def plain(text: str) -> str:
    """A text in one line, without characters that cannot be drawn or that change the direction of others."""
    return "".join(" " if _breaks(char) else char for char in text if _breaks(char) or _shown(char))


def _breaks(char: str) -> bool:
    return char in "\t\n\v\f\r\x1c\x1d\x1e\x85" or unicodedata.category(char) in ("Zl", "Zp")


def _shown(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs") and ord(char) & 0xFFFE != 0xFFFE


@dataclass(frozen=True, slots=True)
class Box:
    """An activity, the entry, or the end of a way that leads nowhere (``kind`` empty)."""

    id: str
    kind: str
    look: Look
    title: str
    telling: str = ""
    arrived: int | None = None
    waiting: int = 0

    @property
    def second(self) -> str:
        """What stands below the title: kind and setting."""
        kind = "" if self.kind == "entry" else self.kind.replace("_", " ")
        return ": ".join(part for part in (kind, self.telling) if part)


@dataclass(frozen=True, slots=True)
class Arrow:
    """The ways out of ``source`` that lead to ``target``.

    Attributes:
        labels: of these ways, in vertical order.
        runs: how often they were taken, where that is counted.
        races: whether other arrows are taken together with this one, until one activity is faster.
        back: whether it leads back (a bounded loop).
        alone: whether it is the only way out, whose label tells nothing.
    """

    source: str
    target: str
    labels: tuple[str, ...]
    runs: int | None = None
    races: bool = False
    back: bool = False
    alone: bool = False

    @property
    def text(self) -> str:
        """Labels and count, as far as they tell something."""
        label = "" if self.alone and self.labels == ("next",) else " · ".join(self.labels)
        count = "" if self.runs is None else f"{self.runs:,}"
        return " ".join(part for part in (label, count) if part)


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes in an order in which every arrow but those ``back`` leads on; arrows in vertical order per box."""

    title: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    language: str = "en"

    def box(self, id: str) -> Box:
        """The box of this id."""
        return next(box for box in self.boxes if box.id == id)

    def out_of(self, id: str) -> list[Arrow]:
        """The arrows out of a box, in vertical order."""
        return [arrow for arrow in self.arrows if arrow.source == id]

    def words(self, word: str) -> str:
        return WORDS[self.language][word]

    def counted(self, box: Box) -> str:
        """The counters of a box in words; empty where nothing is counted."""
        if box.arrived is None:
            return ""
        here = f"{box.arrived:,} {self.words('arrived')}"
        return f"{here} · {box.waiting:,} {self.words('waiting')}" if box.waiting else here


def picture(definition: JourneyDefinition, counts: Counts | None = None, language: str = "en") -> Picture:
    """What a drawing of ``definition`` shows, with counters where there are some.

    Raises:
        KeyError: there is no such language.
    """
    entry = definition.entry
    boxes = [Box(entry.id, "entry", "entry", entry.label or entry.id, _of_entry(entry, WORDS[language]))]
    arrows = _arrows_to(entry.id, {"next": definition.start}, fork=False)
    for name, activity in definition.activities.items():
        look = _LOOKS.get(activity.kind, "action")
        boxes.append(Box(name, activity.kind, look, activity.label or name, _telling(activity)))
        ways = {edge.label: edge.to for edge in activity.edges()}
        arrows += _arrows_to(name, ways, fork=activity.kind == "fork")
    boxes, arrows = _with_ends(boxes, arrows)
    if counts is not None:
        boxes = [_counted_box(box, counts) for box in boxes]
        forks = {box.id for box in boxes if box.kind == "fork"}
        arrows = [_counted_arrow(arrow, counts, _outcomes(arrow, entry.id, forks)) for arrow in arrows]
    return Picture(f"{definition.name} ({definition.id}, {definition.version})", tuple(boxes), tuple(arrows), language)


def _arrows_to(source: str, ways: dict[str, tuple[str, ...]], *, fork: bool) -> list[Arrow]:
    """One arrow per target; ways that lead nowhere lead to ``""``."""
    found: dict[str, Arrow] = {}
    for label, targets in ways.items():
        races = len(targets) > 1 and not fork
        for target in targets or ("",):
            key = target or f" {label}"
            labels = (*found[key].labels, label) if key in found else (label,)
            found[key] = Arrow(source, target, labels, races=races, back=label == AGAIN, alone=len(ways) == 1)
    return list(found.values())


def _with_ends(boxes: list[Box], arrows: list[Arrow]) -> tuple[list[Box], list[Arrow]]:
    """A small box at the end of each way that leads nowhere, beside others that do. Where none leads anywhere, the
    activity itself is the end."""
    leading = {arrow.source for arrow in arrows if arrow.target}
    found = []
    for arrow in arrows:
        if arrow.target:
            found.append(arrow)
        elif arrow.source in leading:
            end = f"{arrow.source} {arrow.labels[0]}"
            boxes = [*boxes, Box(end, "", "end", "")]
            found.append(Arrow(arrow.source, end, arrow.labels))
    return boxes, found


def _counted_box(box: Box, counts: Counts) -> Box:
    if not box.kind:
        return box
    here = counts.arrived.get(box.id, 0), counts.waiting.get(box.id, 0)
    return Box(box.id, box.kind, box.look, box.title, box.telling, *here)


def _outcomes(arrow: Arrow, entry: str, forks: set[str]) -> tuple[str, ...]:
    """The outcomes of steps that take an arrow."""
    if arrow.source == entry:
        return ("entered",)
    return ("forked",) if arrow.source in forks else arrow.labels


def _counted_arrow(arrow: Arrow, counts: Counts, outcomes: tuple[str, ...]) -> Arrow:
    runs = sum(counts.edges.get((arrow.source, outcome), 0) for outcome in outcomes)
    return Arrow(arrow.source, arrow.target, arrow.labels, runs, arrow.races, arrow.back, arrow.alone)


def _of_entry(entry: Entry, words: dict[str, str]) -> str:
    match entry.kind:
        case "segment":
            how = {"enter": "enters", "exit": "exits", "both": "both"}[entry.on]
            return f"{words[how]} {entry.segment}"
        case "read":
            return f"{words['reads']} {entry.read}"
        case "business_event":
            return f"{entry.business_event}: {words['reads']} {entry.read}"
        case _:
            return str(entry.event)


def _telling(activity: Activity) -> str:
    for name in _TELLING:
        found = getattr(activity, name, None)
        if isinstance(found, str | int | float) and not isinstance(found, bool) and found != "":
            text = _length(found) if name == "length" else str(found)
            return " ".join(text.split())[:_LONGEST]
    return ""


def _length(length: str | int | float) -> str:
    return length if isinstance(length, str) else in_words(int(length * 1_000_000))
