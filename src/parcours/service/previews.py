"""What a new or edited rule would do, before it is saved: who would enter, who would leave, what it costs.

Missing features are built beside the live ones, in a book of their own that is thrown away; the live state is
only read.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from parcours.core.errors import WorkspaceError
from parcours.core.interrupting import look
from parcours.engines.recovery import past_events
from parcours.engines.state import State
from parcours.engines.touching import Edit, JourneyTouched, SegmentTouched
from parcours.kernel.book import FeatureBook
from parcours.kernel.evaluate import Compiled, holds
from parcours.kernel.histories import history_of
from parcours.kernel.keys import needed
from parcours.kernel.rows import Bools, Profiles, Rows
from parcours.kernel.streams import StreamSpec
from parcours.language.method import Method, evaluation_method
from parcours.language.tree import Node
from parcours.store.log import Log


@dataclass(frozen=True, slots=True)
class Price:
    """What it takes to evaluate a rule from now on.

    Attributes:
        features: features the rule reads.
        shared: how many of these are kept already, for other segments or journeys.
        events: past events that publishing it reads.
        memory: bytes of the features and streams it adds.
        seconds: how long this preview took to build and evaluate them.
    """

    features: int
    shared: int
    events: int
    memory: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Preview:
    """What would change if the rule were published now.

    Attributes:
        members: how many would be in the segment.
        before: how many are in it now.
        entering, leaving: frames with ``_profile`` and ``_profile_id``.
        price: what it costs.
        method: how the segment would be kept up to date, and why.
        segments: published segments that refer to it, and who would move there.
        journeys: journeys that use it or one of these.
    """

    segment: str
    members: int
    before: int
    entering: pl.DataFrame
    leaving: pl.DataFrame
    price: Price
    method: Method
    segments: Sequence[SegmentTouched] = ()
    journeys: Sequence[JourneyTouched] = ()


def preview(state: State, log: Log, rule: Node, segment: str = "", schedule: str | None = None) -> Preview:
    """Evaluate ``rule`` for everybody as of the last tick, and compare with the members of ``segment``.

    Args:
        state: the live state; only read.
        log: where past events come from. Everything ticked so far must be committed.
        rule: typed; may refer to published segments.
        segment: the segment it is an edit of; unknown or empty: a new one.
        schedule: when a batch segment is evaluated, in words.

    Raises:
        WorkspaceError: ``nothing-yet``, there was no tick so far.
    """
    started = time.perf_counter()
    everybody, held, read = _evaluated(state, log, rule)
    now_in = state.segments.bits.get(segment, everybody)
    seconds = time.perf_counter() - started
    edit = Edit(state, segment, everybody, held) if segment in state.segments.published else None
    return Preview(
        segment=segment,
        members=int(held.sum()),
        before=int(now_in.sum()),
        entering=_listed(state, everybody[held & ~now_in]),
        leaving=_listed(state, everybody[~held & now_in]),
        price=_price(state, state.readable(rule), read, seconds),
        method=evaluation_method(rule, schedule=schedule),
        segments=() if edit is None else tuple(edit.segments()),
        journeys=() if edit is None else tuple(edit.journeys()),
    )


def held_by(state: State, log: Log, rule: Node) -> tuple[Profiles, Bools]:
    """Everybody, and whether a rule holds for each as of the last tick; see :func:`preview`.

    Raises:
        WorkspaceError: ``nothing-yet``, there was no tick so far.
    """
    everybody, held, _ = _evaluated(state, log, rule)
    return everybody, held


def _evaluated(state: State, log: Log, rule: Node) -> tuple[Profiles, Bools, Mapping[StreamSpec, Rows]]:
    """Everybody, whether the rule holds for each, and the rows that were read to find out."""
    if state.now is None:
        raise WorkspaceError(
            "nothing has been evaluated so far", code="nothing-yet", hint="parcours replay takes in what was imported"
        )
    rule = state.readable(rule)
    book, read = feature_book(state, log, rule)
    look()
    everybody = np.flatnonzero(state.alive).astype(np.int32)
    return everybody, holds(Compiled(rule), book, everybody, state.now, state.segments.bits.get), read


def feature_book(state: State, log: Log, rule: Node) -> tuple[FeatureBook, Mapping[StreamSpec, Rows]]:
    """A book with the features of ``rule`` alone, and the rows that were read for it."""
    book = FeatureBook(state.book.schema, state.profiles)
    book.attributes, book.been = state.book.attributes, state.book.been
    book.pool = state.book.pool.copy()
    wanted = book.missing([rule])
    known = {spec: state.book.streams[spec].rows for spec in wanted if spec in state.book.streams}
    new = [spec for spec in wanted if spec not in known]
    read = history_of(book, new, dict(past_events(state, new, log, state.tick)))
    look()
    book.require([rule], {**known, **read}, state.now or 0)
    return book, read


def _price(state: State, rule: Node, read: Mapping[StreamSpec, Rows], seconds: float) -> Price:
    keys = set(needed(rule))
    shared = sum(key in state.book for key in keys)
    rows = sum(len(found) for found in read.values())
    memory = sum(_bytes(found) for found in read.values()) + 8 * state.profiles * (len(keys) - shared)
    return Price(len(keys), shared, rows, memory, seconds)


def _bytes(rows: Rows) -> int:
    values = 0 if rows.values is None else rows.values.nbytes
    return rows.profiles.nbytes + rows.times.nbytes + values


def _listed(state: State, profiles: Profiles) -> pl.DataFrame:
    return pl.DataFrame({"_profile": profiles, "_profile_id": state.ids(profiles)})
