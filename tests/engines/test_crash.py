"""Killed at named points and at random moments, a workspace ends where an uninterrupted one does."""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.core.clock import DAY, HOUR, as_datetime, instant
from parcours.flow.delivery.templates import key_token
from parcours.testing.smtp import SmtpSinkProcess
from tests.engines.crashing import KILLED, Nursery, Started

TICKS = 60
POINTS = ("ticked", "before-commit", "after-commit", "before-delivery", "before-calls", "after-call")
START = instant("2026-03-01")
EVENTS = 1_100
#: How often a series can be killed before it is over: a replay has few commits and takes a moment.
NAMED, RANDOM = {"live": 16, "ahead": 16, "replay": 8}, {"live": 7, "ahead": 7, "replay": 2}
#: The longest time in seconds after which it is killed at random.
LONGEST = {"live": 0.12, "ahead": 0.12, "replay": 0.05}

DEFINITIONS = """
segment: silver
name: Silver
rule: {all: [{event: purchase, sum: total, in_last: 12 hours, at_least: 60}]}
---
segment: quiet
name: Quiet
rule: {all: [{event: purchase, count: true, at_least: 1}, {none: [{event: purchase, in_last: 6 hours}]}]}
---
segment: quiet-adults
name: Quiet adults
rule: {all: [{segment: quiet}, {attribute: age, at_least: 18}]}
---
journey: win-back
name: Win back
entry: {segment: quiet, on: enter}
reentry: {allowed: true, wait: 2 hours}
start: hello
activities:
  hello:
    {type: email, to: "{{ profile.email }}", subject: "We miss you", body: "Hello {{ profile.email }}", then: bought}
  bought: {type: wait_for_event, event: purchase, timeout: 5 hours, then: done, on_timeout: again}
  again: {type: email, to: "{{ profile.email }}", subject: "Still there?", body: "Hello again", then: done}
  done: {type: end}
"""

#: What must be equal in the end, as questions to the log.
QUESTIONS = {
    "ticks": "SELECT now, events FROM ticks ORDER BY ALL",
    "events": "SELECT _event_id, _profile_id, _time, total FROM purchase ORDER BY ALL",
    "qualifications": "SELECT segment, _profile_id, status, effective, cause FROM qualifications ORDER BY ALL",
    "steps": "SELECT journey, run, activity, outcome, time FROM journey_steps ORDER BY ALL",
    "deliveries": "SELECT key, _profile_id, content FROM deliveries ORDER BY ALL",
    "settled": "SELECT DISTINCT key, result FROM outcomes ORDER BY ALL",
}


@pytest.fixture(scope="module", params=["live", "ahead", "replay"])
def way(request: pytest.FixtureRequest) -> str:
    """How the workspace is moved.

    ``live`` commits every tick at once, ``ahead`` writes each while it is computed, as it does with large ones, a
    replay commits several behind its back.
    """
    return str(request.param)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


@pytest.fixture(scope="module")
def sink(way: str) -> Iterator[SmtpSinkProcess]:
    with SmtpSinkProcess() as sink:
        yield sink


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, sink: SmtpSinkProcess) -> Path:
    """A workspace with everything in its inbox and nothing done yet."""
    folder = tmp_path_factory.mktemp("crash") / "fresh"
    chance = random.Random(7)
    with parcours.init(folder) as workspace:
        people = pl.DataFrame(
            {
                "profile_id": [f"p{who}" for who in range(40)],
                "age": [chance.randint(10, 80) for _ in range(40)],
                "email": [f"p{who}@example.com" for who in range(40)],
            }
        )
        workspace.import_profiles(people)
        times = [START + chance.randint(-1 * DAY, TICKS * HOUR) for _ in range(EVENTS)]
        events = pl.DataFrame(
            {
                "event_id": [f"e{number}" for number in range(EVENTS)],
                "profile_id": [f"p{chance.randrange(40)}" for _ in range(EVENTS)],
                "time": [as_datetime(time) for time in sorted(times)],
                "total": [chance.randint(1, 4_000) / 100 for _ in range(EVENTS)],
            }
        )
        workspace.import_events(events, event="purchase", id="event_id")
        path = folder / "definitions.yaml"
        path.write_text(DEFINITIONS)
        workspace.apply(path)
    settings = f'[channels.email]\ntype = "smtp"\nhost = "127.0.0.1"\nport = {sink.port}\nsecurity = "none"\n'
    (folder / "parcours.toml").write_text(settings + 'sender = "shop@example.com"\n')
    return folder


@pytest.fixture(scope="module")
def expected(
    way: str, nursery: Nursery, fresh: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, pl.DataFrame]:
    """What an uninterrupted series ends with."""
    folder = tmp_path_factory.mktemp("crash") / "straight"
    shutil.copytree(fresh, folder)
    assert nursery.run(way, folder, TICKS) == 0
    answers = ask(folder)
    assert answers["deliveries"].height > 50
    assert answers["settled"].height == answers["deliveries"].height
    return answers


@dataclass
class Series:
    """A workspace that is moved and killed, until :meth:`finish`."""

    way: str
    folder: Path
    nursery: Nursery
    expected: dict[str, pl.DataFrame]
    sink: SmtpSinkProcess

    def __post_init__(self) -> None:
        self._before = Counter(self.sink.counts())

    def start(self, die_at: str | None = None) -> Started:
        return self.nursery.start(self.way, self.folder, TICKS, *([die_at] if die_at else []))

    def finish(self) -> None:
        """Run to the end and compare everything."""
        assert self.start().wait() == 0
        answers = ask(self.folder)
        for name, rows in self.expected.items():
            if name != "ticks":
                assert answers[name].equals(rows), name
        assert answers["ticks"]["events"].sum() == EVENTS
        decided = {key_token(key) for key in answers["deliveries"]["key"]}
        came = Counter(self.sink.counts()) - self._before
        assert decided == set(came), "every message was handed over, and none under another key"


@pytest.fixture
def series(
    way: str, nursery: Nursery, fresh: Path, expected: dict[str, pl.DataFrame], sink: SmtpSinkProcess, tmp_path: Path
) -> Series:
    folder = tmp_path / "killed"
    shutil.copytree(fresh, folder)
    return Series(way, folder, nursery, expected, sink)


def ask(folder: Path) -> dict[str, pl.DataFrame]:
    with parcours.open(folder) as workspace:
        return {name: workspace.sql(question) for name, question in QUESTIONS.items()}


@pytest.mark.slow
def test_killed_at_named_points(way: str, series: Series) -> None:
    places = [f"{point}:{1 + passing}" for passing in range(3) for point in POINTS]
    kills = sum(series.start(place).wait() == KILLED for place in places)
    assert kills >= NAMED[way], "the process was to die"
    series.finish()


@pytest.mark.slow
def test_killed_at_random_moments(way: str, series: Series) -> None:
    chance, kills = random.Random(11), 0
    for _ in range(8 if way == "replay" else 12):
        process = series.start()
        time.sleep(chance.uniform(0, LONGEST[way]))
        process.kill()
        kills += process.wait() == KILLED
    assert kills >= RANDOM[way], "the series was over before it could be killed often enough"
    series.finish()
