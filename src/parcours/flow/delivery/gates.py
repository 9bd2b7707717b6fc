"""The rate rules in front of each call, found by its URL and shared by all calls under the same rule."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from parcours.flow.delivery.configured import Calling, Endpoint
from parcours.flow.delivery.configured.endpoint import Service
from parcours.flow.delivery.http.outgoing import Outgoing
from parcours.flow.delivery.limits import Gate, Slots


@dataclass(frozen=True, slots=True)
class Entrance:
    """What a call has to pass: slots, then a connection of each of these."""

    gate: Gate
    connections: tuple[asyncio.Semaphore, ...]


class Gates:
    """The slots and connections of all endpoints. Rules may change; what is taken stays taken."""

    def __init__(self, endpoints: Mapping[str, Endpoint] | None = None) -> None:
        self._endpoints: tuple[Endpoint, ...] = ()
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

    def _made(self, service: Service, endpoints: Iterable[Endpoint]) -> Entrance:
        throttles, cappings, connections = [], [], []
        for each in endpoints:
            if each.throttling is not None:
                throttles.append(self._kept(each.endpoint, "throttling", each.throttling.slots()))
            rule = each.capping.get(service)
            if rule is None:
                continue
            slots = rule.slots()
            if slots is not None:
                cappings.append(self._kept(each.endpoint, service, slots))
            if rule.max_http_connections is not None:
                place = each.endpoint, service, rule.max_http_connections
                connections.append(self._connections.setdefault(place, asyncio.Semaphore(rule.max_http_connections)))
        return Entrance(Gate(throttles, cappings), tuple(connections))

    def _kept(self, endpoint: str, rule: str, fresh: Slots) -> Slots:
        """The slots of a rule as they are; those of a changed one with what was taken before."""
        known = self._slots.get((endpoint, rule))
        if known is not None and (known.most, known.period) != (fresh.most, fresh.period):
            known = known.changed(fresh.most, fresh.period)
        return self._slots.setdefault((endpoint, rule), fresh) if known is None else self._keep(endpoint, rule, known)

    def _keep(self, endpoint: str, rule: str, slots: Slots) -> Slots:
        self._slots[endpoint, rule] = slots
        return slots
