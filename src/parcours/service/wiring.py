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
from dataclasses import replace
from pathlib import Path
from threading import Lock as ThreadLock
from threading import RLock

import polars as pl
from sqlalchemy import select

from parcours.core.clock import DAY, HOUR, Clock, SystemClock
from parcours.core.schema import Schema
from parcours.core.settings import Settings, read_settings
from parcours.engines.local import LocalRunner, Ticked
from parcours.flow.delivery.configured import configured
from parcours.flow.delivery.taken import TakenSlots
from parcours.flow.ingest import Inbox
from parcours.flow.ingest.requests.journal import MB, Journal
from parcours.flow.ingest.turning.rules import Rules
from parcours.flow.ingest.turning.schemas import event_plan
from parcours.service.access.gate import Gate
from parcours.service.access.sessions import Times
from parcours.service.bounces import Returned, bounces_in
from parcours.service.definitions import body_of_journey, called_in
from parcours.service.folder import Folder, Lock
from parcours.service.known import with_crm
from parcours.service.mailing import NotSent, Postman, StoredTemplates, seats_in
from parcours.service.signals import suppression
from parcours.service.turns import Turns, once
from parcours.store.catalogue import Catalogue
from parcours.store.catalogue.plans import plans
from parcours.store.log import Log
from parcours.store.snapshots import SnapshotStore

#: Version of what a snapshot holds. Raise it when the state changes its form; older ones are then ignored.
STATE_VERSION = f"5 polars {pl.__version__}"  # contents of whole events are found by a hash of Polars
#: The setting that holds the names that journeys bring.
DECLARED = "declared"
#: Seconds after which it is looked again which names journeys and the CRM bring.
RESERVED_SECONDS = 1.0
#: The setting that says what becomes of events without a tracking plan.
UNPLANNED = "intake.unplanned"
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
        self.moving = Turns()  # held by whoever uses the runner
        self.making = RLock()  # held by whoever opens a part
        self.importing = ThreadLock()  # held while rows are checked against what waits, and queued
        self.noticed: Callable[[], None] = nobody_cares  # tells the live loop that something is outstanding
        self.watchers: list[Callable[[Ticked], None]] = []  # told about every tick of the live loop, briefly
        self.arrived: Callable[[], None] = nobody_cares  # tells it that rows or requests wait
        self._rules: Rules | None = None
        self._reserved_at = -RESERVED_SECONDS  # when it was last looked which names journeys and the CRM bring
        self._postman: Postman | None = None  # where there is one, deliveries are handed over
        self._opened = ExitStack()  # closed from the last to the first, all of them whatever happens
        self.lock = Lock(self.folder)
        self._opened.callback(self.lock.release)

    @once
    def settings(self) -> Settings:
        """What the user has set: ``parcours.toml`` and the environment."""
        return read_settings(self.folder.settings)

    @once
    def catalogue(self) -> Catalogue:
        """What people edit: definitions with their versions."""
        catalogue = Catalogue.open(self.settings.catalogue or self.folder.catalogue)
        self._opened.callback(catalogue.close)
        return catalogue

    @once
    def gate(self) -> Gate:
        """Who may use the service over HTTP. Keys and sessions end by the clock of the machine, whatever time it is in
        the workspace."""
        rules = self.settings.access
        times = Times(round(rules.session_days * DAY), round(rules.idle_hours * HOUR))
        gate = Gate(self.catalogue, SystemClock(), times=times)
        self._opened.callback(gate.close)
        return gate

    @once
    def log(self) -> Log:
        """What flowed: the durable truth."""
        log = Log.open(self.folder.log)
        self._opened.callback(log.close)
        return log

    @once
    def inbox(self) -> Inbox:
        """Rows and requests that wait for a tick, in order of arrival."""
        inbox = Inbox(self.folder.inbox)
        limits = self.settings.intake
        journal = Journal(
            self.folder.requests,
            inbox.next_number,
            waiting_bytes=limits.waiting_mb * MB,
            backlog_bytes=limits.backlog_mb * MB,
        )
        journal.settle(self.log.consumed())
        inbox.journal, inbox.rules = journal, self.rules_of_intake
        inbox.on_put = self._queued
        self._opened.callback(journal.close)
        return inbox

    def _queued(self) -> None:
        """A file was queued: what is asked for later comes behind it."""
        self.journal.end()
        self.arrived()

    @property
    def journal(self) -> Journal:
        """Requests as they came, that wait for a tick; in one order with the inbox."""
        assert self.inbox.journal is not None
        return self.inbox.journal

    def rules_of_intake(self) -> Rules:
        """What the conversion of requests obeys: limits and tracking plans."""
        if self._rules is None:
            limits = self.settings.intake
            with self.catalogue.reading() as con:
                rows = con.execute(select(plans)).all()
            unplanned = self.catalogue.setting(UNPLANNED) != "reject"
            found = {row.event: event_plan(row.event, row.schema, row.mode) for row in rows}
            self._rules = Rules(limits.event_types, limits.properties, found, unplanned)
        now = time.monotonic()
        if now - self._reserved_at >= RESERVED_SECONDS:
            self._rules, self._reserved_at = replace(self._rules, reserved=self._reserved()), now
        return self._rules

    def forget_rules(self) -> None:
        """Plans have changed: they hold from the next tick on."""
        self._rules, self._reserved_at = None, -RESERVED_SECONDS

    @property
    def schema(self) -> Schema:
        """Every name that exists: those of the log, those that journeys and the CRM bring, and those of what waits.

        What requests brought first keeps its type, whatever journeys and the CRM say of it.
        """
        return self.inbox.schema(self.log.schema.with_what_fits(self._reserved()))

    def _reserved(self) -> Schema:
        """The names that journeys and the CRM bring."""
        return with_crm(Schema(), self.catalogue).with_what_fits(self.declared(Schema()))

    def declared(self, schema: Schema) -> Schema:
        """The schema with the names that published journeys bring."""
        shape = self.catalogue.setting(DECLARED)
        if not isinstance(shape, dict):
            return schema
        return schema.with_what_fits(Schema.from_json(shape))

    @once
    def snapshots(self) -> SnapshotStore:
        """The state at some tick, for a fast start."""
        return SnapshotStore(self.folder.snapshots, STATE_VERSION)

    @once
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

    @once
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
