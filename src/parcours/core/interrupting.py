"""Work that somebody may not want any more: whoever asked for it has gone, or has said so.

Work looks at places where nothing is left half done; what cannot look (a query inside a database) is told. Who asks
from the same thread ends it by an exception of his own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: Seconds after which work that goes on is told again that nobody wants it.
_AGAIN = 0.1


class Interrupted(BaseException):
    """The work was given up where nothing was left half done."""


class Wish:
    """That some work be done, until it is withdrawn."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._withdrawn = False
        self._told: list[Callable[[], object]] = []
        self._quiet = threading.Condition(self._lock)

    @property
    def withdrawn(self) -> bool:
        """Whether nobody wants the work any more."""
        return self._withdrawn

    def withdraw(self) -> None:
        """Nobody wants it any more; from any thread."""
        with self._lock:
            first, self._withdrawn = not self._withdrawn, True
            for end in self._told:
                end()
            again = first and bool(self._told)
        if again:
            threading.Thread(target=self._insist, name="withdrawal", daemon=True).start()

    def _insist(self) -> None:
        """Say it again until it was heard: work that was just about to begin has not heard it."""
        with self._lock:
            while self._told and not self._quiet.wait_for(lambda: not self._told, _AGAIN):
                for end in self._told:
                    end()

    @contextmanager
    def telling(self, end: Callable[[], object]) -> Iterator[None]:
        """While it lasts, ``end`` is called, in another thread, when nobody wants the work any more.

        Raises:
            Interrupted: nobody wants it by now.
        """
        with self._lock:
            if self._withdrawn:
                raise Interrupted
            self._told.append(end)
        try:
            yield
        finally:
            with self._lock:
                self._told.remove(end)
                self._quiet.notify_all()


#: For whom this thread works, where somebody may go.
wish: ContextVar[Wish | None] = ContextVar("wish", default=None)


def look() -> None:
    """Give up here if nobody wants the work any more.

    Raises:
        Interrupted: nobody does.
    """
    found = wish.get()
    if found is not None and found.withdrawn:
        raise Interrupted


@contextmanager
def ended_by(end: Callable[[], object]) -> Iterator[None]:
    """Around work that cannot look: ``end`` ends it from another thread.

    Raises:
        Interrupted: nobody wants it any more.
    """
    found = wish.get()
    if found is None:
        yield
        return
    look()
    try:
        with found.telling(end):
            yield
    except Exception:
        look()  # what it fails with, being ended, is of no interest
        raise
