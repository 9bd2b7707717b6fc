"""The desk: one transaction of the CRM, with who works, on which day, and how questions are answered.

Rooms above read and write through it, so that everything changed is recorded: the operation, single rows field by
field, removed rows of mirrored tables, and what the log has to be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, TypeAlias

import polars as pl
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    and_,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from parcours.contacts.office.bulk import add_rows
from parcours.contacts.office.questions import Questions
from parcours.contacts.office.texts import check_text
from parcours.contacts.office.who import Days, Person
from parcours.contacts.tables import audit, mirrored, setup
from parcours.core.errors import InputError, Refused, UnknownNameError, nearest

#: A row by column; what a desk hands out is a copy.
Row: TypeAlias = dict[str, Any]
#: Gives the ids of the profiles that meet a rule of Parcours, in any of its languages.
RulePort: TypeAlias = Callable[[Any], pl.Series]
#: Keys in one statement; databases take only so many parameters.
CHUNK = 500


class Desk:
    """One transaction. Made by :class:`~parcours.contacts.office.office.Office`.

    Attributes:
        con: the connection, for queries of one's own; everything that changes rows goes through the methods here.
        person, days: who works, and when.
        questions: how questions are answered.
        reference: whether the reference system is followed where it loses data (section 22).
        revision: number of the operation; 0 where nothing may be changed.
        rules: whom rules of Parcours hold for; ``None`` where nobody can tell.
    """

    def __init__(
        self,
        con: Connection,
        person: Person,
        days: Days,
        questions: Questions,
        *,
        reference: bool,
        revision: int,
        rules: RulePort | None = None,
    ) -> None:
        self.con = con
        self.person = person
        self.days = days
        self.questions = questions
        self.reference = reference
        self.revision = revision
        self.rules = rules
        self._touched: dict[tuple[str, str], Any] = {}

    @property
    def today(self) -> date:
        """The actual day."""
        return self.days.today

    @property
    def work_date(self) -> date:
        """The day that the user has set."""
        return self.days.work_date

    @property
    def interactive(self) -> bool:
        """Whether a user types into a form (section 1)."""
        return self.questions.interactive

    def ask(self, question: str, detail: str = "") -> bool:
        """Yes or no; see :mod:`parcours.contacts.office.questions`.

        Raises:
            OpenQuestion: nobody answered.
        """
        return self.questions.ask(question, detail)

    @cached_property
    def own_salesperson(self) -> str:
        """The salesperson that the acting user is set up with, or blank."""
        if self.person.salesperson_code is not None:
            return self.person.salesperson_code
        row = self.find(setup.users, self.person.id)
        return "" if row is None else str(row["salesperson_code"])

    # --- reading -----------------------------------------------------------------------------------------

    def find(self, table: Table, key: object) -> Row | None:
        """The row with this primary key (a tuple where it has several columns), or ``None``."""
        found = self.con.execute(select(table).where(_has_key(table, key))).mappings().first()
        return None if found is None else dict(found)

    def get(self, table: Table, key: object, what: str) -> Row:
        """The row with this primary key; ``what`` names the thing in errors: ``a campaign``.

        Raises:
            UnknownNameError: there is none; the hint names one that is spelled nearly so.
        """
        row = self.find(table, key)
        if row is None:
            raise self.unknown(table, key, what)
        return row

    def unknown(self, table: Table, key: object, what: str) -> UnknownNameError:
        """The error for a key that no row has."""
        known: list[str] = []
        columns = list(table.primary_key.columns)
        if len(columns) == 1 and isinstance(key, str):
            known = [str(one) for one in self.con.execute(select(columns[0]).limit(2000)).scalars()]
        return UnknownNameError(f"there is no {what.split(' ', 1)[-1]} {key!r}", hint=nearest(str(key), known))

    def first(self, table: Table, *where: ColumnElement[bool], **equal: object) -> Row | None:
        """The first row that fits, in order of the primary key, or ``None``."""
        query = self._query(table, where, equal).order_by(*table.primary_key.columns).limit(1)
        found = self.con.execute(query).mappings().first()
        return None if found is None else dict(found)

    def rows(self, table: Table, *where: ColumnElement[bool], order: Sequence[Any] = (), **equal: object) -> list[Row]:
        """All rows that fit, by ``order``, by default that of the primary key."""
        query = self._query(table, where, equal).order_by(*(order or table.primary_key.columns))
        return [dict(row) for row in self.con.execute(query).mappings()]

    def count(self, table: Table, *where: ColumnElement[bool], **equal: object) -> int:
        """How many rows fit."""
        query = self._query(table, where, equal).subquery()
        return int(self.con.execute(select(func.count()).select_from(query)).scalar_one())

    def frame(
        self, query: Select[Any], schema: Mapping[str, pl.DataType | type[pl.DataType]] | None = None
    ) -> pl.DataFrame:
        """The rows of a query as columns."""
        found = self.con.execute(query)
        names = list(found.keys())
        return pl.DataFrame(
            [tuple(row) for row in found], schema=schema or names, orient="row", infer_schema_length=None
        )

    @staticmethod
    def _query(table: Table, where: Iterable[ColumnElement[bool]], equal: Mapping[str, object]) -> Select[Any]:
        return select(table).where(*where, *(table.c[name] == value for name, value in equal.items()))

    # --- changing ----------------------------------------------------------------------------------------

    def add(self, table: Table, **values: Any) -> Row:
        """Add a row; columns that are not named take their defaults. Returns it with its key.

        Raises:
            InputError: a column is not one of the table.
        """
        made = self._stamped(table, _known(table, values))
        done = self.con.execute(insert(table).values(**made))
        key = tuple(done.inserted_primary_key or ())
        row = self.find(table, key)
        assert row is not None
        self._note(table, _key_text(key), "added", {name: [None, _plain(value)] for name, value in values.items()})
        return row

    def add_many(self, table: Table, rows: Sequence[Mapping[str, Any]] | pl.DataFrame) -> int:
        """Add many rows with the same columns at once; single rows are not recorded. Returns how many."""
        if len(rows):
            _known(table, dict.fromkeys(rows.columns) if isinstance(rows, pl.DataFrame) else rows[0])
            add_rows(self.con, table, rows, self._stamped(table, {}))
        return len(rows)

    def add_from(self, table: Table, query: Select[Any]) -> int:
        """Add the rows of a query, in its order; its columns are named as those of the table. Returns how many."""
        names = query.selected_columns.keys()
        _known(table, dict.fromkeys(names))
        stamp = self._stamped(table, {})
        stamped = query.add_columns(*(literal(value).label(name) for name, value in stamp.items()))
        return self._insert_from(table, [*names, *stamp], stamped)

    def change(self, table: Table, key: object, expected_version: int | None = None, **values: Any) -> Row:
        """Change columns of the row with this primary key; what stays the same is not recorded.

        Raises:
            UnknownNameError: there is no such row.
            Refused: ``conflict``, somebody changed it after version ``expected_version``.
        """
        row = self.get(table, key, f"a row of {table.name}")
        self.check_version(row, expected_version, f"{table.name} {key}")
        different = {name: value for name, value in _known(table, values).items() if row[name] != value}
        if not different:
            return row
        made = self._stamped(table, dict(different))
        if "version" in table.c and "version" not in made:
            made["version"] = row["version"] + 1
        self.con.execute(update(table).where(_has_key(table, key)).values(**made))
        fields = {name: [_plain(row[name]), _plain(value)] for name, value in different.items()}
        self._note(table, _key_text(key), "changed", fields)
        return {**row, **made}

    def change_many(self, table: Table, where: Sequence[ColumnElement[bool]], **values: Any) -> int:
        """Change columns of all rows that fit to the same values; single rows are not recorded. Returns how many."""
        made: dict[str, Any] = self._stamped(table, _known(table, dict(values)))
        if "version" in table.c and "version" not in made:
            made["version"] = table.c.version + 1
        return self.con.execute(update(table).where(*where).values(**made)).rowcount

    def remove(self, table: Table, key: object) -> None:
        """Remove the row with this primary key; when there is none, nothing happens."""
        row = self.find(table, key)
        if row is None:
            return
        self.con.execute(delete(table).where(_has_key(table, key)))
        if table.name in mirrored:
            self.con.execute(insert(audit.removals).values(self._removal(table, row["id"])))
        self._note(
            table, _key_text(key), "removed", {name: [_plain(value), None] for name, value in row.items() if value}
        )

    def remove_many(self, table: Table, *where: ColumnElement[bool], **equal: object) -> int:
        """Remove all rows that fit; single rows are not recorded. Returns how many."""
        tests = (*where, *(table.c[name] == value for name, value in equal.items()))
        if table.name in mirrored:
            gone = self.con.execute(select(table.c.id).where(*tests)).scalars().all()
            if gone:
                self.con.execute(insert(audit.removals), [self._removal(table, id) for id in gone])
        return self.con.execute(delete(table).where(*tests)).rowcount

    def check_version(self, row: Mapping[str, Any], expected: int | None, what: str) -> None:
        """Refuse when a row is not as the user had seen it.

        Raises:
            Refused: ``conflict``.
        """
        if expected is not None and row["version"] != expected:
            raise Refused(
                f"{what} was changed by somebody else: expected version {expected}, found {row['version']}",
                code="conflict",
                hint="look at it again, then repeat what is still wanted",
            )

    # --- telling -----------------------------------------------------------------------------------------

    def describe(self, kind: str, key: str, note: str = "") -> None:
        """What the operation is about, for the audit trail: ``describe("worksheet", "SM00001", "412 contacts")``."""
        table = audit.operations
        self.con.execute(update(table).where(table.c.revision == self.revision).values(kind=kind, key=key, note=note))

    def touch(self, contacts: Iterable[str]) -> None:
        """The profiles of these contacts (numbers) have changed, in attributes, groups, answers or figures."""
        self.tell("profile", contacts)

    def tell(self, kind: str, keys: Iterable[object], body: Any = None) -> None:
        """Have the log told, when the transaction is through. Each kind and key once: the last body counts."""
        for key in keys:
            self._touched[kind, str(key)] = body

    def tell_from(self, kind: str, keys: Select[Any], body: Any = None) -> int:
        """Have the log told of every key that a query of one column gives, in its order: for many. Returns how many."""
        (column,) = keys.selected_columns
        told = (
            literal(self.revision).label("revision"),
            literal(kind).label("kind"),
            cast(column, String).label("key"),
            literal(body, JSON).label("body"),
        )
        return self._insert_from(audit.outbox, ["revision", "kind", "key", "body"], keys.with_only_columns(*told))

    def finish(self) -> None:
        """Write what is to be told. Called by the office before it commits."""
        told = [
            {"revision": self.revision, "kind": kind, "key": key, "body": body}
            for (kind, key), body in self._touched.items()
        ]
        if told:
            self.con.execute(insert(audit.outbox), told)
        self._touched.clear()

    def _insert_from(self, table: Table, names: Sequence[str], query: Any) -> int:
        statement = insert(table).from_select(names, query)
        return self.con.execute(statement, execution_options={"preserve_rowcount": True}).rowcount

    def _stamped(self, table: Table, values: dict[str, Any]) -> dict[str, Any]:
        if table.name in mirrored:
            values["revision"] = self.revision
        return values

    def _removal(self, table: Table, id: int) -> Row:
        return {"revision": self.revision, "table_name": table.name, "row_id": id}

    def _note(self, table: Table, key: str, action: str, fields: Mapping[str, object]) -> None:
        self.con.execute(
            insert(audit.changes).values(
                revision=self.revision, table_name=table.name, key=key, action=action, fields=fields
            )
        )


def in_chunks(values: Iterable[Any], size: int = CHUNK) -> Iterable[list[Any]]:
    """Lists of at most ``size``, for ``column.in_(…)``."""
    listed = list(values)
    return (listed[start : start + size] for start in range(0, len(listed), size))


def _has_key(table: Table, key: object) -> ColumnElement[bool]:
    columns = list(table.primary_key.columns)
    parts = key if isinstance(key, tuple) else (key,)
    return and_(*(column == part for column, part in zip(columns, parts, strict=True)))


def _key_text(key: object) -> str:
    return "/".join(str(part) for part in key) if isinstance(key, tuple) else str(key)


def _known(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in values.items():
        check_text(name, value)
        if name not in table.c:
            raise InputError(
                f"{table.name} has no field {name!r}", code="unknown-field", hint=nearest(name, table.c.keys())
            )
    return dict(values)


def _plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return value
