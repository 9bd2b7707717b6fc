"""Killed at named points and at random moments, a workspace ends where an uninterrupted one does."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.core.clock import DAY, HOUR, as_datetime, instant
from parcours.flow.delivery.templates import key_token
from parcours.testing.smtp import SmtpSinkProcess

TICKS = 60
POINTS = ("ticked", "before-commit", "after-commit", "before-delivery")
START = instant("2026-03-01")
EVENTS = 1_100
#: How often a series can be killed before it is over: a replay has few commits and takes a moment.
NAMED, RANDOM = {"live": 24, "ahead": 24, "replay": 10}, {"live": 26, "ahead": 26, "replay": 4}
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
def expected(way: str, fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """What an uninterrupted series ends with."""
    folder = tmp_path_factory.mktemp("crash") / "straight"
    shutil.copytree(fresh, folder)
    assert run(way, folder) == 0
    answers = ask(folder)
    assert answers["deliveries"].height > 50
    assert answers["settled"].height == answers["deliveries"].height
    return answers


def start(way: str, folder: Path, die_at: str | None = None) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.engines.crash_worker", way, str(folder), str(TICKS)]
    return subprocess.Popen([*command, *([die_at] if die_at else [])], stdout=subprocess.PIPE, text=True)


def run(way: str, folder: Path, die_at: str | None = None) -> int:
    with start(way, folder, die_at) as process:
        return process.wait()


def ask(folder: Path) -> dict[str, pl.DataFrame]:
    with parcours.open(folder) as workspace:
        return {name: workspace.sql(question) for name, question in QUESTIONS.items()}


def finish(way: str, folder: Path, expected: dict[str, pl.DataFrame], sink: SmtpSinkProcess) -> None:
    """Run to the end and compare everything."""
    assert run(way, folder) == 0
    answers = ask(folder)
    for name, rows in expected.items():
        if name != "ticks":
            assert answers[name].equals(rows), name
    assert answers["ticks"]["events"].sum() == EVENTS
    decided = {key_token(key) for key in answers["deliveries"]["key"]}
    assert decided == set(sink.counts()), "every message was handed over, and none under another key"


@pytest.mark.slow
def test_killed_at_named_points(
    way: str, fresh: Path, expected: dict[str, pl.DataFrame], sink: SmtpSinkProcess, tmp_path: Path
) -> None:
    folder = tmp_path / "named"
    shutil.copytree(fresh, folder)
    kills = sum(run(way, folder, f"{POINTS[kill % len(POINTS)]}:{1 + kill % 3}") == -9 for kill in range(24))
    assert kills >= NAMED[way], "the process was to die"
    finish(way, folder, expected, sink)


@pytest.mark.slow
def test_killed_at_random_moments(
    way: str, fresh: Path, expected: dict[str, pl.DataFrame], sink: SmtpSinkProcess, tmp_path: Path
) -> None:
    folder = tmp_path / "random"
    shutil.copytree(fresh, folder)
    chance, kills = random.Random(11), 0
    for _ in range(40):
        with start(way, folder) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0, LONGEST[way]))
            process.kill()
            kills += process.wait() == -9
    assert kills >= RANDOM[way], "the series was over before it could be killed often enough"
    finish(way, folder, expected, sink)
