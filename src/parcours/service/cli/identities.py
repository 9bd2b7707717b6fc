"""``parcours identities``: the ids of people, and profiles that are one person, or two."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from parcours.service.cli.output import answer, rows, say, table
from parcours.service.cli.session import opened

identities = App(name="identities", help="Ids of people; profiles joined and separated.", help_format="plaintext")


@identities.command
def of(profile: str, /) -> None:
    """All ids of a profile.

    Args:
        profile: any of its ids.
    """
    with opened() as workspace:
        found = workspace.identities.of(profile)
    answer(found)
    say("\n".join(found))


@identities.command
def resolve(*ids: Annotated[str, Parameter(name="ID")]) -> None:
    """Whom ids lead to.

    Args:
        ids: any ids.
    """
    with opened() as workspace:
        found = workspace.identities.resolve(ids)
    answer(rows(found))
    table(found)


@identities.command
def history(profile: str | None = None, /) -> None:
    """Profiles that became part of others, and merges that were taken back.

    Args:
        profile: any id of a profile; without it, all.
    """
    with opened() as workspace:
        found = workspace.identities.history(profile)
    answer(rows(found))
    table(found)


@identities.command
def merge(profile: str, into: str, /) -> None:
    """Two profiles are one person: all of the first becomes part of the second.

    Args:
        profile: any id of the profile that goes.
        into: any id of the profile that stays.
    """
    with opened() as workspace:
        workspace.identities.merge(profile, into)
    answer({"ok": True, "profile": profile, "into": into})
    say(f"{profile} becomes part of {into}")


@identities.command
def unmerge(merge: str, /) -> None:
    """Take a merge back.

    Args:
        merge: its id, as in the history.
    """
    with opened() as workspace:
        workspace.identities.unmerge(merge)
    answer({"ok": True, "merge": merge})
    say(f"merge {merge} is taken back")
