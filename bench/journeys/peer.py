"""One durable workflow per person, in a process of its own: starting it, and checking what it did."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

from bench.journeys.definition import expected_mails
from bench.report import Took, agree, console

WHERE = "make peers"


def managed(seconds: float) -> tuple[int, Took] | None:
    """How many people it took through, and in what time; ``None`` where it is not installed."""
    if importlib.util.find_spec("dbos") is None:
        console.print(f"[yellow]left out: DBOS, one workflow per person ({WHERE})[/]")
        return None
    command = [sys.executable, "-m", "bench.journeys.durable", str(seconds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    people, expected = int(found["people"]), expected_mails(int(found["people"]))
    agree({name: found["mails"].get(name) for name in expected} == expected, "mails of the peer")
    return people, Took(float(found["wall"]), float(found["cpu"]))
