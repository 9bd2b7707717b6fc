"""``workspace.journeys``: the journeys, how many are where, and what became of messages."""

from __future__ import annotations

import polars as pl

from parcours.core.errors import UnknownNameError
from parcours.service import reports
from parcours.service.defined import Defined
from parcours.service.definitions import journey_of
from parcours.store.catalogue import Definition


class Journeys(Defined):
    """The journeys of a workspace. Made by the workspace; frames are Polars frames."""

    kind = "journey"

    def list(self) -> pl.DataFrame:
        """All journeys but deleted ones: ``journey``, ``name``, ``state``, ``version``, and runs ``entered``,
        ``inside``, ``ended``; ``not_let_in`` counts those whom the re-entry rule kept out."""
        counts = ("entered", "inside", "ended", "not_let_in")
        return self._with_counts(reports.journey_totals(self._parts.log), *counts)

    def get(self, journey: str) -> Definition:
        """A journey with its newest version; deleted ones too.

        Raises:
            UnknownNameError: there is no such journey.
        """
        return self._known(journey)

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
        return self._publish(journey)

    def stop(self, journey: str) -> Definition:
        """End everybody inside, and let nobody in. It can be published again.

        Raises:
            UnknownNameError: there is no such journey.
            DefinitionError: it is a draft, or was deleted.
        """
        return self._deactivate(journey)

    def delete(self, journey: str) -> Definition:
        """Stop it and take it out of use for good; its versions and history stay readable.

        Raises:
            UnknownNameError: there is no such journey.
        """
        return self._delete(journey)

    def _unknown(self, id: str, hint: str) -> UnknownNameError:
        return UnknownNameError(f"there is no journey {id!r}", code="unknown-journey", hint=hint)
