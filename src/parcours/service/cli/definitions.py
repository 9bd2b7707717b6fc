"""``parcours check`` and ``parcours apply``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from parcours.service.cli.output import answer, say
from parcours.service.cli.session import Flag, opened

if TYPE_CHECKING:
    from parcours.service.applying import Change
    from parcours.store.catalogue import Definition

_SIGNS = {"new": "+", "edited": "~", "unchanged": " "}


def check(path: Path, /) -> None:
    """Look for problems in definitions, and tell what applying them would change. Changes nothing.

    Args:
        path: a YAML or JSON file, or a folder of them.
    """
    with opened() as workspace:
        changes = workspace.check(path)
    _report(changes)
    say("no problems; nothing was changed")


def apply(path: Path, /, *, draft: Flag = False) -> None:
    """Publish definitions of segments and journeys: all of them, or on any problem none.

    Args:
        path: a YAML or JSON file, or a folder of them.
        draft: save them only; parcours segments publish and journeys publish do the rest.
    """
    with opened() as workspace:
        changes = workspace.apply(path, publish=not draft)
        evaluated = workspace.now is not None
    _report(changes)
    say("saved as drafts" if draft else "evaluated" if evaluated else "evaluated from the first tick on")


def moved(definition: Definition, outcome: str) -> None:
    """Say that a segment or a journey was published, stopped or deleted."""
    shape = {"ok": True, definition.kind: definition.id, "state": str(definition.state)}
    answer({**shape, "version": definition.published_version} if definition.state == "published" else shape)
    say(f"{definition.kind} {definition.id} {outcome}")


def _report(changes: list[Change]) -> None:
    answer({"ok": True, "changes": [asdict(change) for change in changes]})
    for change in changes:
        say(f"{_SIGNS[change.action]} {change.kind} {change.id}: {change.action}, version {change.version}")
