"""A small shop: forty people, half a year, eight segments that read everything there is to read, a journey."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

import parcours
from parcours.service.workspace import Workspace

START, END = "2024-01-01", "2024-06-30"
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
DEFINITIONS = """
segment: big
name: Big spenders
description: Spent 100 or more in 30 days
rule: {event: purchase, sum: total, in_last: 30 days, at_least: 100}
---
segment: regular
rule: {event: purchase, in_last: 60 days, at_least: 3}
---
segment: adult
rule: {attribute: age, at_least: 18}
---
segment: big-adult
rule: {all: [{segment: big}, {segment: adult}]}
---
segment: lapsing
rule:
  all:
    - {event: purchase, between_ages: [20 days, 80 days], at_least: 2}
    - {event: purchase, in_last: 20 days, is: 0}
---
segment: fans
rule: {event: purchase, over: items, where: {field: brand, is: own}, sum: quantity, in_last: 45 days, at_least: 4}
---
segment: this-month
rule: {event: purchase, this: month, zone: Europe/Paris, at_least: 2}
---
segment: trial-ending
rule: {attribute: trial_ends, in_next: 10 days}
---
journey: hello
name: Say hello
entry: {segment: big, on: enter}
reentry: {allowed: true, wait: 30 days}
start: mail
activities:
  mail: {type: email, to: "{{ profile.email }}", subject: Hello, body: "You are {{ profile.age }}", then: pause}
  pause: {type: wait, for: 7 days, then: end}
  end: {type: end}
"""
SEGMENTS = ("adult", "big", "big-adult", "fans", "lapsing", "regular", "this-month", "trial-ending")


def people() -> pl.DataFrame:
    """Forty profiles; some know little about themselves."""
    numbers = list(range(40))
    return pl.DataFrame(
        {
            "profile_id": [f"p{number}" for number in numbers],
            "email": [f"p{number}@example.com" if number % 7 else None for number in numbers],
            "age": [None if number % 5 == 0 else 10 + number for number in numbers],
            "trial_ends": [FIRST.date() + timedelta(days=6 * number) for number in numbers],
        }
    )


def purchases() -> pl.DataFrame:
    """Six hundred purchases with one to three lines each."""
    draw = np.random.default_rng(7)
    count = 600
    minutes = np.sort(draw.integers(0, 181 * 24 * 60, count))
    lines = [
        [
            {"brand": ["own", "other"][int(draw.integers(2))], "quantity": int(draw.integers(1, 4))}
            for _ in range(int(draw.integers(1, 4)))
        ]
        for _ in range(count)
    ]
    return pl.DataFrame(
        {
            "event_id": [f"e{number}" for number in range(count)],
            "profile_id": [f"p{number}" for number in draw.integers(0, 40, count)],
            "time": [FIRST + timedelta(minutes=int(minute)) for minute in minutes],
            "total": (draw.integers(100, 6_000, count) / 100).tolist(),
            "items": lines,
        }
    )


def definitions(folder: Path) -> Path:
    """The definitions as a folder of files."""
    folder.mkdir(exist_ok=True)
    (folder / "all.yaml").write_text(DEFINITIONS)
    return folder


def fill(workspace: Workspace, folder: Path) -> None:
    """Data and definitions into a workspace, without a tick."""
    workspace.import_profiles(people())
    workspace.import_events(purchases(), event="purchase", id="event_id")
    workspace.apply(definitions(folder))


def make(folder: Path) -> Path:
    """A workspace in which the whole half-year has been replayed."""
    with parcours.init(folder / "shop") as workspace:
        fill(workspace, folder / "definitions")
        workspace.replay(START, END, "6 hours")
    return folder / "shop"


def copied(made: Path, folder: Path) -> Path:
    """A copy of a workspace that a test may change."""
    return Path(shutil.copytree(made, folder / "copy", ignore=shutil.ignore_patterns(".lock")))
