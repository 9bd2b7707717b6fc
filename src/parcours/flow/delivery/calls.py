"""Live calls of custom actions and data sources: rate rule first, then the call with its retries (section 17).

What a row asks for stands in its content (:mod:`parcours.flow.delivery.planning`). The outcome is ``ok``,
``http_<code>``, ``timedout``, ``capped``, ``error`` or ``withdrawn``; ``answer`` is the JSON that came back.

Nothing is kept that the log does not hold: a call without an outcome is pending there and comes again with the same
key. A call that waits for a slot holds up no other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import structlog

from parcours.core.clock import Clock, steady_now
from parcours.core.errors import DeliveryError
from parcours.flow.delivery.attempts import WITHDRAWN, Answer, Attempts, Settled
from parcours.flow.delivery.configured import Calling, Configured
from parcours.flow.delivery.gates import Entrance
from parcours.flow.delivery.http.outgoing import Outgoing
from parcours.flow.delivery.limits import NEVER, Gate
from parcours.flow.delivery.outside import Outside
from parcours.flow.delivery.pacing import Lane, Pacer
from parcours.flow.delivery.planning import Planner
from parcours.flow.delivery.queues import Line
from parcours.flow.delivery.sharing import SharedAnswers
from parcours.flow.delivery.taken import TakenSlots
from parcours.flow.delivery.templates import key_token

#: Told of each outcome as it comes: a row with the columns of ``OUTCOME_COLUMNS``, instants in microseconds.
Report: TypeAlias = Callable[[Mapping[str, Any]], None]
#: The channels whose deliveries are calls.
CHANNELS = ("http", "source")
#: How many calls to one host are under way at once.
PER_HOST = 100
_log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class _Call:
    """A call on its way.

    Attributes:
        key, run: of the delivery.
        calling: the action or source.
        outgoing: the request.
        entrance: what it has to pass.
        attempts: how far it is.
        report: who is told what came of it.
        question: what it asks, if others may share the answer; ``cache``: how long it is good for them.
        started: when the first call began, by the clock.
        tried: set when it is settled, or waits for a slot.
        told: set when it is settled.
    """

    key: str
    run: str
    calling: Calling
    outgoing: Outgoing
    entrance: Entrance
    attempts: Attempts
    report: Report
    question: Hashable | None = None
    cache: int = 0
    started: int | None = None
    tried: asyncio.Event = field(default_factory=asyncio.Event)
    told: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def waits(self) -> bool:
        """Whether it waits for slots of cappings, too."""
        return self.calling.on_capped == "queue"


def _is_settled(call: _Call) -> bool:
    return call.attempts.settled is not None


class Calls:
    """Makes calls, used from one event loop.

    Args:
        configured: what can be called; see :meth:`configure`.
        outside: the way out.
        clock: gives the instants of outcomes. Rates and retries follow the time that really passes.
        per_host: how many calls to one host are under way at once.
        taken: remembers calls over restarts, so that rates hold.
    """

    def __init__(
        self,
        configured: Configured,
        outside: Outside,
        clock: Clock,
        per_host: int = PER_HOST,
        taken: TakenSlots | None = None,
    ) -> None:
        self._planner = Planner(configured, taken)
        self._outside = outside
        self._clock = clock
        self._per_host = per_host
        self._lanes: dict[str, Lane[_Call]] = {}
        self._pacer = Pacer[Callable[[], None]](steady_now, lambda turn: turn())
        self._lines: dict[tuple[Gate, bool], Line[_Call]] = {}
        self._shared = SharedAnswers()
        self._under_way: dict[str, _Call] = {}
        self._asking: dict[Hashable, list[_Call]] = {}

    def configure(self, configured: Configured) -> None:
        """From now on call these; calls under way end as they began."""
        self._planner.change(configured)
        self._lines = {name: line for name, line in self._lines.items() if len(line)}

    async def deliver(self, rows: Iterable[Mapping[str, Any]], report: Report, *, patient: bool = False) -> None:
        """Make these calls. Returns when each is settled or waits for a slot; ``patient``: when all are settled.

        A key that is under way already is not called again.
        """
        calls = [call for row in rows if (call := self._submitted(row, report)) is not None]
        for call in calls:
            await (call.told if patient else call.tried).wait()

    def withdraw(self, ended: Mapping[str, str]) -> None:
        """These runs were ended from without: those of their calls that were not made yet are not made.

        Their outcome is ``withdrawn``, and how the run ended; their slots go to those behind them, see :class:`Line`. A
        call that others share the answer of is made for them.
        """
        gone = [call for call in self._under_way.values() if call.run in ended]
        gone = [call for call in gone if call.attempts.withdraw(steady_now(), ended[call.run])]
        for line in {self._line(call) for call in gone}:
            line.leave(_is_settled)
        for call in gone:
            asking = self._asking.get(call.question, []) if call.question is not None else []
            first = bool(asking) and asking[0] is call
            if call in asking:
                asking.remove(call)
            self._finish(call)
            if first and asking:
                self._enter(asking[0])
            elif first:
                del self._asking[call.question]

    def left_out(self, rows: Iterable[Mapping[str, Any]], ended: Mapping[str, str], report: Report) -> None:
        """Report of these rows, whose runs were ended, that no call was made."""
        for row in rows:
            if row["key"] not in self._under_way:
                settled = Settled(WITHDRAWN, 0, 0, 0, None, ended[str(row["run"])])
                self._tell(str(row["key"]), report, settled)

    async def close(self) -> None:
        """Stop everything under way. What has no outcome yet comes again."""
        self._planner.close()
        self._pacer.stop()
        for lane in self._lanes.values():
            lane.stop()
        self._lanes.clear()
        self._lines.clear()
        self._under_way.clear()
        self._asking.clear()

    # --- on the way in -----------------------------------------------------------------------------

    def _submitted(self, row: Mapping[str, Any], report: Report) -> _Call | None:
        """The call on its way; ``None`` if it is on its way already, needs none, or cannot be made."""
        key = str(row["key"])
        if key in self._under_way:
            return None
        try:
            call = self._call(key, row, report)
        except DeliveryError as error:
            self._tell(key, report, Settled("error", 0, 0, 0, None, f"{error.code}: {error.message}"))
            return None
        except Exception as error:  # a mistake of ours must not cost the outcomes of other calls
            _log.exception("a call could not be made", key=key)
            self._tell(key, report, Settled("error", 0, 0, 0, None, type(error).__name__))
            return None
        if call.question is not None:
            fresh, answer = self._shared.known(call.question, steady_now())
            if fresh:
                self._tell(key, report, Settled("ok", 0, 0, 0, answer, "cached"))
                return None
        self._under_way[key] = call
        if not self._asked_by_another(call):
            self._enter(call)
        return call

    def _call(self, key: str, row: Mapping[str, Any], report: Report) -> _Call:
        plan = self._planner.planned(str(row["channel"]), str(row["content"]))
        calling, outgoing = plan.calling, plan.outgoing
        if calling.key_header:
            outgoing = outgoing.with_header(calling.key_header, key_token(key))
        attempts = Attempts(calling.retry, plan.budget, retry_capped=calling.on_capped == "retry")
        run = str(row.get("run", ""))
        return _Call(key, run, calling, outgoing, plan.entrance, attempts, report, plan.question, plan.cache)

    def _asked_by_another(self, call: _Call) -> bool:
        """Whether an equal question is on its way: its answer is that of this call, too."""
        if call.question is None:
            return False
        asking = self._asking.setdefault(call.question, [])
        asking.append(call)
        return len(asking) > 1

    def _line(self, call: _Call) -> Line[_Call]:
        """Those who wait for the same slots."""
        name = call.entrance.gate, call.waits
        if name not in self._lines:
            self._lines[name] = Line(*name)
        return self._lines[name]

    def _enter(self, call: _Call) -> None:
        now, line = steady_now(), self._line(call)
        slot = line.join(call, now)
        if slot == NEVER:
            out = now + call.entrance.gate.queue
            call.attempts.out_of_queue(now, out)
            self._pacer.put(out, partial(self._released, call))
        elif slot > now:
            self._pacer.put(slot, partial(self._turn, line))
        else:
            self._turn(line)
        if slot > now:
            call.tried.set()

    def _turn(self, line: Line[_Call]) -> None:
        """The time of a slot has come, if it was not given back."""
        call = line.released(steady_now())
        if call is not None:
            self._released(call)

    def _released(self, call: _Call) -> None:
        """Its turn has come: on to the lane of its host."""
        if call.told.is_set():  # it was withdrawn
            return
        if call.attempts.settled is not None:
            self._settle(call)
            return
        host = urlsplit(call.outgoing.url).netloc
        lane = self._lanes.get(host)
        if lane is None:
            lane = self._lanes[host] = Lane(self._made, self._per_host)
        lane.put(call)

    # --- the call itself ---------------------------------------------------------------------------

    async def _made(self, call: _Call) -> None:
        try:
            async with AsyncExitStack() as held:
                for connection in call.entrance.connections:
                    await held.enter_async_context(connection)
                await self._attempted(call)
        except Exception as error:
            # A mistake of ours must not stop the calls behind this one, nor hold a run for ever.
            _log.exception("a call failed unexpectedly", key=call.key)
            call.attempts.impossible(steady_now(), type(error).__name__)
        if not call.told.is_set():
            self._settle(call)

    async def _attempted(self, call: _Call) -> None:
        attempts, gate = call.attempts, call.entrance.gate
        if attempts.settled is None:
            attempts.begin(steady_now())
        while (due := attempts.due) is not None:
            await asyncio.sleep(max(0, due - steady_now()) / 1e6)
            if attempts.due is None:  # it was withdrawn meanwhile
                break
            now = max(steady_now(), due)
            free = gate.first(now, wait=call.waits) if attempts.first else gate.again(now)
            call.started = call.started or self._clock.now()
            if attempts.attempt(now, free):
                call.entrance.note(now)
                await self._once(call)

    async def _once(self, call: _Call) -> None:
        attempts, how = call.attempts, call.calling.request.authentication
        left = max(0, attempts.deadline - steady_now()) / 1e6
        try:
            async with asyncio.timeout(left):
                ready = await self._outside.authenticator.authenticated(call.outgoing, how, steady_now(), left)
                reply = await self._outside.client.request(ready, left)
        except TimeoutError:
            attempts.expired()
        except DeliveryError as error:
            detail = f"{error.code}: {error.message}"
            if error.permanent:
                attempts.impossible(steady_now(), detail)
            else:
                attempts.answered(steady_now(), Answer(None, None, detail))
        else:
            if reply.status == 401:
                self._outside.authenticator.refused(how)
            attempts.answered(min(steady_now(), attempts.deadline), Answer(reply.status, reply.json))

    # --- on the way out ----------------------------------------------------------------------------

    def _settle(self, call: _Call) -> None:
        self._finish(call)
        if call.question is None:
            return
        settled = call.attempts.settled
        assert settled is not None
        if settled.result == "ok":
            self._shared.keep(call.question, settled.answer, steady_now() + call.cache)
        shared = Settled(settled.result, 0, 0, 0, settled.answer, f"shared {settled.detail}".strip())
        for other in self._asking.pop(call.question, [])[1:]:
            self._finish(other, shared)

    def _finish(self, call: _Call, shared: Settled | None = None) -> None:
        settled = shared or call.attempts.settled
        assert settled is not None
        self._tell(call.key, call.report, settled, call.started)
        call.tried.set()
        call.told.set()

    def _tell(self, key: str, report: Report, settled: Settled, started: int | None = None) -> None:
        self._under_way.pop(key, None)
        now = self._clock.now()
        report(
            {
                "key": key,
                "result": settled.result,
                "attempts": settled.attempts,
                "detail": settled.detail,
                "time": now,
                "started": now if started is None else started,
                "answer": settled.answer,
            }
        )
