"""Where events come from and what they are to look like, in a folder of configuration::

    tracking_plan: order_completed          # or identify
    mode: reject                            # or accept (unless given: reject)
    schema: {type: object, required: [total], properties: {total: {type: number}}}
    ---
    event_source: web
    name: The web shop
    kind: http                              # or kafka, nats, postgres with their settings
    settings: {}
    enabled: true

Write keys and secrets are not part of it: a new source gets a key, which ``parcours sources show`` tells. A source is
never deleted because a folder does not name it: its key stands in pages and programs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from parcours.core.errors import DefinitionError, nearest
from parcours.core.ids import checked_name
from parcours.flow.ingest.turning.rules import Mode
from parcours.flow.ingest.turning.schemas import event_plan

if TYPE_CHECKING:
    from parcours.service.plans import Plans
    from parcours.service.sources import Sources

#: The keys with which documents begin.
PLAN, SOURCE = "tracking_plan", "event_source"
MODES = get_args(Mode)


def checked_keys(shape: Mapping[str, object], keys: Sequence[str], what: str) -> None:
    """Refuse a key that there is not.

    Raises:
        DefinitionError: ``unknown-key``.
    """
    for key in shape:
        if key not in keys:
            hint = nearest(key, keys) or f"{what} has: " + ", ".join(keys)
            raise DefinitionError(f"{key!r} is not a key of {what}", code="unknown-key", where=key, hint=hint)


class PlanResource:
    """Tracking plans; see :class:`~parcours.service.configuration.resources.Resource`."""

    prunes = True

    def __init__(self, plans: Plans) -> None:
        self._plans = plans

    def shapes(self) -> Mapping[str, Mapping[str, object]]:
        """Every plan as a file would say it."""
        found = (self._plans.get(event) for event in self._plans.list()["event"])
        return {str(one["event"]): _plan(str(one["event"]), one["mode"], one["schema"]) for one in found}

    def whole(self, shape: Mapping[str, object]) -> Mapping[str, object]:
        """What a file says with all settings."""
        checked_keys(shape, (PLAN, "mode", "schema"), "a tracking plan")
        schema, mode = shape.get("schema"), shape.get("mode", "reject")
        if not isinstance(schema, Mapping):
            raise DefinitionError("expected a JSON Schema", code="bad-value", where="schema")
        if mode not in MODES:
            raise DefinitionError(f"{mode!r} is no mode", code="bad-mode", where="mode", hint=" or ".join(MODES))
        event = self._plans._type_of(str(shape[PLAN]))
        event_plan(event, schema, mode)  # type: ignore[arg-type]
        return _plan(event, mode, schema)

    def put(self, id: str, shape: Mapping[str, object]) -> str:
        """Make it so."""
        self._plans.save(str(shape[PLAN]), shape["schema"], mode=shape["mode"])  # type: ignore[arg-type]
        return ""

    def remove(self, id: str) -> None:
        """Take it away."""
        self._plans.delete(id)

    def settle(self) -> None:
        """It is committed."""
        self._plans._parts.forget_rules()


def _plan(event: str, mode: object, schema: object) -> dict[str, object]:
    return {PLAN: event, "mode": mode, "schema": schema}


class SourceResource:
    """Sources of events; see :class:`~parcours.service.configuration.resources.Resource`."""

    prunes = False

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def shapes(self) -> Mapping[str, Mapping[str, object]]:
        """Every source as a file would say it."""
        return {str(row["source"]): self._shape(str(row["source"])) for row in self._sources.list().to_dicts()}

    def _shape(self, id: str) -> Mapping[str, object]:
        found = self._sources.get(id)
        return {SOURCE: id, **{name: found[name] for name in ("name", "kind", "settings", "enabled")}}

    def whole(self, shape: Mapping[str, object]) -> Mapping[str, object]:
        """What a file says with all settings."""
        checked_keys(shape, (SOURCE, "name", "kind", "settings", "enabled"), "a source of events")
        id = checked_name(str(shape[SOURCE]), "a source")
        found: dict[str, Any] = {"name": id, "kind": "http", "settings": {}, "enabled": True, **shape}
        for key, kind, words in (("name", str, "a text"), ("kind", str, "a text"), ("enabled", bool, "true or false")):
            if not isinstance(found[key], kind):
                raise DefinitionError(f"expected {words}, found {found[key]!r}", code="bad-value", where=key)
        if not isinstance(found["settings"], Mapping):
            raise DefinitionError("expected settings by their names", code="bad-value", where="settings")
        self._sources._check_kind(found["kind"], found["settings"], "")
        return {SOURCE: id, **{name: found[name] for name in ("name", "kind", "settings", "enabled")}}

    def put(self, id: str, shape: Mapping[str, object]) -> str:
        """Make it so. The kind of a source stays what it was."""
        values: dict[str, Any] = dict(shape)
        there = {str(row["source"]): row for row in self._sources.list().to_dicts()}
        if id not in there:
            self._sources.create(id, name=values["name"], kind=values["kind"], settings=values["settings"])
        elif there[id]["kind"] != values["kind"]:
            raise DefinitionError(f"source {id!r} is of kind {there[id]['kind']}, which cannot change", where="kind")
        settings = values["settings"] or None
        self._sources.change(id, name=values["name"], settings=settings, enabled=values["enabled"])
        return ""

    def remove(self, id: str) -> None:
        """Take it away."""
        self._sources.delete(id)

    def settle(self) -> None:
        """It is committed."""
        self._sources._changed()
