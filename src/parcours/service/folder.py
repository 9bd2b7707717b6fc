"""The folder of a workspace: what lies in it, how it is found, and who holds it."""

from __future__ import annotations

import fcntl
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from socket import socket as Listener
from typing import IO

from parcours.core.errors import WorkspaceError

SETTINGS = "parcours.toml"
FIRST_SETTINGS = """\
# Settings of this Parcours workspace. `parcours status` shows them; every one can be left out.

# zone = "Europe/Paris"          # time zone in which reports count days

# Where e-mail goes. Without it, messages that journeys decide stay pending.
# [channels.email]
# type = "smtp"
# host = "smtp.example.com"
# port = 587
# security = "starttls"
# username = "shop"
# password = "..."               # better: the environment variable PARCOURS_CHANNELS__EMAIL__PASSWORD
# sender = "Our shop <hello@example.com>"
"""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where each part of a workspace lies."""

    root: Path

    @property
    def settings(self) -> Path:
        return self.root / SETTINGS

    @property
    def catalogue(self) -> Path:
        return self.root / "catalogue.sqlite"

    @property
    def log(self) -> Path:
        return self.root / "history.duckdb"

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def requests(self) -> Path:
        return self.root / "requests"

    @property
    def sources(self) -> Path:
        """What connectors remember."""
        return self.root / "sources"

    @property
    def uploads(self) -> Path:
        """Files that came by HTTP."""
        return self.root / "uploads"

    @property
    def snapshots(self) -> Path:
        return self.root / "snapshots"

    @property
    def columns(self) -> Path:
        """Tables of the CRM as selections read them: a cache."""
        return self.root / "columns"

    @property
    def limits(self) -> Path:
        return self.root / "limits"

    @property
    def lock(self) -> Path:
        return self.root / ".lock"

    @property
    def socket(self) -> Path:
        """Where other processes of this machine's user reach the one that holds the folder."""
        return self.root / ".socket"

    def make(self) -> None:
        """Make an empty workspace here.

        Raises:
            WorkspaceError: there is one already, other files are in the way, or the place cannot be written.
        """
        if self.settings.exists():
            raise WorkspaceError(
                "there is a workspace already",
                code="exists",
                where=str(self.root),
                hint="use it, or name another",
            )
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            if any(self.root.iterdir()):
                raise WorkspaceError(
                    "the folder is not empty", code="not-empty", where=str(self.root), hint="name a new folder"
                )
            self.settings.write_text(FIRST_SETTINGS, encoding="utf-8")
        except OSError as error:
            raise _unusable(self.root, error) from error

    def check(self) -> None:
        """Make sure that a workspace is here.

        Raises:
            WorkspaceError: ``no-workspace``.
        """
        if not self.settings.is_file():
            raise WorkspaceError(
                f"there is no workspace (no {SETTINGS})",
                code="no-workspace",
                where=str(self.root),
                hint=f"make one: parcours init {self.root}; or name it: --workspace DIR",
            )


def find(start: Path) -> Path:
    """The workspace that ``start`` lies in: the nearest folder upwards with settings.

    Raises:
        WorkspaceError: there is none.
    """
    for folder in (start.absolute(), *start.absolute().parents):
        if (folder / SETTINGS).is_file():
            return folder
    raise WorkspaceError(
        f"there is no workspace here or above (no {SETTINGS})",
        code="no-workspace",
        where=str(start.absolute()),
        hint="make one: parcours init DIR; or name it: --workspace DIR",
    )


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a folder.

    Attributes:
        name: the process, for people.
        socket: where it takes calls; ``None``: it takes none.
    """

    name: str
    socket: Path | None = None

    @classmethod
    def of(cls, folder: Folder) -> Holder:
        """The process that has noted itself last; it need not be there any more."""
        try:
            return cls._read(folder.lock.read_text("utf-8"))
        except (OSError, UnicodeDecodeError):
            return cls("another process")

    @classmethod
    def _read(cls, note: str) -> Holder:
        name, _, socket = note.partition("\n")
        return cls(name.strip() or "another process", Path(socket.strip()) if socket.strip() else None)


class Lock:
    """Holds a folder for this process. Let go by :meth:`release`, and by the system when the process ends.

    Attributes:
        listener: the socket on which this process takes calls from others, while it does.
    """

    def __init__(self, folder: Folder) -> None:
        """Take it.

        Raises:
            WorkspaceError: ``in-use`` with the process that holds it, or ``read-only``.
        """
        self.listener: Listener | None = None
        self._socket: Path | None = None
        self._file = _opened(folder)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise WorkspaceError(
                f"the workspace is in use by {Holder.of(folder).name}",
                code="in-use",
                where=str(folder.root),
                hint="stop that process first; or have it serve others: parcours run, parcours serve",
            ) from None
        self._note()

    def takes_calls(self, path: Path | None, listener: Listener | None = None) -> None:
        """Note where this process takes calls; ``None``: it takes none any more."""
        self._socket, self.listener = path, listener
        self._note()

    def _note(self) -> None:
        """Say who holds it, and where it is reached; no harm when the disk is full."""
        reached = "" if self._socket is None else f"\n{self._socket}"
        try:
            self._file.seek(0)
            self._file.truncate()
            self._file.write(f"process {os.getpid()} ({' '.join(' '.join(sys.argv).split())[:100]}){reached}")
            self._file.flush()
        except OSError:
            pass

    def release(self) -> None:
        """Let others in; the second call does nothing."""
        self._file.close()


def _opened(folder: Folder) -> IO[str]:
    try:
        return os.fdopen(os.open(folder.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666), "r+", encoding="utf-8")
    except OSError as error:
        raise _unusable(folder.root, error) from error


def _unusable(root: Path, error: OSError) -> WorkspaceError:
    if isinstance(error, PermissionError) or error.errno == 30:  # a read-only file system
        return WorkspaceError(
            "the folder cannot be written",
            code="read-only",
            where=str(root),
            hint="give yourself write access to it and to everything in it",
        )
    return WorkspaceError(f"the folder cannot be used: {error.strerror or error}", code="unusable", where=str(root))
