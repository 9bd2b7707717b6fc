"""``parcours dead-letters``: what was not taken in, to be looked at, mended and sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from parcours.core.errors import InputError
from parcours.service.cli.output import answer, note, rows, say, table
from parcours.service.cli.session import Flag, opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parcours.service.letters.letters import Status

Pairs = Annotated[tuple[str, ...], Parameter(negative=())]
Number = Annotated[int, Parameter(name="LETTERS")]

dead_letters = App(
    name="dead-letters",
    help="What was not taken in, with the reason; to be mended and sent again.",
    help_format="plaintext",
)


@dead_letters.default
def list_letters(
    *,
    limit: int = 20,
    source: str | None = None,
    code: str | None = None,
    event: str | None = None,
    since: str | None = None,
    all: Flag = False,
) -> None:
    """List what was not taken in, with the reason, the newest first.

    Args:
        limit: how many.
        source: from this source or file.
        code: with this code.
        event: about this event type.
        since: received since then.
        all: those that were sent again or put by, too.
    """
    with opened() as workspace:
        status: Status | None = None if all else "unsettled"
        found = workspace.letters.list(
            source=source, code=code, event=event, since=since, status=status, limit=min(max(1, limit), 100_000)
        )
        counts = workspace.letters.counts()
    answer(rows(found))
    table(found.select("letter", "source", "row", "column", "event", "code", "reason", "status"), limit=limit)
    open_ones = counts.filter(counts["status"].is_in(["open", "mended"]))["letters"].sum()
    if open_ones > found.height:
        say(f"{open_ones:,} in all; parcours dead-letters counts sums them up")


@dead_letters.command
def counts() -> None:
    """Count letters by source, event, code and status."""
    with opened() as workspace:
        found = workspace.letters.counts()
    answer(rows(found))
    table(found, limit=None)


@dead_letters.command
def show(letter: int, /) -> None:
    """Show one letter whole.

    Args:
        letter: its number.
    """
    with opened() as workspace:
        found = workspace.letters.get(letter)
    answer({"ok": True, **found})
    for name, value in found.items():
        if name != "payload" and value is not None:
            say(f"{name}: {value}")
    say(_pretty(found["payload"]))


@dead_letters.command
def mend(
    *letters: Number,
    set: Pairs = (),
    rename: Pairs = (),
    convert: Pairs = (),
    drop: Pairs = (),
    name: str | None = None,
    payload: str | None = None,
    source: str | None = None,
    code: str | None = None,
    event: str | None = None,
    since: str | None = None,
) -> None:
    """Change what letters hold. Without numbers: all that are not settled and fit the filter.

    Args:
        letters: their numbers.
        set: a value by its path: properties.total=12.
        rename: a path and its new name: properties.totl=total.
        convert: a path and a type: properties.total=decimal.
        drop: a path to leave out.
        name: the name of the event.
        payload: of one letter: all of it anew, as JSON.
        source: from this source or file.
        code: with this code.
        event: about this event type.
        since: received since then.
    """
    with opened() as workspace:
        changed = workspace.letters.mend(
            _chosen(letters, source, code, event, since),
            payload=None if payload is None else _json(payload),
            values={path: _value(text) for path, text in _pairs(set)},
            rename=dict(_pairs(rename)),
            convert=dict(_pairs(convert)),
            drop=drop,
            name=name,
            source=source,
            code=code,
            event=event,
            since=since,
        )
    answer({"ok": True, "mended": changed})
    say(f"{changed:,} letters are mended; parcours dead-letters replay sends them again")


@dead_letters.command
def replay(
    *letters: Number,
    source: str | None = None,
    code: str | None = None,
    event: str | None = None,
    since: str | None = None,
    mapping: str | None = None,
    all: Flag = False,
) -> None:
    """Send letters again. Without numbers: all that are not settled and fit the filter.

    Args:
        letters: their numbers.
        source: from this source or file.
        code: with this code.
        event: about this event type.
        since: received since then.
        mapping: for rows of files: a TOML file that says which column is what.
        all: all that are not settled, without a filter.
    """
    chosen = _chosen(letters, source, code, event, since, all=all)
    with opened() as workspace:
        done = workspace.letters.replay(
            chosen, mapping=_mapping(mapping), source=source, code=code, event=event, since=since
        )
    answer({"ok": True, **done})
    say(f"{done['replayed']:,} letters are sent again")
    left: Any = done["left"]
    for one in left:
        note(f"  {one['letter']}: {one['reason']}")


@dead_letters.command
def dismiss(
    *letters: Number,
    source: str | None = None,
    code: str | None = None,
    event: str | None = None,
    since: str | None = None,
) -> None:
    """Put letters by: nothing is to be done about them.

    Args:
        letters: their numbers.
        source: from this source or file.
        code: with this code.
        event: about this event type.
        since: received since then.
    """
    chosen = _chosen(letters, source, code, event, since)
    with opened() as workspace:
        done = workspace.letters.dismiss(chosen, source=source, code=code, event=event, since=since)
    answer({"ok": True, "dismissed": done})
    say(f"{done:,} letters are put by")


def _chosen(letters: Sequence[int], *filters: str | None, all: bool = False) -> list[int] | None:
    if not letters and not any(filters) and not all:
        hint = "parcours dead-letters lists them; --all takes all of them" if all is False else ""
        raise InputError("name letters by their numbers, or a source, code or event", code="usage", hint=hint)
    return [*letters] or None


def _pairs(texts: Sequence[str]) -> list[tuple[str, str]]:
    found = [text.partition("=") for text in texts]
    for text, (path, equals, _) in zip(texts, found, strict=True):
        if not equals or not path:
            raise InputError(f"{text!r} is no pair", code="usage", hint="write it as properties.total=12")
    return [(path, value) for path, _, value in found]


def _json(text: str) -> Any:
    import msgspec

    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as problem:
        raise InputError(f"this is no JSON: {problem}", code="bad-json", where="payload") from None


def _value(text: str) -> Any:
    """JSON where it is JSON, else the text itself."""
    import msgspec

    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def _pretty(value: object) -> str:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def _mapping(path: str | None) -> dict[str, Any] | None:
    if path is None:
        return None
    import tomllib
    from pathlib import Path

    try:
        return tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise InputError(f"cannot be read: {problem}", code="unreadable-file", where=path) from None
