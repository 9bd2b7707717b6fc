"""What every command shares: the workspace named on the command line, and the form of the answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from cyclopts import Parameter

if TYPE_CHECKING:
    from parcours.service.steering import Steering
    from parcours.service.workspace import Workspace


#: An option that is given or not.
Flag: TypeAlias = Annotated[bool, Parameter(negative="", show_default=False)]


#: The language of sentences.
Lang: TypeAlias = Annotated[Literal["en", "fr"], Parameter(name="--lang")]


@dataclass(slots=True)
class Session:
    """Set from the global options before a command runs."""

    folder: Path | None = None
    as_json: bool = False
    user: str = ""
    work_date: str | None = None


session = Session()


@contextmanager
def opened() -> Iterator[Workspace]:
    """The workspace of ``--workspace``, or the one the current folder lies in.

    Raises:
        WorkspaceError: there is none, or it cannot be opened.
    """
    from parcours.service.folder import find
    from parcours.service.workspace import Workspace

    with Workspace.open(session.folder or find(Path.cwd())) as workspace:
        yield workspace


@contextmanager
def steered() -> Iterator[Workspace | Steering]:
    """As :func:`opened`; while another process holds the workspace, what can be done by telling that process.

    Raises:
        WorkspaceError: there is none, or it cannot be opened.
    """
    from parcours.core.errors import WorkspaceError
    from parcours.service.cli.output import note
    from parcours.service.folder import find
    from parcours.service.workspace import Workspace

    folder = session.folder or find(Path.cwd())
    try:
        whole = Workspace.open(folder)
    except WorkspaceError as error:
        if error.code != "in-use":
            raise
        from parcours.service.steering import Steering

        with Steering(folder) as steering:
            yield steering
        note("another process runs this workspace; its next tick does it")
        return
    with whole:
        yield whole
