"""The workspace: the Python library of Parcours. The command line is a thin layer over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import polars as pl

from parcours.core.clock import HOUR, Clock, SystemClock, as_datetime, duration
from parcours.core.errors import InputError, UnknownNameError, nearest
from parcours.core.schema import Schema
from parcours.engines.local import Ticked
from parcours.flow.ingest import ColumnMapping, ReadOptions
from parcours.flow.segments.definitions import SegmentDefinition, compile_rule, read_definitions
from parcours.service import applying, controls, exporting, reports, running
from parcours.service.applying import Change, Definitions, Found
from parcours.service.checking import check_kept
from parcours.service.controls import take_in
from parcours.service.crm.rooms import Rooms
from parcours.service.definitions import rules_of_segments, schedules_of_segments
from parcours.service.explaining import Explanation, explanation
from parcours.service.folder import Folder
from parcours.service.importing import Imported, Importer, column_mapping, raw_rows
from parcours.service.journeys import Journeys
from parcours.service.previews import Preview, preview
from parcours.service.rules import Rules
from parcours.service.running import LiveLoop, Replayed, Watch, stopped_by_signals
from parcours.service.segments import Moment, Segments, as_instant
from parcours.service.wiring import Parts

Mapped = ColumnMapping | Mapping[str, object] | Path | str | None
Sources = object


class Workspace(Rooms):
    """One folder with everything in it: data, definitions, memberships, journeys.

    Use it as a context manager, or call :meth:`close`. One process at a time holds a workspace; within it, use a
    workspace from one thread (while :meth:`run` runs in another one, everything here may be called as well).
    Results are Polars frames; instants are given as ISO text, ``datetime`` or microseconds in UTC.

    Attributes:
        segments: the segments (:class:`~parcours.service.segments.Segments`).
        journeys: the journeys (:class:`~parcours.service.journeys.Journeys`).
        rules: questions about rules in any language (:class:`~parcours.service.rules.Rules`).
        crm: the CRM (:class:`~parcours.service.crm.crm.Crm`); its rooms have names of their own, too.
    """

    def __init__(self, folder: Path | str, clock: Clock | None = None) -> None:
        """Open the workspace in ``folder``; :func:`parcours.open` is the usual way.

        Raises:
            WorkspaceError: there is none, another process holds it, it cannot be written, or is damaged.
        """
        self._parts = Parts(Path(folder), clock)
        self._live: LiveLoop | None = None
        try:
            self._parts.log  # noqa: B018 - opened at once, so that what is wrong is said here
        except BaseException:
            self._parts.close()
            raise
        self.segments = Segments(self._parts, self._definitions_changed)
        self.journeys = Journeys(self._parts, self._definitions_changed)
        self.rules = Rules(self._parts)

    @classmethod
    def init(cls, folder: Path | str, clock: Clock | None = None) -> Workspace:
        """Make an empty workspace in a folder that is new or empty, and open it.

        Raises:
            WorkspaceError: there is one already, other files are in the way, or the place cannot be written.
        """
        Folder(Path(folder).absolute()).make()
        return cls(folder, clock)

    @classmethod
    def open(cls, folder: Path | str, clock: Clock | None = None) -> Workspace:
        """Open the workspace in ``folder``. See the constructor."""
        return cls(folder, clock)

    def close(self) -> None:
        """Write what is to be written, and let go of the folder. The second call does nothing."""
        self._parts.close()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Workspace {self.folder}>"

    @property
    def folder(self) -> Path:
        """Where the workspace lies."""
        return self._parts.folder.root

    @property
    def schema(self) -> Schema:
        """The attributes, event types and properties that exist, those of queued rows included."""
        return self._parts.schema

    @property
    def now(self) -> datetime | None:
        """The instant of the last tick, of which everything here speaks; ``None`` before the first."""
        last = self._parts.log.last_tick()
        return None if last is None else as_datetime(last[1])

    def status(self) -> dict[str, object]:
        """What is in the workspace, for people: counts, and what waits."""
        catalogue = self._parts.catalogue
        return {
            "folder": str(self.folder),
            "last_tick": self.now,
            "profiles": int(self.sql("SELECT count(*) FROM profiles").item()),
            "events": {kind: reports.event_count(self._parts.log, kind) for kind in self._parts.log.schema.events},
            "segments": len(catalogue.published("segment")),
            "journeys": len(catalogue.published("journey")),
            "rows_waiting": sum(self.waiting.values()),
            "messages_pending": reports.pending_messages(self._parts.log),
            "channels": sorted(self._parts.settings.channels),
            "dead_letters": int(self.sql("SELECT count(*) FROM dead_letters").item()),
        }

    # --- data in -------------------------------------------------------------------------------------------

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
        options = _read_options(columns)
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
        options = _read_options(columns)
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
        """Forget these profiles: their attributes, events, memberships, journeys and messages, everywhere.

        In a workspace that stands still this is done when the call returns.

        Raises:
            UnknownNameError: one of them is not known; nothing was erased.
            WorkspaceError: the disk is full, or cannot be written.
        """
        for profile in profiles:
            try:
                reports.profile_number(self._parts.log, profile)
            except UnknownNameError:
                if profile not in self._waiting_profiles():
                    raise
        self._parts.inbox.put_corrections(erase=profiles)
        self.catch_up()

    def _waiting_profiles(self) -> set[str]:
        """Ids of profiles in the inbox."""
        inbox = self._parts.inbox
        frames = [inbox.read(file.name) for file in inbox.files() if file.kind in ("profiles", "events", "replace")]
        return {id for frame in frames for id in frame["_profile_id"].drop_nulls().unique().to_list()}

    def catch_up(self) -> None:
        """Take in what waits and happened up to the instant of the last tick: late events and corrections.

        Nothing happens before the first tick, or while :meth:`run` runs (its next tick does it).
        """
        now = self._parts.log.last_tick()
        if self._live is None and now is not None:
            with self._parts.moving:
                self._parts.runner.replay([now[1]])

    @property
    def waiting(self) -> dict[str, int]:
        """Rows that wait for a tick, by file of the inbox."""
        return self._parts.inbox.pending(self._parts.log.consumed())

    def dead_letters(self) -> pl.DataFrame:
        """Rows that were not taken in, with the reason, the newest last: ``DEAD_LETTER_COLUMNS``."""
        return self.sql("SELECT * EXCLUDE (_tick, _seq) FROM dead_letters ORDER BY _seq")

    # --- definitions ---------------------------------------------------------------------------------------

    def check(self, path: Definitions) -> list[Change]:
        """Check definitions; tells what :meth:`apply` would change.

        Raises:
            InputError: there are no definitions, or a file cannot be read.
            DefinitionError: ``problems`` holds everything that is wrong, with file, line and column.
        """
        return applying.changes(self._checked(path).items, self._parts)

    def apply(self, path: Definitions, *, publish: bool = True) -> list[Change]:
        """Check definitions, then save and publish all of them, or on any problem none.

        They are evaluated as of the last tick when the call returns; before the first tick, with the first one;
        while :meth:`run` runs, as soon as their history has been read.

        Args:
            path: a YAML or JSON file, or a folder of them; a definition as plain data, or a journey built in Python
                (:class:`~parcours.flow.journeys.builder.Journey`); or several of these.
            publish: ``False`` saves drafts only.

        Raises:
            InputError, DefinitionError: see :meth:`check`. Nothing was changed.
        """
        done = applying.save(self._checked(path), self._parts, publish=publish)
        self._definitions_changed()
        return done

    def _checked(self, path: Definitions) -> Found:
        return applying.checked(path, self._parts)

    def _definitions_changed(self) -> None:
        """Have the changes evaluated: at once, or by the live loop."""
        if self._live is not None:
            self._live.notice()
            return
        last = self._parts.log.last_tick()
        if last is None:
            return
        with self._parts.moving:
            take_in(self._parts, last[1])

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

    def preview(self, definition: str | Path | Mapping[str, object]) -> list[Preview]:
        """Who would enter and who would leave if a rule were published now, and what it costs. Changes nothing.

        Args:
            definition: a file or folder with segments, a segment as plain data (``{"segment": …, "rule": …}``), or
                a rule as plain data (``{"pql": "…"}`` too). Each segment is evaluated with the others as they are now.

        Raises:
            InputError, DefinitionError: it cannot be read or accepted.
            WorkspaceError: there was no tick so far.
        """
        found = []
        for segment in self._segments_in(definition):
            rule = compile_rule(segment, self.schema, [*rules_of_segments(self._parts.catalogue), segment.id])
            check_kept(rule)
            with self._parts.moving:
                schedule = None if segment.schedule is None else str(segment.schedule)
                found.append(preview(self._parts.runner.state, self._parts.log, rule, segment.id, schedule))
        return found

    def _segments_in(self, definition: str | Path | Mapping[str, object]) -> list[SegmentDefinition]:
        if isinstance(definition, Mapping):
            shape = definition if "segment" in definition else {"segment": "preview", "rule": definition}
            return [SegmentDefinition.from_json(shape)]
        found = read_definitions(definition)
        segments = [item for item in found if isinstance(item, SegmentDefinition)]
        if not segments:
            raise InputError("there is no segment in it", code="no-definitions", where=str(definition))
        return segments

    # --- questions -----------------------------------------------------------------------------------------

    def explain(self, segment: str, profile: str, *, lang: str = "en") -> Explanation:
        """Why a profile is in a segment, or is not, as of the last tick; and when that changes by time alone.

        Args:
            segment: id of a published segment. For rules that are none: ``workspace.rules.explain``.
            profile: id of the profile.
            lang: language of the conditions in words: ``en`` or ``fr``.

        Raises:
            UnknownNameError: there is no such published segment, or no such profile.
            WorkspaceError: there was no tick so far.
        """
        rules, schedules = rules_of_segments(self._parts.catalogue), schedules_of_segments(self._parts.catalogue)
        if segment not in rules:
            self.segments.get(segment)
            raise UnknownNameError(
                f"segment {segment!r} is not published", code="unknown-segment", hint=nearest(segment, rules)
            )
        return explanation(self._parts.log, rules, segment, str(profile), lang=lang, schedules=schedules)

    def membership(self, profile: str) -> dict[str, dict[str, dict[str, object]]]:
        """The memberships of a profile as its field ``segmentMembership``: namespace ``UPS`` -> segment -> entry.

        An entry has ``status`` (``realized`` when entered by the last tick, ``existing`` when before it,
        ``exited``), ``lastQualificationTime`` and ``version`` (segment-membership.md, sections 1 and 2).

        Raises:
            UnknownNameError: nobody has this id.
        """
        rows = reports.memberships(self._parts.log, reports.profile_number(self._parts.log, profile))
        return {"UPS": {str(row["segment"]): reports.membership(row) for row in rows}}

    def sql(self, query: str) -> pl.DataFrame:
        """The result of one SQL statement that reads the log. ``SHOW ALL TABLES`` lists what there is.

        Raises:
            InputError: the text is no SQL, does not read, or fails.
        """
        return self._parts.log.query(query)

    def export_segment(self, segment: str, path: Path | str, at: Moment | None = None) -> int:
        """Write the members with their attributes to a Parquet, CSV or NDJSON file; returns how many.

        Raises:
            UnknownNameError: there is no such segment.
            InputError: the ending of the file tells no format, or it cannot be written.
        """
        return exporting.write(self.segments.export(segment, at), Path(path))

    # --- time ----------------------------------------------------------------------------------------------

    def replay(
        self,
        start: Moment | None = None,
        end: Moment | None = None,
        tick: str | int = HOUR,
        *,
        also_at: Sequence[Moment] = (),
        progress: Watch | None = None,
        send: bool = False,
    ) -> Replayed:
        """Move through time with a virtual clock, taking in what waits in order of event time.

        Args:
            start: the first tick; without it the last tick so far, or the first row that waits.
            end: the last tick; without it the last row that waits.
            tick: time between ticks, as text (``1 hour``) or microseconds.
            also_at: further instants to tick at.
            progress: told after every tick.
            send: hand messages to the channels; otherwise they are noted as skipped.

        Raises:
            InputError: the end lies before the start or the last tick, or nothing waits.
            WorkspaceError: a commit failed. What was committed before stays; replay again to go on from there.
        """
        length = duration(tick) if isinstance(tick, str) else tick
        also = [as_instant(moment) for moment in also_at]
        first, last = (None if moment is None else as_instant(moment) for moment in (start, end))
        return running.replay(self._parts, first, last, length, also, progress, send)

    def run(
        self,
        clock: Clock | None = None,
        *,
        ticks: int | None = None,
        watch: Callable[[Ticked], None] | None = None,
        signals: bool = False,
    ) -> int:
        """Operate live: a tick a second, until :meth:`stop`. Returns the number of ticks.

        Args:
            clock: where the time comes from; by default the clock of the machine.
            ticks: end after so many.
            watch: told about every tick.
            signals: end cleanly on Ctrl-C and SIGTERM (only in the main thread).

        Raises:
            DefinitionError: the settings of a channel are wrong.
            WorkspaceError: a commit failed; open the workspace again to go on.
        """
        loop = self._live = LiveLoop(self._parts, clock or SystemClock(), watch)
        try:
            with self._attending(), stopped_by_signals(loop) if signals else nullcontext():
                return loop.run(ticks)
        finally:
            self._live = None

    def stop(self) -> None:
        """End :meth:`run` after the tick that is under way; from any thread."""
        if self._live is not None:
            self._live.stop()


def _read_options(columns: dict[str, Any]) -> ReadOptions:
    """What is said about text files; taken out of ``columns``."""
    given = {name: columns.pop(name) for name in ("delimiter", "encoding") if columns.get(name) is not None}
    for name in ("delimiter", "encoding"):
        columns.pop(name, None)
    return ReadOptions(**given)


def open(folder: Path | str, clock: Clock | None = None) -> Workspace:
    """Open the workspace in ``folder``.

    Args:
        folder: a folder made by :func:`init` or ``parcours init``.
        clock: where "now" comes from; by default the clock of the machine.

    Raises:
        WorkspaceError: there is none, another process holds it, it cannot be written, or is damaged.
    """
    return Workspace(folder, clock)


def init(folder: Path | str, clock: Clock | None = None) -> Workspace:
    """Make an empty workspace in a folder that is new or empty, and open it.

    Raises:
        WorkspaceError: there is one already, other files are in the way, or the place cannot be written.
    """
    return Workspace.init(folder, clock)
