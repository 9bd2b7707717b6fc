"""How a call is made: what is asked, behind which rate rules, in how much time (journeys.md, section 17).

The same for live calls and for those of virtual time. The content of a delivery row says what is called: ``{"action":
name, "values": {…}, "timeout": µs}`` in channel ``http``, ``{"source": name, "values": {…}, "timeout": µs}`` in
channel ``source``; ``timeout`` may be left out.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from parcours.core.errors import nearest
from parcours.flow.delivery.attempts import DEFAULT_BUDGET
from parcours.flow.delivery.configured import Calling, Configured, DataSource
from parcours.flow.delivery.failures import refused
from parcours.flow.delivery.gates import Entrance, Gates
from parcours.flow.delivery.http.outgoing import Outgoing
from parcours.flow.delivery.taken import TakenSlots


class _Content(msgspec.Struct, frozen=True, kw_only=True):
    action: str | None = None
    source: str | None = None
    values: dict[str, Any] | None = None
    timeout: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A call that can be made.

    Attributes:
        calling: the action or source.
        outgoing: the request.
        entrance: what it has to pass.
        budget: time for it with its retries, microseconds.
        question: what it asks, if others may share the answer.
    """

    calling: Calling
    outgoing: Outgoing
    entrance: Entrance
    budget: int
    question: Hashable | None

    @property
    def cache(self) -> int:
        """How long its answer is good for others, microseconds."""
        return self.calling.cache if isinstance(self.calling, DataSource) else 0


class Planner:
    """Plans calls by what is configured.

    Args:
        configured: what can be called; see :meth:`change`.
        taken: remembers calls over restarts, so that rates hold.
    """

    def __init__(self, configured: Configured, taken: TakenSlots | None = None) -> None:
        self._configured = configured
        self._gates = Gates(configured.endpoints, taken)

    def change(self, configured: Configured) -> None:
        """From now on this can be called; slots that are taken stay taken."""
        self._configured = configured
        self._gates.change(configured.endpoints)

    def planned(self, channel: str, content: str) -> Planned:
        """The call of a delivery.

        Raises:
            DeliveryError: the content is none of a call, there is no such action or source, or a value is missing or of
                another type; permanent.
        """
        try:
            asked = msgspec.json.decode(content, type=_Content)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise refused(f"the content is not that of a call: {error}", "bad-content") from None
        is_source = channel == "source"
        calling = self._found(asked.source if is_source else asked.action, is_source)
        outgoing = calling.request.outgoing(asked.values or {})
        entrance = self._gates.entrance("dataSource" if is_source else "action", calling, outgoing)
        budget = calling.timeout or asked.timeout or DEFAULT_BUDGET
        return Planned(calling, outgoing, entrance, budget, _question(calling, outgoing))

    def shared(self, channel: str, name: str) -> frozenset[str]:
        """What calls of an action or source may share with others: rate rules, and the answers that are kept.

        Raises:
            DeliveryError: there is no such action or source.
        """
        is_source = channel == "source"
        calling = self._found(name, is_source)
        rules = self._gates.rules("dataSource" if is_source else "action", calling)
        return rules | {f"answers of {name}"} if isinstance(calling, DataSource) and calling.cache else rules

    def _found(self, name: str | None, is_source: bool) -> Calling:
        known: Mapping[str, Calling] = self._configured.sources if is_source else self._configured.actions
        if name is None or name not in known:
            what = "data source" if is_source else "action"
            error = refused(f"there is no {what} {name!r}", "unknown-name")
            error.hint = nearest(str(name), known)
            raise error
        return known[name]

    def close(self) -> None:
        """Let go of files."""
        self._gates.close()


def _question(calling: Calling, outgoing: Outgoing) -> Hashable | None:
    """What equal calls have in common, where their answer may be shared."""
    if not (isinstance(calling, DataSource) and calling.cache):
        return None
    headers = tuple(sorted(outgoing.headers.items()))
    return calling.id, calling.group, outgoing.method, outgoing.url, headers, outgoing.body
