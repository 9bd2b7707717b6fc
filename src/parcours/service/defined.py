"""What ``workspace.segments`` and ``workspace.journeys`` have in common: things with a definition and a life."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from parcours.core.errors import UnknownNameError, nearest
from parcours.store.catalogue import Definition, State

if TYPE_CHECKING:
    from parcours.service.wiring import Parts


class Defined:
    """Definitions of one kind in the catalogue; ``changed`` is called when one begins or ends to count."""

    kind: ClassVar[str]

    def __init__(self, parts: Parts, changed: Callable[[], None]) -> None:
        self._parts = parts
        self._changed = changed

    def _known(self, id: str) -> Definition:
        """The newest version; deleted ones too.

        Raises:
            UnknownNameError: there is none.
        """
        try:
            return self._parts.catalogue.get(self.kind, id)
        except UnknownNameError:
            known = [item.id for item in self._parts.catalogue.list(self.kind, list(State))]
        raise self._unknown(id, nearest(id, known) or "parcours apply FOLDER publishes definitions")

    def _unknown(self, id: str, hint: str) -> UnknownNameError:
        raise NotImplementedError

    def _publish(self, id: str) -> Definition:
        self._known(id)
        return self._done(self._parts.catalogue.publish(self.kind, id, at=self._parts.clock.now()))

    def _deactivate(self, id: str) -> Definition:
        self._known(id)
        return self._done(self._parts.catalogue.deactivate(self.kind, id, at=self._parts.clock.now()))

    def _delete(self, id: str) -> Definition:
        self._known(id)
        return self._done(self._parts.catalogue.delete(self.kind, id, at=self._parts.clock.now()))

    def _done(self, definition: Definition) -> Definition:
        self._changed()
        return definition
