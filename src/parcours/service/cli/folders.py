"""``parcours init`` and ``parcours status``."""

from __future__ import annotations

from pathlib import Path

from parcours.service.cli.output import answer, pairs, say
from parcours.service.cli.session import opened


def init(folder: Path, /) -> None:
    """Make an empty workspace.

    Args:
        folder: a new or empty folder.
    """
    from parcours.service.workspace import Workspace

    Workspace.init(folder).close()
    answer({"ok": True, "folder": str(folder.absolute())})
    say(f"made a workspace in {folder}; next: cd {folder} && parcours import profiles FILE")


def status() -> None:
    """Show what is in the workspace and what waits."""
    with opened() as workspace:
        shape = workspace.status()
    answer(shape)
    pairs({name.replace("_", " "): value for name, value in shape.items()})
