"""What a connector is, and what it is given to work with.

A connector runs in a thread of its own until it is told to stop. It reads a portion, has it kept, and only then tells
the other side that it has it. When anything goes wrong it raises: whoever runs it waits a while and runs it again.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from parcours.core.errors import ParcoursError
from parcours.core.secrets import Secrets
from parcours.flow.ingest.calls import Record

#: What a portion holds at most, unless the settings say otherwise.
PORTION = 500


class Stopped(Exception):
    """Told to stop while it waited; what was not kept will come again."""


class Line(Protocol):
    """The line between a connector and the workspace. Used from the connector's threads."""

    folder: Path
    """Where the connector may keep what it remembers."""

    @property
    def stopped(self) -> bool:
        """Whether it is time to end."""

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until it is time to end; tells whether it is."""

    def now(self) -> int:
        """The time, in microseconds."""

    def keep(self, records: Sequence[Record], messages: int = 0) -> None:
        """Write records down; they are durable when this returns. Waits while the workspace is behind.

        Args:
            records: what came.
            messages: how many messages or rows these are, for the figures people see.

        Raises:
            Stopped: it is time to end, and nothing was kept.
            WorkspaceError: they could not be written.
        """

    def connected(self, behind: int | None = None) -> None:
        """Tell that the other side answers, and how many messages still wait there, where that is known."""


class Connector(Protocol):
    """Brings records from elsewhere."""

    def run(self, line: Line) -> None:
        """Work until ``line.stopped``.

        Raises:
            Exception: whatever went wrong. It is run again after a while.
        """


class ConnectorSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the settings of connectors."""

    def problems(self) -> list[ParcoursError]:
        """What is wrong with settings that are each well formed."""
        return []

    @abstractmethod
    def connector(self, source: str, secrets: Secrets) -> Connector:
        """The connector with these settings.

        Raises:
            ParcoursError: ``missing-package``.
        """
        raise NotImplementedError


def missing_package(package: str, extra: str) -> ParcoursError:
    """A client library is not installed."""
    return ParcoursError(
        f"this needs the package {package}", code="missing-package", hint=f"pip install 'parcours[{extra}]'"
    )
