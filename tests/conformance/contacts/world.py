"""Workspaces for scenarios, with the catalogue on SQLite or PostgreSQL.

The catalogue is made and migrated once; each scenario gets a copy of it. Scenarios that send mails get a workspace of
their own, too; all others share one, in which only the catalogue is put in place anew.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from datetime import date
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

import parcours
from parcours.core.clock import HOUR, VirtualClock, instant
from parcours.service.workspace import Workspace
from parcours.store.catalogue import Catalogue
from parcours.testing.postgres import PostgresServer
from parcours.testing.smtp import SmtpSink

_CHANNELS = """
[channels.email]
type = "smtp"
host = "{host}"
port = {port}
security = "none"
sender = "crm@example.com"
"""
#: In the place of a URL: start a server.
OWN_SERVER = "postgres"
_SQLITE = "catalogue.sqlite"


class Day(VirtualClock):
    """A clock that is set to nine in the morning of a day."""

    def set(self, day: date) -> None:
        self._now = instant(day.isoformat()) + 9 * HOUR


class World:
    """Where scenarios take place.

    Args:
        url: of a PostgreSQL server, on which databases are made and removed; ``postgres`` starts one; blank: SQLite.
        reference: follow the reference system throughout, not only in scenarios that pin a quirk.
    """

    #: Addresses at which mail fails.
    refused: Collection[str] = ()

    def __init__(self, url: str = "", *, reference: bool = False) -> None:
        self.url = url
        self.reference = reference
        self._clock = Day(0)

    @contextlib.contextmanager
    def workspace(self, today: date, *, mails: bool = False) -> Iterator[Workspace]:
        """An empty workspace on a day, at nine in the morning; with ``mails`` its e-mails go to :attr:`sink`."""
        self._clock.set(today)
        if mails:
            with self._own("own", _CHANNELS.format(host=self.sink.host, port=self.sink.port)) as workspace:
                yield workspace
            return
        workspace = self._shared
        engine = workspace._parts.catalogue._engine
        engine.dispose()
        self._fresh_catalogue("shared")
        yield workspace

    @cached_property
    def sink(self) -> SmtpSink:
        """A real SMTP server for all scenarios."""
        sink = SmtpSink(refuse=lambda address: "550 no such mailbox" if address in self.refused else None)
        sink.__enter__()
        atexit.register(sink.__exit__, None, None, None)
        return sink

    # --- workspaces ---

    @contextlib.contextmanager
    def _own(self, name: str, settings: str = "") -> Iterator[Workspace]:
        folder = self._place / name
        shutil.copytree(self._template, folder)
        if self.url:
            settings = f'catalogue = "{self._url_of(self._database(name))}"\n{settings}'
        with (folder / "parcours.toml").open("a", encoding="utf-8") as file:
            file.write("\n" + settings)
        self._fresh_catalogue(name)
        try:
            with parcours.open(folder, self._clock) as workspace:
                yield workspace
        finally:
            shutil.rmtree(folder)
            if self.url:
                self._drop(self._database(name))

    @cached_property
    def _shared(self) -> Workspace:
        opened = contextlib.ExitStack()
        workspace = opened.enter_context(self._own("shared"))
        atexit.register(opened.close)
        return workspace

    @cached_property
    def _place(self) -> Path:
        memory = Path("/dev/shm")
        place = tempfile.TemporaryDirectory(prefix="parcours-", dir=memory if os.access(memory, os.W_OK) else None)
        atexit.register(place.cleanup)
        return Path(place.name)

    @cached_property
    def _template(self) -> Path:
        folder = self._place / "template"
        parcours.init(folder).close()
        Catalogue.open(folder / _SQLITE).close()
        return folder

    # --- catalogues ---

    def _fresh_catalogue(self, name: str) -> None:
        """Put an empty catalogue in the place of that of a workspace, which has no connection to it."""
        if self.url:
            self._drop(self._database(name))
            self._on_server(f'CREATE DATABASE "{self._database(name)}" TEMPLATE "{self._empty}"')
            return
        folder = self._place / name
        for leftover in folder.glob(f"{_SQLITE}-*"):
            leftover.unlink()
        shutil.copyfile(self._template / _SQLITE, folder / _SQLITE)

    def _database(self, name: str) -> str:
        return f"parcours_{os.getpid()}_{name}"

    @cached_property
    def _empty(self) -> str:
        """The database that the others are copies of."""
        name = self._database("template")
        self._on_server(f'CREATE DATABASE "{name}"')
        atexit.register(self._drop, name)
        Catalogue.open(self._url_of(name)).close()
        return name

    def _drop(self, name: str) -> None:
        self._on_server(f'DROP DATABASE IF EXISTS "{name}"')

    def _url_of(self, database: str) -> str:
        return make_url(self._url).set(database=database).render_as_string(hide_password=False)

    def _on_server(self, statement: str) -> None:
        with self._server.connect() as connection:
            connection.execute(text(statement))

    @cached_property
    def _server(self) -> Engine:
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        atexit.register(engine.dispose)
        return engine

    @cached_property
    def _url(self) -> str:
        """The server: the one that was named, or one of our own that ends with this process."""
        if self.url != OWN_SERVER:
            return self.url
        server = PostgresServer()
        server.__enter__()
        atexit.register(server.close)
        return server.url("postgres")
