"""Steering a workspace that another process moves: decided here, written into the catalogue, told to its next tick.

The process that holds the folder looks for new controls at every tick. What needs the state or the log (where people
stand, what has come with time since) is not known here, so it can be asked of that process only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, cast

from parcours.core.clock import Clock, SystemClock
from parcours.core.settings import read_settings
from parcours.service import controls
from parcours.service.acting import Actions
from parcours.service.folder import Folder
from parcours.service.segments import Moment, as_instant
from parcours.store.catalogue import Catalogue

if TYPE_CHECKING:
    from parcours.service.wiring import Parts


class _ElsewhereLog:
    """The log is in the hands of another process: nothing is known of the last tick."""

    def last_tick(self) -> None:
        return None


class _Elsewhere:
    """The parts that can be had while another process holds the folder; see :class:`~parcours.service.wiring.Parts`."""

    def __init__(self, folder: Folder, clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self.moving = RLock()
        self.settings = read_settings(folder.settings)
        self.catalogue = Catalogue.open(self.settings.catalogue or folder.catalogue)
        self.log = _ElsewhereLog()


class Steering:
    """What can be done with a workspace that another process moves. Use it as a context manager.

    Attributes:
        journeys: the actions of :class:`~parcours.service.acting.Actions` that need no more than the catalogue:
            publishing drafts, closing, stopping, pausing, resuming, tests, dry runs, reopening, rolling back, trying
            again, new versions.
    """

    def __init__(self, folder: Path | str, clock: Clock | None = None) -> None:
        """Open the catalogue of the workspace in ``folder``.

        Raises:
            WorkspaceError: there is no workspace, or its catalogue cannot be opened.
        """
        place = Folder(Path(folder).absolute())
        place.check()
        self._elsewhere = _Elsewhere(place, clock or SystemClock())
        self._parts = cast("Parts", self._elsewhere)
        self.journeys = Actions(self._parts, lambda: None)

    def suppress(self, addresses: Sequence[str] = (), domains: Sequence[str] = (), reason: str = "") -> None:
        """See :meth:`Workspace.suppress`."""
        controls.suppress(self._parts, addresses, domains, reason, remove=False)

    def unsuppress(self, addresses: Sequence[str] = (), domains: Sequence[str] = ()) -> None:
        """See :meth:`Workspace.unsuppress`."""
        controls.suppress(self._parts, addresses, domains, "", remove=True)

    def business_event(self, event: str, payload: Mapping[str, object] | None = None, at: Moment | None = None) -> None:
        """See :meth:`Workspace.business_event`."""
        moment = self._parts.clock.now() if at is None else as_instant(at)
        controls.business_event(self._parts, event, payload or {}, moment)

    def __enter__(self) -> Steering:
        return self

    def __exit__(self, *_: object) -> None:
        self._elsewhere.catalogue.close()
