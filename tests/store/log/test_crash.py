"""A process that is killed at any instant leaves whole commits: each one it had confirmed, and no half."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from parcours.store.log import Log

WRITER = """
import sys
from pathlib import Path
from parcours.core.schema import STRING
from parcours.store.log import Log
from tests.store.log.build import SHOP, change, events, profiles, qualified, tick
from parcours.core.facts import Outputs

erasing = sys.argv[2] == "erasing"
with Log.open(Path(sys.argv[1])) as log:
    last = (log.last_tick() or (0, 0))[0]
    schema = log.schema if log.schema.events else SHOP
    for number in range(last + 1, last + 400):
        rows = [{"id": f"{number}-{row}", "who": number, "total": 1.0, "items": [{"sku": "s" * 20, "n": row}]}
                for row in range(200)]
        if number % 7 == 0:
            schema = schema.with_event("purchase", {f"extra{number % 70}": STRING})
        retracted = log.find_events([f"{number - 1}-{row}" for row in range(10)])
        log.commit(
            [tick(number, Outputs(qualified("s", number)), new_profiles=profiles(f"p{number}", first=number),
                  events=(events("purchase", *rows),), retracted=retracted,
                  erased=[number - 1] if erasing and number % 3 == 0 else [])],
            schema,
            consumed={"file": number},
        )
        print(number, flush=True)
        if number % 50 == 0:
            log.checkpoint()
"""


def killed_after(path: Path, seconds: float, kind: str) -> int:
    """Let the writer work for a while, kill it, and give the last tick that it confirmed."""
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path), kind], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        confirmed = [writer.stdout.readline()]
        time.sleep(seconds)
        writer.send_signal(signal.SIGKILL)
        confirmed += writer.stdout.readlines()
    assert confirmed[0], "the writer did not start"
    return int([line for line in confirmed if line.endswith("\n")][-1])


def check(path: Path, confirmed: int, kind: str) -> None:
    with Log.open(path) as log:
        last = log.last_tick()
        assert last is not None
        assert last[0] in (confirmed, confirmed + 1)
        assert log.consumed() == {"file": last[0]}
        ticks = list(log.records())
        assert [record.tick for record in ticks] == list(range(1, last[0] + 1))
        gone = {number for number in range(2, last[0]) if (number + 1) % 3 == 0 and kind == "erasing"}
        for record in ticks:
            whole = record.tick not in gone
            assert record.batch.event_count == 200 * whole
            assert record.batch.new_profiles.height == whole
            assert record.outputs.qualifications.height == whole
            assert sum(map(len, record.batch.retracted)) == 10 * (record.tick > 1 and record.tick - 1 not in gone)
        assert log.query("select count(*) = count(distinct _seq) from facts.event_purchase").item()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["plain", "erasing"])
def test_killed_and_started_again(path: Path, kind: str) -> None:
    chance = random.Random(7)
    last = 0
    for _ in range(4):
        confirmed = killed_after(path, chance.uniform(0.0, 0.5), kind)
        assert confirmed > last
        check(path, confirmed, kind)
        last = confirmed
