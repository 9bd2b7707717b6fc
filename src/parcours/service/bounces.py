"""Addresses that messages cannot reach: what channels answer is counted, and suppresses them (journeys.md, section 19).

The counts are those of the log: they are found again whenever sending begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
import polars as pl
import structlog

from parcours.core.errors import WorkspaceError
from parcours.core.facts import INSTANT
from parcours.flow.delivery.suppression import SIGNAL_COLUMNS, Bounces, bounce_of
from parcours.store.log import Log

#: The channel whose addresses bounce.
EMAIL = "email"
#: Has nothing sent to an address any more, with the reason why.
Suppress = Callable[[str, str], None]
_log = structlog.get_logger(__name__)


class Returned:
    """Watches the outcomes of e-mails, one after the other.

    Args:
        bounces: what is known of earlier ones.
        suppress: told of each address that gets nothing any more, before its outcome is recorded.
    """

    def __init__(self, bounces: Bounces, suppress: Suppress) -> None:
        self._bounces = bounces
        self._suppress = suppress

    def note(self, outcome: Mapping[str, Any]) -> None:
        """Take in an outcome of an e-mail: a row with ``OUTCOME_COLUMNS``, instants in microseconds."""
        rows = _signals([(_address(outcome["answer"]), outcome["result"], outcome["detail"] or "", outcome["time"])])
        for address, reason, _ in self._bounces.take(rows).iter_rows():
            try:
                self._suppress(address, reason)
            except WorkspaceError:  # the outcome must not be lost for it
                _log.exception("an address could not be suppressed", reason=reason)


def bounces_in(log: Log) -> Bounces:
    """The soft bounces that count, from the outcomes of e-mails so far."""
    found = log.query(
        f"""
        WITH mails AS (
            SELECT o.answer ->> '$.to' AS address, o.result, o.detail, epoch_us(o.time) AS time, o._seq
            FROM facts.deliveries d JOIN outcomes o USING (key) WHERE d.channel = '{EMAIL}' AND o.answer IS NOT NULL
        )
        SELECT address, result, detail, time FROM mails
        WHERE lower(address) IN (SELECT lower(address) FROM mails WHERE result = 'failed') ORDER BY time, _seq
        """
    )
    bounces = Bounces()
    bounces.take(_signals(found.iter_rows()))
    return bounces


def _signals(outcomes: Iterable[tuple[str, str, str, int]]) -> pl.DataFrame:
    """What outcomes (address, result, detail, time) say about their addresses."""
    rows = [(address, bounce_of(result, detail or ""), time) for address, result, detail, time in outcomes]
    said = [row for row in rows if row[0] and row[1] is not None]
    return pl.DataFrame(said, schema={**SIGNAL_COLUMNS, "time": pl.Int64}, orient="row").cast({"time": INSTANT})


def _address(answer: str | None) -> str:
    return "" if answer is None else str(msgspec.json.decode(answer).get("to", ""))
