"""Opening the catalogue's database, bringing it to the newest form, and saying clearly what went wrong."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from parcours.core.errors import WorkspaceError

#: The newest migration, and those before it, oldest first. A test compares them with the folder ``migrations``.
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")
#: How long a writer waits for another one.
PATIENCE_MS = 10_000
#: The lock of PostgreSQL that writers of a catalogue take, among those of the same database.
WRITERS = 7_212_131
#: Kilobytes of an SQLite file that a transaction may hold in memory: one that writes keeps what it changes there until
#: the end, since lines of 100,000 contacts touch pages all over the indexes. The next reader gives them free.
CACHE_KB, CACHE_TO_WRITE_KB = 16_000, 256_000
MIGRATIONS = Path(__file__).parent / "migrations"


def url_of(place: str | Path) -> str:
    """``place`` when it is a database URL; the URL of an SQLite file when it is a path."""
    if isinstance(place, str) and "://" in place:
        return place
    return f"sqlite:///{Path(place).absolute()}"


def connect(place: str | Path) -> Engine:
    """An engine on the catalogue at ``place``, in the newest form.

    Raises:
        WorkspaceError: cannot be opened, is no database, or was written by a newer version.
    """
    url = url_of(place)
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        _tune_sqlite(engine)
    try:
        with explained(url), writing(engine) as connection:
            _migrate(connection, url)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that is going to write. Writers take turns from its beginning, so that none fails half-way: SQLite
    locks the file, and on a server this takes a lock of our own, that the end of the transaction lets go."""
    with engine.connect().execution_options(parcours_writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")
        yield connection


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads: one state, whatever others commit meanwhile, as SQLite gives by itself."""
    level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**level) as connection, connection.begin():
        yield connection


def _tune_sqlite(engine: Engine) -> None:
    """Our own BEGIN (the driver's would leave DDL outside), a write-ahead log, and patience with other writers."""

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _: object) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {PATIENCE_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
        ):
            connection.execute("PRAGMA " + pragma)

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("parcours_writes")
        connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_TO_WRITE_KB if writes else CACHE_KB}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(connection: Connection, url: str) -> None:
    """Run the migrations that are missing. Alembic is imported only when there are any: it is slow to import."""
    present = _revision(connection)
    if present == REVISIONS[-1]:
        return
    if present is not None and present not in REVISIONS:
        raise WorkspaceError(
            f"the catalogue {_shown(url)} was written by a newer version (revision {present})",
            code="newer-version",
            hint="upgrade Parcours",
        )
    upgrade(connection, "head")


def upgrade(connection: Connection, revision: str) -> None:
    """Bring the database to a revision, within the caller's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _revision(connection: Connection) -> str | None:
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise WorkspaceError(
            "the database is not a catalogue of Parcours",
            code="not-a-catalogue",
            where=_shown(str(connection.engine.url)),
            hint="move the file away, or open another workspace",
        )
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


_CAUSES = (
    (r"file is not a database|malformed", "not-a-catalogue", "is damaged or no database", "restore it from a copy"),
    (r"readonly database|Permission denied", "read-only", "cannot be written", "give yourself write access to it"),
    (r"unable to open", "missing", "cannot be opened", "check that its folder exists and that you may write there"),
    (r"disk is full|disk I/O error", "disk-full", "could not be written: the disk is full", "free some space"),
    (r"is locked", "in-use", "is locked by another program", "close that program, then try again"),
)


@contextlib.contextmanager
def explained(url: str) -> Iterator[None]:
    """Turn what the database says into a :class:`WorkspaceError`."""
    try:
        yield
    except DBAPIError as error:
        for pattern, code, what, hint in _CAUSES:
            if re.search(pattern, str(error.orig)):
                raise WorkspaceError(f"the catalogue {_shown(url)} {what}", code=code, hint=hint) from error
        raise WorkspaceError(f"the catalogue {_shown(url)} failed: {error.orig}", code="catalogue") from error


def _shown(url: str) -> str:
    """The place without a password in it."""
    parsed = make_url(url)
    return str(parsed.database) if parsed.get_backend_name() == "sqlite" else parsed.render_as_string()
