"""Web hooks in a folder of configuration::

    webhook: crm
    url: https://crm.example/parcours
    segments: [gold, lapsing]         # left out: all
    on: enter                         # enter, exit or both (both, where nothing is said)
    attributes: [email]
    batch: 1
    description: The CRM greets who becomes a gold customer.
    enabled: true

Secrets are not part of it: a new hook gets one, which is told once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from parcours.core.errors import DefinitionError, nearest
from parcours.core.ids import checked_name
from parcours.service.hooks.kept import Hook

if TYPE_CHECKING:
    from parcours.service.hooks.hooks import Hooks

#: The key with which a document begins.
KIND = "webhook"
_DEFAULTS: dict[str, Any] = {
    "description": "", "segments": None, "on": "both", "attributes": [], "batch": 1, "enabled": True,
}  # fmt: skip
_KEYS = (KIND, "url", *_DEFAULTS)


class HookResource:
    """See :class:`~parcours.service.configuration.resources.Resource`."""

    prunes = True

    def __init__(self, hooks: Hooks) -> None:
        self._hooks = hooks

    def shapes(self) -> Mapping[str, Mapping[str, object]]:
        """Every web hook as a file would say it."""
        return {hook.id: _shape(hook) for hook in self._hooks._kept.all()}

    def whole(self, shape: Mapping[str, object]) -> Mapping[str, object]:
        """What a file says, with all settings; a hook that was disabled is enabled unless the file says otherwise."""
        for key in shape:
            if key not in _KEYS:
                hint = nearest(key, _KEYS) or "a web hook has: " + ", ".join(_KEYS)
                raise DefinitionError(f"{key!r} is not a key of a web hook", code="unknown-key", where=key, hint=hint)
        found: dict[str, Any] = {**_DEFAULTS, **shape}
        checked_name(str(found[KIND]), "a web hook")
        for key, kind in (("url", str), ("description", str), ("enabled", bool), ("attributes", list)):
            if not isinstance(found.get(key), kind):
                raise DefinitionError(f"expected {_NAMES[kind]}, found {found.get(key)!r}", code="bad-value", where=key)
        if found["segments"] is not None and not isinstance(found["segments"], list):
            raise DefinitionError("expected a list of segments", code="bad-value", where="segments")
        names = ("url", "segments", "on", "attributes", "batch", "description")
        checked = self._hooks._checked(*(found[name] for name in names))
        return {KIND: found[KIND], **checked, "enabled": found["enabled"]}

    def put(self, id: str, shape: Mapping[str, object]) -> str:
        """Make it so."""
        values: dict[str, Any] = {name: shape[name] for name in _KEYS if name not in (KIND, "enabled")}
        url, old = values.pop("url"), {hook.id: hook for hook in self._hooks._kept.all()}.get(id)
        if old is None:
            made = self._hooks.add(id, url, enabled=bool(shape["enabled"]), **values)
            return f"its secret, shown once: {made['secret']}"
        self._hooks.edit(id, url=url, all_segments=values["segments"] is None, **values)
        if shape["enabled"] != old.enabled:
            self._hooks.enable(id) if shape["enabled"] else self._hooks.disable(id)
        return ""

    def remove(self, id: str) -> None:
        """Take it away."""
        self._hooks.delete(id)

    def settle(self) -> None:
        """It is committed."""
        self._hooks._changed()


_NAMES = {str: "a text", bool: "true or false", list: "a list"}


def _shape(hook: Hook) -> dict[str, object]:
    segments = None if hook.segments is None else list(hook.segments)
    shape: dict[str, object] = {KIND: hook.id, "url": hook.url, "segments": segments, "on": hook.on}
    rest = {"attributes": list(hook.attributes), "batch": hook.batch, "description": hook.description}
    return {**shape, **rest, "enabled": hook.enabled}
