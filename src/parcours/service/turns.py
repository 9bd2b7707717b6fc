"""Who uses the state: one thread at a time, and one that works for long lets the others go first now and then."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from parcours.core.errors import WorkspaceError

#: Seconds between two looks whether one of those who wait has had a turn.
_LOOK = 0.0005


class Turns:
    """A lock that its thread may take again, and that knows whether somebody waits for it.

    Attributes:
        mover: what moves the workspace for long: ``live``, ``replay``, or nothing.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._count = threading.Lock()  # guards the numbers
        self._waiting = 0
        self._taken = 0  # how often somebody had to wait, and has had the turn
        self.mover = ""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the turn; see :meth:`threading.Lock.acquire`."""
        if self._lock.acquire(blocking=False):
            return True
        if not blocking:
            return False
        with self._count:
            self._waiting += 1
        found = self._lock.acquire(timeout=timeout)
        with self._count:
            self._waiting -= 1
            self._taken += found
        return found

    def release(self) -> None:
        """Let others have it."""
        self._lock.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    @property
    def wanted(self) -> bool:
        """Whether somebody waits for a turn."""
        return self._waiting > 0

    def give_way(self) -> None:
        """Let somebody who waits have a turn, and take it again. For the thread that has it, once."""
        before = self._taken
        self._lock.release()
        while self._waiting and self._taken == before:
            time.sleep(_LOOK)  # locks do not pass on in order: who lets go would have it again at once
        self.acquire()

    @contextmanager
    def alone(self, mover: str) -> Iterator[None]:
        """Time is moved by one at a time.

        Raises:
            WorkspaceError: ``moving``, somebody does already.
        """
        with self._count:
            if self.mover:
                raise _moved_by(self.mover)
            self.mover = mover
        try:
            yield
        finally:
            self.mover = ""


def _moved_by(mover: str) -> WorkspaceError:
    if mover == "live":
        return WorkspaceError(
            "the workspace runs live, so its time cannot be moved by hand",
            code="moving",
            hint="stop it first; parcours serve --still serves a workspace whose time stands still",
        )
    return WorkspaceError("the workspace is being replayed", code="moving", hint="wait for the end of it, or stop it")


if TYPE_CHECKING:
    once = cached_property
else:

    class once(cached_property):
        """A property that is made once, whichever threads ask for it first; its object has a lock ``making``."""

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            if instance is None:
                return self
            with instance.making:
                return super().__get__(instance, owner)
