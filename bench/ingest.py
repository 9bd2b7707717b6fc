"""Ingestion over HTTP with durable answers: the whole service, with ticks and without, and a bare endpoint.

The bare endpoint reads a body and appends it to the journal; what stands above it is what routing, keys and checking
cost. Load comes from a process of its own on the same machine (:mod:`bench.sending`). Where no tick takes in what was
written, the load ends when the journal is full. Whatever was answered with 200 is looked for afterwards.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import parcours
from bench.data import Size
from bench.report import agree, table
from bench.sending import KEY
from parcours.core.clock import SystemClock
from parcours.core.errors import Overloaded
from parcours.flow.ingest.calls import Record
from parcours.flow.ingest.inbox import Inbox
from parcours.flow.ingest.requests.journal import Journal
from parcours.service.workspace import Workspace

#: Seconds of load, by size of the benchmark.
SECONDS = {"small": 1, "medium": 15, "full": 60}
#: Events in a request.
BATCHES = {"small": (500,), "medium": (20, 500), "full": (20, 500)}
MODES = {"bare": "bare endpoint", "still": "service, no ticks", "live": "service, ticks"}


@dataclass(frozen=True, slots=True)
class Measured:
    """What one load gave: figures of the sender, the server's processor time (s), its largest memory (MB)."""

    sent: dict[str, Any]
    cpu: float
    memory: int


def run(size: Size) -> None:
    """Send to each kind of server in batches, small and large ones, and print."""
    seconds = SECONDS[size.name]
    for batch in BATCHES[size.name]:
        rows = [_row(name, _measured(mode, batch, seconds)) for mode, name in MODES.items()]
        table(
            f"ingestion in batches of {batch}, {seconds} s, durable answers, sender on the same machine",
            ["", "events/s", "requests/s", "p50", "p95", "p99", "server CPU", "server memory"],
            rows,
            "everything answered with 200 was found afterwards, once",
        )


def _row(name: str, found: Measured) -> list[str]:
    sent = found.sent
    times = [f"{sent[part]:,.1f} ms" for part in ("p50_ms", "p95_ms", "p99_ms")]
    share = f"{found.cpu / sent['seconds']:.0%}"
    rates = [f"{sent['events_per_second']:,.0f}", f"{sent['requests'] / sent['seconds']:,.0f}"]
    return [name, *rates, *times, share, f"{found.memory:,} MB"]


def _measured(mode: str, batch: int, seconds: float, rate: float = 0) -> Measured:
    with tempfile.TemporaryDirectory(prefix="bench-ingest-") as place:
        folder = Path(place) / "workspace"
        with server(folder, mode) as (process, address):
            before = cpu_of(process.pid)
            sent = load(address, batch, seconds, rate, *(["--until-refused"] if mode != "live" else []))
            cpu, memory = cpu_of(process.pid) - before, memory_of(process.pid)
        agree(set(sent["statuses"]) <= {"200", "429"}, f"answers are {sent['statuses']}")
        _check(folder, mode, sent)
    return Measured(sent, cpu, memory)


def load(address: str, batch: int, seconds: float, rate: float = 0, *more: str) -> dict[str, Any]:
    """Send for so long; ``rate`` in events a second, 0 for as fast as possible."""
    options = ["--batch", str(batch), "--seconds", str(seconds), "--rate", str(rate), *more]
    done = subprocess.run(
        [sys.executable, "-m", "bench.sending", address, *options], check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _check(folder: Path, mode: str, sent: dict[str, Any]) -> None:
    if mode == "live":
        with parcours.open(folder) as workspace:
            found = _taken(workspace, sent["events"])
        agree(found == sent["events"], f"{found:,} events are there, {sent['events']:,} were acknowledged")
        return
    journal = Journal(folder / "requests", lambda: 0)
    found = sum(journal.count(file.name) for file in journal.files())
    agree(found == sent["requests"], f"{found:,} requests are there, {sent['requests']:,} were acknowledged")


def _taken(workspace: Workspace, expected: int) -> int:
    """How many events there are when everything is taken in."""
    found, before = -1, -2
    while found < expected and found != before:
        workspace.run(ticks=5)
        counts = workspace.status()["events"]
        assert isinstance(counts, dict)
        found, before = sum(counts.values()), found
    return found


# --- the servers ---------------------------------------------------------------------------------------------


@contextmanager
def server(
    folder: Path, mode: str, module: str = "bench.ingest", *more: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server in a process of its own, and its address."""
    command = [sys.executable, "-m", module, mode, str(folder), *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
            process.send_signal(signal.SIGTERM)
            process.wait(120)
        finally:
            process.kill()


def cpu_of(process: int) -> float:
    """Processor time so far, in seconds."""
    parts = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(process: int) -> int:
    """The most memory so far, in MB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1_000 for line in lines if line.startswith("VmHWM"))


def serve(mode: str, folder: Path) -> None:
    """Serve until the signal; prints the address."""
    if mode == "bare":
        serve_bare(folder)
        return
    from parcours.service.api.app import application
    from parcours.service.api.server import serving

    with parcours.init(folder) as workspace:
        workspace.sources.create("bench", write_key=KEY)
        with serving(application(workspace, live=mode == "live"), "127.0.0.1", 0) as address:
            print(address, flush=True)
            if mode == "live":
                workspace.run(signals=True)
            else:
                until_signal()


def serve_bare(folder: Path) -> None:
    """Serve the bare endpoint until the signal."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    journal = Journal(folder / "requests", Inbox(folder / "inbox").next_number)
    clock = SystemClock()

    async def take(request: Request) -> Response:
        body = await request.body()
        try:
            await asyncio.wrap_future(journal.append([Record("segment", "bench", clock.now(), body, "batch")]))
        except Overloaded:  # nothing takes in what was written, so the journal is full some time
            return Response(b"", 429)
        return Response(b'{"success":true}')

    app = Starlette(routes=[Route("/v1/batch", take, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}/", flush=True)
    until_signal()
    server.should_exit = True
    thread.join()
    journal.close()


def until_signal() -> None:
    """Wait for SIGTERM."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    ended.wait()


def main() -> None:
    """Serve, as one of the servers above."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=list(MODES))
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    serve(asked.mode, asked.folder)


if __name__ == "__main__":
    main()
