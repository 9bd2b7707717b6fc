"""Signals of many requests are written together, and each request is told how its own went."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from parcours.core.errors import WorkspaceError
from parcours.service.signals import OPENED_ONCE, Recorder, Told


class Disk:
    """Takes signals, slowly, or refuses them."""

    def __init__(self) -> None:
        self.batches: list[list[Told]] = []
        self.full = False
        self.go_on = threading.Event()

    def write(self, told: Sequence[Told]) -> None:
        assert self.go_on.wait(60)
        if self.full:
            raise WorkspaceError("no room", code="disk-full")
        self.batches.append(list(told))


def click(number: int) -> Told:
    return Told(f"k{number}", "clicked", "offer", number)


def test_what_comes_while_one_is_written_is_written_together() -> None:
    disk = Disk()

    async def play() -> None:
        recorder = Recorder(disk.write)
        first = asyncio.create_task(recorder.record(click(0)))
        await asyncio.sleep(0.01)
        others = [asyncio.create_task(recorder.record(click(number))) for number in range(1, 100)]
        await asyncio.sleep(0.01)
        assert not first.done()
        disk.go_on.set()
        await asyncio.gather(first, *others)
        await recorder.record(click(100))

    asyncio.run(play())
    assert [len(batch) for batch in disk.batches] == [1, 99, 1]


def test_opens_count_once_a_minute_and_only_what_was_written_counts() -> None:
    disk = Disk()
    disk.go_on.set()

    async def play() -> None:
        recorder = Recorder(disk.write)
        disk.full = True
        with pytest.raises(WorkspaceError):
            await recorder.record(Told("k", "opened", None, 0))
        disk.full = False
        for at in (1, 2, OPENED_ONCE, OPENED_ONCE + 1):
            await recorder.record(Told("k", "opened", None, at))
        await asyncio.gather(*(recorder.record(Told("other", "opened", None, OPENED_ONCE + 2)) for _ in range(3)))

    asyncio.run(play())
    assert [(told.key, told.at) for batch in disk.batches for told in batch] == [
        ("k", 1), ("k", OPENED_ONCE + 1), ("other", OPENED_ONCE + 2),
    ]  # fmt: skip
