"""The same journey with one durable workflow per person: DBOS Transact on SQLite, without a server.

``python -m bench.journeys.durable SECONDS`` takes as many people through it as it manages in that time, and prints what
it did as JSON. Its waits are a millisecond long, so that only work is measured. One workflow is under way at a time:
with more it is slower, since SQLite has one writer.
"""

from __future__ import annotations

import importlib
import json
import logging
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from bench.journeys.definition import buys, is_gold, is_high

#: Seconds.
SHORT = 0.001


def _play(seconds: float, folder: Path) -> dict[str, object]:
    dbos = importlib.import_module("dbos").DBOS
    dbos(
        config={
            "name": "peer",
            "system_database_url": f"sqlite:///{folder / 'peer.sqlite'}",
            "log_level": "ERROR",
            "notification_listener_polling_interval_sec": SHORT,
        }
    )
    mails: Counter[str] = Counter()
    journey = _journey(dbos, mails)
    dbos.launch()

    def through(person: int) -> None:
        handle = dbos.start_workflow(journey, person)
        if _is(buys, person):
            dbos.send(handle.workflow_id, {"total": 10.0}, topic="buy")
        handle.get_result()

    through(0)  # what is made at the first use is not measured
    mails.clear()
    people, wall, cpu = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - wall < seconds:
        through(people)
        people += 1
    took = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    dbos.destroy()
    return {"people": people, "mails": mails, **took}


def _journey(dbos: Any, mails: Counter[str]) -> Any:
    """The journey as one writes it there: messages are steps, waits are durable, the rest is code."""

    @dbos.step()  # type: ignore[untyped-decorator]
    def mail(activity: str, person: int) -> str:
        mails[activity] += 1
        return f"p{person}@example.org {activity}"

    @dbos.workflow()  # type: ignore[untyped-decorator]
    def twelve(person: int) -> None:
        mail("high" if _is(is_high, person) else "low", person)
        dbos.sleep(SHORT)
        if person % 2:
            mail("news", person)
        if dbos.recv("buy", timeout_seconds=30 if _is(buys, person) else SHORT):
            mail("thanks", person)
        elif _is(is_gold, person):
            dbos.sleep(SHORT)
            mail("offer", person)

    return twelve


def _is(question: Any, person: int) -> bool:
    return bool(question(np.array([person], np.int32))[0])


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="parcours-bench-") as made:
        print(json.dumps(_play(float(sys.argv[1]), Path(made))))
