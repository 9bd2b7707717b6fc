"""Everything that is known about one person, for whoever has a right to a copy of it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import Table, select

from parcours.core.clock import iso
from parcours.store.log.types import quote

if TYPE_CHECKING:
    from parcours.service.wiring import Parts

Everything = dict[str, Any]
#: Tables of the log with rows about people, and the column that says when.
_TABLES = {"qualifications": "effective", "journey_steps": "time", "deliveries": "decided"}
#: Columns that say nothing outside of this workspace.
_INNER = ("_tick", "_seq", "_profile")


def everything(parts: Parts, number: int, profile: str) -> Everything:
    """All of it as plain data: attributes and their changes, events by type, memberships, journeys, messages and what
    became of them, and what the CRM has."""
    log = parts.log
    mine = f"_profile = {number}"
    found: Everything = {"profile_id": profile, "exported_at": iso(parts.clock.now())}
    attributes = log.attributes(profiles=[number]).drop("_profile").to_dicts()
    found["attributes"] = attributes[0] if attributes else {}
    found["attribute_changes"] = _rows(log.query(f"SELECT * FROM facts.profile_changes WHERE {mine} ORDER BY _seq"))
    found["events"] = {
        event: _rows(log.query(f"SELECT * FROM facts.{quote('event_' + event)} WHERE {mine} ORDER BY _time, _seq"))
        for event in log.schema.events
    }
    for table, time in _TABLES.items():
        found[table] = _rows(log.query(f"SELECT * FROM facts.{table} WHERE {mine} ORDER BY {time}, _seq"))
    keys = f"SELECT key FROM facts.deliveries WHERE {mine}"
    found["outcomes"] = _rows(log.query(f"SELECT * FROM facts.outcomes WHERE key IN ({keys}) ORDER BY _seq"))
    found["crm"] = _crm(parts, profile)
    plain: Everything = _plain(found)
    return plain


def zipped(found: Mapping[str, Any]) -> bytes:
    """It as an archive with a JSON file for each part."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        about = {name: value for name, value in found.items() if isinstance(value, str)}
        parts = {"about": about, **{name: value for name, value in found.items() if name not in about}}
        for name, part in parts.items():
            file = zipfile.ZipInfo(f"{name}.json", (1980, 1, 1, 0, 0, 0))  # the same archive at any time
            archive.writestr(file, json.dumps(part, indent=2, ensure_ascii=False), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.drop(_INNER, strict=False).to_dicts()


def _crm(parts: Parts, profile: str) -> dict[str, list[dict[str, Any]]]:
    """The contact that the person is, and every row of the CRM about that contact."""
    from parcours.contacts.tables import contacts as tables
    from parcours.contacts.tables.base import metadata

    with parts.catalogue.reading() as con:
        card = tables.contacts
        mine = con.execute(select(card).where(card.c.profile_id == profile)).mappings()
        cards = [dict(row) for row in mine]
        if not cards:
            return {}
        numbers = [row["no"] for row in cards]
        found = {"contacts": cards}
        for table in metadata.sorted_tables:
            column = _contact_column(table)
            if column is not None:
                rows = [dict(row) for row in con.execute(select(table).where(table.c[column].in_(numbers))).mappings()]
                found |= {table.name: rows} if rows else {}
    return found


def _contact_column(table: Table) -> str | None:
    return next((name for name in ("contact_no", "contact") if name in table.c), None)


def _plain(value: Any) -> Any:
    """As JSON can hold it."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
