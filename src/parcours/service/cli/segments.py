"""``parcours segments``."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from parcours.service.cli.definitions import moved
from parcours.service.cli.output import ROWS, answer, counted, pairs, rows, say, table
from parcours.service.cli.session import Lang, opened, session

segments = App(name="segments", help="Segments: who is in, who entered and left.")

_SHOWN = ("segment", "name", "state", "version", "members", "entries", "exits", "last_change")


@segments.command(name="list")
def list_() -> None:
    """List all segments with their members, entries and exits so far."""
    with opened() as workspace:
        found = workspace.segments.list().select(_SHOWN)
    answer(rows(found))
    table(found, limit=None)


@segments.command
def show(segment: str, /, *, lang: Lang = "en") -> None:
    """Show a segment: its rule in words, how it is kept up to date, its members, and how they moved.

    Args:
        segment: id of the segment.
        lang: the language of sentences: en or fr.
    """
    from parcours.service.reports import sparkline

    with opened() as workspace:
        definition = workspace.segments.get(segment)
        history = workspace.segments.history(segment)
        words = workspace.segments.describe(segment, lang)
        method = workspace.segments.method(segment, lang)
        count = workspace.segments.count(segment)
    shape = {
        "segment": definition.id,
        "name": definition.name,
        "state": str(definition.state),
        "version": definition.version,
        "rule": words,
        "evaluation": method.to_json() if session.as_json else str(method),
        "members": count,
        "entries": int(history["entries"].sum()),
        "exits": int(history["exits"].sum()),
    }
    answer({**shape, "history": rows(history)})
    pairs(shape)
    if history.height:
        say(f"\n{history['day'][0]}  {sparkline(history['members'].to_list())}  {history['day'][-1]}")


@segments.command
def members(segment: str, /, *, at: str | None = None, limit: int = ROWS) -> None:
    """List the members, now or at a past moment.

    Args:
        segment: id of the segment.
        at: the moment, for example 2017-06-30 or 2017-06-30T12:00:00Z.
        limit: how many to show.
    """
    with opened() as workspace:
        found = workspace.segments.members(segment, at).select("_profile_id", "since")
    answer(rows(found))
    table(found.rename({"_profile_id": "profile"}), limit=limit)
    say(counted(found.height, "member"))


@segments.command
def history(segment: str, /) -> None:
    """Show entries, exits and members per day.

    Args:
        segment: id of the segment.
    """
    with opened() as workspace:
        found = workspace.segments.history(segment)
    answer(rows(found))
    table(found, limit=None)


@segments.command
def sample(segment: str, /, *, size: int = 10) -> None:
    """Show some members with their attributes.

    Args:
        segment: id of the segment.
        size: how many.
    """
    with opened() as workspace:
        found = workspace.segments.sample(segment, size).drop("_profile", "_first_seen")
    answer(rows(found))
    table(found, limit=None)


@segments.command
def preview(path: Path, /) -> None:
    """Tell who would enter and who would leave if these segments were published now, and what it costs.

    Args:
        path: a YAML or JSON file with segments, or a folder of them.
    """
    with opened() as workspace:
        found = workspace.preview(path)
    answer(
        [
            {
                "segment": item.segment,
                "members": item.members,
                "before": item.before,
                "entering": item.entering["_profile_id"].to_list(),
                "leaving": item.leaving["_profile_id"].to_list(),
                **item.method.to_json(),
                "price": {name: getattr(item.price, name) for name in item.price.__slots__},
            }
            for item in found
        ]
    )
    for item in found:
        price = item.price
        say(
            f"{item.segment}: {counted(item.before, 'member')} now, {item.members:,} then; "
            f"{item.entering.height:,} would enter, {item.leaving.height:,} would leave"
        )
        say(
            f"  reads {price.features} features, {price.shared} of them kept already; {price.events:,} past events, "
            f"{price.memory / 1e6:,.1f} MB more, {price.seconds:.2f} s"
        )
        say(f"  evaluation: {item.method}")
        for word, frame in (("enter", item.entering), ("leave", item.leaving)):
            names = frame["_profile_id"].head(10).to_list()
            if names:
                say(f"  {word}: {', '.join(names)}{' …' if frame.height > 10 else ''}")


@segments.command
def publish(segment: str, /) -> None:
    """Let the newest version be evaluated: a draft, or a segment that was stopped.

    Args:
        segment: id of the segment.
    """
    with opened() as workspace:
        done = workspace.segments.publish(segment)
    moved(done, "is published")


@segments.command
def stop(segment: str, /) -> None:
    """Stop evaluating a segment: its members leave. Refused while others refer to it.

    Args:
        segment: id of the segment.
    """
    with opened() as workspace:
        done = workspace.segments.deactivate(segment)
    moved(done, "is stopped; its members left")


@segments.command
def delete(segment: str, /) -> None:
    """Take a segment out of use for good. Refused while others refer to it.

    Args:
        segment: id of the segment.
    """
    with opened() as workspace:
        done = workspace.segments.delete(segment)
    moved(done, "is deleted")
