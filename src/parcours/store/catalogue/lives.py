"""The lives of versions and the controls that ticks have to be told, within a transaction of the caller."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, delete, func, insert, select, update

from parcours.core.facts import DefinitionChange
from parcours.store.catalogue.authors import author_of
from parcours.store.catalogue.records import Control
from parcours.store.catalogue.tables import controls, definition_versions, version_statuses


def statuses(con: Connection, kind: str, id: str | None = None) -> dict[str, dict[int, str]]:
    """The status of every version (of one definition) that has one, by id and number."""
    table = version_statuses.c
    query = select(table.id, table.version, table.status).where(table.kind == kind).order_by(table.id, table.version)
    query = query if id is None else query.where(table.id == id)
    found: dict[str, dict[int, str]] = {}
    for id_, version, status in con.execute(query):
        found.setdefault(id_, {})[version] = status
    return found


def set_statuses(con: Connection, kind: str, id: str, new: Mapping[int, str], at: int, by: str) -> None:
    """Make these the statuses of versions; others stay."""
    table = version_statuses.c
    for version, status in new.items():
        here = (table.kind == kind) & (table.id == id) & (table.version == version)
        con.execute(delete(version_statuses).where(here))
        head = {"kind": kind, "id": id, "version": version}
        con.execute(insert(version_statuses).values(**head, status=status, changed_at=at, changed_by=author_of(by)))


def forget_statuses(con: Connection, kind: str, id: str, versions: Collection[int]) -> None:
    """These versions are no part of the life of their journey any more."""
    table = version_statuses.c
    mine = (table.kind == kind) & (table.id == id) & table.version.in_(versions)
    con.execute(delete(version_statuses).where(mine))


def add_controls(con: Connection, changes: Iterable[DefinitionChange], at: int, by: str) -> None:
    """Add these behind what was there."""
    rows = [
        {
            "kind": change.kind,
            "id": change.id,
            "version": change.version,
            "action": change.action,
            "body": dict(change.body),
            "at": at,
            "by": author_of(by),
        }
        for change in changes
    ]
    if rows:
        con.execute(insert(controls), rows)


def last_controls(con: Connection, kind: str | None = None, id: str | None = None) -> dict[tuple[str, str], int]:
    """The number of the last control of each kind and id, or of these."""
    table = controls.c
    query = select(table.kind, table.id, func.max(table.number)).group_by(table.kind, table.id)
    query = query if kind is None else query.where(table.kind == kind)
    query = query if id is None else query.where(table.id == id)
    return {(kind, id_): number for kind, id_, number in con.execute(query)}


def newest_control(con: Connection) -> int:
    """The highest number, 0 where there is none."""
    return con.execute(select(func.max(controls.c.number))).scalar() or 0


def controls_of(con: Connection, kind: str, id: str | None = None, after: int = 0) -> tuple[Control, ...]:
    """The controls of a kind (and id) with numbers above ``after``, in order."""
    table = controls.c
    query = select(controls).where(table.kind == kind, table.number > after).order_by(table.number)
    query = query if id is None else query.where(table.id == id)
    return tuple(Control(**row) for row in con.execute(query).mappings())


def forget_controls(con: Connection, kind: str, until: int) -> None:
    """The controls of a kind up to this number are over. The last one stays, empty: its number must not come again."""
    mine = (controls.c.kind == kind) & (controls.c.number <= until)
    con.execute(delete(controls).where(mine, controls.c.number < until))
    con.execute(update(controls).where(mine).values(body={}))


def change_body(con: Connection, kind: str, id: str, version: int, name: str, body: Mapping[str, object]) -> None:
    """Change texts inside a version."""
    table = definition_versions.c
    here = (table.kind == kind) & (table.id == id) & (table.version == version)
    con.execute(update(definition_versions).where(here).values(name=name, body=body))
