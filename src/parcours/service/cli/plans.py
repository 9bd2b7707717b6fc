"""``parcours plans``: what events are to look like, and what was done against it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from cyclopts import App, Parameter

from parcours.core.errors import InputError
from parcours.service.cli.output import answer, rows, say, table
from parcours.service.cli.session import opened

Mode: TypeAlias = Literal["reject", "accept"]
Unplanned: TypeAlias = Literal["allow", "reject"]
Event: TypeAlias = Annotated[str, Parameter(name="EVENT")]

plans = App(name="plans", help="Tracking plans: what events are to look like.", help_format="plaintext")


@plans.command(name="list")
def list_plans() -> None:
    """List the plans, with how many events violated them."""
    with opened() as workspace:
        found, unplanned = workspace.plans.list(), workspace.plans.unplanned()
    answer(rows(found))
    table(found, limit=None)
    say("events without a plan are " + ("taken in" if unplanned == "allow" else "not taken in"))


@plans.command
def show(event: Event, /) -> None:
    """Show a plan with its schema.

    Args:
        event: event type, or identify.
    """
    import msgspec

    with opened() as workspace:
        found = workspace.plans.get(event)
    answer({"ok": True, **found})
    say(f"{found['event']}: {found['mode']}")
    say(msgspec.json.format(msgspec.json.encode(found["schema"]), indent=2).decode())


@plans.command
def save(event: Event, schema: Path, /, *, mode: Mode = "reject") -> None:
    """Set the plan of an event type.

    Args:
        event: event type, or its name as clients send it; identify for the traits of people.
        schema: a file with the JSON Schema of the properties.
        mode: reject: what violates it becomes a dead letter; accept: it is taken in, and counted.
    """
    with opened() as workspace:
        saved = workspace.plans.save(event, _read(schema), mode=mode)
    answer({"ok": True, **saved})
    say(f"the plan of {saved['event']} is saved; it holds from the next tick on")


@plans.command
def check(event: Event, properties: Path, /) -> None:
    """Check properties against a plan; nothing is kept.

    Args:
        event: event type, or identify.
        properties: a file with the properties as JSON.
    """
    with opened() as workspace:
        found = workspace.plans.check(event, _read(properties))
    answer(found)
    for one in found:
        say(f"{one['property'] or event}: {one['message']} ({one['rule']})")
    if not found:
        say("nothing is violated")


@plans.command
def delete(event: Event, /) -> None:
    """Forget a plan.

    Args:
        event: event type, or identify.
    """
    with opened() as workspace:
        workspace.plans.delete(event)
    answer({"ok": True, "deleted": event})
    say(f"there is no plan for {event} any more")


@plans.command
def unplanned(mode: Unplanned | None = None, /) -> None:
    """Show, or set, what becomes of events without a plan.

    Args:
        mode: allow, or reject.
    """
    with opened() as workspace:
        found = workspace.plans.unplanned(mode)
    answer({"ok": True, "unplanned": found})
    say("events without a plan are " + ("taken in" if found == "allow" else "not taken in"))


@plans.command
def violations(
    *, event: str | None = None, source: str | None = None, since: str | None = None, limit: int = 50
) -> None:
    """List what was done against plans, the most frequent first.

    Args:
        event: of this type only.
        source: from this source only.
        since: what came since then.
        limit: how many.
    """
    with opened() as workspace:
        found = workspace.plans.violations(event, source=source, since=since)
    answer(rows(found))
    table(found.drop("example"), limit=limit)


def _read(path: Path) -> dict[str, Any]:
    import msgspec

    try:
        found = msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError) as problem:
        raise InputError(f"cannot be read: {problem}", code="unreadable-file", where=str(path)) from None
    if not isinstance(found, dict):
        raise InputError("it holds no JSON object", code="bad-json", where=str(path))
    return found
