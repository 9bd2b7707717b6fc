"""The records that pass between stages. Frozen; columnar where there are many.

Every table of facts is a Polars frame with a fixed set of columns, named here and nowhere else. Columns
that start with ``_`` belong to Parcours; all others are the user's own properties and attributes.

``_profile`` is the dense number of a profile in its workspace (0, 1, 2 …, in order of appearance, never
reused); ``_time`` and every other instant is UTC with microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.deferred import Deferred, Table, frame_of, shared_frame

INSTANT = pl.Datetime("us", "UTC")

#: The columns in front of the properties of every frame of events.
EVENT_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "_event_id": pl.String,
    "_profile": pl.Int32,
    "_time": INSTANT,
}
#: Profiles that appear for the first time. ``_time`` is when they are first known of.
NEW_PROFILE_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "_profile": pl.Int32,
    "_profile_id": pl.String,
    "_time": INSTANT,
}
#: In front of the attributes of profile changes. ``_set`` lists the attributes the row sets; a null in a
#: listed column clears the attribute, a null in any other column says nothing.
PROFILE_CHANGE_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "_profile": pl.Int32,
    "_time": INSTANT,
    "_set": pl.List(pl.String),
}
#: What became known about external ids, in the order in which it applies. ``kind`` is ``main`` (the profile is called
#: ``id`` from now on; what it was called before stays an id of it), ``alias`` (``id`` is one more id of the profile),
#: ``since`` (what happens under ``id`` from ``_time`` on is the profile's), ``merge`` (all of the profile becomes
#: that of ``_into``) or ``unmerge`` (the profile is taken out of ``_into`` again). ``was`` is what the profile was
#: called before, ``merge`` the id of the merge; ``reason`` says what asked for it.
LINK_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "kind": pl.String,
    "_profile": pl.Int32,
    "_into": pl.Int32,
    "id": pl.String,
    "was": pl.String,
    "merge": pl.String,
    "_time": INSTANT,
    "reason": pl.String,
    "message_id": pl.String,
}
#: Events that came under another id than the one their profile is called by.
ORIGIN_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "_profile": pl.Int32,
    "event": pl.String,
    "_event_id": pl.String,
    "id": pl.String,
}
#: In frames of events that change hands: the profile whose they were.
WAS = "_was"
#: A profile entered (``realized``) or left (``exited``) a segment. ``effective`` is the instant at which
#: the rule became true or false; ``cause`` is ``change`` (data or time), ``publish`` (first evaluation or
#: an edit of the rule), ``withdraw`` (the segment stopped), ``erase``, or ``merge`` and ``unmerge`` (what the profile
#: has done became more or less, as it was joined with another or separated).
QUALIFICATION_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "segment": pl.String,
    "version": pl.Int32,
    "_profile": pl.Int32,
    "status": pl.String,
    "effective": INSTANT,
    "cause": pl.String,
}
#: One row each time a run of a journey arrives at an activity or ends. ``outcome`` is how the activity was
#: left: the label of the edge taken, ``waiting`` when the run stays there, or the kind of end.
STEP_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "journey": pl.String,
    "version": pl.Int32,
    "run": pl.String,
    "_profile": pl.Int32,
    "activity": pl.String,
    "kind": pl.String,
    "outcome": pl.String,
    "time": INSTANT,
    "detail": pl.String,
}
#: A message to hand over. ``key`` is the idempotency key; ``content`` is the JSON the channel needs
#: (address, template and the values that fill it, as they were when the message was decided).
DELIVERY_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "key": pl.String,
    "channel": pl.String,
    "journey": pl.String,
    "version": pl.Int32,
    "run": pl.String,
    "activity": pl.String,
    "_profile": pl.Int32,
    "decided": INSTANT,
    "content": pl.String,
}
#: What became of a delivery. ``result`` of a message is ``sent``, ``failed`` (permanent) or ``skipped``; that of a
#: call to the outside is ``ok``, ``http_<code>``, ``timedout``, ``capped``, ``error``, or ``withdrawn``: it was not
#: made, as the run was ended from without; ``detail`` says how. ``started`` is when the first call began, after any
#: throttling; ``answer`` is the JSON that came back, null if it was none; of a message ``{"to": …}``, the address.
#: What people do with a message later is a row, too: ``result`` is the signal (``opened``, ``clicked`` …), ``detail``
#: the link, ``started`` null.
OUTCOME_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "key": pl.String,
    "result": pl.String,
    "attempts": pl.Int32,
    "detail": pl.String,
    "time": INSTANT,
    "started": INSTANT,
    "answer": pl.String,
}
#: Input that was not taken in. ``source`` names file or request, ``row`` counts from 1, ``payload`` is the
#: row as JSON, ``code``, ``reason`` and ``hint`` say why.
DEAD_LETTER_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "source": pl.String,
    "row": pl.Int64,
    "column": pl.String,
    "code": pl.String,
    "reason": pl.String,
    "hint": pl.String,
    "payload": pl.String,
    "received": INSTANT,
}


def empty(columns: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    """A frame with these columns and no rows."""
    known = _EMPTY.get(id(columns))
    return pl.DataFrame(schema=dict(columns)) if known is None else known.clone()


#: Empty frames of the tables above, made once: every tick needs some.
_EMPTY = {
    id(columns): pl.DataFrame(schema=columns)
    for columns in (
        EVENT_COLUMNS,
        NEW_PROFILE_COLUMNS,
        LINK_COLUMNS,
        ORIGIN_COLUMNS,
        PROFILE_CHANGE_COLUMNS,
        QUALIFICATION_COLUMNS,
        STEP_COLUMNS,
        DELIVERY_COLUMNS,
        OUTCOME_COLUMNS,
        DEAD_LETTER_COLUMNS,
    )
}


@dataclass(frozen=True, slots=True)
class EventBatch:
    """Events of one type. ``rows`` has :data:`EVENT_COLUMNS` and a typed column per property."""

    type: str
    rows: pl.DataFrame

    def __len__(self) -> int:
        return self.rows.height


@dataclass(frozen=True, slots=True)
class DefinitionChange:
    """A definition that starts or stops to be evaluated with this tick.

    ``kind`` is ``segment`` or ``journey``; ``action`` is ``publish`` or ``stop``; ``body`` is the
    definition as plain data (empty on stop).
    """

    kind: str
    id: str
    version: int
    action: str
    body: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything that one tick takes in.

    Order of application within the tick: erasures, new profiles, links, attribute changes (in row order),
    retracted events (with their rows as they were), events that change hands (with a column :data:`WAS`), new events,
    definitions, outcomes. Nothing of the others is told of ``origins``: they are for the log.

    ``more``: further input of the instant of this tick is to come, so what comes by itself then has to wait.
    """

    new_profiles: pl.DataFrame = field(default_factory=lambda: empty(NEW_PROFILE_COLUMNS))
    profile_changes: pl.DataFrame = field(default_factory=lambda: empty(PROFILE_CHANGE_COLUMNS))
    events: tuple[EventBatch, ...] = ()
    retracted: tuple[EventBatch, ...] = ()
    erased: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    definitions: tuple[DefinitionChange, ...] = ()
    outcomes: pl.DataFrame = field(default_factory=lambda: empty(OUTCOME_COLUMNS))
    more: bool = False
    links: pl.DataFrame = field(default_factory=lambda: empty(LINK_COLUMNS))
    moved: tuple[EventBatch, ...] = ()
    origins: pl.DataFrame = field(default_factory=lambda: empty(ORIGIN_COLUMNS))

    @property
    def event_count(self) -> int:
        return sum(len(batch) for batch in self.events)

    def __bool__(self) -> bool:
        return bool(
            self.new_profiles.height
            or self.profile_changes.height
            or self.events
            or self.retracted
            or len(self.erased)
            or self.definitions
            or self.outcomes.height
            or self.links.height
        )

    def joined(self, kind: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The profiles that links of a kind (``merge``, ``unmerge``) are about, and those they go into, or out of."""
        rows = self.links.filter(pl.col("kind") == kind) if self.links.height else self.links
        return rows["_profile"].to_numpy(), rows["_into"].fill_null(-1).to_numpy()


#: Why a membership changed, and to what: segment, version, status and cause of :data:`QUALIFICATION_COLUMNS`.
Kind = tuple[str, int, str, str]


@dataclass(frozen=True, slots=True)
class Qualifications(Deferred):
    """Changes of membership as arrays: row by row a profile, an instant, and the number of a kind."""

    kinds: Sequence[Kind]
    kind: NDArray[np.intp]
    profile: NDArray[np.int32]
    effective: NDArray[np.int64]

    @property
    def height(self) -> int:
        return len(self.profile)

    @staticmethod
    def of(frame: pl.DataFrame) -> Qualifications:
        """The rows of a frame with :data:`QUALIFICATION_COLUMNS`."""
        kinds: dict[Kind, int] = {}
        rows = frame.select("segment", "version", "status", "cause").iter_rows()
        kind = np.array([kinds.setdefault(row, len(kinds)) for row in rows], np.intp)
        effective = frame["effective"].cast(INSTANT).to_physical().to_numpy()
        return Qualifications(list(kinds), kind, frame["_profile"].to_numpy(), effective)

    @staticmethod
    def joined(parts: Sequence[Qualifications]) -> Qualifications:
        """The rows of all parts, one after the other."""
        parts = [part for part in parts if part.height]
        if len(parts) < 2:
            return parts[0] if parts else NO_QUALIFICATIONS
        before = np.cumsum([0] + [len(part.kinds) for part in parts])
        return Qualifications(
            [kind for part in parts for kind in part.kinds],
            np.concatenate([part.kind + first for part, first in zip(parts, before, strict=False)]),
            np.concatenate([part.profile for part in parts]),
            np.concatenate([part.effective for part in parts]),
        )

    @classmethod
    def together(cls, parts: Sequence[Qualifications]) -> pl.DataFrame:
        """See :meth:`Deferred.together`; with :data:`QUALIFICATION_COLUMNS`."""
        names = ("segment", "version", "status", "cause")
        kinds = shared_frame([(part.kinds, part.kind) for part in parts], {n: QUALIFICATION_COLUMNS[n] for n in names})
        profile = np.concatenate([part.profile for part in parts])
        effective = np.concatenate([part.effective for part in parts])
        rows = [pl.Series("_profile", profile, pl.Int32), pl.Series("effective", effective, pl.Int64).cast(INSTANT)]
        return kinds.hstack(rows).select(QUALIFICATION_COLUMNS.keys())


NO_QUALIFICATIONS = Qualifications((), np.empty(0, np.intp), np.empty(0, np.int32), np.empty(0, np.int64))


class Outputs:
    """Everything that one tick puts out: three tables with the columns above, each as a frame or deferred.

    Attributes:
        tables: the tables as they were made, by the names of the three properties.
    """

    __slots__ = ("_frames", "tables")

    def __init__(
        self, qualifications: Table | None = None, steps: Table | None = None, deliveries: Table | None = None
    ) -> None:
        self.tables: Mapping[str, Table] = {
            "qualifications": empty(QUALIFICATION_COLUMNS) if qualifications is None else qualifications,
            "steps": empty(STEP_COLUMNS) if steps is None else steps,
            "deliveries": empty(DELIVERY_COLUMNS) if deliveries is None else deliveries,
        }
        self._frames: dict[str, pl.DataFrame] = {}

    @property
    def qualifications(self) -> pl.DataFrame:
        """:data:`QUALIFICATION_COLUMNS`."""
        return self._frame("qualifications")

    @property
    def steps(self) -> pl.DataFrame:
        """:data:`STEP_COLUMNS`."""
        return self._frame("steps")

    @property
    def deliveries(self) -> pl.DataFrame:
        """:data:`DELIVERY_COLUMNS`."""
        return self._frame("deliveries")

    @property
    def heights(self) -> tuple[int, int, int]:
        """Rows of qualifications, steps and deliveries."""
        qualifications, steps, deliveries = self.tables.values()
        return qualifications.height, steps.height, deliveries.height

    def _frame(self, name: str) -> pl.DataFrame:
        if name not in self._frames:
            self._frames[name] = frame_of([self.tables[name]])
        return self._frames[name]


@dataclass(frozen=True, slots=True)
class TickRecord:
    """One tick as the log keeps it: its number, its instant (microseconds), what went in and what came out."""

    tick: int
    now: int
    batch: Batch
    outputs: Outputs
