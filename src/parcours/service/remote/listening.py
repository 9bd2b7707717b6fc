"""The socket on which a process that holds a workspace takes calls from others of this machine's user."""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from parcours.core.errors import WorkspaceError
from parcours.service.folder import Folder
from parcours.service.workspace import Workspace

#: Bytes that the path of a socket may have.
_LONGEST = 100


@contextmanager
def listening(workspace: Workspace) -> Iterator[socket.socket]:
    """The socket of a workspace, open for this machine's user alone, and noted for those who look for it.

    Who comes before somebody serves on it waits. Inside such a block, it is the same socket.

    Raises:
        WorkspaceError: ``no-socket``, it cannot be made.
    """
    lock, folder = workspace._parts.lock, workspace._parts.folder
    if lock.listener is not None:
        yield lock.listener
        return
    path = place_of(folder)
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with suppress(FileNotFoundError):
            path.unlink()  # of a process that was killed: the folder is ours
        os.fchmod(found.fileno(), 0o600)  # before anybody can see it
        found.bind(str(path))
        path.chmod(0o600)
        found.listen(128)
        lock.takes_calls(path, found)
        yield found
    except OSError as error:
        raise WorkspaceError(
            f"no socket can be made for others: {error.strerror or error}", code="no-socket", where=str(path)
        ) from None
    finally:
        lock.takes_calls(None)
        found.close()
        path.unlink(missing_ok=True)


def place_of(folder: Folder) -> Path:
    """Where the socket lies: in the folder, or where its path would be too long, in a folder of the user's own."""
    if len(os.fsencode(folder.socket)) <= _LONGEST:
        return folder.socket
    name = f"{hashlib.sha256(os.fsencode(folder.root)).hexdigest()[:16]}.socket"
    for root in (os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), "/tmp"):
        place = Path(root) / f"parcours-{os.getuid()}" / name
        if root and len(os.fsencode(place)) <= _LONGEST:
            break
    return _own(place.parent) / name


def _own(found: Path) -> Path:
    """A folder that nobody else can look into.

    Raises:
        WorkspaceError: somebody else has made it.
    """
    found.mkdir(mode=0o700, exist_ok=True)
    status = found.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise WorkspaceError("the folder for sockets belongs to somebody else", code="no-socket", where=str(found))
    return found
