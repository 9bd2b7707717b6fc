"""What selections of the CRM have read is kept in the folder of the workspace, so that the next process begins with it.

It is a cache of the catalogue: it may be deleted at any time, and need not be in a backup.
"""

from __future__ import annotations

import contextlib

from parcours.contacts import selection
from parcours.core.errors import WorkspaceError
from parcours.service.wiring import Parts


def begin(parts: Parts) -> None:
    """Begin with what was kept, and keep what will be read when the workspace is closed."""
    with parts.catalogue.reading() as con:
        selection.mirror_of(con).keep_in(parts.folder.columns)
    parts.before_closing(lambda: _keep(parts))


def forget(parts: Parts) -> None:
    """Somebody was deleted, whose name may be among what is kept."""
    with parts.catalogue.reading() as con:
        selection.mirror_of(con).forget(parts.folder.columns)


def _keep(parts: Parts) -> None:
    """Where the disk is full the next process reads everything again: closing does not fail for it."""
    with contextlib.suppress(WorkspaceError), parts.catalogue.reading() as con:
        selection.mirror_of(con).keep(con, parts.folder.columns)
