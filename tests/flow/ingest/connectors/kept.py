"""A line that keeps records in memory, and runs a connector as the service does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from parcours.core.clock import SystemClock
from parcours.core.secrets import Secrets
from parcours.flow.ingest.calls import Record
from parcours.flow.ingest.clients.portion import Message, Portion, portion_of
from parcours.flow.ingest.connectors import Stopped, connector_of


class Kept:
    """A line; ``fails`` says how often keeping fails before it succeeds again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records: list[Record] = []
        self.behind: list[int | None] = []
        self.errors: list[BaseException] = []
        self.fails = 0
        self.stop = threading.Event()

    @property
    def stopped(self) -> bool:
        return self.stop.is_set()

    def wait(self, seconds: float) -> bool:
        return self.stop.wait(seconds)

    def now(self) -> int:
        return SystemClock().now()

    def keep(self, records: Sequence[Record], messages: int = 0) -> None:
        if self.stopped:
            raise Stopped
        if self.fails:
            self.fails -= 1
            raise OSError("no room")
        self.records += records

    def connected(self, behind: int | None = None) -> None:
        self.behind.append(behind)

    @property
    def portions(self) -> list[Portion]:
        return [portion_of(record.body) for record in self.records]

    @property
    def messages(self) -> list[Message]:
        return [message for portion in self.portions for message in portion.messages]

    @property
    def values(self) -> list[Any]:
        return [msgspec.json.decode(message.value) for message in self.messages]

    def distinct(self) -> dict[str, Any]:
        """What is there once the same ids count once."""
        return {message.id: msgspec.json.decode(message.value) for message in self.messages}


@contextmanager
def connected(kind: str, settings: dict[str, Any], line: Kept, secrets: dict[str, str] | None = None) -> Iterator[Kept]:
    """The connector runs while the block does; when it fails it is run again at once."""
    connector = connector_of(kind, settings, "shop", Secrets(secrets or {}))

    def work() -> None:
        while not line.stopped:
            try:
                connector.run(line)
            except Stopped:
                return
            except Exception as error:
                line.errors.append(error)
                line.wait(0.05)

    line.stop.clear()
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        line.stop.set()
        thread.join(60)
        assert not thread.is_alive(), "the connector does not end"


def until(ready: Callable[[], object], patience: float = 60.0) -> None:
    """Wait until it is so."""
    end = time.monotonic() + patience
    while not ready():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)
