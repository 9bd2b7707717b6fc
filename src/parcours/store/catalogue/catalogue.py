"""The catalogue: what people edit, row by row. Definitions with all their versions, their history, settings."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from parcours.core.facts import DefinitionChange
from parcours.core.ids import checked_name
from parcours.store.catalogue import lives, opening, rows
from parcours.store.catalogue.authors import author_of
from parcours.store.catalogue.records import Control, Definition, Head, HistoryEntry, Version
from parcours.store.catalogue.rows import Row
from parcours.store.catalogue.states import Action, State, next_state
from parcours.store.catalogue.tables import definition_versions, definitions, history, settings

_UNPUBLISHED: Mapping[str, int | None] = {"published_version": None}


class Catalogue:
    """Definitions, versions, history and settings in one relational database.

    Every change takes the instant ``at`` (microseconds; nothing here reads a clock) and ``by``, the person (without it,
    whoever is being served: ``authors.author``). ``expected_version`` is the newest version that the person had seen:
    when there is a newer one by now, the change is refused with code ``conflict``; 0 means that there is none yet,
    ``None`` skips the check.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._local = threading.local()  # holds the connection of :meth:`together`, for its thread only

    @classmethod
    def open(cls, place: str | Path) -> Catalogue:
        """Open the catalogue at a path (SQLite) or database URL; it is made, or brought to the newest form.

        Raises:
            WorkspaceError: cannot be opened or written, is no catalogue, or was written by a newer version.
        """
        return cls(opening.connect(place))

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- changing ----------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Everything done inside is one transaction: all of it, or on any error none."""
        before = self._shared
        with self._writing() as connection:
            self._local.shared = connection
            try:
                yield
            finally:
                self._local.shared = before

    @contextlib.contextmanager
    def expecting(self, kind: str, id: str, revision: int) -> Iterator[None]:
        """Inside, the first change of a definition is refused when it is not of this revision; 0: there is none yet.

        For this thread. The revision is looked at in the transaction of the change.

        Raises:
            Outdated: it is of another one; nothing was changed.
        """
        self._local.expected = (kind, id, revision)
        try:
            with self._reading() as con:
                row = rows.find_row(con, kind, id)
                rows.check_revision(row, revision, kind, id)
            yield
        finally:
            self._local.expected = None

    def _check_expected(self, row: Row | None, kind: str, id: str) -> None:
        expected = getattr(self._local, "expected", None)
        if expected is not None and expected[:2] == (kind, id):
            rows.check_revision(row, expected[2], kind, id)
            self._local.expected = None

    def save_draft(
        self,
        kind: str,
        id: str,
        body: Mapping[str, object],
        *,
        name: str | None = None,
        at: int,
        by: str = "",
        note: str = "",
        expected_version: int | None = None,
        again: bool = False,
    ) -> Definition:
        """Save a new version, not evaluated before it is published; nothing happens when nothing changed.

        Args:
            kind: ``segment``, ``journey`` …
            id: letters, digits, ``_`` and ``-``.
            body: the definition as plain data that JSON can hold.
            name: for people; by default the name it has, or the id.
            at: the instant, in microseconds.
            by: the person.
            note: a remark for the history.
            expected_version: see the class.
            again: make a new version even when nothing changed.

        Raises:
            InputError: the id cannot be one.
            DefinitionError: ``conflict``, somebody saved a newer version.
        """
        checked_name(id, f"a {kind}")
        plain = json.loads(json.dumps(body))
        with self._writing() as con:
            row = rows.find_row(con, kind, id)
            self._check_expected(row, kind, id)
            rows.check_version(row, expected_version, kind, id)
            title = name or (row["name"] if row else id)
            if row and not again and rows.unchanged(con, row, plain, title):
                return rows.definition(con, row)
            state = next_state(Action.SAVE, State(row["state"]) if row else State.DRAFT, f"{kind} {id!r}")
            version = row["version"] + 1 if row else 1
            self._put(con, row, kind, id, {"name": title, "state": state, "version": version}, at, by)
            rows.insert_version(con, kind, id, version, title, plain, at, by)
            rows.remember(con, kind, id, version, Action.SAVE, at, by, note)
            return self._get(con, kind, id)

    def publish(
        self,
        kind: str,
        id: str,
        *,
        version: int | None = None,
        at: int,
        by: str = "",
        note: str = "",
        expected_version: int | None = None,
    ) -> Definition:
        """Let a version (by default the newest) be evaluated, in place of any other of the same definition.

        Raises:
            UnknownNameError: there is no such definition or version.
            DefinitionError: ``wrong-state`` or ``conflict``.
        """
        with self._writing() as con:
            row = rows.known_row(con, kind, id)
            chosen = version or row["version"]
            rows.version_row(con, kind, id, chosen)
            change: Mapping[str, int | None] = {"published_version": chosen}
            return self._change(con, row, Action.PUBLISH, change, at, by, note, expected_version)

    def deactivate(
        self, kind: str, id: str, *, at: int, by: str = "", note: str = "", expected_version: int | None = None
    ) -> Definition:
        """Stop the evaluation of a published definition; it can be published again.

        Raises:
            UnknownNameError: there is no such definition.
            DefinitionError: ``wrong-state`` or ``conflict``.
        """
        with self._writing() as con:
            row = rows.known_row(con, kind, id)
            return self._change(con, row, Action.DEACTIVATE, _UNPUBLISHED, at, by, note, expected_version)

    def delete(
        self, kind: str, id: str, *, at: int, by: str = "", note: str = "", expected_version: int | None = None
    ) -> Definition:
        """Take a definition out of use for good. Its versions and history stay readable.

        Raises:
            UnknownNameError: there is no such definition.
            DefinitionError: ``conflict``.
        """
        with self._writing() as con:
            row = rows.known_row(con, kind, id)
            return self._change(con, row, Action.DELETE, _UNPUBLISHED, at, by, note, expected_version)

    def restore(self, kind: str, id: str, *, at: int, by: str = "", note: str = "") -> Definition:
        """Take the deletion of a definition back: it is what it was before, published or not. Nothing happens to one
        that is not deleted.

        Raises:
            UnknownNameError: there is no such definition.
        """
        with self._writing() as con:
            row = rows.known_row(con, kind, id)
            self._check_expected(row, kind, id)
            if row["state"] != State.DELETED:
                return rows.definition(con, row)
            state, published = rows.before_deletion(con, kind, id)
            self._put(con, row, kind, id, {"state": state, "published_version": published}, at, by)
            rows.remember(con, kind, id, published or row["version"], Action.RESTORE, at, by, note)
            return self._get(con, kind, id)

    def before_deletion(self, kind: str, id: str) -> tuple[State, int | None]:
        """What a deleted definition was before: its state, and the version that was published."""
        with self._reading() as con:
            return rows.before_deletion(con, kind, id)

    def _change(
        self,
        con: Connection,
        row: Row,
        action: Action,
        change: Mapping[str, int | None],
        at: int,
        by: str,
        note: str,
        expected_version: int | None,
    ) -> Definition:
        """One step of the state machine; nothing happens when the definition is there already."""
        kind, id = row["kind"], row["id"]
        self._check_expected(row, kind, id)
        rows.check_version(row, expected_version, kind, id)
        values = {**change, "state": next_state(action, State(row["state"]), f"{kind} {id!r}")}
        if all(row[column] == value for column, value in values.items()):
            return rows.definition(con, row)
        self._put(con, row, kind, id, values, at, by)
        version: int = change.get("published_version") or row["published_version"] or row["version"]
        rows.remember(con, kind, id, version, action, at, by, note)
        return self._get(con, kind, id)

    def _put(
        self, con: Connection, row: Row | None, kind: str, id: str, values: Mapping[str, object], at: int, by: str
    ) -> None:
        """Insert or update the row; refused when it changed since it was read."""
        values = {
            **values,
            "changed_at": at,
            "changed_by": author_of(by),
            "revision": row["revision"] + 1 if row else 1,
        }
        if row is None:
            try:
                con.execute(insert(definitions).values(kind=kind, id=id, **values))
            except IntegrityError:
                raise rows.conflict(kind, id, "somebody else just made it") from None
            return
        here = (definitions.c.kind == kind) & (definitions.c.id == id)
        unchanged = here & (definitions.c.revision == row["revision"])
        if con.execute(update(definitions).where(unchanged).values(**values)).rowcount != 1:
            raise rows.conflict(kind, id, "somebody else just changed it")

    # --- lives and controls ------------------------------------------------------------------------------

    def set_life(
        self,
        kind: str,
        id: str,
        statuses: Mapping[int, str],
        *,
        state: State,
        published_version: int | None,
        action: str | None,
        version: int,
        at: int,
        by: str = "",
        note: str = "",
    ) -> None:
        """Write down where the versions of a definition stand that has a life of its own (journeys.md, section 12).

        ``statuses`` of versions that are not named stay; ``state`` and ``published_version`` are those of the whole.
        Without ``action`` the history says nothing of it.
        """
        with self._writing() as con:
            row = rows.known_row(con, kind, id)
            self._check_expected(row, kind, id)
            lives.set_statuses(con, kind, id, statuses, at, by)
            self._put(con, row, kind, id, {"state": state, "published_version": published_version}, at, by)
            if action is not None:
                rows.remember(con, kind, id, version, action, at, by, note)

    def forget_statuses(self, kind: str, id: str, versions: Collection[int]) -> None:
        """These versions are deleted: they have no life any more. Their definitions stay readable."""
        with self._writing() as con:
            lives.forget_statuses(con, kind, id, versions)

    def change_texts(self, kind: str, id: str, version: int, name: str, body: Mapping[str, object]) -> None:
        """Change texts inside a version, which keeps its number. What they were stands in the controls."""
        with self._writing() as con:
            rows.version_row(con, kind, id, version)
            lives.change_body(con, kind, id, version, name, json.loads(json.dumps(body)))

    def add_controls(self, changes: Iterable[DefinitionChange], *, at: int, by: str = "") -> None:
        """Have ticks be told of these, in this order and behind everything before."""
        with self._writing() as con:
            lives.add_controls(con, changes, at, by)

    def newest_control(self) -> int:
        """The highest number of all controls, 0 where there is none: by it one sees whether there are new ones."""
        with self._reading() as con:
            return lives.newest_control(con)

    def forget_controls(self, kind: str, until: int) -> None:
        """The controls of a kind up to this number were taken in, and nobody will ask what they said."""
        with self._writing() as con:
            lives.forget_controls(con, kind, until)

    def statuses(self, kind: str, id: str | None = None) -> dict[str, dict[int, str]]:
        """Where versions stand, of one definition or of all of a kind, by id and number."""
        with self._reading() as con:
            return lives.statuses(con, kind, id)

    def controls(self, kind: str, id: str | None = None, after: int = 0) -> tuple[Control, ...]:
        """What ticks were to be told of a kind, or of one definition, with numbers above ``after``, in order."""
        with self._reading() as con:
            return lives.controls_of(con, kind, id, after)

    def last_controls(self, kind: str | None = None, id: str | None = None) -> dict[tuple[str, str], int]:
        """The number of the last control by kind and id, of all or of these."""
        with self._reading() as con:
            return lives.last_controls(con, kind, id)

    # --- reading -----------------------------------------------------------------------------------------

    def get(self, kind: str, id: str, version: int | None = None) -> Definition:
        """A definition with its newest version, or the one asked for; deleted ones too.

        Raises:
            UnknownNameError: there is no such definition or version.
        """
        with self._reading() as con:
            return self._get(con, kind, id, version)

    def _get(self, con: Connection, kind: str, id: str, version: int | None = None) -> Definition:
        return rows.definition(con, rows.known_row(con, kind, id), version)

    def list(self, kind: str | None = None, states: Collection[str] | None = None) -> tuple[Definition, ...]:
        """Definitions with their newest versions, by kind and id; without deleted ones unless asked for."""
        wanted = [State(state) for state in states] if states is not None else [s for s in State if s != State.DELETED]
        with self._reading() as con:
            return tuple(
                rows.joined(con, rows.of_kind(kind).where(definitions.c.state.in_(wanted)), definitions.c.version)
            )

    def published(self, kind: str | None = None) -> tuple[Definition, ...]:
        """What is evaluated: published definitions with the version that was published, by kind and id."""
        query = rows.of_kind(kind).where(definitions.c.state == State.PUBLISHED)
        with self._reading() as con:
            return tuple(rows.joined(con, query, definitions.c.published_version))

    def published_ids(self, kind: str) -> frozenset[str]:
        """The ids of the published definitions of a kind."""
        query = select(definitions.c.id).where(definitions.c.kind == kind, definitions.c.state == State.PUBLISHED)
        with self._reading() as con:
            return frozenset(con.execute(query).scalars())

    def heads(self, kind: str) -> tuple[Head, ...]:
        """Definitions of a kind, deleted ones too, by id: what they are, without the bodies of their versions."""
        columns = definitions.c
        query = select(columns.id, columns.state, columns.version, columns.published_version)
        with self._reading() as con:
            found = con.execute(query.where(columns.kind == kind).order_by(columns.id)).all()
        return tuple(Head(row.id, State(row.state), row.version, row.published_version) for row in found)

    def versions(self, kind: str, id: str) -> tuple[Version, ...]:
        """Every version, oldest first.

        Raises:
            UnknownNameError: there is no such definition.
        """
        table = definition_versions.c
        query = select(definition_versions).where(table.kind == kind, table.id == id).order_by(table.version)
        with self._reading() as con:
            rows.known_row(con, kind, id)
            return tuple(Version(**row) for row in con.execute(query).mappings())

    def history(
        self, kind: str | None = None, id: str | None = None, limit: int | None = None, before: int | None = None
    ) -> tuple[HistoryEntry, ...]:
        """What was done, newest first; of one kind or one definition, with numbers below ``before``."""
        query = select(history).order_by(history.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(history.c.number < before)
        if kind is not None:
            query = query.where(history.c.kind == kind)
        if id is not None:
            query = query.where(history.c.id == id)
        with self._reading() as con:
            rows = [dict(row) for row in con.execute(query).mappings()]
        return tuple(HistoryEntry(**row) for row in rows)

    # --- settings ----------------------------------------------------------------------------------------

    def setting(self, key: str, default: object = None) -> object:
        """The value of a setting, or ``default``."""
        with self._reading() as con:
            row = con.execute(select(settings.c.value).where(settings.c.key == key)).first()
        return default if row is None else row[0]

    def settings(self) -> dict[str, object]:
        """All settings, by key."""
        with self._reading() as con:
            found = con.execute(select(settings.c.key, settings.c.value).order_by(settings.c.key))
            return {row.key: row.value for row in found}

    def set_setting(self, key: str, value: object, *, at: int, by: str = "") -> None:
        """Set a setting to any plain data; ``None`` removes it."""
        with self._writing() as con:
            con.execute(delete(settings).where(settings.c.key == key))
            if value is not None:
                con.execute(insert(settings).values(key=key, value=value, changed_at=at, changed_by=author_of(by)))

    # --- connections -------------------------------------------------------------------------------------

    def reading(self) -> contextlib.AbstractContextManager[Connection]:
        """A connection for reading tables of one's own, in one transaction."""
        return self._reading()

    def writing(self) -> contextlib.AbstractContextManager[Connection]:
        """A connection for changing tables of one's own: one transaction, all of it, or on any error none."""
        return self._writing()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._shared is not None:
            yield self._shared
            return
        with opening.explained(str(self._engine.url)), opening.reading(self._engine) as connection:
            yield connection

    @property
    def _shared(self) -> Connection | None:
        return getattr(self._local, "shared", None)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._shared is not None:
            yield self._shared
            return
        with opening.explained(str(self._engine.url)), opening.writing(self._engine) as connection:
            yield connection
