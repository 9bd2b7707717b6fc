"""Rows of the catalogue: reading, checking and adding them, within a transaction of the caller."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection, Select, insert, select

from parcours.core.errors import DefinitionError, Outdated, UnknownNameError, nearest
from parcours.store.catalogue.authors import author_of
from parcours.store.catalogue.records import Definition
from parcours.store.catalogue.states import Action, State
from parcours.store.catalogue.tables import definition_versions, definitions, history

Row: TypeAlias = Mapping[Any, Any]


def find_row(con: Connection, kind: str, id: str) -> Row | None:
    """The row of a definition, or ``None``."""
    found = (
        con.execute(select(definitions).where(definitions.c.kind == kind, definitions.c.id == id)).mappings().first()
    )
    return dict(found) if found else None


def known_row(con: Connection, kind: str, id: str) -> Row:
    """The row of a definition; ``UnknownNameError`` when there is none."""
    row = find_row(con, kind, id)
    if row is None:
        known = con.execute(
            select(definitions.c.id).where(definitions.c.kind == kind, definitions.c.state != State.DELETED)
        ).scalars()
        raise UnknownNameError(f"there is no {kind} {id!r}", hint=nearest(id, known))
    return row


def version_row(con: Connection, kind: str, id: str, version: int) -> Row:
    """One version of it; ``UnknownNameError`` when there is none."""
    table = definition_versions.c
    query = select(definition_versions).where(table.kind == kind, table.id == id, table.version == version)
    found = con.execute(query).mappings().first()
    if found is None:
        raise UnknownNameError(f"{kind} {id!r} has no version {version}", code="unknown-version")
    return dict(found)


def definition(con: Connection, row: Row, version: int | None = None) -> Definition:
    """The definition of a row with its newest version, or the one asked for."""
    return _assembled({**row, **_part(version_row(con, row["kind"], row["id"], version or row["version"]))})


def _part(version: Row) -> Row:
    return {"shown": version["version"], "title": version["name"], "body": version["body"]}


def of_kind(kind: str | None) -> Select[Any]:
    """Definitions of a kind side by side with versions; :func:`joined` says which version."""
    query = select(
        definitions,
        definition_versions.c.version.label("shown"),
        definition_versions.c.name.label("title"),
        definition_versions.c.body,
    ).order_by(definitions.c.kind, definitions.c.id)
    return query if kind is None else query.where(definitions.c.kind == kind)


def joined(con: Connection, query: Select[Any], version: Any) -> Iterator[Definition]:
    """The definitions of a query, each with the version that its column ``version`` names."""
    table = definition_versions.c
    same = (table.kind == definitions.c.kind) & (table.id == definitions.c.id) & (table.version == version)
    for row in con.execute(query.where(same)).mappings():
        yield _assembled(row)


def _assembled(row: Row) -> Definition:
    return Definition(
        kind=row["kind"],
        id=row["id"],
        name=row["title"],
        state=State(row["state"]),
        version=row["shown"],
        body=row["body"],
        latest=row["version"],
        published_version=row["published_version"],
        changed_at=row["changed_at"],
        changed_by=row["changed_by"],
        revision=row["revision"],
    )


def unchanged(con: Connection, row: Row, body: object, name: str) -> bool:
    """Whether the newest version says the same already, and is in use."""
    newest = version_row(con, row["kind"], row["id"], row["version"])
    return row["state"] != State.DELETED and bool(newest["body"] == body) and bool(newest["name"] == name)


def before_deletion(con: Connection, kind: str, id: str) -> tuple[State, int | None]:
    """The state of a definition before its last deletion and the version that was published, by its history."""
    columns = history.c
    done = con.execute(
        select(columns.action, columns.version).where(columns.kind == kind, columns.id == id).order_by(columns.number)
    ).all()
    found: tuple[State, int | None] = (State.DRAFT, None)
    last = found  # before it was deleted
    for action, version in done:
        match action:
            case Action.PUBLISH:
                found = State.PUBLISHED, version
            case Action.DEACTIVATE:
                found = State.INACTIVE, None
            case Action.DELETE:
                last, found = found, (State.DRAFT, None)
            case Action.RESTORE:
                found = last
    return last


def insert_version(
    con: Connection, kind: str, id: str, version: int, name: str, body: object, at: int, by: str
) -> None:
    """Add a version."""
    con.execute(
        insert(definition_versions).values(
            kind=kind, id=id, version=version, name=name, body=body, created_at=at, created_by=author_of(by)
        )
    )


def remember(con: Connection, kind: str, id: str, version: int, action: str, at: int, by: str, note: str) -> None:
    """Add a line to the history."""
    con.execute(
        insert(history).values(at=at, by=author_of(by), kind=kind, id=id, version=version, action=action, note=note)
    )


def check_version(row: Row | None, expected: int | None, kind: str, id: str) -> None:
    """Refuse when the newest version is not the one that the person had seen."""
    present = row["version"] if row else 0
    if expected is None or expected == present:
        return
    if row is None:
        raise conflict(kind, id, f"version {expected} was expected, but there is none")
    raise conflict(kind, id, f"version {expected} was expected, but {row['changed_by'] or 'somebody'} saved {present}")


def check_revision(row: Row | None, expected: int, kind: str, id: str) -> None:
    """Refuse when a definition is of another revision than the person had seen."""
    present = row["revision"] if row else 0
    if expected != present:
        raise Outdated(f"{kind} {id!r} changed meanwhile", expected=expected, current=present)


def conflict(kind: str, id: str, why: str) -> DefinitionError:
    """Two people at once."""
    return DefinitionError(
        f"{kind} {id!r} changed meanwhile: {why}", code="conflict", hint="load it again and repeat your change"
    )
