"""What expressions may read of the run, place by place: only what stands before a place can be known there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from parcours.core.schema import ANY, Schema, Type, object_of
from parcours.flow.journeys.activities.base import Activity, EventListener, SegmentListener
from parcours.flow.journeys.definitions.form import Form
from parcours.flow.journeys.graph import before
from parcours.language.runs import RunScope


class Scopes:
    """What the runs of a journey know at each of its places.

    Args:
        form: the journey.
        schema: types of the events.
        actions, sources: types of the answers, by name; of others nothing is known.
    """

    def __init__(
        self, form: Form, schema: Schema, actions: Mapping[str, Type] | None, sources: Mapping[str, Type] | None
    ) -> None:
        self._form, self._schema = form, schema
        self._actions, self._sources = actions or {}, sources or {}

    @cached_property
    def _before(self) -> Mapping[str, frozenset[str]]:
        return before(self._form.activities)

    @cached_property
    def entry(self) -> RunScope:
        """What is known of a run before its first activity."""
        return self._scope({})

    def at(self, activity: str) -> RunScope:
        """What is known of a run at an activity: what it heard and was answered on some path before.

        A data source that the activity asks itself is known to its own rules, too. While the graph has gaps, everything
        counts as known, so that one misspelt edge is one problem.
        """
        if not self._whole:
            return self._anything
        graph = self._form.activities
        names = self._before.get(activity, frozenset())
        return self._scope({name: graph[name] for name in graph if name in names}, (activity, graph[activity]))

    @cached_property
    def _whole(self) -> bool:
        return self._form.whole

    @cached_property
    def _anything(self) -> RunScope:
        return RunScope(
            events={name: object_of(properties) for name, properties in self._schema.events.items()},
            actions=dict.fromkeys(self._form.head.activities, ANY),
            sources={**self._scope(self._form.activities).sources, **self._sources},
            remote=self._sources,
        )

    def _scope(self, passed: Mapping[str, Activity], own: tuple[str, Activity] | None = None) -> RunScope:
        heard = [listener for one in passed.values() for listener in one.listens()]
        entry, known = self._form.head.entry, self._schema.events
        events = [entry.trigger, *(one.event for one in heard if isinstance(one, EventListener))]
        asked = [*passed.items(), *([] if own is None else [own])]
        roots = [(name, one, root) for name, one in asked if (root := one.remembers(name)) is not None]
        return RunScope(
            events={name: object_of(known[name]) for name in events if name is not None and name in known},
            actions={root[1]: self._answer(one) for name, one, root in roots if root[0] == "action" and name in passed},
            sources={root[1]: self._sources.get(root[1], ANY) for _, _, root in roots if root[0] == "source"},
            remote=self._sources,
            qualification=entry.kind == "segment" or any(isinstance(one, SegmentListener) for one in heard),
        )

    def _answer(self, activity: Activity) -> Type:
        return self._actions.get(str(getattr(activity, "action", "")), ANY)
