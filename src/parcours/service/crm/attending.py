"""The CRM while a workspace runs live: what is noted is told and delivered as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import structlog
from sqlalchemy import select

from parcours.contacts.tables import audit
from parcours.service.crm.sending import KIND, Sent
from parcours.service.crm.telling import TOLD
from parcours.store.catalogue import Catalogue

#: Seconds between two looks, and after deliveries that could not be made.
PAUSE, REST = 0.5, 30.0
_log = structlog.get_logger(__name__)


@contextmanager
def attending(catalogue: Catalogue, tell: Callable[[], object], send: Callable[[], Sent]) -> Iterator[None]:
    """Look after the notes of the CRM from a thread of its own while the block runs.

    Args:
        catalogue: where the notes are.
        tell: tells the log what was noted, also by whoever was interrupted.
        send: delivers what interactions send.
    """
    stop = Event()
    thread = Thread(target=_attend, args=(stop, catalogue, tell, send), name="crm", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _attend(stop: Event, catalogue: Catalogue, tell: Callable[[], object], send: Callable[[], Sent]) -> None:
    pause = PAUSE
    while not stop.wait(pause):
        pause = PAUSE
        try:
            noted = _noted(catalogue)
            if noted & set(TOLD):
                tell()
            if KIND in noted and send().left:
                pause = REST
        except Exception:  # whatever went wrong, what is noted next must be attended to
            _log.exception("the CRM could not be attended to; it is tried again")
            pause = REST


def _noted(catalogue: Catalogue) -> set[str]:
    """The kinds of notes that there are."""
    with catalogue.reading() as con:
        return set(con.execute(select(audit.outbox.c.kind).distinct()).scalars())
