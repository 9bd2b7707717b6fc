"""Calls that say who somebody is: changes of attributes, links between ids, and who is to be forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import polars as pl

from parcours.core.facts import INSTANT, empty
from parcours.core.ids import stable_id
from parcours.flow.ingest.calls import Call
from parcours.flow.ingest.inbox import KINDS
from parcours.flow.ingest.turning.events import HAPPENINGS, Lanes
from parcours.flow.ingest.turning.kinds import Misfit
from parcours.flow.ingest.turning.names import Spelling
from parcours.flow.ingest.turning.rules import IDENTIFY
from parcours.flow.ingest.turning.shapes import Decoded
from parcours.flow.ingest.turning.work import Work, whom

#: Columns of profile changes beside those of the inbox: the message that brought the change, so that it is taken in
#: once, and the attributes that are set only where there is nothing yet.
CHANGE_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    **KINDS["profiles"],
    "_message": pl.String,
    "_once": pl.List(pl.String),
}


def changes(work: Work, lanes: Lanes) -> pl.DataFrame:
    """Changes of attributes, with :data:`CHANGE_COLUMNS` and the attributes, in order of arrival: of ``identify``, and
    of other calls that bring traits of the person."""
    places, traits = work.objects(work.not_erased(_about_people(work, lanes)), "traits")
    places, traits = work.planned(IDENTIFY, places, traits)
    places, onces, at = _onces(work, places)
    traits = [traits[place] for place in at]
    if not places:
        return pl.DataFrame(schema=CHANGE_COLUMNS)
    merged: list[Decoded] = [
        {**once, **(held or {})} if once else held for once, held in zip(onces, traits, strict=True)
    ]
    known = work.schema.attributes
    columns, misfits, spelling = work.columns(merged, known)
    types = {name: part.type for name, part in columns.items()}
    if any(known.get(name) != kind for name, kind in types.items()):
        work.schema = work.schema.with_attributes(types)
    gone = _set_aside(work, places, merged, misfits, spelling)
    names = {*types, *known}
    sets = [_names(held, spelling, names, gone.get(row)) for row, held in enumerate(traits)]
    only = [_names(held, spelling, {*types}, gone.get(row)) for row, held in enumerate(onces)]
    head = [
        pl.Series("_profile_id", [whom(work.calls[place]) for place in places], pl.String),
        pl.Series("_time", [work.calls[place].time for place in places], pl.Int64).cast(INSTANT),
        pl.Series("_set", sets, pl.List(pl.String)),
        pl.Series("_message", [work.portion.id(place) for place in places], pl.String),
        pl.Series("_once", [_less(o, s) for o, s in zip(only, sets, strict=True)], pl.List(pl.String)),
    ]
    return pl.DataFrame([*head, *(part.values.alias(name) for name, part in columns.items())])


def _about_people(work: Work, lanes: Lanes) -> list[int]:
    found = list(lanes.get("identify", {}).get("", ()))
    for kind in HAPPENINGS:
        for places in lanes.get(kind, {}).values():
            found += [place for place in places if _tells_of_person(work.calls[place])]
    return sorted(found)


def _tells_of_person(call: Call) -> bool:
    return call.kind != "group" and (len(call.traits) > 2 or len(call.once) > 2)


def _onces(work: Work, places: list[int]) -> tuple[list[int], list[Decoded], list[int]]:
    """The attributes that are set only once, of the calls where they can be read; and where these stood."""
    if all(len(work.calls[place].once) <= 2 for place in places):
        return places, [None] * len(places), list(range(len(places)))
    kept, onces = work.objects(places, "once")
    where = {place: at for at, place in enumerate(places)}
    return kept, onces, [where[place] for place in kept]


def _names(held: Decoded, spelling: Spelling, names: set[str], gone: set[str] | None) -> list[str]:
    """The attributes that an object names, as they are called here."""
    if not held:
        return []
    found = dict.fromkeys(name for name in map(spelling.of, held) if name in names)
    return [name for name in found if not gone or name not in gone]


def _less(names: list[str], without: list[str]) -> list[str] | None:
    return [name for name in names if name not in without] or None if names else None


def _set_aside(
    work: Work, places: Sequence[int], held: Sequence[Decoded], misfits: Sequence[Misfit], spelling: Spelling
) -> dict[int, set[str]]:
    """What does not fit becomes letters with this attribute only: the others must not come back with a replay.

    Gives the attributes that are not set because of it, by row.
    """
    gone: dict[int, set[str]] = {}
    for bad in misfits:
        top, _, inside = bad.path.partition(".")
        values = {name: value for name, value in (held[bad.row] or {}).items() if spelling.of(name) == top}
        if not inside and len(values) == 1:
            gone.setdefault(bad.row, set()).add(top)
        place = places[bad.row]
        work.set_aside(
            place, bad, _alone(work.calls[place], values, f"{work.portion.id(place)}:{stable_id(bad.path)[:8]}")
        )
    return gone


def _alone(call: Call, values: Mapping[str, Any], id: str) -> Call:
    """A call that says only this."""
    said = msgspec.Raw(msgspec.json.encode(values))
    return Call(kind="identify", time=call.time, user=call.user, anonymous=call.anonymous, id=id, traits=said)


def links(work: Work, lanes: Lanes) -> pl.DataFrame:
    """Statements that two ids are one person, in order of arrival."""
    found: list[tuple[int, str, str, str]] = []
    for place in work.not_erased(lanes.get("identify", {}).get("", [])):
        call = work.calls[place]
        if call.user and call.anonymous and call.user != call.anonymous:
            found.append((place, call.anonymous, call.user, "identify"))
    for kind in ("alias", "merge"):
        for place in work.not_erased(lanes.get(kind, {}).get("", [])):
            call = work.calls[place]
            if not call.previous:
                work.refuse(place, "previous", "no-previous", "the call names no previous id", "send both ids")
            elif call.previous != whom(call):
                found.append((place, call.previous, whom(call), kind))
    if not found:
        return empty(KINDS["links"])
    found.sort()
    rows = [(id, into, work.calls[place].time, kind, work.portion.id(place)) for place, id, into, kind in found]
    frame = pl.DataFrame(rows, schema={**KINDS["links"], "_time": pl.Int64}, orient="row")
    return frame.with_columns(pl.col("_time").cast(INSTANT))


def erasures(work: Work) -> pl.DataFrame:
    """Who is to be forgotten, and when that was said."""
    rows = [(id, work.calls[place].time) for id, place in work.erased.items()]
    frame = pl.DataFrame(rows, schema={"_profile_id": pl.String, "_time": pl.Int64}, orient="row")
    return frame.with_columns(pl.col("_time").cast(INSTANT))
