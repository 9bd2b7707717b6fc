"""The workspace: the Python library of Parcours. The command line is a thin layer over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType

import polars as pl

from parcours.core.clock import HOUR, Clock, SystemClock, as_datetime, duration
from parcours.core.errors import InputError, UnknownNameError, nearest
from parcours.core.facts import DEAD_LETTER_COLUMNS
from parcours.core.schema import Schema
from parcours.engines.local import Ticked
from parcours.flow.segments.definitions import SegmentDefinition, compile_rule, read_definitions
from parcours.service import exporting, reports, running
from parcours.service.access.access import Access
from parcours.service.authoring import Authoring
from parcours.service.checking import check_kept
from parcours.service.configuration.configuring import Configuring
from parcours.service.configuration.intake import PLAN, SOURCE, PlanResource, SourceResource
from parcours.service.configuration.resources import Resources
from parcours.service.crm.rooms import Rooms
from parcours.service.definitions import rules_of_segments, schedules_of_segments
from parcours.service.explaining import Explanation, explanation
from parcours.service.folder import Folder
from parcours.service.hooks.hooks import Hooks
from parcours.service.hooks.resource import KIND as WEBHOOK
from parcours.service.hooks.resource import HookResource
from parcours.service.identities import Identities
from parcours.service.imports import Imports
from parcours.service.journeys import Journeys
from parcours.service.letters import Letters
from parcours.service.plans import Plans
from parcours.service.previews import Preview, preview
from parcours.service.profiles import Profiles
from parcours.service.records import Records
from parcours.service.rules import Rules
from parcours.service.running import LiveLoop, Replayed, Watch, stopped_by_signals
from parcours.service.segments import Moment, Segments, as_instant
from parcours.service.sources import Sources
from parcours.service.taking_in import TakingIn
from parcours.service.wiring import Parts

_LETTER_COLUMNS = [f'"{name}"' for name in DEAD_LETTER_COLUMNS]


class Workspace(Configuring, TakingIn, Rooms):
    """One folder with everything in it: data, definitions, memberships, journeys.

    Use it as a context manager, or call :meth:`close`. One process at a time holds a workspace; while it runs it,
    others use it by way of that process. Any number of threads may use it, too; one at a time moves it through time.
    Results are Polars frames; instants are given as ISO text, ``datetime`` or microseconds in UTC.

    Attributes:
        segments: the segments (:class:`~parcours.service.segments.Segments`).
        journeys: the journeys (:class:`~parcours.service.journeys.Journeys`).
        rules: questions about rules in any language (:class:`~parcours.service.rules.Rules`).
        hooks: web hooks on entries and exits (:class:`~parcours.service.hooks.hooks.Hooks`).
        profiles: people (:class:`~parcours.service.profiles.Profiles`).
        identities: the ids of people (:class:`~parcours.service.identities.Identities`).
        records: what happened, row by row (:class:`~parcours.service.records.Records`).
        definitions: definitions of every kind as plain data (:class:`~parcours.service.authoring.Authoring`).
        crm: the CRM (:class:`~parcours.service.crm.crm.Crm`); its rooms have names of their own, too.
        imports: files that were uploaded (:class:`~parcours.service.imports.Imports`).
        sources: where events come from (:class:`~parcours.service.sources.Sources`).
        plans: what events are to look like (:class:`~parcours.service.plans.Plans`).
        letters: what was not taken in, to be mended and sent again (:class:`~parcours.service.letters.Letters`).
        access: who may use the service over HTTP (:class:`~parcours.service.access.access.Access`).
    """

    segments: Segments
    journeys: Journeys
    rules: Rules
    hooks: Hooks
    profiles: Profiles
    identities: Identities
    records: Records
    definitions: Authoring
    sources: Sources
    imports: Imports
    plans: Plans
    letters: Letters

    def __init__(self, folder: Path | str, clock: Clock | None = None) -> None:
        """Open the workspace in ``folder``; :func:`parcours.open` is the usual way.

        Raises:
            WorkspaceError: there is none, another process holds it, it cannot be written, or is damaged.
        """
        self._parts = Parts(Path(folder), clock)
        self._live: LiveLoop | None = None
        self._while_running: Callable[[], AbstractContextManager[None]] = nullcontext
        try:
            self._parts.log  # noqa: B018 - opened at once, so that what is wrong is said here
        except BaseException:
            self._parts.close()
            raise
        self.segments = Segments(self._parts, self._definitions_changed)
        self.journeys = Journeys(self._parts, self._definitions_changed)
        self.rules = Rules(self._parts)
        self.hooks = Hooks(self._parts)
        self.sources = Sources(self._parts)
        self.imports = Imports(self._parts)
        self.plans = Plans(self._parts)
        self.letters = Letters(self._parts, self.catch_up)
        self.profiles = Profiles(self._parts, self.erase)
        self.identities = Identities(self._parts, self.catch_up)
        self.records = Records(self._parts)
        self.definitions = Authoring(self._parts, self, self._definitions_changed)

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

    @cached_property
    def access(self) -> Access:
        """Accounts, sessions, keys and the audit log of the service."""
        return Access(self._parts.gate)

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
            "events": reports.event_counts(self._parts.log),
            "segments": len(catalogue.published("segment")),
            "journeys": len(catalogue.published("journey")),
            "rows_waiting": sum(self.waiting.values()),
            "messages_pending": reports.pending_messages(self._parts.log),
            "channels": sorted(self._parts.settings.channels),
            "dead_letters": int(self.sql("SELECT count(*) FROM dead_letters").item()),
        }

    def dead_letters(self) -> pl.DataFrame:
        """What was not taken in, with the reason, the newest last: ``DEAD_LETTER_COLUMNS``.

        Those that were sent again or put by are left out; ``workspace.letters`` tells of them, too.
        """
        open_ones = "status IS NULL OR status = 'mended'"
        return self.sql(f"SELECT {', '.join(_LETTER_COLUMNS)} FROM dead_letters WHERE {open_ones} ORDER BY _seq")

    # --- definitions ---------------------------------------------------------------------------------------

    def preview(self, definition: str | Path | Mapping[str, object]) -> list[Preview]:
        """Who would enter and who would leave if a rule were published now, and what it costs. Changes nothing.

        Args:
            definition: a file or folder with segments, a segment as plain data (``{"segment": …, "rule": …}``), or
                a rule as plain data (``{"pql": "…"}`` too). Each segment is evaluated with the others as they are now.

        Raises:
            InputError, DefinitionError: it cannot be read or accepted.
            WorkspaceError: there was no tick so far.
        """
        found, known = [], self._parts.catalogue.published_ids("segment")
        for segment in self._segments_in(definition):
            rule = compile_rule(segment, self.schema, known | {segment.id})
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

    @property
    def _resources(self) -> Resources:
        plans, sources = PlanResource(self.plans), SourceResource(self.sources)
        return {WEBHOOK: HookResource(self.hooks), PLAN: plans, SOURCE: sources}

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
        done = running.replay(self._parts, first, last, length, also, progress, send)
        if not send:
            self.hooks._skip()
        return done

    def run(
        self,
        clock: Clock | None = None,
        *,
        ticks: int | None = None,
        watch: Callable[[Ticked], None] | None = None,
        signals: bool = False,
        until: Callable[[], bool] | None = None,
    ) -> int:
        """Operate live: a tick a second, until :meth:`stop`. Returns the number of ticks.

        Args:
            clock: where the time comes from; by default the clock of the machine.
            ticks: end after so many.
            watch: told about every tick.
            signals: end cleanly on Ctrl-C and SIGTERM (only in the main thread).
            until: asked before the first tick: whether it was told to end before it could begin.

        Raises:
            DefinitionError: the settings of a channel are wrong.
            WorkspaceError: a commit failed; open the workspace again to go on.
        """
        with self._parts.moving.alone("live"):
            loop = self._live = LiveLoop(self._parts, clock or SystemClock(), watch)
            try:
                with (
                    stopped_by_signals(loop) if signals else nullcontext(),  # first: the others take a while
                    self._while_running(),
                    self._attending(),
                    self.hooks._sending(),
                    self.sources._connecting(),
                ):
                    return 0 if until is not None and until() else loop.run(ticks)
            finally:
                self._live = None

    def stop(self, *, finish: bool = False) -> None:
        """End :meth:`run` after the tick that is under way; from any thread.

        Args:
            finish: after one more tick, which takes in what waits by now.
        """
        live = self._live
        if live is not None:
            live.finish() if finish else live.stop()


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
