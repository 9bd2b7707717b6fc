"""``workspace.journeys``: the journeys, how many are where, and what became of messages."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from parcours.core.errors import UnknownNameError, nearest
from parcours.service import reports
from parcours.service.definitions import journey_of
from parcours.service.wiring import Parts
from parcours.store.catalogue import Definition, State


class Journeys:
    """The journeys of a workspace. Made by the workspace; frames are Polars frames."""

    def __init__(self, parts: Parts, changed: Callable[[], None]) -> None:
        self._parts = parts
        self._changed = changed

    def list(self) -> pl.DataFrame:
        """All journeys but deleted ones: ``journey``, ``name``, ``state``, ``version``, and runs ``entered``,
        ``inside``, ``ended``; ``not_let_in`` counts those whom the re-entry rule kept out."""
        shapes = [
            {"journey": item.id, "name": item.name, "state": str(item.state), "version": item.version}
            for item in self._parts.catalogue.list("journey")
        ]
        names = {"journey": pl.String, "name": pl.String, "state": pl.String, "version": pl.Int64}
        known = pl.DataFrame(shapes, schema=names)
        counted = known.join(reports.journey_totals(self._parts.log), on="journey", how="left", maintain_order="left")
        return counted.with_columns(pl.col("entered", "inside", "ended", "not_let_in").fill_null(0))

    def get(self, journey: str) -> Definition:
        """A journey with its newest version; deleted ones too.

        Raises:
            UnknownNameError: there is no such journey.
        """
        known = [item.id for item in self._parts.catalogue.list("journey", list(State))]
        if journey not in known:
            raise UnknownNameError(
                f"there is no journey {journey!r}",
                code="unknown-journey",
                hint=nearest(journey, known) or "parcours apply FOLDER publishes definitions",
            )
        return self._parts.catalogue.get("journey", journey)

    def report(self, journey: str) -> pl.DataFrame:
        """The funnel: ``activity``, ``kind``, ``arrived``, ``waiting`` now, ``left``, ``outcomes``.

        Raises:
            UnknownNameError: there is no such journey.
        """
        definition = journey_of(self.get(journey))
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

    # --- life --------------------------------------------------------------------------------------------

    def publish(self, journey: str) -> Definition:
        """Open the newest version for entry: a draft, or a journey that was stopped.

        Raises:
            UnknownNameError: there is no such journey.
            DefinitionError: it was deleted.
        """
        self.get(journey)
        done = self._parts.catalogue.publish("journey", journey, at=self._parts.clock.now())
        self._changed()
        return done

    def stop(self, journey: str) -> Definition:
        """End everybody inside, and let nobody in. It can be published again.

        Raises:
            UnknownNameError: there is no such journey.
            DefinitionError: it is a draft, or was deleted.
        """
        self.get(journey)
        done = self._parts.catalogue.deactivate("journey", journey, at=self._parts.clock.now())
        self._changed()
        return done

    def delete(self, journey: str) -> Definition:
        """Stop it and take it out of use for good; its versions and history stay readable.

        Raises:
            UnknownNameError: there is no such journey.
        """
        self.get(journey)
        done = self._parts.catalogue.delete("journey", journey, at=self._parts.clock.now())
        self._changed()
        return done
