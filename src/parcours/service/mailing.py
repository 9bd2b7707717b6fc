"""What the runner calls to hand messages over: the outbox, or, in a replay that sends nothing, a note of that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import polars as pl

from parcours.core.clock import Clock, VirtualClock, instant
from parcours.core.facts import OUTCOME_COLUMNS
from parcours.engines.courier import Deliver
from parcours.flow.delivery.channels import open_channel
from parcours.flow.delivery.outbox import Outbox
from parcours.flow.journeys.definitions import JourneyDefinition

Place = tuple[str, int, str]


class StoredTemplates(Mapping[Place, Mapping[str, str]]):
    """The templates of every published version of every journey, read when they are first needed.

    ``body`` gives the plain form (:meth:`JourneyDefinition.to_json`) of a journey and version.
    """

    def __init__(self, body: Callable[[str, int], Mapping[str, object]]) -> None:
        self._body = body
        self._known: dict[Place, Mapping[str, str]] = {}
        self._read: set[tuple[str, int]] = set()

    def __getitem__(self, place: Place) -> Mapping[str, str]:
        journey, version, _ = place
        if (journey, version) not in self._read:
            found = JourneyDefinition.from_json(self._body(journey, version)).templates()
            self._known |= {(journey, version, activity): texts for activity, texts in found.items()}
            self._read.add((journey, version))
        return self._known[place]

    def __iter__(self) -> Iterator[Place]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def through_channels(
    channels: Mapping[str, Mapping[str, object]], templates: StoredTemplates, clock: Clock
) -> tuple[Deliver, Callable[[], None]]:
    """A function that hands deliveries to these channels, and one that closes them.

    Raises:
        DefinitionError: the settings of a channel are wrong.
    """
    outbox = Outbox({name: open_channel(settings) for name, settings in channels.items()})

    def deliver(rows: pl.DataFrame) -> pl.DataFrame:
        if isinstance(clock, VirtualClock):  # a replay, which has gone on meanwhile: its ticks do not move the clock
            clock.sleep_until(instant(rows["decided"].max()))  # type: ignore[arg-type]
        return outbox.deliver(rows, templates, clock)

    return deliver, outbox.close


def not_sent(rows: pl.DataFrame) -> pl.DataFrame:
    """Outcomes that say that these deliveries were left out, because a replay was not asked to send."""
    return rows.select(
        "key",
        pl.lit("skipped").alias("result"),
        pl.lit(0, pl.Int32).alias("attempts"),
        pl.lit("replayed without sending").alias("detail"),
        pl.col("decided").alias("time"),
        pl.col("decided").alias("started"),
        pl.lit(None, pl.String).alias("answer"),
    ).cast(dict(OUTCOME_COLUMNS))  # type: ignore[arg-type]
