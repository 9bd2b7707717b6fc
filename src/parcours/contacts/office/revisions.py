"""Numbers of operations: in which order they were committed, and up to which of them everything is settled."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from parcours.contacts.tables import audit

#: Where a connection remembers its transaction and the first number it took.
_FIRST = "crm_first_revision"


def next_revision(con: Connection) -> int:
    """Take the next number; whoever comes after waits until this transaction has ended."""
    done = con.execute(update(audit.head).where(audit.head.c.id == 1).values(revision=audit.head.c.revision + 1))
    if done.rowcount == 0:
        con.execute(insert(audit.head).values(id=1, revision=1))
    revision = _head(con)
    if _own(con) is None:
        con.info[_FIRST] = (con.get_transaction(), revision)
    return revision


def settled(con: Connection) -> int:
    """The number up to which every operation that this transaction sees is committed: all but its own."""
    own = _own(con)
    return _head(con) if own is None else own - 1


def _own(con: Connection) -> int | None:
    """The first number that this very transaction took."""
    transaction, revision = con.info.get(_FIRST, (None, 0))
    return revision if transaction is not None and transaction is con.get_transaction() else None


def _head(con: Connection) -> int:
    return int(con.execute(select(audit.head.c.revision).where(audit.head.c.id == 1)).scalar() or 0)
