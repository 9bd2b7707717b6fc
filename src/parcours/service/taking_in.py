"""What a workspace is told: profiles, events, corrections, signals, and who is to get nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from parcours.core.errors import UnknownNameError
from parcours.engines.requests import profiles_in_requests
from parcours.flow.ingest import ColumnMapping, Raw, ReadOptions
from parcours.service import controls, reports
from parcours.service.controls import take_in
from parcours.service.importing import Imported, Importer, column_mapping, raw_rows
from parcours.service.running import LiveLoop
from parcours.service.segments import Moment, as_instant
from parcours.service.wiring import Parts

Mapped = ColumnMapping | Mapping[str, object] | Path | str | None
#: Files, data frames, or rows that were read.
Sources = Raw | object


class TakingIn:
    """Base of the workspace."""

    _parts: Parts
    _forget_contacts: Callable[[Collection[str]], None]
    _live: LiveLoop | None

    def import_profiles(
        self, *sources: Sources, mapping: Mapped = None, format: str | None = None, **columns: Any
    ) -> Imported:
        """Queue profiles with their attributes; the next tick takes them in.

        Args:
            sources: files (Parquet, CSV, NDJSON) or data frames (anything with an Arrow stream).
            mapping: which column is what: a :class:`ColumnMapping`, plain data, or the path of a TOML file.
            format: ``csv``, ``ndjson`` or ``parquet``, where the name of a file does not tell.
            columns: parts of the mapping by name (``profile="customer_no"``), and ``delimiter`` and ``encoding``
                of text files.

        Raises:
            InputError: a source cannot be read, or does not fit the mapping or what is known. Nothing was taken in.
            WorkspaceError: the disk is full, or cannot be written. Nothing was taken in.
        """
        options = read_options(columns)
        chosen = column_mapping(mapping, **columns)
        return Importer(self._parts).profiles([raw_rows(source, format, options) for source in sources], chosen)

    def import_events(
        self,
        *sources: Sources,
        event: str | None = None,
        mapping: Mapped = None,
        format: str | None = None,
        replace: bool = False,
        **columns: Any,
    ) -> Imported:
        """Queue events; the next tick takes them in. An event whose id was taken in before changes nothing.

        Args:
            sources: see :meth:`import_profiles`.
            event: the type of all events (or ``event_column`` names the column that holds it).
            mapping, format, columns: see :meth:`import_profiles`.
            replace: the events take the place of those with the same ids.

        With ``about_nobody=True`` the events are about no profile: business events, which bring a segment into
        journeys. With a list of event types those of these types are.

        Raises:
            InputError, WorkspaceError: see :meth:`import_profiles`.
        """
        options = read_options(columns)
        chosen = column_mapping(mapping, event=event, **columns)
        raws = [raw_rows(source, format, options) for source in sources]
        return Importer(self._parts).events(raws, chosen, replacing=replace)

    def correct(self, delete: Sequence[str]) -> None:
        """Take events back, by their ids; memberships move as if they had never been.

        To replace events: ``import_events(…, replace=True)``. In a workspace that stands still, what waits up to
        the instant of the last tick is taken in at once; otherwise with the next tick.

        Raises:
            WorkspaceError: the disk is full, or cannot be written.
        """
        self._parts.inbox.put_corrections(delete=list(delete))
        self.catch_up()

    def erase(self, *profiles: str) -> None:
        """Forget these profiles: their ids, attributes, events, memberships, journeys and messages, everywhere.

        Any id of a profile names it; those that were merged into it go with it.

        Those that are contacts of the CRM go from there, too: cards, lines of worksheets, what the audit trail knows of
        their fields. Interactions stay for the figures of others, without the contact.

        In a workspace that stands still this is done when the call returns.

        Raises:
            UnknownNameError: one of them is not known; nothing was erased.
            WorkspaceError: the disk is full, or cannot be written.
        """
        everything = dict.fromkeys(profiles)
        for profile in profiles:
            try:
                everything |= dict.fromkeys(reports.all_ids(self._parts.log, profile))
            except UnknownNameError:
                if profile not in self._waiting_profiles():
                    raise
        self._forget_contacts([*everything])
        self._parts.inbox.put_corrections(erase=everything)
        self._parts.journal.seal()  # so that what was written down before is removed when it was taken in
        self.catch_up()

    def _waiting_profiles(self) -> set[str]:
        """Ids of profiles in the inbox and in requests."""
        inbox = self._parts.inbox
        frames = [inbox.read(file.name) for file in inbox.files() if file.kind in ("profiles", "events", "replace")]
        found = {id for frame in frames for id in frame["_profile_id"].drop_nulls().unique().to_list()}
        return found | profiles_in_requests(inbox, self._parts.log)

    def catch_up(self) -> None:
        """Take in what waits and happened up to the instant of the last tick: late events and corrections.

        Nothing happens before the first tick, or while the workspace is moved: the next tick does it, or what follows
        the replay.
        """
        now = self._parts.log.last_tick()
        if not self._parts.moving.mover and now is not None:
            with self._parts.moving:
                self._parts.runner.replay([now[1]])

    @property
    def waiting(self) -> dict[str, int]:
        """Rows that wait for a tick, by file of the inbox."""
        return self._parts.inbox.pending(self._parts.log.consumed())

    def suppress(self, addresses: Sequence[str] = (), domains: Sequence[str] = (), reason: str = "") -> None:
        """Send nothing to these addresses, or to any address of these domains, from the next tick on.

        Raises:
            InputError: nothing is named.
        """
        controls.suppress(self._parts, addresses, domains, reason, remove=False)
        self._definitions_changed()

    def unsuppress(self, addresses: Sequence[str] = (), domains: Sequence[str] = ()) -> None:
        """Take addresses or domains off the list again; what is not on it is no problem.

        Raises:
            InputError: nothing is named.
        """
        controls.suppress(self._parts, addresses, domains, "", remove=True)
        self._definitions_changed()

    def suppressed(self) -> pl.DataFrame:
        """Who gets nothing: ``kind`` (``address`` or ``domain``), ``value``, ``reason``."""
        return controls.suppressed(self._parts)

    def signal(self, delivery: str, signal: str, link: str | None = None, at: Moment | None = None) -> None:
        """What became of a message later: ``opened``, ``clicked`` …; journeys that wait for it go on.

        Args:
            delivery: key of the delivery, as in the table ``deliveries``.
            signal: one of :data:`parcours.service.controls.SIGNALS`.
            link: the link that was followed.
            at: when; by default now.

        Raises:
            InputError: there is no such signal.
            UnknownNameError: there is no such delivery.
        """
        moment = self._parts.clock.now() if at is None else as_instant(at)
        controls.signalled(self._parts, delivery, signal, link, moment)
        self._definitions_changed()

    def business_event(self, event: str, payload: Mapping[str, object] | None = None, at: Moment | None = None) -> None:
        """Tell journeys of an event about nobody (``restocked``): those that begin with it read their segment.

        Args:
            event: type of the event.
            payload: its properties, plain values; journeys read them as ``@{event.property}``.
            at: when; by default now.

        Raises:
            InputError: the name cannot be that of an event type.
        """
        moment = self._parts.clock.now() if at is None else as_instant(at)
        controls.business_event(self._parts, event, payload or {}, moment)
        self._definitions_changed()

    def _definitions_changed(self) -> None:
        """Have the changes evaluated: at once, or by the live loop."""
        if self._live is not None:
            self._live.notice()
            return
        last = self._parts.log.last_tick()
        if last is None or self._parts.moving.mover:
            return
        with self._parts.moving:
            take_in(self._parts, last[1])


def read_options(columns: dict[str, Any]) -> ReadOptions:
    """What is said about text files; taken out of ``columns``."""
    given = {name: columns.pop(name) for name in ("delimiter", "encoding") if columns.get(name) is not None}
    for name in ("delimiter", "encoding"):
        columns.pop(name, None)
    return ReadOptions(**given)
