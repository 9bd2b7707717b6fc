"""What every command shares: the workspace named on the command line, and the form of the answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from cyclopts import Parameter

if TYPE_CHECKING:
    from parcours.core.clock import Clock
    from parcours.service.workspace import Workspace


#: An option that is given or not.
Flag: TypeAlias = Annotated[bool, Parameter(negative="", show_default=False)]


#: The language of sentences.
Lang: TypeAlias = Annotated[Literal["en", "fr"], Parameter(name="--lang")]


@dataclass(slots=True)
class Session:
    """Set from the global options before a command runs."""

    folder: Path | None = None
    url: str = ""
    key: str = ""
    as_json: bool = False
    user: str = ""
    work_date: str | None = None


session = Session()


@contextmanager
def opened() -> Iterator[Workspace]:
    """The workspace of ``--url`` or ``--workspace``, or the one the current folder lies in.

    While another process runs it, it is used by way of that process.

    Raises:
        WorkspaceError: there is none, it cannot be opened, or the service cannot be reached.
    """
    from parcours.service import opening
    from parcours.service.cli.logs import log_to_stderr

    log_to_stderr(as_json=False)
    place = _place()
    with opening.connect(place, session.key) if isinstance(place, str) else opening.open(place) as workspace:
        yield workspace


@contextmanager
def held(clock: Clock | None = None) -> Iterator[Workspace]:
    """As :func:`opened`, but only where this process can hold the workspace itself, to serve others: they may come.

    Raises:
        WorkspaceError: ``in-use``, another process does; or as :func:`opened`.
    """
    from parcours.core.errors import InputError
    from parcours.service import opening
    from parcours.service.cli.logs import log_to_stderr

    log_to_stderr(as_json=True)
    place = _place()
    if isinstance(place, str):
        hint = "name a folder with --workspace; a service is started where its workspace lies"
        raise InputError("a workspace that is elsewhere cannot be run here", code="usage", hint=hint)
    with opening.hold(place, clock) as workspace, opening.reachable(workspace):
        yield workspace


def _place() -> Path | str:
    from parcours.service.folder import find

    return session.url or session.folder or find(Path.cwd())
