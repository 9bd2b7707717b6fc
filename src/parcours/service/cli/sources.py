"""``parcours sources``: where events come from, and their keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from cyclopts import App, Parameter

from parcours.service.cli.output import answer, rows, say, table
from parcours.service.cli.session import Flag, opened

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind: TypeAlias = Literal["http", "kafka", "nats", "postgres"]
Source: TypeAlias = Annotated[str, Parameter(name="SOURCE")]

sources = App(name="sources", help="Where events come from, and the keys of clients.", help_format="plaintext")


@sources.command(name="list")
def list_sources() -> None:
    """Show the sources, with what came from them so far."""
    with opened() as workspace:
        found = workspace.sources.list()
    answer(rows(found))
    table(found.drop("created_at"), limit=None)


@sources.command
def show(source: Source, /) -> None:
    """Show one source with its settings.

    Args:
        source: its id.
    """
    with opened() as workspace:
        found = workspace.sources.get(source)
    answer({"ok": True, **found})
    for name, value in found.items():
        say(f"{name}: {value}")


@sources.command
def connections() -> None:
    """Show how the connectors stand that the running service reads from."""
    with opened() as workspace:
        found = workspace.sources.connections()
    answer(rows(found))
    table(found, limit=None)


@sources.command
def add(
    source: Source,
    /,
    *,
    name: str = "",
    kind: Kind = "http",
    settings: Path | None = None,
    write_key: str = "",
    secret: str = "",
    new_secret: Flag = False,
) -> None:
    """Make a source. Shows its write key, and its secret, which is not shown again.

    Args:
        source: its id: letters, digits, _ and -.
        name: for people.
        kind: http: requests of client libraries; or a connector.
        settings: file with the settings of a connector, YAML or JSON.
        write_key: the key that clients have already.
        secret: what they send beside it already: the API key of Customer.io.
        new_secret: make a new secret.
    """
    with opened() as workspace:
        made = workspace.sources.create(
            source,
            name=name,
            kind=kind,
            settings=_read(settings),
            write_key=write_key,
            secret=secret,
            new_secret=new_secret,
        )
    answer({"ok": True, **made})
    say(_keys(made))


@sources.command
def change(
    source: Source,
    /,
    *,
    name: str | None = None,
    settings: Path | None = None,
    off: Flag = False,
    on: Flag = False,
) -> None:
    """Change a source.

    Args:
        source: its id.
        name: for people.
        settings: file with the settings of a connector, all of them.
        off: take nothing in any more.
        on: take in again.
    """
    enabled = None if off == on else on
    given = None if settings is None else _read(settings)
    with opened() as workspace:
        changed = workspace.sources.change(source, name=name, settings=given, enabled=enabled)
    answer({"ok": True, **changed})
    say(f"{source} is {'on' if changed['enabled'] else 'off'}")


@sources.command
def rotate(source: Source, /) -> None:
    """Give a source a new write key; the old one opens nothing any more.

    Args:
        source: its id.
    """
    with opened() as workspace:
        made = workspace.sources.rotate_key(source)
    answer({"ok": True, **made})
    say(_keys(made))


@sources.command
def remove(source: Source, /) -> None:
    """Delete a source; what came from it stays.

    Args:
        source: its id.
    """
    with opened() as workspace:
        workspace.sources.delete(source)
    answer({"ok": True})
    say(f"{source} is removed")


def _read(path: Path | None) -> dict[str, object]:
    """Settings in a file."""
    if path is None:
        return {}
    import yaml

    from parcours.core.errors import InputError

    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        raise InputError(f"cannot be read: {problem}", where=str(path)) from None
    if not isinstance(found, dict):
        raise InputError("there are no settings in it", where=str(path), hint="write them as name: value")
    return found


def _keys(made: Mapping[str, object]) -> str:
    lines = [f"source {made['source']} of kind {made['kind']}"]
    if made.get("write_key"):
        lines.append(f"write key: {made['write_key']}")
    if made.get("secret"):
        lines.append(f"secret, shown only now: {made['secret']}")
    return "\n".join(lines)
