"""Entries and exits of all segments in few numbers, kept in memory: read from the log once, then what came since.

So lists of thousands of segments cost the same however much has happened.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from parcours.core.clock import as_datetime
from parcours.service.reporting.sql import text
from parcours.store.log import Log

#: Days at whose ends members are known.
DAYS = 30
#: When the past was rewritten (somebody was erased, or merged), it is read anew, at most after so many seconds, and so
#: many times as long as that takes.
ANEW, SHARE = 60.0, 20
#: Reading it anew that takes less than so many seconds is done at once.
QUICK = 0.1
_INSTANT = pl.Datetime("us", "UTC")
_TOTALS = pl.Schema({"segment": pl.String(), "entries": pl.Int64(), "exits": pl.Int64(), "last_change": _INSTANT})
_NETS = pl.Schema({"segment": pl.String, "day": pl.Date, "net": pl.Int64})


@dataclass(frozen=True, slots=True)
class Movements:
    """What moved until the last tick.

    Attributes:
        totals: ``segment``, ``entries``, ``exits``, ``last_change``; segments that ever had a member.
        nets: ``segment``, ``day``, ``net``: entries less exits of each of the last days.
        days: the last days up to that of the last tick, the oldest first; at most :data:`DAYS`.
    """

    totals: pl.DataFrame
    nets: pl.DataFrame
    days: list[date]

    def trends(self, segments: pl.Series) -> pl.Series:
        """Per segment its members at the end of each of :attr:`days`, as a list."""
        known = pl.DataFrame({"segment": segments}).with_row_index("row")
        now = known.join(self.totals, on="segment", how="left", maintain_order="left")
        members = now.select((pl.col("entries") - pl.col("exits")).fill_null(0)).to_series().to_numpy()
        nets = np.zeros((len(segments), len(self.days) + 1), np.int64)
        if self.days:
            moved = self.nets.join(known, on="segment").with_columns(
                place=(pl.col("day") - self.days[0]).dt.total_days()
            )
            np.add.at(nets, (moved["row"].to_numpy(), moved["place"].to_numpy()), moved["net"].to_numpy())
        later = nets[:, ::-1].cumsum(axis=1)[:, ::-1]  # of each day and all behind it
        found = members[:, None] - later[:, 1:]
        return pl.Series("trend", found.tolist(), pl.List(pl.Int64))


class Keeper:
    """Keeps :class:`Movements` of a log.

    Args:
        log: read at any time, from any thread.
        zone: of days.
    """

    def __init__(self, log: Log, zone: str) -> None:
        self._log, self._zone = log, zone
        self._lock = threading.Lock()
        self._seq = -1  # nothing was read
        self._rewritten = 0
        self._anew = 0.0  # from when on the past may be read anew
        self._first: date | None = None
        self._totals = pl.DataFrame(schema=_TOTALS)
        self._nets = pl.DataFrame(schema=_NETS)

    def now(self) -> Movements:
        """As of the last tick that was committed."""
        with self._lock:
            rewritten = self._log.rewritten
            if rewritten != self._rewritten and time.monotonic() >= self._anew:
                self._seq = -1
            began, whole = time.monotonic(), self._seq < 0
            last = self._log.last_tick()
            if last is not None:
                self._add(last[1])
            if whole:
                took = time.monotonic() - began
                self._rewritten = rewritten
                self._anew = 0.0 if took < QUICK else time.monotonic() + max(ANEW, SHARE * took)
            return Movements(self._totals, self._nets, self._days(last))

    def _add(self, now: int) -> None:
        """Add what came since the last time."""
        if self._seq < 0:
            self._totals, self._nets, self._seq = self._totals.clear(), self._nets.clear(), 0
        new = self._log.query(
            f"""
            SELECT segment, count(*) FILTER (status = 'realized') AS entries,
                   count(*) FILTER (status = 'exited') AS exits, max(effective) AS last_change, max(_seq) AS seq
            FROM facts.qualifications WHERE _seq > {self._seq} GROUP BY segment
            """
        )
        since = self._day(now) - timedelta(days=DAYS)
        if new.height:
            newest = int(new.select(pl.col("seq").max()).item())
            self._nets = pl.concat([self._nets, self._moved(newest, since)])
            self._nets = self._nets.group_by("segment", "day").agg(pl.col("net").sum())
            both = pl.concat([self._totals, new.select(*_TOTALS).cast(_TOTALS)])
            summed = (pl.col("entries").sum(), pl.col("exits").sum(), pl.col("last_change").max())
            self._totals = both.group_by("segment").agg(*summed)
            self._seq = newest
        self._nets = self._nets.filter(pl.col("day") > since)

    def _moved(self, newest: int, since: date) -> pl.DataFrame:
        """``segment``, ``day``, ``net`` of what came since the last time up to row ``newest``, on days after one."""
        first = text((since - timedelta(days=1)).isoformat())  # days begin earlier or later elsewhere
        return self._log.query(
            f"""
            SELECT segment, CAST(effective AT TIME ZONE {text(self._zone)} AS DATE) AS day,
                   count(*) FILTER (status = 'realized') - count(*) FILTER (status = 'exited') AS net
            FROM facts.qualifications
            WHERE _seq > {self._seq} AND _seq <= {newest} AND effective >= CAST({first} AS DATE) GROUP BY segment, day
            """
        ).cast(_NETS)

    def _days(self, last: tuple[int, int] | None) -> list[date]:
        if last is None:
            return []
        if self._first is None:
            self._first = self._day(int(self._log.query("SELECT epoch_us(min(now)) FROM ticks").item()))
        end = self._day(last[1])
        count = min(DAYS, (end - self._first).days + 1)
        return [end - timedelta(days=back) for back in range(count - 1, -1, -1)]

    def _day(self, moment: int) -> date:
        return as_datetime(moment).astimezone(ZoneInfo(self._zone)).date()
