"""What calls have left on this side for later ones: a journey that is being tried, until it is not used any more."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from parcours.core.errors import WorkspaceError

#: How many there are at most, of all callers, and for how many seconds one is kept that nobody uses: each may hold a
#: copy of the state.
MOST, IDLE = 16, 1_800.0


@dataclass
class Kept:
    """A room that was made by a call.

    Attributes:
        owner: who made it; nobody else may use it.
        scope: what the call asked of its caller.
        busy: held by the call that uses it.
    """

    room: object
    owner: str
    scope: str
    used: float = field(default_factory=time.monotonic)
    busy: threading.Lock = field(default_factory=threading.Lock)


class Cupboard:
    """Rooms by their numbers, which nobody can guess."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}
        self._lock = threading.Lock()

    def put(self, room: object, owner: str, scope: str) -> str:
        """Keep a room; gives its number. Those that nobody has used for long have to go."""
        number = secrets.token_urlsafe(16)
        with self._lock:
            self._clear()
            while len(self._kept) >= MOST:
                del self._kept[min(self._kept, key=lambda each: self._kept[each].used)]
            self._kept[number] = Kept(room, owner, scope)
        return number

    def get(self, number: str, owner: str) -> Kept:
        """What has this number.

        Raises:
            WorkspaceError: ``gone``.
        """
        with self._lock:
            self._clear()
            found = self._kept.get(number)
            if found is None or found.owner != owner:
                raise WorkspaceError(
                    "what was begun here is no longer kept by the service", code="gone", hint="begin it anew"
                )
            found.used = time.monotonic()
            return found

    def drop(self, numbers: Iterable[str], owner: str) -> None:
        """These are not needed any more."""
        with self._lock:
            for number in numbers:
                if number in self._kept and self._kept[number].owner == owner:
                    del self._kept[number]

    def _clear(self) -> None:
        old = time.monotonic() - IDLE
        for number in [number for number, each in self._kept.items() if each.used < old and not each.busy.locked()]:
            del self._kept[number]
