"""The kinds of channel. Each module of this package that defines one is found by itself."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping

import msgspec

from parcours.core.errors import DefinitionError, nearest
from parcours.flow.delivery.channels.base import Channel
from parcours.flow.delivery.outside import Outside

__all__ = ["Channel", "kinds", "open_channel"]


@functools.cache
def kinds() -> Mapping[str, type[Channel]]:
    """All kinds of channel by the name that stands after ``type`` in its settings, in alphabetical order."""
    found: dict[str, type[Channel]] = {}
    for module in pkgutil.iter_modules(__path__):
        for value in vars(importlib.import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Channel) and hasattr(value, "kind"):
                found[value.kind] = value
    return dict(sorted(found.items()))


def open_channel(settings: Mapping[str, object], outside: Outside | None = None) -> Channel:
    """The channel that ``settings`` describe: ``type`` and what that type of channel needs.

    ``outside`` is the way out of channels over HTTP, and holds the secrets that settings name.

    Raises:
        DefinitionError: there is no such type, or its settings are not right.
    """
    name = str(settings.get("type", ""))
    kind = kinds().get(name)
    if kind is None:
        raise DefinitionError(
            f"there is no type of channel {name!r}", code="unknown-name", where="type", hint=nearest(name, kinds())
        )
    own = {key: value for key, value in settings.items() if key != "type"}
    try:
        return kind(msgspec.convert(own, kind.settings_type, strict=False), outside or Outside())
    except msgspec.ValidationError as error:
        raise DefinitionError(
            f"the settings of channel {name!r} are not right: {error}",
            code="bad-setting",
            hint="settings are: "
            + ", ".join(field.encode_name for field in msgspec.structs.fields(kind.settings_type)),
        ) from error
