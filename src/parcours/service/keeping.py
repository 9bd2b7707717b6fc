"""Keeps signals of deliveries, with what follows from them (journeys.md, section 19).

Who unsubscribes takes back consent to the channel; to an address that bounced or complained nothing is sent any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from parcours.core.facts import INSTANT, DefinitionChange
from parcours.core.schema import Kind
from parcours.flow.journeys.pressure.consent import consent_attribute
from parcours.service.reporting.sql import text
from parcours.service.signals import Told, suppression

if TYPE_CHECKING:
    from parcours.service.wiring import Parts

#: Why an address gets nothing any more after a signal.
_REASONS = {"bounced": "hard_bounce", "complained": "complaint"}
_FOUND = ("key", "channel", "profile", "address")
_NO: dict[Kind, object] = {Kind.BOOLEAN: False, Kind.STRING: "no", Kind.INTEGER: 0, Kind.DECIMAL: 0.0}


def keep(parts: Parts, told: Sequence[Told]) -> None:
    """Have the next tick be told of these and do what follows from them; durable when it returns. From any thread.

    Raises:
        WorkspaceError: they could not be written; nothing is told.
    """
    if not told:
        return
    _take_back_consent(parts, [each.key for each in told if each.signal == "unsubscribed"])
    controls = [each.control for each in told]
    controls += _suppressions(parts, {each.key: _REASONS[each.signal] for each in told if each.signal in _REASONS})
    parts.catalogue.add_controls(controls, at=parts.clock.now())
    parts.noticed()


def deliveries_of(parts: Parts, keys: Iterable[str]) -> pl.DataFrame:
    """The deliveries that the log knows among these keys: ``key``, ``channel``, ``profile`` (id), ``address``."""
    found = []
    unique = list(dict.fromkeys(keys))
    for start in range(0, len(unique), 5_000):
        listed = ", ".join(map(text, unique[start : start + 5_000]))
        found.append(
            parts.log.query(
                "SELECT d.key, d.channel, p._profile_id AS profile, o.answer ->> '$.to' AS address "
                "FROM facts.deliveries d LEFT JOIN facts.profiles p USING (_profile) LEFT JOIN outcomes o USING (key) "
                f"WHERE d.key IN ({listed})"
            )
        )
    return pl.concat(found) if found else pl.DataFrame(schema=dict.fromkeys(_FOUND, pl.String))


def _suppressions(parts: Parts, reasons: dict[str, str]) -> Iterator[DefinitionChange]:
    for key, channel, _, address in deliveries_of(parts, reasons).iter_rows():
        if channel == "email" and address:
            yield suppression(address, reasons[key])


def _take_back_consent(parts: Parts, keys: Sequence[str]) -> None:
    """People say no to the channels of these deliveries: the attribute ``consent_<channel>`` (section 19)."""
    if not keys:
        return
    with parts.moving:  # files of the inbox do not go away meanwhile
        schema = parts.schema
    for (channel,), rows in deliveries_of(parts, keys).drop_nulls("profile").group_by("channel", maintain_order=True):
        name = consent_attribute(channel)
        kind = schema.attributes[name].kind if name in schema.attributes else Kind.BOOLEAN
        if kind not in _NO:
            continue  # it holds no answer at all
        ids = rows["profile"].unique(maintain_order=True)
        changes: dict[str, Any] = {"_profile_id": ids, "_time": pl.repeat(None, len(ids), dtype=INSTANT, eager=True)}
        changes["_set"] = pl.Series([[name]], dtype=pl.List(pl.String)).new_from_index(0, len(ids))
        changes[name] = pl.Series([_NO[kind]]).new_from_index(0, len(ids))
        parts.inbox.put_profiles(pl.DataFrame(changes))
