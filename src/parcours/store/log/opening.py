"""Opening the database file, and saying clearly why it cannot be opened or written.

One process holds the file: DuckDB locks it. Within a process a second opening would share the first one's
database, so open files are remembered here.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from parcours.core.errors import WorkspaceError
from parcours.store.log import layout
from parcours.store.log.bridge import run
from parcours.store.log.tables import LAYOUT_VERSION

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

_open_files: set[Path] = set()
_open_files_lock = threading.Lock()

#: Access to files is off for good: whatever a user's SQL says, it can read and write nothing outside. Small
#: commits go to the write-ahead log, which is folded into the file every 128 MB: with the default of 16 MB a
#: commit of 100,000 rows takes twice as long on average, and some of 10,000 rows take 60 ms instead of 5.
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "checkpoint_threshold": "128MB",
}


def connect(path: Path, *, read_only: bool) -> Connection:
    """A connection to the log at ``path``, made there if need be; in UTC, without access to other files.

    Raises:
        WorkspaceError: the file is in use, read-only, no log, damaged or of a newer version.
    """
    if path.stem.lower() in ("facts", "main"):
        raise WorkspaceError(
            f"the file cannot be named {path.name}: DuckDB would confuse the database with a schema of that name",
            code="bad-name",
            hint="name it history.duckdb",
        )
    if read_only and not path.exists():
        raise WorkspaceError(f"there is no log at {path}", code="missing", hint="open the workspace once for writing")
    import duckdb

    with explained(path):
        _check_magic(path)
        con = duckdb.connect(str(path), read_only=read_only, config=_SETTINGS)
        try:
            run(con, "SET GLOBAL TimeZone = 'UTC'")
            _prepare(con, path, read_only=read_only)
        except BaseException:
            con.close()
            raise
    return con


def _check_magic(path: Path) -> None:
    """Refuse other files before DuckDB tries to make something of them."""
    if path.exists():
        with path.open("rb") as file:
            start = file.read(12)
        if start and start[8:] != b"DUCK":
            raise _not_a_log(path)


def _prepare(con: Connection, path: Path, *, read_only: bool) -> None:
    tables = run(con, "SELECT schema_name FROM duckdb_tables() WHERE NOT internal")
    if not tables and not read_only:
        con.begin()
        layout.create(con)
        con.commit()
        return
    version = layout.read_meta(con, "layout") if ("facts",) in tables else None
    if version is None:
        raise _not_a_log(path)
    if int(version) > LAYOUT_VERSION:
        raise _newer(path, f"it has layout {version}, this one knows {LAYOUT_VERSION}")
    if int(version) < LAYOUT_VERSION:
        _upgrade(con, path, int(version), read_only=read_only)


def _upgrade(con: Connection, path: Path, version: int, *, read_only: bool) -> None:
    if read_only:
        raise WorkspaceError(
            f"{path} was written by an older version",
            code="older-version",
            hint="open the workspace once for writing: that brings it up to date",
        )
    con.begin()
    layout.upgrade(con, version)
    con.commit()


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Refuse a file that this process already holds; the caller releases with :func:`release`."""
    with _open_files_lock:
        if path in _open_files:
            raise WorkspaceError(
                f"{path} is already open in this process",
                code="in-use",
                hint="use the workspace that is open, or close it first",
            )
        _open_files.add(path)
    try:
        yield
    except BaseException:
        release(path)
        raise


def release(path: Path) -> None:
    """Let this process open the file again."""
    with _open_files_lock:
        _open_files.discard(path)


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what DuckDB and the system say about the file into a :class:`WorkspaceError`."""
    import duckdb

    try:
        yield
    except duckdb.InterruptException as error:  # Ctrl-C while DuckDB was at work
        raise KeyboardInterrupt from error
    except (duckdb.Error, OSError) as error:
        if "KeyboardInterrupt" in str(error):  # it came while DuckDB had Python hand over rows, and was swallowed
            raise KeyboardInterrupt from error
        raise workspace_error(path, error) from error


def workspace_error(path: Path, error: Exception) -> WorkspaceError:
    """The error of DuckDB or the system, as the person in front of the screen can use it."""
    import duckdb

    said = str(error)
    if "lock on file" in said:
        return WorkspaceError(
            f"{path} is in use by {_holder(said)}",
            code="in-use",
            hint="stop that process first; one process at a time holds a workspace",
        )
    if re.search(r"No space left|File too large|Disk quota|disk space|max_temp_directory_size", said):
        return WorkspaceError(
            f"the disk of {path} is full: the last commit failed",
            code="disk-full",
            hint="free some space, then start again: it goes on from the last commit",
        )
    if re.search(r"Permission denied|Read-only file system|read-only mode|Operation not permitted", said):
        return WorkspaceError(
            f"{path} cannot be written", code="read-only", hint=f"give yourself write access to {path.parent}"
        )
    if re.search(r"version number|storage version|newer version of DuckDB", said):
        return _newer(path, said.splitlines()[0])
    if isinstance(error, FileNotFoundError) or "No such file or directory" in said:
        return WorkspaceError(f"the folder of {path} is missing", code="missing", hint=f"create {path.parent} first")
    return WorkspaceError(
        f"the log {path} failed: {said.splitlines()[0] if said else type(error).__name__}",
        code="damaged" if isinstance(error, duckdb.FatalException | duckdb.InternalException) else "log",
        hint="start again; if it stays, restore the folder from a copy",
    )


def roll_back(con: Connection) -> None:
    """Undo a transaction; a database that has given up has done so already."""
    import duckdb

    with contextlib.suppress(duckdb.Error):
        con.rollback()


def _not_a_log(path: Path) -> WorkspaceError:
    return WorkspaceError(
        f"{path} is not a log of Parcours", code="not-a-log", hint="move the file away, or open another workspace"
    )


def _newer(path: Path, detail: str) -> WorkspaceError:
    return WorkspaceError(
        f"{path} was written by a newer version: {detail}", code="newer-version", hint="upgrade Parcours"
    )


def _holder(said: str) -> str:
    """Which process DuckDB names: ``Conflicting lock is held in /usr/bin/python3 (PID 4711)``."""
    found = re.search(r"held in (.+?) \(PID (\d+)\)", said)
    if found is None:
        return "another process"
    return f"process {found.group(2)} ({_command(found.group(2)) or found.group(1)})"


def _command(pid: str) -> str | None:
    with contextlib.suppress(OSError):
        words = Path("/proc", pid, "cmdline").read_bytes().split(b"\0")
        return " ".join(os.fsdecode(word) for word in words if word)[:120] or None
    return None
