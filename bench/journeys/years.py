"""Backtests: a draft over a generated year, and over the year of The Complete Journey."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from bench.data import END, SEED, START
from bench.journeys.definition import SCHEMA, buys, definition, everybody, happening
from bench.report import Took, console, timed
from parcours.core.clock import DAY
from parcours.core.errors import ParcoursError
from parcours.core.facts import Batch, Outputs, TickRecord
from parcours.engines.backtest import backtest, past_of
from parcours.flow.journeys.definitions import JourneyDefinition, read_journey
from parcours.store.log import Log

ROOT = Path(__file__).parents[2]
#: Made by ``make demo``.
DEMO = ROOT / "demo-complete-journey" / "history.duckdb"
DRAFT = ROOT / "examples" / "complete-journey" / "journeys" / "win-back.yaml"


@dataclass(frozen=True, slots=True)
class Tested:
    """A backtest: reading the past, playing, and what came of it."""

    name: str
    read: Took
    played: Took
    years: float
    steps: int
    deliveries: int

    @property
    def speed(self) -> float:
        """Years per minute, with reading."""
        return self.years * 60 / (self.read.wall + self.played.wall)


def generated(people: int, days: int, folder: Path) -> Tested:
    """Everybody visits once within so many days, at any time; a tenth of them buy, the day after."""
    end = START + days * DAY
    draw, who = np.random.default_rng([SEED, 7]), np.arange(people, dtype=np.int32)
    times = draw.integers(START + 1, end - 12 * DAY, people)
    visits = happening("visit", who, times)
    bought = happening("buy", who[buys(who)], times[buys(who)] + DAY + draw.integers(1, DAY, int(buys(who).sum())))
    log = Log.open(folder / "year.duckdb")
    appear = everybody(people)
    batch = Batch(appear.new_profiles, appear.profile_changes, (visits, bought))
    log.commit([TickRecord(1, end, batch, Outputs())], SCHEMA)
    try:
        return _tested(f"{people:,} entries, {days} days", log, definition(), START, end)
    finally:
        log.close()


def recorded(folder: Path) -> Tested | None:
    """The year of the example, if its workspace is there; its log is copied to ``folder``."""
    if not DEMO.exists():
        console.print("[yellow]left out: The Complete Journey (make demo makes its workspace)[/]")
        return None
    try:
        log = Log.open(Path(shutil.copy(DEMO, folder)))
    except ParcoursError as error:
        console.print(f"[yellow]left out: The Complete Journey: {error}[/]")
        return None
    try:
        segments = log.query("SELECT DISTINCT segment FROM qualifications")["segment"].to_list()
        draft = read_journey(yaml.safe_load(DRAFT.read_text()), log.schema, segments, 1)
        return _tested("The Complete Journey, win-back", log, draft)
    finally:
        log.close()


def _tested(name: str, log: Log, draft: JourneyDefinition, start: int | None = None, end: int | None = None) -> Tested:
    read, past = timed(lambda: past_of(log, draft))
    first, last = past.span or (START, END)
    start, end = start or first, end or last
    played, found = timed(lambda: backtest(past, draft, start, end))
    return Tested(name, read, played, (end - start) / (365 * DAY), found.steps.height, found.deliveries.height)
