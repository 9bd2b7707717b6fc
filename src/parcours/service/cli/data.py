"""``parcours import``, ``correct``, ``erase`` and ``dead-letters``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from parcours.core.errors import InputError
from parcours.service.cli.output import answer, note, rows, say
from parcours.service.cli.session import Flag, opened

if TYPE_CHECKING:
    from parcours.service.importing import Imported

imports = App(name="import", help="Take in profiles or events from Parquet, CSV or NDJSON files.")
#: Rejected rows that are shown at once.
SHOWN = 5


@Parameter(name="*")
@dataclass(kw_only=True)
class Columns:
    """Which column is what.

    Attributes:
        mapping: a TOML file that says which column is what; the options below come on top.
        profile: column with the id of the profile.
        time: column with the time.
        time_format: how times are written: unix, unix-ms, unix-us or a pattern such as %d/%m/%Y.
        zone: time zone of times that name none (default: UTC).
        skip: a column that is not wanted. Can be repeated.
        rename: COLUMN=NAME, the name a column gets. Can be repeated.
        type: NAME=TYPE, where the type must not be found out: string, integer, decimal, boolean, dateOnly,
            dateTime. Can be repeated.
        format: csv, ndjson or parquet, where the ending of the file does not tell.
        delimiter: what separates the columns of a CSV file; found out if not given.
        encoding: encoding of a text file (default: utf-8).
    """

    mapping: Path | None = None
    profile: str | None = None
    time: str | None = None
    time_format: str | None = None
    zone: str | None = None
    skip: Annotated[list[str] | None, Parameter(negative="")] = None
    rename: Annotated[list[str] | None, Parameter(negative="")] = None
    type: Annotated[list[str] | None, Parameter(negative="")] = None
    format: str | None = None
    delimiter: str | None = None
    encoding: str | None = None

    def options(self) -> dict[str, Any]:
        """As arguments of the workspace's import methods."""
        given: dict[str, Any] = asdict(self)
        given["rename"] = _table(self.rename, "--rename COLUMN=NAME")
        given["types"] = _table(given.pop("type"), "--type NAME=TYPE")
        return given


def _table(pairs: list[str] | None, form: str) -> dict[str, str]:
    for pair in pairs or ():
        if "=" not in pair:
            raise InputError(f"{pair!r} is not of the form {form}", code="usage")
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs or ())}


@imports.command
def profiles(*files: Path, columns: Columns | None = None, clear_empty: Flag = False) -> None:
    """Take in profiles with their attributes: one row per profile. A profile known already is changed.

    Args:
        files: Parquet, CSV or NDJSON files.
        columns: which column is what.
        clear_empty: an empty cell clears the attribute; without this it says nothing.
    """
    options = (columns or Columns()).options()
    with opened() as workspace:
        done = workspace.import_profiles(*_some(files), clear_empty=clear_empty, **options)
    _report(done, {"": "profiles"})


@imports.command
def events(
    *files: Path,
    event: str | None = None,
    event_column: str | None = None,
    id: str | None = None,
    columns: Columns | None = None,
    about_nobody: Flag = False,
    replace: Flag = False,
) -> None:
    """Take in events: one row per event. An event whose id was taken in before changes nothing.

    Args:
        files: Parquet, CSV or NDJSON files.
        event: type of all events, for example purchase.
        event_column: column that holds the type of each event.
        id: column with the id of the event; without it, ids are computed from the rows.
        columns: which column is what.
        about_nobody: the events are about no profile: business events, which bring a segment into journeys.
        replace: the events take the place of those with the same ids.
    """
    options = (columns or Columns()).options()
    with opened() as workspace:
        found = workspace.import_events(
            *_some(files),
            event=event,
            event_column=event_column,
            id=id,
            about_nobody=about_nobody,
            replace=replace,
            **options,
        )
    _report(found, {})


def _some(files: tuple[Path, ...]) -> tuple[Path, ...]:
    if not files:
        raise InputError("no file is named", code="usage", hint="for example: parcours import profiles customers.csv")
    return files


def _report(done: Imported, names: Mapping[str, str]) -> None:
    accepted = {names.get(kind, kind): count for kind, count in done.accepted.items()}
    answer({"ok": True, "accepted": accepted, "rejected": rows(done.rejected)})
    for kind, count in accepted.items():
        say(f"{count:,} {kind} taken in; they wait for the next tick (parcours replay, or parcours run)")
    if done.rejected.height:
        note(f"{done.rejected.height:,} rows were not taken in; parcours dead-letters lists them:")
        for row in done.rejected.head(SHOWN).iter_rows(named=True):
            place = f"row {row['row']}" + (f", column {row['column']}" if row["column"] else "")
            note(f"  {row['source']}, {place}: {row['reason']}")


def correct(*event_ids: str) -> None:
    """Take events back, as if they had never been. (To replace some: parcours import events --replace.)

    Args:
        event_ids: ids of the events.
    """
    if not event_ids:
        raise InputError("no event is named", code="usage", hint="parcours correct EVENT_ID")
    with opened() as workspace:
        workspace.correct(delete=event_ids)
    answer({"ok": True, "taken_back": list(event_ids)})
    say(f"{len(event_ids)} events are taken back")


def erase(*profiles: str) -> None:
    """Forget profiles with all they did, everywhere and for good.

    Args:
        profiles: ids of the profiles.
    """
    if not profiles:
        raise InputError("no profile is named", code="usage", hint="parcours erase PROFILE")
    with opened() as workspace:
        workspace.erase(*profiles)
        waits = bool(workspace.waiting)
    answer({"ok": True, "erased": list(profiles)})
    say(f"{len(profiles)} profiles are erased" + (" with the next tick" if waits else ""))
