"""What running a case gave."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """An engine that gave something else than expected."""

    engine: str
    got: str


@dataclass(frozen=True)
class Result:
    """The failures of a case, and why it ran on the reference alone (``None``: it did not)."""

    failures: tuple[Failure, ...] = ()
    alone: str | None = None
