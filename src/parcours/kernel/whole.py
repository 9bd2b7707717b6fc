"""Lists of whole events per profile, for rules that no aggregate can say: sequences, groups, comparisons of events.

The events of each type that a rule reads are a stream whose values are contents (see ``contents.py``). For the
profiles asked about, and for these only, their rows are looked up by profile and put together as lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl

from parcours.core.schema import Type, object_of, polars_type
from parcours.kernel.aggregates.base import values_of
from parcours.kernel.narrow import ANY_TYPE, TIME, TYPE
from parcours.kernel.rows import Int64s, Profiles, TextPool
from parcours.kernel.streams import Stream, StreamSpec
from parcours.kernel.windows import ALWAYS
from parcours.language.tree import Call, Each, Events, Field, InWindow, Node, ObjectOf, Step
from parcours.language.window_kinds import Window

#: How the contents of events stand in a stream.
ENCODING = "row"


def stream_specs(events: Events) -> tuple[StreamSpec, ...]:
    """The streams that hold these events, one per type; narrowed before (see ``narrow.py``)."""
    element = _element(events)
    own = [(name, type_) for name, type_ in element.fields if name not in (TYPE, TIME)]
    value = ObjectOf(
        tuple(name for name, _ in own), tuple(Field((name,), type_) for name, type_ in own), object_of(dict(own))
    )
    return tuple(
        StreamSpec(type_, value=value if own else None, encoding=ENCODING if own else None)
        for type_ in events.types
        if type_ != ANY_TYPE
    )


def moving_windows(parts: Iterable[Node]) -> tuple[Window, ...]:
    """The windows in a rule that look at the time of events in a list: they change it as time passes."""
    return tuple(dict.fromkeys(part.window for part in parts if isinstance(part, InWindow) and on_time(part)))


def on_time(part: InWindow) -> bool:
    """Whether a window looks at the time of an event itself."""
    match part.value:
        case Field(path=path):
            return path == (TIME,)
        case Step(value=value, name=name):
            return name == TIME and _picked(value)
        case _:
            return False


def _picked(node: Node) -> bool:
    """Whether the value is one of the profile's events, or null."""
    match node:
        case Events():
            return True
        case Each(kind="filter" | "ascending" | "descending", over=over):
            return _picked(over)
        case Call(function="first_item" | "last_item" | "item_at" | "null_if_empty" | "take", args=(value, *_)):
            return _picked(value)
        case _:
            return False


def listed(
    events: Events, streams: Sequence[Stream], pool: TextPool, profiles: Profiles, hi: Int64s | int
) -> pl.Series:
    """For each profile the list of its events up to ``hi`` (one instant for all, or one each).

    In order of time; events of one instant stand in the order of their types, then of arrival.
    """
    parts = [_part(events, stream, pool, profiles, hi) for stream in streams]
    dtype = polars_type(_element(events))
    rows = pl.concat(parts) if parts else pl.DataFrame(schema={"asked": pl.Int64, "at": pl.Int64, "event": dtype})
    grouped = rows.sort("asked", "at", maintain_order=True).group_by("asked", maintain_order=True).agg("event")
    everyone = pl.DataFrame({"asked": np.arange(len(profiles), dtype=np.int64)})
    nothing = pl.lit(pl.Series([[]], dtype=pl.List(dtype))).first()
    lists = everyone.join(grouped, on="asked", how="left", maintain_order="left")
    return lists.with_columns(pl.col("event").fill_null(nothing))["event"]


def _part(events: Events, stream: Stream, pool: TextPool, profiles: Profiles, hi: Int64s | int) -> pl.DataFrame:
    asked, rows = stream.index.select(profiles, ALWAYS, hi)
    fields = dict(_element(events).fields)
    value = stream.spec.value
    found: dict[str, pl.Series] = {}
    if value is not None:
        contents = pool.contents(polars_type(value.type)).decode(values_of(rows))
        found = {column.name: column for column in contents.struct.unnest().get_columns()}
    found[TYPE] = pl.repeat(stream.spec.event, len(rows), dtype=pl.String, eager=True)
    found[TIME] = pl.Series(rows.times).cast(pl.Datetime("us", "UTC"))
    columns = [found[name].alias(name).cast(polars_type(type_)) for name, type_ in fields.items()]
    event = pl.DataFrame(columns).to_struct("event")  # at least its type is always kept
    return pl.DataFrame([pl.Series("asked", asked.astype(np.int64)), pl.Series("at", rows.times), event])


def _element(events: Events) -> Type:
    return events.type.element or object_of({})
