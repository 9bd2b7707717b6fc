"""What web hooks tell: entries and exits from the log, in the order in which they were recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import polars as pl

from parcours.core.clock import iso
from parcours.service.hooks.kept import STATUSES, Hook
from parcours.service.reporting.sql import text
from parcours.store.log import Log

#: Types of messages, by status in the log.
TYPES = {"realized": "segment.entered", "exited": "segment.exited"}
#: The type of a message with several entries and exits, and of one that only tries the way.
BATCH, PING = "segment.batch", "ping"


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is sent: its id is the same whenever it is made of the same rows of the log.

    Attributes:
        first, last: arrival numbers of the first and the last of its entries and exits.
    """

    id: str
    body: bytes
    first: int
    last: int
    items: int


@dataclass(frozen=True, slots=True)
class Told:
    """What comes next for a hook.

    Attributes:
        messages: in order.
        until: everything up to this arrival number was looked at.
    """

    messages: tuple[Message, ...]
    until: int


def newest(log: Log) -> int:
    """The arrival number of the last entry or exit in the log."""
    return int(log.query("SELECT coalesce(max(_seq), 0) FROM facts.qualifications").item())


def first_since(log: Log, moment: int) -> int:
    """The arrival number before the first entry or exit of the ticks from ``moment`` on."""
    since = f"SELECT min(_tick) FROM ticks WHERE now >= TIMESTAMPTZ {text(iso(moment))}"
    query = f"SELECT coalesce(min(_seq) - 1, 0) FROM facts.qualifications WHERE _tick >= ({since})"
    found = int(log.query(query).item())
    return found or newest(log)


def following(log: Log, hook: Hook, limit: int) -> Told:
    """The messages behind the cursor of a hook: of at most ``limit`` entries and exits."""
    limit = max(limit, hook.batch)
    newest_here = log.query(f"SELECT max(_seq) FROM facts.qualifications WHERE _seq > {hook.cursor}").item()
    if newest_here is None:
        return Told((), hook.cursor)
    end = int(newest_here)
    rows = between(log, hook, hook.cursor + 1, end, limit)
    if rows.height == limit:
        end = int(rows["_seq"][-1])
    return Told(tuple(_messages(hook, rows)), end)


def between(log: Log, hook: Hook, first: int, last: int, limit: int | None = None) -> pl.DataFrame:
    """The entries and exits that a hook is told of, of these arrival numbers, with the attributes that it wants."""
    wanted = [f"q._seq BETWEEN {int(first)} AND {int(last)}", f"q.status IN ({_texts(STATUSES[hook.on])})"]
    if hook.segments is not None:
        wanted.append(f"q.segment IN ({_texts(hook.segments)})" if hook.segments else "false")
    rows = log.query(
        "SELECT q._seq, q._profile, p._profile_id AS profile, q.segment, q.version, q.status, q.effective, q.cause "
        "FROM facts.qualifications q JOIN facts.profiles p USING (_profile) "
        f"WHERE {' AND '.join(wanted)} ORDER BY q._seq" + ("" if limit is None else f" LIMIT {int(limit)}")
    )
    known = [name for name in hook.attributes if name in log.schema.attributes]
    if not known or not rows.height:
        return rows
    attributes = log.attributes(known, profiles=rows["_profile"].unique().to_list())
    named = attributes.select("_profile", attributes=pl.struct(known))
    return rows.join(named, on="_profile", how="left", maintain_order="left")


def _texts(values: Sequence[str]) -> str:
    return ", ".join(map(text, values))


def _messages(hook: Hook, rows: pl.DataFrame) -> Iterator[Message]:
    if hook.batch == 1:
        for row in rows.iter_rows(named=True):
            yield single(hook, row)
        return
    left = rows
    if hook.batch_end is not None:  # the same rows as before, so that it is the same message
        begun = left.filter(pl.col("_seq") <= hook.batch_end)
        if begun.height:
            yield several(hook, begun)
        left = left.filter(pl.col("_seq") > hook.batch_end)
    for part in left.iter_slices(hook.batch):
        yield several(hook, part)


def single(hook: Hook, row: dict[str, Any]) -> Message:
    """A message of one entry or exit."""
    number = int(row["_seq"])
    shape = {"type": TYPES[row["status"]], "timestamp": _iso(row["effective"]), "data": _data(hook, row)}
    return Message(f"{hook.id}.{number}", msgspec.json.encode(shape), number, number, 1)


def several(hook: Hook, rows: pl.DataFrame) -> Message:
    """A message of several; each has the id that it would have alone."""
    found = list(rows.iter_rows(named=True))
    first, last = int(found[0]["_seq"]), int(found[-1]["_seq"])
    data = [
        {"id": f"{hook.id}.{row['_seq']}", "type": TYPES[row["status"]], "timestamp": _iso(row["effective"])}
        | {"data": _data(hook, row)}
        for row in found
    ]
    shape = {"type": BATCH, "timestamp": data[-1]["timestamp"], "data": data}
    return Message(f"{hook.id}.{first}-{last}", msgspec.json.encode(shape), first, last, len(found))


def ping(hook: Hook, at: int) -> Message:
    """A message that tells nothing."""
    shape = {"type": PING, "timestamp": iso(at), "data": {"hook": hook.id}}
    return Message(f"{hook.id}.ping.{at}", msgspec.json.encode(shape), 0, 0, 0)


def _data(hook: Hook, row: dict[str, Any]) -> dict[str, Any]:
    shape = {
        "profile": row["profile"],
        "segment": row["segment"],
        "version": row["version"],
        "status": row["status"],
        "effective": _iso(row["effective"]),
        "cause": row["cause"],
    }
    if not hook.attributes:
        return shape
    values = row.get("attributes") or {}
    return {**shape, "attributes": {name: values.get(name) for name in hook.attributes}}


def _iso(moment: Any) -> str:
    return str(moment.isoformat()).replace("+00:00", "Z")
