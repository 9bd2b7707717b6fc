"""The service with 500 published segments under load: how fast events are taken in, and when they have counted.

A workspace with a year of history and the segments of :mod:`bench.rules`; events of the shop come over HTTP from a
process of its own, in batches of 20 and of 500, at 5,000 events a second and as fast as they are answered. *request*
is from the instant a request was due to its answer, which is durable; *counted* from the same instant to the commit of
the tick that evaluated the segments with its events, read from the ticks of the log and the clock of the server.
Beside it the same server without ticks, and an endpoint that only appends to the journal.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import parcours
from bench import data
from bench.data import END, SHARES, Size
from bench.ingest import cpu_of, server
from bench.report import agree, console, seconds, table, timed
from bench.rules import rules
from bench.sending import KEY

#: Events of a batch, and events wanted a second (a busy shop; as fast as possible), by size of the benchmark.
LOADS = {"small": ((500, 0),), "medium": ((20, 5_000), (500, 5_000), (500, 0))}
LOADS["full"] = (*LOADS["medium"], (20, 0))
#: Profiles, events of history, segments, seconds of load.
SIZES = {
    "small": (5_000, 100_000, 60, 2),
    "medium": (50_000, 1_000_000, 500, 15),
    "full": (200_000, 5_000_000, 500, 30),
}
MODES = {"bare": "bare endpoint", "still": "no ticks", "live": "ticks"}


@dataclass(frozen=True, slots=True)
class Load:
    """What one load gave: figures of the sender, delays until counted (s; empty without ticks), CPU (s)."""

    sent: dict[str, Any]
    counted: np.ndarray[Any, np.dtype[np.float64]]
    cpu: float


def run(size: Size) -> None:
    """Build, send, print."""
    profiles, history, segments, length = SIZES[size.name]
    with tempfile.TemporaryDirectory(prefix="parcours-bench-") as place:
        world = Path(place) / "world"
        built, _ = timed(lambda: build(world, replace(size, profiles=profiles, history=history, segments=segments)))
        console.print(
            f"[dim]{history:,} events, {profiles:,} profiles and {segments} segments in {seconds(built.wall)}[/]"
        )
        rows = []
        for batch, rate in LOADS[size.name]:
            for mode in MODES:
                rows.append(_row(mode, batch, rate, measured(world, mode, batch, length, rate, profiles)))
        table(
            f"{segments} published segments, {profiles:,} profiles, {length} s of load from a process beside it",
            ["", "batch", "wanted/s", "events/s", "request p50", "p95", "p99", "counted p50", "p95", "p99", "CPU"],
            rows,
            "everything answered with 200 was found afterwards, once",
        )


def _row(mode: str, batch: int, rate: int, found: Load) -> list[str]:
    sent = found.sent
    answers = [_short(sent[part] / 1e3) for part in ("p50_ms", "p95_ms", "p99_ms")]
    counted = (
        [_short(float(part)) for part in np.percentile(found.counted, [50, 95, 99])] if len(found.counted) else [""] * 3
    )
    rates = [f"{rate:,}" if rate else "all", f"{sent['events_per_second']:,.0f}"]
    return [MODES[mode], str(batch), *rates, *answers, *counted, f"{found.cpu / sent['seconds']:.0%}"]


def _short(value: float) -> str:
    return f"{value * 1e3:,.0f} ms" if value < 1 else f"{value:,.1f} s"


def build(folder: Path, size: Size) -> None:
    """A workspace with history up to now and all segments published, and a source for the load."""
    shift = pl.duration(microseconds=int(time.time() * 1e6) - END)
    with parcours.init(folder) as workspace:
        everybody = data.profile_ids(np.arange(size.profiles, dtype=np.int32)).to_frame("profile_id")
        people = data.attributes(size.profiles).with_columns(pl.col("trial_ends") + shift)
        workspace.import_profiles(pl.concat([everybody, people], how="horizontal"))
        for name in SHARES:
            events = data.events(name, size.profiles, size.history)
            rows = events.select(
                data.profile_ids(events["_profile"].to_numpy()).alias("profile_id"),
                (pl.col("_time") + shift).alias("time"),
                pl.exclude("_profile", "_time"),
            )
            workspace.import_events(rows, event=name)
        now = datetime.now(UTC)
        workspace.replay(now, now, "1 hour")
        workspace.apply([{"segment": rule.id, "name": rule.id, "rule": rule.shape} for rule in rules(size)])
        workspace.sources.create("bench", write_key=KEY)


def measured(world: Path, mode: str, batch: int, length: float, rate: float, profiles: int) -> Load:
    """One load on a copy of the world."""
    with tempfile.TemporaryDirectory(prefix="bench-serving-") as place:
        folder, sent_file, ticks_file = Path(place) / "workspace", Path(place) / "sent", Path(place) / "ticks"
        shutil.copytree(world, folder)
        with server(folder, mode, "bench.serving", str(ticks_file)) as (process, address):
            before = cpu_of(process.pid)
            options = {"batch": batch, "seconds": length, "rate": rate, "profiles": profiles, "sent": sent_file}
            sent = _sent(address, options)
            cpu = cpu_of(process.pid) - before
        agree(set(sent["statuses"]) <= {"200", "429"}, f"answers are {sent['statuses']}")
        return Load(sent, _counted(folder, sent, sent_file, ticks_file) if mode == "live" else np.empty(0), cpu)


def _sent(address: str, options: dict[str, object]) -> dict[str, Any]:
    spelled = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "bench.sending", address, *spelled]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return found


def _counted(
    folder: Path, sent: dict[str, Any], sent_file: Path, ticks_file: Path
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Seconds from when each event was due to the commit of its tick, for those taken in before the end."""
    with parcours.open(folder) as workspace:
        while workspace.waiting:
            workspace.run(ticks=1)
        events = [f"SELECT _event_id, _tick FROM {name} WHERE _event_id LIKE 'node-next-%'" for name in SHARES]
        found = workspace.sql(" UNION ALL ".join(events))
    agree(found.height == sent["events"], f"{found.height:,} events are there, {sent['events']:,} were acknowledged")
    due = pl.read_csv(
        sent_file,
        separator=" ",
        has_header=False,
        new_columns=["number", "due"],
        schema_overrides=[pl.String, pl.Float64],
    )
    ticks = pl.read_csv(
        ticks_file,
        separator=" ",
        has_header=False,
        new_columns=["_tick", "committed"],
        schema_overrides=[pl.Int64, pl.Float64],
    )
    numbered = found.with_columns(pl.col("_event_id").str.slice(10, 8).alias("number"))
    joined = numbered.join(due, on="number").join(ticks, on="_tick")  # those after the end were taken in just now
    return (joined["committed"] - joined["due"]).to_numpy()


def serve(mode: str, folder: Path, ticks: Path) -> None:
    """Serve until the signal; prints the address. Writes number and instant of every committed tick."""
    from bench.ingest import serve_bare, until_signal
    from parcours.service.api.app import application
    from parcours.service.api.server import serving

    if mode == "bare":
        serve_bare(folder)
        return
    with parcours.open(folder) as workspace, ticks.open("w", buffering=1) as file:
        workspace.run(ticks=1)  # everything is recovered before the first request
        with serving(application(workspace, live=mode == "live"), "127.0.0.1", 0) as address:
            print(address, flush=True)
            if mode == "live":
                workspace.run(signals=True, watch=lambda done: print(done.tick, time.time(), file=file))
            else:
                until_signal()


def main() -> None:
    """Serve, as one of the servers above."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=list(MODES))
    parser.add_argument("folder", type=Path)
    parser.add_argument("ticks", type=Path)
    asked = parser.parse_args()
    serve(asked.mode, asked.folder, asked.ticks)


if __name__ == "__main__":
    main()
