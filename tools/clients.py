"""Install the client libraries for Node.js that the tests send with to a running service: ``tests/clients``.

They come from the registry as ``tests/clients/package-lock.json`` pins them. Does nothing when nothing has changed.
"""

from __future__ import annotations

import fcntl
import hashlib
import sys
from pathlib import Path

from tools.web import ROOT, install

CLIENTS = ROOT / "tests" / "clients"
_MODULES = CLIENTS / "node_modules"
_STAMP = _MODULES / ".parcours"


def ready() -> Path:
    """The folder with the installed libraries, made first when something has changed. One process at a time."""
    wanted = hashlib.sha256((CLIENTS / "package-lock.json").read_bytes()).hexdigest()
    with (CLIENTS / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _STAMP.exists() or _STAMP.read_text() != wanted:
            install(CLIENTS)
            _STAMP.write_text(wanted)
    return CLIENTS


if __name__ == "__main__":
    ready()
    sys.exit(0)
