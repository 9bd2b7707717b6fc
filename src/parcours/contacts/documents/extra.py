"""The libraries for documents, where they are installed."""

from __future__ import annotations

import importlib
from typing import Any

from parcours.core.errors import DeliveryError


def library(name: str) -> Any:
    """A module of the extra ``documents``.

    Raises:
        DeliveryError: ``extra-missing``; the hint says how to install it.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise DeliveryError(
            f"documents need a library that is not installed: {error.name}",
            permanent=True,
            code="extra-missing",
            hint="pip install 'parcours[documents]'",
        ) from error
