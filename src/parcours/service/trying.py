"""Journeys that need not be published yet, tried: over the recorded past, in test mode, as a simulation."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeAlias

from parcours.core.errors import InputError
from parcours.core.schema import Schema
from parcours.engines.outside import Stub
from parcours.engines.state import State
from parcours.flow.delivery.attempts import Answer
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.transfer import used
from parcours.flow.segments.definitions import dependency_order
from parcours.flow.segments.documents import SUFFIXES, Located
from parcours.language.tree import Node, members
from parcours.service import applying, backtesting
from parcours.service.acting import Actions
from parcours.service.backtesting import Backtest, Difference
from parcours.service.definitions import journey_of, rules_of_segments
from parcours.service.drafts import Drafted, drafted
from parcours.service.lines import Line
from parcours.service.played import played
from parcours.service.segments import Moment, as_instant
from parcours.service.sessions import Mode, Session
from parcours.service.surroundings import Surroundings, copied
from parcours.service.testmode import with_testing

#: See :meth:`Tries.draft`.
Draft: TypeAlias = applying.Definitions | JourneyDefinition


class Tries(Actions):
    """What can be done with drafts; a part of ``workspace.journeys``."""

    def draft(self, draft: Draft) -> tuple[JourneyDefinition, Schema]:
        """A definition that need not be published, checked, and the names that exist with it.

        Args:
            draft: id of a journey (its newest version), a file with one journey among its definitions, plain data, a
                journey built in Python, or a definition as it was read.

        Raises:
            InputError: there is no journey in the file, or more than one.
            UnknownNameError, DefinitionError: it is not known, or cannot be accepted.
        """
        found = self._drafted(draft)
        return found.definition, found.schema

    def _drafted(self, draft: Draft) -> Drafted:
        if isinstance(draft, JourneyDefinition):
            return drafted(self._parts, draft)
        if isinstance(draft, str) and not isinstance(draft, Located) and Path(draft).suffix not in SUFFIXES:
            return drafted(self._parts, self.definition(draft, self._newest(draft)))
        found = applying.checked(draft, self._parts)
        journeys = [item.journey for item in found.items if item.journey is not None]
        if len(journeys) != 1:
            raise InputError(
                f"expected one journey, found {len(journeys)}", code="no-definitions", where=str(draft)[:80]
            )
        return drafted(self._parts, journeys[0], found.schema, found.items)

    def backtest(
        self,
        draft: Draft,
        since: Moment | None = None,
        until: Moment | None = None,
        *,
        against: Draft | None = None,
        answers: Mapping[str, Stub | Mapping[str, Any]] | None = None,
        watch: Callable[[int], None] | None = None,
    ) -> Backtest | Difference:
        """Play a draft over the recorded past, sending nothing and writing nothing.

        Args:
            draft: see :meth:`draft`.
            since, until: the stretch of time; without it everything that is recorded.
            against: another draft: gives the difference of the two instead.
            answers: what answers calls, by activity: as plain data ``{"status": 500, "body": …}``, or ``{"result":
                "timedout"}``; every call goes well with an empty answer where nothing is said.
            watch: told of every instant that was reached, microseconds.

        Raises:
            InputError, UnknownNameError, DefinitionError: see :meth:`draft`.
            WorkspaceError: there was no tick so far.
        """
        start, end = (None if moment is None else as_instant(moment) for moment in (since, until))
        stubs = {name: _stub(answer) for name, answer in (answers or {}).items()}
        found = backtesting.run(self._parts, self._drafted(draft), start, end, answers=stubs, watch=watch)
        if against is None:
            return found
        other = backtesting.run(self._parts, self._drafted(against), start, end, answers=stubs, watch=watch)
        return found.against(other)

    def test(
        self,
        draft: Draft,
        *,
        wait: str | None = None,
        waits: Mapping[str, str] | None = None,
        branches: Mapping[str, str] | None = None,
        at: Moment | None = None,
        watch: Callable[[Line], None] | None = None,
    ) -> Session:
        """Try a journey on a copy of the state in memory, in test mode: short waits, ways that can be chosen.

        Args:
            draft: see :meth:`draft`.
            wait: how long waits and time-outs last; ``waits`` for single activities. By default as the journey says.
            branches: the way that is taken out of an activity, instead of the first one.
            at: where the clock stands at first; by default the last tick.
            watch: told of every line of the log as it comes.

        Raises:
            InputError, UnknownNameError, DefinitionError: see :meth:`draft`; or there is no such activity or way.
        """
        found = self._drafted(draft)
        tested = with_testing(found.definition, wait=wait, waits=waits, branches=branches)
        return self._session(found._replace(definition=tested), "test", at, watch)

    def simulate(
        self, draft: Draft, *, at: Moment | None = None, watch: Callable[[Line], None] | None = None
    ) -> Session:
        """Try a journey on a copy of the state in memory as people would see it, with waits as they are.

        Args:
            draft, at, watch: see :meth:`test`.

        Raises:
            InputError, UnknownNameError, DefinitionError: see :meth:`draft`.
        """
        return self._session(self._drafted(draft), "simulation", at, watch)

    def play(
        self,
        draft: Draft,
        steps: Sequence[Mapping[str, Any]],
        *,
        mode: Mode = "test",
        wait: str | None = None,
        waits: Mapping[str, str] | None = None,
        branches: Mapping[str, str] | None = None,
        at: Moment | None = None,
        lang: Literal["en", "fr"] = "en",
    ) -> dict[str, Any]:
        """Try a journey with these steps, from the beginning to the end of them: who comes, what happens, how the clock
        moves. Nothing is sent or kept.

        It tells of the people whom the steps name, or of everybody where they name nobody. The answer has ``now``, the
        ``log`` (``time``, ``profile``, ``activity``, ``text``, and the fields of a ``message`` as the person would get
        it), ``people`` and where they stand, ``activities`` and ``edges`` with their counters, and the ways that nobody
        took (``unreached``).

        Args:
            draft: see :meth:`draft`.
            steps: what happens, one after the other: ``{"person": id, "attributes": {…}, "segments": {…}}``, ``{"set":
                id, "attributes": {…}}``, ``{"member": id, "segments": {…}}``, ``{"event": type, "profile": id,
                "properties": {…}}``, ``{"signal": "clicked", "profile": id, "activity": …}``, ``{"answer": activity,
                "status": 500}``, ``{"choose": activity, "way": …, "wait": …}``, ``{"advance": "2 days"}``, ``{"until":
                instant}``.
            mode: ``test`` (short waits, ways that can be chosen) or ``simulation`` (as people would see it).
            wait, waits, branches: of a test; see :meth:`test`.
            at: where the clock stands at first; by default the last tick.
            lang: of the log: ``en`` or ``fr``.

        Raises:
            InputError, UnknownNameError, DefinitionError: see :meth:`draft`; or a step cannot be done.
        """
        if mode == "simulation" and (wait or waits or branches):
            raise InputError("ways and waits are chosen in a test only", code="no-test", hint='mode="test"')
        test = partial(self.test, wait=wait, waits=waits, branches=branches)
        session = test(draft, at=at) if mode == "test" else self.simulate(draft, at=at)
        session.lang = lang
        return played(session, steps)

    def _session(self, draft: Drafted, mode: Mode, at: Moment | None, watch: Callable[[Line], None] | None) -> Session:
        parts, definition = self._parts, draft.definition
        last = parts.log.last_tick()
        with parts.moving:
            state = State(draft.schema) if last is None else copied(parts.runner.state)
            around = [] if last is not None else backtesting.around(parts)
            found = Surroundings(state, self._segments_of(definition), self._targets(definition), around)
            start = parts.clock.now() if state.now is None else state.now
            moment = start if at is None else max(as_instant(at), start)
            return Session(parts, draft, found, mode, moment, watch)

    def _segments_of(self, definition: JourneyDefinition) -> dict[str, Node]:
        """The rules of the segments that a journey refers to, and of those that these refer to, in order."""
        rules = rules_of_segments(self._parts.catalogue)
        wanted, left = set[str](), list(used(definition).segment)
        while left:
            name = left.pop()
            if name in rules and name not in wanted:
                wanted.add(name)
                left += members(rules[name])
        return {name: rules[name] for name in dependency_order(rules) if name in wanted}

    def _targets(self, definition: JourneyDefinition) -> Sequence[JourneyDefinition]:
        """The published journeys that a journey starts, and those that these start."""
        live = {item.id: item for item in self._parts.catalogue.published(self.kind)}
        found: dict[str, JourneyDefinition] = {}
        left = list(used(definition).journey)
        while left:
            name = left.pop()
            if name in live and name not in found and name != definition.id:
                found[name] = journey_of(live[name])
                left += used(found[name]).journey
        return tuple(found.values())


def _stub(answer: Stub | Mapping[str, Any]) -> Stub:
    """How calls are answered, from plain data.

    Raises:
        InputError: ``bad-answer``.
    """
    if isinstance(answer, Stub):
        return answer
    status, result = answer.get("status", 200), answer.get("result")
    if not set(answer) <= {"status", "body", "result"} or not isinstance(status, int) or not 100 <= status <= 599:
        raise InputError("that is no answer", code="bad-answer", where="answers", hint='{"status": 500, "body": …}')
    text = None if answer.get("body") is None else json.dumps(answer["body"])
    return Stub((Answer(status, text),)) if result is None else Stub(settled=str(result), body=text)
