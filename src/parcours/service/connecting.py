"""Connectors while a workspace runs live: a thread for each source that has one, looked after.

What fails is tried again after a while, longer each time, and never stops anything else; what people see of it is a
:class:`Connection`. Sources that are made, changed, switched off or deleted are noticed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from parcours.core.errors import Overloaded, ParcoursError
from parcours.core.secrets import Secret, Secrets
from parcours.flow.ingest.calls import Record
from parcours.flow.ingest.connectors import Stopped, connector_of

#: Seconds of the first rest after a failure; each further one is twice as long, up to the longest.
FIRST_REST, LONGEST_REST = 1.0, 60.0
#: Seconds that a connector may take to end.
PATIENCE = 20.0
#: Libraries that tell their own errors to standard error; here they are part of the connection's state.
_TALKATIVE = ("aiokafka", "nats", "psycopg")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source that is to be connected. ``version`` changes whenever its settings do."""

    source: str
    kind: str
    settings: Mapping[str, object]
    version: int


@dataclass(slots=True)
class Connection:
    """How a source stands.

    Attributes:
        source: its id.
        state: ``connecting``, ``connected``, ``waiting`` (too much waits for ticks), ``failed`` (tried again later) or
            ``stopped``.
        behind: messages that wait on the other side, where that is known.
        messages: messages or rows taken in since the service began.
        last: when the last one was, microseconds.
        failures: failures in a row.
        error: the last one.
        failed: when it was.
    """

    source: str
    state: str = "connecting"
    behind: int | None = None
    messages: int = 0
    last: int | None = None
    failures: int = 0
    error: str = ""
    failed: int | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What connectors work with.

    Attributes:
        folder: where they keep what they remember.
        append: writes records down; see :meth:`parcours.flow.ingest.requests.journal.Journal.append`.
        arrived: told when something was written down.
        seen: told of each source from which something came, and when.
        now: the time.
        secrets: values by name, as they are now.
    """

    folder: Path
    append: Callable[[Sequence[Record]], Future[None]]
    arrived: Callable[[], None]
    seen: Callable[[str, int], object]
    now: Callable[[], int]
    secrets: Callable[[], Mapping[str, str]]


class Connections:
    """The connectors of a workspace.

    Args:
        surroundings: what they work with.
        wanted: the sources that are to be connected now.
    """

    def __init__(self, surroundings: Surroundings, wanted: Callable[[], Sequence[Wanted]]) -> None:
        self._surroundings, self._wanted = surroundings, wanted
        self._lines: dict[str, ServiceLine] = {}
        self._lock = threading.Lock()
        self._ended = False

    def look(self) -> None:
        """Begin with sources that are new or different, and end those that are wanted no more."""
        with self._lock:
            if self._ended:
                return
            wanted = {each.source: each for each in self._wanted()}
            before: dict[str, threading.Thread] = {}
            for source, line in list(self._lines.items()):
                if wanted.get(source) != line.wanted:
                    line.stop.set()
                    before[source] = line.thread
                    del self._lines[source]
            for source, each in wanted.items():
                if source not in self._lines:
                    self._lines[source] = line = ServiceLine(each, self._surroundings, before.get(source))
                    line.thread.start()

    def states(self) -> dict[str, Connection]:
        """How each source stands."""
        with self._lock:
            return {source: line.state for source, line in self._lines.items()}

    def end(self) -> None:
        """End all connectors, and wait for them. What they had not written down comes again the next time."""
        with self._lock:
            self._ended = True
            lines = list(self._lines.values())
        for line in lines:
            line.stop.set()
        for line in lines:
            line.thread.join(PATIENCE)
            if line.thread.is_alive():
                _log.warning("a connector does not end", source=line.wanted.source)


@contextmanager
def connecting(connections: Connections) -> Iterator[Connections]:
    """Connected while the block runs."""
    _silence()
    connections.look()
    try:
        yield connections
    finally:
        connections.end()


class ServiceLine:
    """The line of one source, and the thread that its connector runs in. See :class:`base.Line`.

    Args:
        wanted: the source.
        surroundings: what the connector works with.
        before: a thread that works for the same source and ends: both remember in the same place.
    """

    def __init__(self, wanted: Wanted, surroundings: Surroundings, before: threading.Thread | None = None) -> None:
        self.wanted = wanted
        self.folder = surroundings.folder
        self.state = Connection(wanted.source)
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._work, name=f"source {wanted.source}", daemon=True)
        self._surroundings = surroundings
        self._rest = FIRST_REST
        self._before = before

    # --- what the connector asks for ---------------------------------------------------------------------

    @property
    def stopped(self) -> bool:
        """Whether it is time to end."""
        return self.stop.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until it is time to end."""
        return self.stop.wait(seconds)

    def now(self) -> int:
        """The time."""
        return self._surroundings.now()

    def keep(self, records: Sequence[Record], messages: int = 0) -> None:
        """Write records down; they are durable when this returns."""
        while True:
            if self.stopped:
                raise Stopped
            try:
                written = self._surroundings.append(records)
                break
            except Overloaded as full:
                self.state.state = "waiting"
                self.wait(full.retry_after)
        written.result()
        self.state.messages += messages
        self.state.last = self.now()
        self._surroundings.arrived()
        self._surroundings.seen(self.wanted.source, self.state.last)
        self.connected(self.state.behind)

    def connected(self, behind: int | None = None) -> None:
        """The other side answers."""
        if self.state.failures:
            _log.info("a source is connected again", source=self.wanted.source)
        self.state.state, self.state.behind, self.state.failures = "connected", behind, 0
        self._rest = FIRST_REST

    # --- the thread --------------------------------------------------------------------------------------

    def _work(self) -> None:
        if self._before is not None:
            self._before.join(PATIENCE)
        while not self.stopped:
            secrets = _Guarded(self._surroundings.secrets())
            try:
                connector_of(self.wanted.kind, self.wanted.settings, self.wanted.source, secrets).run(self)
            except Stopped:
                break
            except Exception as error:  # whatever it is, others go on, and this one tries again
                self._note(error, secrets)
                if self.wait(self._rest):
                    break
                self._rest = min(self._rest * 2, LONGEST_REST)
                self.state.state = "connecting"
        self.state.state = "stopped"

    def _note(self, error: Exception, secrets: _Guarded) -> None:
        text = secrets.hidden(_in_words(error))
        if not self.state.failures:  # the first of a row is news
            _log.warning("a source cannot be read; it is tried again", source=self.wanted.source, problem=text)
        self.state.state, self.state.error, self.state.failed = "failed", text, self.now()
        self.state.failures += 1
        self.state.behind = None


class _Guarded(Secrets):
    """Secrets that know which of them were used, so that no error tells them."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        super().__init__(settings)
        self._used: set[str] = set()

    def get(self, secret: Secret) -> str:
        """The value."""
        value = super().get(secret)
        self._used.add(value)
        return value

    def hidden(self, text: str) -> str:
        """The text without any of them."""
        for value in self._used:
            if value:
                text = text.replace(value, "…")
        return text


def _in_words(error: Exception) -> str:
    """An error on one line."""
    text = error.message if isinstance(error, ParcoursError) else f"{type(error).__name__}: {error}"
    return " ".join(text.split())[:500]


def _silence() -> None:
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
