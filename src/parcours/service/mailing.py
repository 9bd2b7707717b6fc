"""What the runner calls to hand deliveries over: the outbox, or, in a replay that sends nothing, a note of that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
import polars as pl

from parcours.core.clock import Clock, VirtualClock, instant
from parcours.core.errors import DefinitionError, DeliveryError
from parcours.core.secrets import Secret, Secrets
from parcours.core.settings import Settings
from parcours.engines.courier import Deliver, Ended, Report
from parcours.flow.delivery.calls import CHANNELS as CALLS
from parcours.flow.delivery.calls import Calls
from parcours.flow.delivery.channels import open_channel
from parcours.flow.delivery.configured import Configured
from parcours.flow.delivery.outbox import Outbox
from parcours.flow.delivery.outside import Outside, OutsideSettings
from parcours.flow.delivery.seats import CHANNEL as SEATS
from parcours.flow.delivery.seats import Seats, taken
from parcours.flow.delivery.sending import Suppressed, nobody_suppressed
from parcours.flow.delivery.taken import TakenSlots
from parcours.flow.delivery.tracking import Tracking
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.service.bounces import EMAIL, Returned
from parcours.store.log import Log

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

    def forget(self, journey: str, version: int) -> None:
        """The texts of this version have changed."""
        self._read.discard((journey, version))

    def __iter__(self) -> Iterator[Place]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class Postman(Deliver):
    """Hands deliveries to the channels that are set, and makes the calls that are configured.

    Raises:
        DefinitionError: the settings of a channel, or of calls to the outside, are wrong.
    """

    def __init__(
        self,
        settings: Settings,
        known: Configured,
        templates: StoredTemplates,
        clock: Clock,
        seats: Seats,
        suppressed: Suppressed = nobody_suppressed,
        returned: Returned | None = None,
        taken_slots: TakenSlots | None = None,
    ) -> None:
        self._outside = Outside(outside_settings(settings), plain_secrets(settings))
        channels = {name: open_channel(each, self._outside) for name, each in settings.channels.items()}
        for name in {*CALLS, SEATS} & channels.keys():
            raise DefinitionError(f"no channel can be named {name!r}", code="bad-setting", where=f"channels.{name}")
        self._calls = Calls(known, self._outside, clock, taken=taken_slots)
        tracking = tracking_of(settings, self._outside.secrets)
        self._outbox = Outbox(channels, None, self._calls, suppressed, tracking, seats)
        self._templates = templates
        self._clock = clock
        self._returned = returned

    def configure(self, known: Configured) -> None:
        """From now on call these."""
        self._calls.configure(known)

    async def deliver(self, rows: pl.DataFrame, report: Report, ended: Ended) -> None:
        _follow(self._clock, rows)
        await self._outbox.carry(rows, self._templates, self._clock, self._watched(rows, report), ended)

    def _watched(self, rows: pl.DataFrame, report: Report) -> Report:
        """Reports, and lets bounces of e-mails be counted before."""
        mails = frozenset(rows.filter(pl.col("channel") == EMAIL)["key"])
        returned = self._returned
        if not mails or returned is None:
            return report

        def told(outcome: Mapping[str, Any]) -> None:
            if outcome["key"] in mails:
                returned.note(outcome)
            report(outcome)

        return told

    async def close(self) -> None:
        await self._outbox.close_async()
        await self._outside.close()


class NotSent(Deliver):
    """Says of deliveries that they were left out, because a replay was not asked to send.

    Calls count as well made, without an answer, so that people go on as in a dry run; seats are handed out.
    """

    def __init__(self, seats: Seats, clock: Clock) -> None:
        self._seats = seats
        self._clock = clock

    async def deliver(self, rows: pl.DataFrame, report: Report, ended: Ended) -> None:
        _follow(self._clock, rows)
        seats = pl.col("channel") == SEATS
        self._seats.deliver(rows.filter(seats).to_dicts(), report, self._clock)
        rest = rows.filter(~seats).select("key", pl.col("channel").is_in(CALLS), pl.col("decided").to_physical())
        for key, called, decided in rest.iter_rows():
            report(
                {
                    "key": key,
                    "result": "ok" if called else "skipped",
                    "attempts": 0,
                    "detail": "replayed without sending",
                    "time": decided,
                    "started": decided,
                    "answer": None,
                }
            )

    async def close(self) -> None: ...


def _follow(clock: Clock, rows: pl.DataFrame) -> None:
    """Move the clock of a replay to what was decided last: its ticks do not."""
    if isinstance(clock, VirtualClock) and rows.height:
        clock.sleep_until(instant(rows["decided"].max()))  # type: ignore[arg-type]


def seats_in(log: Log) -> Seats:
    """The seats of profile caps, as many taken as the log says."""
    given = log.query(
        "SELECT d.content, o.answer FROM facts.deliveries d JOIN facts.outcomes o USING (key) "
        f"WHERE d.channel = '{SEATS}' AND o.result = 'ok'"
    )
    return Seats(taken(given))


def tracking_of(settings: Settings, secrets: Secrets | None = None) -> Tracking | None:
    """What makes and reads the tokens of links; ``None`` when it is off.

    ``secrets`` are by default those of the settings.

    Raises:
        DefinitionError: it is on, and there is no secret ``tracking``.
    """
    if not settings.tracking:
        return None
    try:
        return Tracking(settings.tracking, (secrets or secrets_of(settings)).get(Secret("tracking")))
    except DeliveryError as error:
        raise DefinitionError(error.message, code=error.code, where="tracking", hint=error.hint) from None


def secrets_of(settings: Settings) -> Secrets:
    """The secrets of a workspace."""
    return Secrets(plain_secrets(settings))


def plain_secrets(settings: Settings) -> dict[str, str]:
    """The secrets of a workspace by their names."""
    return {name: secret.get_secret_value() for name, secret in settings.secrets.items()}


def outside_settings(settings: Settings) -> OutsideSettings:
    """How calls to the outside are made in a workspace.

    Raises:
        DefinitionError: the settings are wrong.
    """
    try:
        return msgspec.convert(settings.outgoing, OutsideSettings, strict=False)
    except msgspec.ValidationError as error:
        names = ", ".join(OutsideSettings.__struct_fields__)
        raise DefinitionError(
            f"the settings of [outgoing] are not right: {error}", code="bad-setting", hint=f"settings are: {names}"
        ) from error
