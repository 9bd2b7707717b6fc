"""How a workspace is put together: every part, in the order in which data pass through them. Read this first.

::

    files, frames ──> inbox ──> runner ──────────────> log ──> reports, SQL, explain
                                  │  ▲                  ▲
             catalogue ───────────┘  └── snapshots      │
             (definitions)        └──> courier ──> channels (outcomes come back)

One process holds the folder. Each part is made when it is first asked for, so that a command that only reads
the log does not wait for the state to be recovered.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from threading import RLock

import polars as pl

from parcours.core.clock import Clock, SystemClock
from parcours.core.schema import Schema
from parcours.core.settings import Settings, read_settings
from parcours.engines.local import LocalRunner
from parcours.flow.delivery.configured import configured
from parcours.flow.delivery.taken import TakenSlots
from parcours.flow.ingest import Inbox
from parcours.service.bounces import Returned, bounces_in
from parcours.service.definitions import body_of_journey, called_in
from parcours.service.folder import Folder, Lock
from parcours.service.known import with_crm
from parcours.service.mailing import NotSent, Postman, StoredTemplates, seats_in
from parcours.service.signals import suppression
from parcours.store.catalogue import Catalogue
from parcours.store.log import Log
from parcours.store.snapshots import SnapshotStore

#: Version of what a snapshot holds. Raise it when the state changes its form; older ones are then ignored.
STATE_VERSION = f"4 polars {pl.__version__}"  # contents of whole events are found by a hash of Polars
#: The setting that holds the names that journeys bring.
DECLARED = "declared"
#: Seconds of recovery after which closing writes a snapshot even when nothing moved.
SLOW_START = 2.0


def nobody_cares() -> None:
    """Nothing runs live: the next tick takes in what is outstanding."""


class Parts:
    """The parts of the workspace in ``folder``.

    Raises:
        WorkspaceError: there is no workspace, another process holds it, or it cannot be written.
    """

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self.folder = Folder(folder.absolute())
        self.folder.check()
        self.clock = clock or SystemClock()
        self.moving = RLock()  # held by whoever uses the runner
        self.noticed: Callable[[], None] = nobody_cares  # tells the live loop that something is outstanding
        self._postman: Postman | None = None  # where there is one, deliveries are handed over
        self._opened = ExitStack()  # closed from the last to the first, all of them whatever happens
        self._opened.callback(Lock(self.folder).release)

    @cached_property
    def settings(self) -> Settings:
        """What the user has set: ``parcours.toml`` and the environment."""
        return read_settings(self.folder.settings)

    @cached_property
    def catalogue(self) -> Catalogue:
        """What people edit: definitions with their versions."""
        catalogue = Catalogue.open(self.settings.catalogue or self.folder.catalogue)
        self._opened.callback(catalogue.close)
        return catalogue

    @cached_property
    def log(self) -> Log:
        """What flowed: the durable truth."""
        log = Log.open(self.folder.log)
        self._opened.callback(log.close)
        return log

    @cached_property
    def inbox(self) -> Inbox:
        """Typed rows that wait for a tick."""
        return Inbox(self.folder.inbox)

    @property
    def schema(self) -> Schema:
        """Every name that exists: those of the log, those that journeys and the CRM bring, and those of what waits."""
        return self.inbox.schema(with_crm(self.declared(self.log.schema), self.catalogue))

    def declared(self, schema: Schema) -> Schema:
        """The schema with the names that published journeys bring."""
        shape = self.catalogue.setting(DECLARED)
        if not isinstance(shape, dict):
            return schema
        found = Schema.from_json(shape)
        schema = schema.with_attributes(found.attributes)
        for event, properties in found.events.items():
            schema = schema.with_event(event, properties)
        return schema

    @cached_property
    def snapshots(self) -> SnapshotStore:
        """The state at some tick, for a fast start."""
        return SnapshotStore(self.folder.snapshots, STATE_VERSION)

    @cached_property
    def runner(self) -> LocalRunner:
        """Everything that moves, recovered from the log. It hands nothing over before :meth:`send` says so."""
        started = time.monotonic()
        runner = LocalRunner(self.log, self.inbox, self.snapshots)
        first, slow = runner.state.tick, time.monotonic() - started > SLOW_START
        self._opened.callback(lambda: runner.close(snapshot=slow or runner.state.tick != first))
        return runner

    @property
    def running(self) -> bool:
        """Whether the runner was started."""
        return "runner" in self.__dict__

    @cached_property
    def templates(self) -> StoredTemplates:
        """The texts of messages, by journey, version and activity."""
        return StoredTemplates(lambda journey, version: body_of_journey(self.catalogue, journey, version))

    def send(self, clock: Clock) -> None:
        """From now on, hand messages to the channels that are set, and make the calls that are configured.

        Without a channel or a definition for it a message or call stays pending.

        Raises:
            DefinitionError: the settings of a channel are wrong.
        """
        self.send_nothing_more()
        known, seats = configured(called_in(self.catalogue)), seats_in(self.log)
        returned = Returned(bounces_in(self.log), self._suppress)
        slots = TakenSlots(self.folder.limits)
        self._postman = Postman(self.settings, known, self.templates, clock, seats, self.suppressed, returned, slots)
        self.runner.deliver_with(self._postman)

    def suppressed(self, channel: str, address: str) -> str | None:
        """A last look before a message is sent: addresses may be suppressed after it was decided."""
        suppressed = self.runner.state.journeys.suppressed
        if channel != "email" or not len(suppressed) or not suppressed.suppressed(pl.Series([address]))[0]:
            return None
        return "on the suppression list"

    def _suppress(self, address: str, reason: str) -> None:
        """An address cannot be reached, or does not want to be."""
        self.catalogue.add_controls([suppression(address, reason)], at=self.clock.now())
        self.noticed()

    def configure(self) -> None:
        """Definitions have changed: from now on make calls as they say."""
        if self._postman is not None:
            self._postman.configure(configured(called_in(self.catalogue)))

    def note_unsent(self, clock: Clock) -> None:
        """From now on, note of every message that it was not sent, and of every call that it was not made."""
        self.send_nothing_more()
        self.runner.deliver_with(NotSent(seats_in(self.log), clock))

    def send_nothing_more(self) -> None:
        """Leave deliveries pending again, and close the channels."""
        self.runner.deliver_with(None)
        self._postman = None

    def before_closing(self, work: Callable[[], object]) -> None:
        """Do this when everything is closed, before what was opened until now."""
        self._opened.callback(work)

    def close(self) -> None:
        """Close everything that was opened; the folder is free again even when that fails."""
        self._opened.close()
