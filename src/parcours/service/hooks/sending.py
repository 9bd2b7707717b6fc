"""The sender of web hooks: a thread with an event loop of its own, and in it a worker for every hook.

Each worker goes through the log behind the cursor of its hook, one message at a time, so that order is kept and a slow
endpoint holds up nobody else. What was delivered is written down in groups: after a crash the last few messages come
again, with the ids that they had.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import structlog

from parcours.core.clock import SECOND, SystemClock, as_datetime
from parcours.flow.delivery.http.client import Client
from parcours.service.hooks.kept import KEPT, Attempt, Hook, Kept
from parcours.service.hooks.messages import Message, following
from parcours.service.hooks.posting import post
from parcours.store.log import Log

_log = structlog.get_logger(__name__)
_clock = SystemClock()
_HOUR, _DAY = 3_600.0, 86_400.0
_GONE = 410


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast, and how long. Seconds.

    Attributes:
        timeout: for one attempt.
        delays: between the attempts at a message; the last one counts for all further ones.
        give_up: a message that could not be delivered for so long disables the hook.
        rows: entries and exits that are read at once.
        group: messages that are delivered before that is written down, at most; ``flush``: the time.
        look: between two looks at what people changed from elsewhere.
        grace: for messages under way when the sender is stopped.
    """

    timeout: float = 15.0
    delays: tuple[float, ...] = (5.0, 30.0, 120.0, 600.0, 1_800.0, _HOUR, 2 * _HOUR, 4 * _HOUR)
    give_up: float = _DAY
    rows: int = 1_000
    group: int = 100
    flush: float = 0.5
    look: float = 5.0
    grace: float = 5.0


class Sender:
    """Delivers the messages of all hooks from a thread of its own.

    Args:
        log: where entries and exits are read.
        kept: the hooks.
        client: makes the client for requests; called in the thread.
        pace: how fast.
    """

    def __init__(self, log: Log, kept: Kept, client: Callable[[], Client], pace: Pace) -> None:
        self._log, self._kept, self._client, self._pace = log, kept, client, pace
        self._workers: dict[str, _Worker] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._look = asyncio.Event()
        self._stopping = False
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hooks", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """Let what is under way end, write down how far everything is, and end."""
        self._stopping = True
        self.changed()
        self._thread.join()

    def wake(self) -> None:
        """There are new entries or exits. From any thread; costs nothing."""
        self._call(self._wake)

    def changed(self) -> None:
        """Hooks were changed. From any thread."""
        self._call(self._look.set)

    def _call(self, what: Callable[[], object]) -> None:
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # it has just ended
                self._loop.call_soon_threadsafe(what)

    def _wake(self) -> None:
        for worker in self._workers.values():
            worker.woken.set()

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        finally:
            self._ready.set()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready.set()
        client = self._client()
        try:
            while not self._stopping:
                self._look.clear()
                await self._assign(client)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._look.wait(), self._pace.look)
        finally:
            await asyncio.gather(*(worker.stop(self._pace.grace) for worker in self._workers.values()))
            await client.close()

    async def _assign(self, client: Client) -> None:
        """A worker for every enabled hook, as it is now."""
        try:
            hooks = {hook.id: hook for hook in await asyncio.to_thread(self._kept.all) if hook.enabled}
        except Exception:  # the catalogue may be busy; it is asked again soon
            _log.exception("web hooks could not be read")
            return
        for id, worker in list(self._workers.items()):
            if id not in hooks or hooks[id].revision != worker.hook.revision or worker.ended:
                await self._workers.pop(id).stop(0.0)
        for id, hook in hooks.items():
            if id not in self._workers:
                self._workers[id] = _Worker(hook, self._log, self._kept, client, self._pace)


class _Superseded(Exception):
    """The hook was changed by somebody, or is disabled."""


class _Worker:
    """Delivers the messages of one hook, in order."""

    def __init__(self, hook: Hook, log: Log, kept: Kept, client: Client, pace: Pace) -> None:
        self.hook = hook
        self.woken = asyncio.Event()
        self._log, self._kept, self._client, self._pace = log, kept, client, pace
        self._made: list[Attempt] = []
        self._written = hook.cursor
        self._saved = time.monotonic()
        self._stopping = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    @property
    def ended(self) -> bool:
        """Whether there is nothing more to come."""
        return self._task.done()

    async def stop(self, grace: float) -> None:
        """End, after the message under way if it ends soon; what was delivered is written down."""
        self._stopping.set()
        self.woken.set()
        if grace:
            await asyncio.wait([self._task], timeout=grace)
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        if self._made or self.hook.cursor != self._written:
            with contextlib.suppress(Exception):
                await self._save()

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._turn()
            except _Superseded:
                return
            except Exception:  # a full disk, a busy catalogue: what was not written down is delivered again
                _log.exception("a web hook could not be attended to; it is tried again", hook=self.hook.id)
                await self._pause(self._pace.look)

    async def _turn(self) -> None:
        self.woken.clear()
        if self.hook.next_at is not None:
            await self._pause((self.hook.next_at - _clock.now()) / SECOND)
            if self._stopping.is_set():
                return
        told = await asyncio.to_thread(following, self._log, self.hook, self._pace.rows)
        for message in told.messages:
            if self._stopping.is_set() or not await self._deliver(message):
                return
        self.hook = replace(self.hook, cursor=max(told.until, self.hook.cursor))
        if self._made:
            await self._save()
        if not told.messages:
            await self._more()

    async def _deliver(self, message: Message) -> bool:
        if self.hook.batch > 1 and self.hook.batch_end != message.last:
            self.hook = replace(self.hook, batch_end=message.last)
            await self._save()  # after a crash it is the same message
        made = await post(self._client, self.hook, message, self.hook.attempts + 1, self._pace.timeout, "change")
        self._made.append(made)
        if not made.delivered:
            await self._failed(made)
            return False
        self.hook = replace(
            self.hook, cursor=message.last, batch_end=None, attempts=0, failing_since=None, next_at=None
        )
        due = time.monotonic() - self._saved > self._pace.flush or len(self._made) >= self._pace.group
        if due or made.attempt > 1:
            await self._save()
        return True

    async def _failed(self, made: Attempt) -> None:
        """Try again later, or give up."""
        since = made.at if self.hook.failing_since is None else self.hook.failing_since
        self.hook = replace(self.hook, attempts=made.attempt, failing_since=since)
        why = self._hopeless(made, since)
        if why:
            self.hook = replace(self.hook, next_at=None, enabled=False, note=why)
            await self._save()
            _log.warning("a web hook is disabled", hook=self.hook.id, why=why)
            raise _Superseded
        delay = self._pace.delays[min(made.attempt, len(self._pace.delays)) - 1]
        if made.retry_after is not None:
            delay = max(delay, min(made.retry_after, _HOUR))
        self.hook = replace(self.hook, next_at=made.at + round(delay * SECOND))
        await self._save()

    def _hopeless(self, made: Attempt, since: int) -> str:
        if made.status == _GONE:
            return "disabled: the endpoint answered 410, it is gone"
        if made.at - since < self._pace.give_up * SECOND or made.attempt < 2:
            return ""
        last = made.answer if made.status is None else f"status {made.status}"
        begin = as_datetime(since).strftime("%Y-%m-%d %H:%M")
        return f"disabled: nothing could be delivered since {begin} UTC ({made.attempt} attempts; last: {last})"[:500]

    async def _save(self) -> None:
        """Write down how far it is.

        Raises:
            _Superseded: somebody has changed the hook, so that does not count.
        """
        made, self._made = self._made, []
        names = ("cursor", "batch_end", "attempts", "failing_since", "next_at", "enabled", "note")
        values = {name: getattr(self.hook, name) for name in names}
        try:
            known = await asyncio.to_thread(self._kept.note, self.hook, values, made)
        except BaseException:
            self._made = [*made, *self._made][-KEPT:]  # a full disk may last
            raise
        self._saved, self._written = time.monotonic(), self.hook.cursor
        if not known:
            raise _Superseded

    async def _more(self) -> None:
        """Wait until there is something new. What was passed over in the meantime is written down when it is quiet."""
        unwritten = self.hook.cursor != self._written
        try:
            await asyncio.wait_for(self.woken.wait(), self._pace.look if unwritten else 10 * self._pace.look)
        except TimeoutError:
            if unwritten:
                await self._save()

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), max(0.0, seconds))


@contextmanager
def sent_by(sender: Sender) -> Iterator[Sender]:
    """The sender runs while the block does."""
    sender.start()
    try:
        yield sender
    finally:
        sender.stop()
