"""``workspace.journeys``: the journeys, how many are where, what became of messages, and what is done with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import polars as pl

from parcours.core.clock import as_datetime
from parcours.core.errors import DefinitionError
from parcours.flow.ingest.times import checked_zone
from parcours.flow.journeys.advice import warnings
from parcours.flow.journeys.differences import Difference as Changed
from parcours.flow.journeys.differences import difference
from parcours.flow.journeys.drawing import Counts, Drawing, draw
from parcours.flow.journeys.telling.standing import due_of
from parcours.flow.journeys.transfer import Imported
from parcours.service import applying, reports
from parcours.service.lives import overall
from parcours.service.reporting.activities import activity_totals, edge_totals
from parcours.service.reporting.report import JourneyReport
from parcours.service.reporting.report import report as full_report
from parcours.service.reporting.stories import story
from parcours.service.sharing import exported, imported
from parcours.service.trying import Tries

_NAMED = {"journey": pl.String, "name": pl.String, "state": pl.String, "version": pl.Int64}
_COUNTS = ("entered", "inside", "ended", "not_let_in")
_VERSION_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "version": pl.Int64,
    "status": pl.String,
    "name": pl.String,
    "saved": pl.Datetime("us", "UTC"),
}

_HISTORY_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "at": pl.Datetime("us", "UTC"),
    "by": pl.String,
    "version": pl.Int64,
    "action": pl.String,
    "note": pl.String,
}


class Journeys(Tries):
    """The journeys of a workspace. Made by the workspace; frames are Polars frames."""

    # --- questions ---------------------------------------------------------------------------------------

    def list(self) -> pl.DataFrame:
        """All journeys but deleted ones: ``journey``, ``name``, ``state``, ``version``, ``status``, and runs
        ``entered``, ``inside``, ``ended``; ``not_let_in`` counts those whom the re-entry rule kept out."""
        stored = self._parts.catalogue.list(self.kind)
        shapes = [(item.id, item.name, str(item.state), item.version) for item in stored]
        named = pl.DataFrame(shapes, schema=_NAMED, orient="row")
        totals = reports.journey_totals(self._parts.log)
        found = named.join(totals, on="journey", how="left", maintain_order="left").with_columns(
            pl.col(*_COUNTS).fill_null(0)
        )
        statuses = {id_: overall(known) for id_, known in self._lives.statuses().items()}
        status = pl.col("journey").replace_strict(statuses, default="draft", return_dtype=pl.String).alias("status")
        return found.select("journey", "name", "state", "version", status, *_COUNTS)

    def versions(self, journey: str) -> pl.DataFrame:
        """Every version: ``version``, ``status``, ``name``, ``saved``; the oldest first. A ``replaced`` draft was never
        published, a ``deleted`` version is only known by what it did.

        Raises:
            UnknownNameError: there is no such journey.
        """
        self._known(journey)
        stored = self._parts.catalogue.versions(self.kind, journey)
        told = {**self._parts.catalogue.statuses(self.kind).get(journey, {}), **self.statuses(journey)}
        rows = [
            (one.version, told.get(one.version, "deleted"), one.name, as_datetime(one.created_at)) for one in stored
        ]
        return pl.DataFrame(rows, schema=_VERSION_COLUMNS, orient="row")

    def history(self, journey: str) -> pl.DataFrame:
        """Who did what and when, the oldest first: ``at``, ``by``, ``version``, ``action``, ``note``. What came by time
        is among it, with the instant at which it was noticed.

        Raises:
            UnknownNameError: there is no such journey.
        """
        self.statuses(journey)
        done = reversed(self._parts.catalogue.history(self.kind, journey))
        rows = [(as_datetime(one.at), one.by, one.version, one.action, one.note) for one in done]
        return pl.DataFrame(rows, schema=_HISTORY_COLUMNS, orient="row")

    def report(self, journey: str) -> pl.DataFrame:
        """The funnel: ``activity``, ``kind``, ``arrived``, ``waiting`` now, ``left``, ``outcomes``.

        Raises:
            UnknownNameError: there is no such journey.
        """
        definition = self.definition(journey)
        order = pl.DataFrame({"activity": ["entry", *definition.activities]})
        kinds = {"entry": "entry"} | {name: activity.kind for name, activity in definition.activities.items()}
        found = reports.funnel(self._parts.log, journey)
        earlier = found.filter(~pl.col("activity").is_in(order["activity"].implode())).select("activity")
        return (
            pl.concat([order, earlier])
            .join(found, on="activity", how="left", maintain_order="left")
            .with_columns(
                pl.col("arrived", "waiting", "left").fill_null(0),
                pl.col("outcomes").fill_null(""),
                pl.col("activity").replace_strict(kinds, default=pl.col("kind")).alias("kind"),
            )
        )

    def deliveries(self, journey: str | None = None) -> pl.DataFrame:
        """Messages by ``journey``, ``activity``, ``channel`` and ``result`` (``sent``, ``failed``, ``skipped``,
        ``pending``): ``messages``."""
        found = reports.deliveries(self._parts.log)
        return found if journey is None else found.filter(pl.col("journey") == journey)

    def summary(
        self,
        journey: str,
        version: int | None = None,
        *,
        zone: str | None = None,
        lang: str = "en",
        confidence: float = 0.95,
    ) -> JourneyReport:
        """Everything about a journey in one object: runs, activities and ways, days, drops, errors, calls, the goal
        with the lift over those held out, and a drawing with the counters.

        Args:
            version: count activities and ways of this version only, and draw it.
            zone: of days; that of the journey if not said.
            lang: language of the drawing: ``en`` or ``fr``.
            confidence: of the intervals of the lift.

        Raises:
            UnknownNameError: there is no such journey or version.
        """
        definition = self.definition(journey, version)
        zone = checked_zone(zone) if zone else None
        return full_report(
            self._parts.log, definition, version=version, zone=zone, language=lang, confidence=confidence
        )

    def drawing(
        self, journey: str, version: int | None = None, *, counts: bool = True, lang: Literal["en", "fr"] = "en"
    ) -> Drawing:
        """The graph of a version, with its counters: ``str()`` is a tree; ``svg()``, ``mermaid()``.

        Raises:
            UnknownNameError: there is no such journey or version.
        """
        definition = self.definition(journey, version)
        log = self._parts.log
        known = Counts.of(activity_totals(log, journey, version), edge_totals(log, journey, version))
        return draw(definition, known if counts else None, lang)

    def trace(self, journey: str, profile: str, *, zone: str | None = None, lang: str = "en") -> Sequence[str]:
        """What happened to a person in a journey, line by line, and what the person waits for.

        Args:
            zone: of all times; that of the journey if not said.
            lang: ``en`` or ``fr``.

        Raises:
            UnknownNameError: there is no such journey, or nobody has this id.
        """
        newest = self.definition(journey)
        number = reports.profile_number(self._parts.log, str(profile))
        definitions = {one.number: one.definition for one in self._lives.versions(journey) if one.definition}
        with self._parts.moving:
            due = due_of(self._parts.runner.state.journeys, number, str(profile))
        shown = checked_zone(zone) if zone else newest.head.zone_name
        return story(self._parts.log, number, journey, definitions, shown, lang, due)

    def diff(self, journey: str, old: int, new: int) -> tuple[Changed, ...]:
        """What was changed between two versions.

        Raises:
            UnknownNameError: there is no such journey or version.
        """
        return difference(self.definition(journey, old).body, self.definition(journey, new).body)

    def validate(self, path: applying.Definitions) -> dict[str, Sequence[DefinitionError]]:
        """Check definitions; gives by journey what can be accepted, but looks like a mistake.

        Raises:
            InputError, DefinitionError: see :meth:`Workspace.check`.
        """
        found = applying.checked(path, self._parts).items
        return {one.id: warnings(one.journey) for one in found if one.journey is not None}

    # --- as documents ------------------------------------------------------------------------------------

    def export(self, journey: str, version: int | None = None) -> dict[str, object]:
        """A version with everything it uses as one document of plain data; secrets stay behind.

        Raises:
            UnknownNameError: there is no such journey or version.
            DefinitionError: something that it uses is not there.
        """
        self._known(journey)
        return exported(self._parts, journey, version or self._current(journey))

    def import_(
        self,
        document: Mapping[str, Any],
        *,
        secrets: Mapping[str, str] | None = None,
        publish: bool = False,
        plan: bool = False,
    ) -> tuple[Imported, ...]:
        """Take in what :meth:`export` gave, with the ids it has: doing it twice does nothing more.

        Args:
            document: the exported document.
            secrets: values of placeholders by their place; of others those that are there already.
            publish: publish the journey; else it is a draft.
            plan: only say what would be done.

        Raises:
            InputError: it is no such document, or secrets are missing.
            DefinitionError: it cannot be accepted; nothing was changed.
        """
        found = imported(self._parts, document, secrets or {}, publish=publish, plan=plan)
        if not plan:
            self._changed()
        return found
