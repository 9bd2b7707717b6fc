"""What is decided between ticks and reaches the next one: definitions, controls, and signals that people gave.

Every control has a number; the state knows the last one it has taken of each kind and id, and the log has recorded it
with the batch. So each is taken in exactly once, whatever happens between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from parcours.core.errors import InputError, UnknownNameError
from parcours.core.facts import INSTANT, OUTCOME_COLUMNS, DefinitionChange, empty
from parcours.core.ids import checked_name
from parcours.engines.portions import first_portion
from parcours.flow.journeys.pressure.suppression import Suppressions
from parcours.service.definitions import outstanding
from parcours.service.keeping import deliveries_of, keep
from parcours.service.signals import BUSINESS_EVENT, SIGNAL, SIGNALS, SUPPRESSION, Told

if TYPE_CHECKING:
    from parcours.service.wiring import Parts


def due_changes(parts: Parts) -> list[DefinitionChange]:
    """What the next tick has to be told; the runner has heard of the signals among it."""
    changes = outstanding(parts.catalogue, parts.runner.state)
    signals = [change for change in changes if change.kind == SIGNAL]
    if changes:
        parts.runner.declare(parts.declared(parts.runner.schema))
    if not signals:
        return changes
    parts.runner.hear(_outcomes(signals, parts))
    last = signals[-1].body["control"]
    others = [change for change in changes if change.kind != SIGNAL]
    return [*others, DefinitionChange(SIGNAL, "", 1, "heard", {"control": last})]


def take_in(parts: Parts, at: int) -> None:
    """Have a tick at ``at`` be told of everything that is outstanding, if there is anything; several ticks, if many
    segments begin for many people."""
    while changes := due_changes(parts):
        portion = first_portion(changes, parts.runner.state)
        parts.runner.publish(portion, at)
        taken(parts, portion)
        if len(portion) == len(changes):
            return


def taken(parts: Parts, changes: Iterable[DefinitionChange]) -> None:
    """A tick with these changes was committed: signals among them are over."""
    for change in changes:
        if change.kind == SIGNAL:
            parts.catalogue.forget_controls(SIGNAL, int(str(change.body["control"])))


def _outcomes(signals: Iterable[DefinitionChange], parts: Parts) -> pl.DataFrame:
    """Signals as outcomes of their deliveries; those of people who were erased are left out."""
    rows: list[Mapping[str, Any]] = [{**change.body, "result": change.action} for change in signals]
    plain = {name: pl.Int64 if kind == INSTANT else kind for name, kind in OUTCOME_COLUMNS.items()}
    frame = pl.DataFrame(rows, schema={**plain, "link": pl.String}).with_columns(
        detail=pl.col("link"), attempts=pl.lit(0, pl.Int32)
    )
    known = deliveries_of(parts, frame["key"])["key"]
    found = frame.filter(pl.col("key").is_in(known.implode())).select(*OUTCOME_COLUMNS)
    return found.with_columns(pl.col("time", "started").cast(INSTANT)) if found.height else empty(OUTCOME_COLUMNS)


def signalled(parts: Parts, key: str, signal: str, link: str | None, at: int) -> None:
    """Have the next tick be told of a signal, and do what follows from it.

    Raises:
        InputError: there is no such signal.
        UnknownNameError: there is no such delivery.
    """
    if signal not in SIGNALS:
        raise InputError(
            f"there is no signal {signal!r}", code="unknown-signal", hint="signals are: " + ", ".join(SIGNALS)
        )
    if not deliveries_of(parts, [key]).height:
        raise UnknownNameError(
            f"there is no delivery {key!r}",
            code="unknown-delivery",
            hint="SELECT key FROM deliveries lists them: run, activity and number of the visit",
        )
    keep(parts, [Told(key, signal, link, at)])


def business_event(parts: Parts, event: str, payload: Mapping[str, object], at: int) -> None:
    """Have the next tick be told of an event about nobody.

    Raises:
        InputError: the name cannot be that of an event type.
    """
    body = {"payload": dict(payload), "time": at}
    change = DefinitionChange(BUSINESS_EVENT, checked_name(event, "an event type"), 1, "happen", body)
    parts.catalogue.add_controls([change], at=parts.clock.now())


# --- suppression -----------------------------------------------------------------------------------------


def suppress(parts: Parts, addresses: Sequence[str], domains: Sequence[str], reason: str, *, remove: bool) -> None:
    """Have the next tick be told that nothing, or again something, is sent to these."""
    if not addresses and not domains:
        raise InputError("name addresses or domains", code="nothing-to-do", hint="for example anna@example.org")
    body = {"addresses": list(addresses), "domains": list(domains), "reason": reason}
    action = "remove" if remove else "add"
    parts.catalogue.add_controls([DefinitionChange(SUPPRESSION, "", 1, action, body)], at=parts.clock.now())


def suppressed(parts: Parts) -> pl.DataFrame:
    """Who gets nothing, by ``kind`` (address or domain), ``value``, ``reason``."""
    found = Suppressions()
    for control in parts.catalogue.controls(SUPPRESSION):
        body: Mapping[str, Any] = control.body
        if control.action == "remove":
            found.remove(body["addresses"], body["domains"])
        else:
            found.add(body["addresses"], body["domains"], str(body["reason"]))
    return found.dump()
