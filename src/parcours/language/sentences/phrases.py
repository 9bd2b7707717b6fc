"""What a language needs for sentences about rules: one table of words per language, all with the same keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """How one language says what rules say. ``{…}`` are filled by the writers."""

    words: Mapping[str, str]
    comparisons: Mapping[str, str]
    date_comparisons: Mapping[str, str]
    aggregates: Mapping[str, str]
    operators: Mapping[str, str]
    calendar: Mapping[str, tuple[str, str, str]]
    units: Mapping[str, tuple[str, str]]
    recent: Mapping[str, tuple[str, str]]
    months: tuple[str, ...]
    decimal_point: str = "."
