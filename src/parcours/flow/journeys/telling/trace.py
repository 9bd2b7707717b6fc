"""The steps of one person in one journey, in words.

Pure: everything comes from step rows, the definitions they ran by, and where it is known, when waiting runs are due.
A wait of a fixed length and a time-out are computed from the arrival; only what depends on an expression needs ``due``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import polars as pl

from parcours.core.clock import as_datetime, duration
from parcours.flow.journeys.activities.base import Activity
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.telling.english import ENGLISH
from parcours.flow.journeys.telling.french import FRENCH
from parcours.flow.journeys.telling.words import Words

#: A definition for all rows, or by version; rows of a version that is missing are told without what it says.
Definitions: TypeAlias = JourneyDefinition | Mapping[int, JourneyDefinition]
#: When runs that wait now go on by themselves: microseconds by run and activity.
Due: TypeAlias = Mapping[tuple[str, str], int]
_LANGUAGES = {"en": ENGLISH, "fr": FRENCH}


@dataclass(frozen=True, slots=True)
class Told:
    """One line: when (microseconds), in which run, at which activity, and what happened."""

    time: int
    run: str
    activity: str
    text: str


def trace(
    steps: pl.DataFrame,
    definitions: Definitions,
    zone: str = "UTC",
    language: str = "en",
    due: Due | None = None,
) -> list[str]:
    """What happened, line by line: ``14 March 2026 10:32  waits until 21 March 10:32 for event 'purchase'``.

    Args:
        steps: rows with the columns of ``STEP_COLUMNS``, in the order of the log.
        zone: the time zone of all times in the text.
        language: ``en`` or ``fr``.

    Raises:
        KeyError: there is no such language.
    """
    teller = _Teller(_LANGUAGES[language], zone, definitions, due or {})
    return [f"{teller.moment(line.time)}  {line.text}" for line in teller.lines(steps)]


def told(
    steps: pl.DataFrame,
    definitions: Definitions,
    zone: str = "UTC",
    language: str = "en",
    due: Due | None = None,
) -> list[Told]:
    """As :func:`trace`, in parts."""
    return list(_Teller(_LANGUAGES[language], zone, definitions, due or {}).lines(steps))


class _Teller:
    """Tells in one language and one time zone."""

    def __init__(self, words: Words, zone: str, definitions: Definitions, due: Due) -> None:
        self._words = words
        self._zone = ZoneInfo(zone)
        self._definitions = definitions
        self._due = due

    def lines(self, steps: pl.DataFrame) -> Iterator[Told]:
        """A line per row; activities that a run comes to at once and waits at, a race, share one."""
        rows = steps.with_columns(pl.col("time").to_physical()).to_dicts()
        for first, others in _with_rivals(rows):
            text = self._text(first)
            for other in others:
                text = self._words.words["or"].format(text, self._text(other))
            yield Told(first["time"], first["run"], first["activity"], text)

    # --- rows --------------------------------------------------------------------------------------

    def _text(self, row: Mapping[str, Any]) -> str:
        match row["kind"], row["outcome"]:
            case "entry", "held_out":
                return self._words.words["held_out"]
            case "entry", _:
                return self._entry(row)
            case "discard", reason:
                return self._words.words["discard"].format(self._reason(reason))
            case "end", how:
                return self._end(row, how)
            case _, "waiting":
                return self._waits(row)
            case _, "held":
                return self._held(row)
            case _:
                return self._leaves(row)

    def _entry(self, row: Mapping[str, Any]) -> str:
        definition = self._definition(row)
        if definition is None:
            return self._words.entries["event"].format(row["activity"])
        entry = definition.entry
        named = entry.business_event or entry.event or entry.segment or entry.read
        return self._words.entries[entry.kind].format(named)

    def _end(self, row: Mapping[str, Any], how: str) -> str:
        text, detail = self._words.ends.get(how, how), row["detail"]
        if how in ("error", "timed_out"):
            return self._words.words["detail"].format(text, self._name(row))
        return self._words.words["detail"].format(text, self._reason(detail)) if detail else text

    def _waits(self, row: Mapping[str, Any]) -> str:
        form = self._words.waits.get(row["kind"], self._words.waits[""])
        return " ".join(form.format(**self._parts(row), until=self._until(row)).split())

    def _held(self, row: Mapping[str, Any]) -> str:
        due = self._due.get((row["run"], row["activity"]))
        until = "" if due is None else " " + self._words.words["until"].format(self.moment(due, row["time"]))
        reason = self._reason(row["detail"])
        return self._words.words["held"].format(name=self._name(row), until=until, reason=reason)

    def _leaves(self, row: Mapping[str, Any]) -> str:
        words, outcome = self._words.words, row["outcome"]
        name = self._name(row)
        if outcome == "passed":
            return words["passed"].format(name=name, reason=self._reason(row["detail"]))
        if outcome == "error":
            activity = self._activity(row)
            ways = [] if activity is None else [edge.label for edge in activity.edges()]
            key = "error_path" if "error" in ways else "error"
            return words[key].format(name=name, code=self._reason(row["detail"] or "error"))
        if outcome == "migrated":
            return words["migrated"].format(name=name, detail=row["detail"] or "")
        passes = self._words.passes
        keys = (f"{row['kind']}.{outcome}", f".{outcome}", row["kind"])
        form = next((passes[key] for key in keys if key in passes), words["other"])
        return form.format(**self._parts(row), outcome=outcome)

    # --- parts -------------------------------------------------------------------------------------

    def _parts(self, row: Mapping[str, Any]) -> dict[str, str]:
        """What phrases show of an activity; where the definition is not known its id."""
        activity = self._activity(row)
        names = ("event", "segment", "signal", "of", "action", "journey", "list")
        found = {name: str(getattr(activity, name, None) or row["activity"]) for name in names}
        return {**found, "name": self._name(row)}

    def _until(self, row: Mapping[str, Any]) -> str:
        """Until when, or how long, as far as that is known."""
        due = self._due.get((row["run"], row["activity"]))
        activity = self._activity(row)
        length = _length(activity)
        if due is None and length is not None:
            due = row["time"] + length
        if due is not None:
            return self._words.words["until"].format(self.moment(due, row["time"]))
        written = next((str(text) for text in _written(activity) if isinstance(text, str) and text), None)
        return "" if written is None else self._words.words["until"].format(written)

    def _name(self, row: Mapping[str, Any]) -> str:
        activity = self._activity(row)
        label = activity.label if activity is not None and activity.label else row["activity"]
        return self._words.words["name"].format(label)

    def _reason(self, code: str | None) -> str:
        if code is None:
            return ""
        if code.startswith("http_"):
            return self._words.words["http"].format(code.removeprefix("http_"))
        return self._words.reasons.get(code, code.replace("_", " "))

    def _definition(self, row: Mapping[str, Any]) -> JourneyDefinition | None:
        if isinstance(self._definitions, JourneyDefinition):
            return self._definitions
        return self._definitions.get(row["version"])

    def _activity(self, row: Mapping[str, Any]) -> Activity | None:
        definition = self._definition(row)
        return None if definition is None else definition.activities.get(row["activity"])

    def moment(self, at: int, beside: int | None = None) -> str:
        """A local time to the minute, with the year unless it is that of ``beside``."""
        local = as_datetime(at).astimezone(self._zone)
        same = beside is not None and as_datetime(beside).astimezone(self._zone).year == local.year
        form = self._words.words["moment_of_year" if same else "moment"]
        return form.format(
            day=local.day, month=self._words.phrases.months[local.month - 1], year=local.year, time=_clock(local)
        )


def _clock(local: datetime) -> str:
    return f"{local.hour:02d}:{local.minute:02d}"


def _length(activity: Activity | None) -> int | None:
    """How long a run may stand there, where that is a length of time."""
    for name in ("length", "timeout"):
        found = getattr(activity, name, None)
        if isinstance(found, str | int | float) and not isinstance(found, bool):
            return duration(found)
    return None


def _written(activity: Activity | None) -> Iterator[Any]:
    """Other settings that say until when."""
    for name in ("until_local", "time_of_day"):
        yield getattr(activity, name, None)


def _with_rivals(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """Each row, with the rows right after it that say that the same run waits at another activity since the same
    instant: in a race, whose names their detail may say (``week|bought``); in runs that forked it has to."""
    forked = {row["run"] for row in rows if row["kind"] == "fork"}
    place = 0
    while place < len(rows):
        row = rows[place]
        rivals = []
        place += 1
        if row["outcome"] == "waiting" and (row["run"] not in forked or "|" in (row["detail"] or "")):
            while place < len(rows) and _rival(row, rows[place]):
                rivals.append(rows[place])
                place += 1
        yield row, rivals


def _rival(row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    keys = ("run", "time", "outcome", "detail")
    return all(row[key] == other[key] for key in keys) and "join" not in (row["kind"], other["kind"])
