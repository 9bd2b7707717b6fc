"""A real PostgreSQL server for the length of a test run, in a folder of its own, on the loopback interface::

    with PostgresServer() as server:
        url = server.database()         # postgresql+psycopg://…, an empty database of its own

It needs the programs of PostgreSQL (``initdb``, ``postgres``), on the path or where Debian puts them; as root it runs
as another user, since PostgreSQL refuses root. Whether it can run here tells :func:`missing`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from parcours.core.errors import WorkspaceError

#: Users that the server may run as when we are root, in this order.
_USERS = ("postgres", "nobody")
#: Seconds to wait for the server to answer.
_PATIENCE = 60.0


def program(name: str) -> str | None:
    """Where a program of PostgreSQL is, the newest version first; ``None`` when it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda place: place.parts[-3].zfill(4))
    return str(found[-1]) if found else shutil.which(name)


def missing() -> str | None:
    """Why no server can run here, or ``None``."""
    lacking = [name for name in ("initdb", "postgres") if program(name) is None]
    if lacking:
        return f"PostgreSQL is not installed (no {' and no '.join(lacking)}); on Debian: apt-get install postgresql"
    if os.name != "posix":
        return "PostgreSQL is started on POSIX systems only"
    return None


class PostgresServer:
    """A server that ends with the block.

    Raises:
        WorkspaceError: ``no-postgres``, it cannot be started here; the message says why.
    """

    def __init__(self) -> None:
        reason = missing()
        if reason is not None:
            raise WorkspaceError(reason, code="no-postgres")
        self._folder = Path(tempfile.mkdtemp(prefix="parcours-postgres-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0
        self.port = 0

    def __enter__(self) -> PostgresServer:
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def database(self) -> str:
        """The URL of a new, empty database."""
        self._databases += 1
        name = f"test_{self._databases}"
        self._do(f"CREATE DATABASE {name}")
        return self.url(name)

    def copy(self, url: str) -> str:
        """The URL of a new database that holds what the one at ``url`` holds; nobody may be connected to that one."""
        self._databases += 1
        name = f"test_{self._databases}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {url.rpartition('/')[2]}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database."""
        self._do(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def url(self, name: str) -> str:
        """The URL of a database by its name."""
        return f"postgresql+psycopg://parcours@127.0.0.1:{self.port}/{name}"

    def close(self) -> None:
        """Stop the server and remove its folder. The second call does nothing."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # a fast end: sessions are cut off
            try:
                self._process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
            self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> None:
        data, user = self._folder / "data", _user()
        if user is not None:
            os.chown(self._folder, user["user"], user["group"])
        command: list[object] = [
            program("initdb"),
            "-D",
            data,
            "-U",
            "parcours",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]
        made = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd="/", **(user or {}))
        if made.returncode:
            raise WorkspaceError(f"PostgreSQL could not be set up: {made.stderr.strip()}", code="no-postgres")
        self.port = _free_port()
        # Nothing has to survive the test run, so nothing is forced to disk.
        options = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", f"unix_socket_directories={data}")
        command = [program("postgres"), "-D", data, "-p", self.port, "-h", "127.0.0.1"]
        command += [part for option in options for part in ("-c", option)]
        log = (self._folder / "log").open("wb")
        with log:
            self._process = subprocess.Popen(
                [str(part) for part in command], stdout=log, stderr=log, cwd="/", **(user or {})
            )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                return self._do("SELECT 1")
            except OperationalError as error:
                assert self._process is not None
                if self._process.poll() is not None or time.monotonic() > until:
                    said = (self._folder / "log").read_text(errors="replace")
                    raise WorkspaceError(
                        f"PostgreSQL did not start: {said.strip()[-500:]}", code="no-postgres"
                    ) from error
                time.sleep(0.05)

    def _do(self, sql: str) -> None:
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text(sql))
        finally:
            engine.dispose()


def _user() -> dict[str, Any] | None:
    """As whom to run; ``None``: as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in _USERS:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": ()}
    raise WorkspaceError("PostgreSQL refuses to run as root, and there is no other user", code="no-postgres")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
