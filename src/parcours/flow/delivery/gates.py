"""The rate rules in front of each call, found by its URL and shared by all calls under the same rule.

What was called before counts, also before a restart where it is remembered (:mod:`parcours.flow.delivery.taken`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from parcours.flow.delivery.configured import Calling, Endpoint
from parcours.flow.delivery.configured.endpoint import Service
from parcours.flow.delivery.http.outgoing import Outgoing
from parcours.flow.delivery.limits import Gate, Slots
from parcours.flow.delivery.taken import Last, TakenSlots


@dataclass(frozen=True, slots=True)
class Entrance:
    """What a call has to pass: slots, then a connection of each of these.

    ``remembered``: the last calls under each of its rules.
    """

    gate: Gate
    connections: tuple[asyncio.Semaphore, ...]
    remembered: tuple[Last, ...] = ()

    def note(self, at: int) -> None:
        """A call is about to be made, in a slot that was taken: it counts after a restart, too."""
        for last in self.remembered:
            last.note(at)


class Gates:
    """The slots and connections of all endpoints. Rules may change; what is taken stays taken.

    Args:
        endpoints: the rules.
        taken: remembers calls over restarts; without it all slots are free at first.
    """

    def __init__(self, endpoints: Mapping[str, Endpoint] | None = None, taken: TakenSlots | None = None) -> None:
        self._endpoints: tuple[Endpoint, ...] = ()
        self._taken = taken
        self._last: dict[tuple[str, str], Last] = {}
        self._slots: dict[tuple[str, str], Slots] = {}
        self._connections: dict[tuple[str, str, int], asyncio.Semaphore] = {}
        self._entrances: dict[tuple[Service, tuple[str, ...]], Entrance] = {}
        self.change(endpoints or {})

    def change(self, endpoints: Mapping[str, Endpoint]) -> None:
        """From now on these rules hold."""
        self._endpoints = tuple(endpoints.values())
        self._entrances.clear()

    def entrance(self, service: Service, calling: Calling, outgoing: Outgoing) -> Entrance:
        """What stands in front of this call: its own rules, and those of every endpoint that its URL matches."""
        found = [each for each in self._endpoints if each.matches(outgoing.method, outgoing.url)]
        if calling.limits is not None:
            found.append(calling.limits)
        name = service, tuple(sorted(each.endpoint for each in found))
        if name not in self._entrances:
            self._entrances[name] = self._made(service, sorted(found, key=lambda each: each.endpoint))
        return self._entrances[name]

    def rules(self, service: Service, calling: Calling) -> frozenset[str]:
        """The rate rules that calls may come under, whatever their values are."""
        url, method = calling.request.url, calling.request.method
        found = [each for each in self._endpoints if each.may_match(method, url)]
        named = {f"{each.endpoint}.throttling" for each in found if each.throttling is not None}
        named |= {f"{each.endpoint}.{service}" for each in found if service in each.capping}
        return frozenset(named if calling.limits is None else {*named, calling.limits.endpoint})

    def _made(self, service: Service, endpoints: Iterable[Endpoint]) -> Entrance:
        throttles, cappings, connections = [], [], []
        rules: list[tuple[str, str]] = []
        for each in endpoints:
            if each.throttling is not None:
                throttles.append(self._kept(each.endpoint, "throttling", each.throttling.slots()))
                rules.append((each.endpoint, "throttling"))
            rule = each.capping.get(service)
            if rule is None:
                continue
            slots = rule.slots()
            if slots is not None:
                cappings.append(self._kept(each.endpoint, service, slots))
                rules.append((each.endpoint, service))
            if rule.max_http_connections is not None:
                place = each.endpoint, service, rule.max_http_connections
                connections.append(self._connections.setdefault(place, asyncio.Semaphore(rule.max_http_connections)))
        remembered = tuple(self._last[rule] for rule in rules if rule in self._last)
        return Entrance(Gate(throttles, cappings), tuple(connections), remembered)

    def _kept(self, endpoint: str, rule: str, fresh: Slots) -> Slots:
        """The slots of a rule as they are; those of a changed one with what was taken before."""
        name = endpoint, rule
        known = self._slots.get(name)
        if known is None:
            self._slots[name] = fresh
            for at in self._remembered(name, fresh.most):
                fresh.book(at)
        elif (known.most, known.period) != (fresh.most, fresh.period):
            self._slots[name] = known.changed(fresh.most, fresh.period)
            if name in self._last:
                self._last[name].keep(fresh.most)
        return self._slots[name]

    def _remembered(self, name: tuple[str, str], most: int) -> Sequence[int]:
        """The instants of the last calls under a rule that is new here; from now on so many are remembered."""
        if self._taken is None:
            return ()
        last = self._last[name] = self._taken.last(".".join(name), most)
        return last.instants

    def close(self) -> None:
        """Let go of files."""
        for last in self._last.values():
            last.close()
