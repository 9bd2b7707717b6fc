"""Dead letters in the log, page by page; what became of them; and what was done against tracking plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from parcours.store.log.bridge import fetch, run, run_with

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

#: What can become of a letter. Without any of these it is ``open``.
STATUSES = ("mended", "replayed", "dismissed")
_STATUS = "coalesce(status, 'open')"
_HEAD = f'_seq AS letter, source, "row", "column", event, code, reason, hint, {_STATUS} AS status, received, settled'
Filter = Mapping[str, Any]


def _conditions(wanted: Filter) -> tuple[str, list[object]]:
    """SQL of a filter: ``source``, ``code``, ``event``, ``status``, ``since`` (instant), ``letters`` (numbers)."""
    parts, values = ["true"], []
    for name in ("source", "code", "event"):
        if wanted.get(name) is not None:
            parts.append(f"{name} = ?")
            values.append(wanted[name])
    if wanted.get("status") == "unsettled":
        parts.append(f"{_STATUS} IN ('open', 'mended')")
    elif wanted.get("status") is not None:
        parts.append(f"{_STATUS} = ?")
        values.append(wanted["status"])
    if wanted.get("since") is not None:
        parts.append("received >= ?")
        values.append(wanted["since"])
    if wanted.get("letters") is not None:
        parts.append("_seq IN (SELECT unnest(?::BIGINT[]))")
        values.append([int(number) for number in wanted["letters"]])
    return " AND ".join(parts), values


def page(con: Connection, wanted: Filter, before: int | None, limit: int) -> pl.DataFrame:
    """Letters without their payload, the newest first, those with numbers below ``before``."""
    where, values = _conditions(wanted)
    if before is not None:
        where, values = f"{where} AND _seq < ?", [*values, before]
    return fetch(
        con, f"SELECT {_HEAD} FROM facts.dead_letters WHERE {where} ORDER BY _seq DESC LIMIT ?", [*values, limit]
    )


def whole(con: Connection, wanted: Filter, after: int, limit: int) -> pl.DataFrame:
    """Letters with their payload, the oldest first, those with numbers above ``after``."""
    where, values = _conditions(wanted)
    sql = f"SELECT {_HEAD}, payload FROM facts.dead_letters WHERE {where} AND _seq > ? ORDER BY _seq LIMIT ?"
    return fetch(con, sql, [*values, after, limit])


def counts(con: Connection) -> pl.DataFrame:
    """How many letters there are by ``source``, ``event``, ``code`` and ``status``, and when the last one came."""
    sql = (
        f"SELECT source, event, code, {_STATUS} AS status, count(*) AS letters, max(received) AS last "
        "FROM facts.dead_letters GROUP BY ALL ORDER BY letters DESC, source, event, code, status"
    )
    return fetch(con, sql)


def settle(con: Connection, changes: pl.DataFrame, at: datetime) -> int:
    """Set the status of letters, and where there is one their new payload, within the caller's transaction.

    Args:
        changes: ``letter``, ``status``, ``payload`` (null: as it is) and ``event`` (null: as it is).

    Returns:
        How many of them there are.
    """
    found = int(
        run(
            con,
            "SELECT count(*) FROM facts.dead_letters WHERE _seq IN (SELECT unnest(?::BIGINT[]))",
            [changes["letter"].to_list()],
        )[0][0]
    )
    run_with(
        con,
        "UPDATE facts.dead_letters AS d SET status = r.status, payload = coalesce(r.payload, d.payload), "
        "event = coalesce(r.event, d.event), settled = r.at FROM {rows} r WHERE d._seq = r.letter",
        changes.with_columns(at=pl.lit(at, pl.Datetime("us", "UTC"))),
    )
    return found


def violations(con: Connection, event: str | None, source: str | None, since: datetime | None) -> pl.DataFrame:
    """What was done against plans, the most frequent first."""
    given: Sequence[tuple[str, object]] = (("event = ?", event), ("source = ?", source), ("time >= ?", since))
    used = [(sql, value) for sql, value in given if value is not None]
    where = " AND ".join(["true", *(sql for sql, _ in used)])
    sql = (
        "SELECT event, property, rule, source, rejected, sum(count)::BIGINT AS count, max(time) AS last, "
        f"arg_max(example, _seq) AS example FROM facts.violations WHERE {where} "
        "GROUP BY event, property, rule, source, rejected ORDER BY count DESC, event, property, rule, source, rejected"
    )
    return fetch(con, sql, [value for _, value in used])
