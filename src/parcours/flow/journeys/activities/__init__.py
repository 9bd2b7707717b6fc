"""The kinds of activity. Each module of this package that defines one is found by itself."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping

from parcours.flow.journeys.activities.base import Activity

__all__ = ["Activity", "kinds"]


@functools.cache
def kinds() -> Mapping[str, type[Activity]]:
    """All kinds of activity by the name that stands after ``type:``, in alphabetical order."""
    found: dict[str, type[Activity]] = {}
    for module in pkgutil.iter_modules(__path__):
        for value in vars(importlib.import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Activity) and "kind" in vars(value):
                found[value.kind] = value
    return dict(sorted(found.items()))
