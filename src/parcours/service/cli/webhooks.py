"""``parcours webhooks``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from parcours.service.cli.output import answer, pairs, rows, say, table
from parcours.service.cli.session import Flag, opened

if TYPE_CHECKING:
    from collections.abc import Mapping

webhooks = App(name="webhooks", help="Web hooks: other services are told of entries and exits.")
On = Literal["enter", "exit", "both"]
Names = Annotated[list[str] | None, Parameter(negative="", consume_multiple=True)]


@webhooks.command(name="list")
def list_() -> None:
    """List all web hooks: whether they are delivered, and how far each is behind."""
    with opened() as workspace:
        found = workspace.hooks.list()
    answer(rows(found))
    table(found.drop("description", "failing_since", "next_at"), limit=None)


@webhooks.command
def show(hook: str, /) -> None:
    """Show a web hook with its settings.

    Args:
        hook: its id.
    """
    with opened() as workspace:
        found = workspace.hooks.get(hook)
    answer(found)
    pairs(_named(found))


@webhooks.command
def add(
    hook: str,
    url: str,
    /,
    *,
    segment: Names = None,
    on: On = "both",
    attribute: Names = None,
    batch: int = 1,
    description: str = "",
) -> None:
    """Make a web hook; its secret is shown once.

    Args:
        hook: its id.
        url: where messages go, by POST.
        segment: a segment of which it is told; of all, unless given. Can be repeated.
        on: enter, exit or both.
        attribute: an attribute of the profile that is told, too. Can be repeated.
        batch: up to so many entries and exits in one message.
        description: for people.
    """
    with opened() as workspace:
        made = workspace.hooks.add(
            hook, url, segments=segment, on=on, attributes=attribute or (), batch=batch, description=description
        )
    answer({"ok": True, **made})
    _secret(made)


@webhooks.command
def edit(
    hook: str,
    /,
    *,
    url: str | None = None,
    segment: Names = None,
    all_segments: Flag = False,
    on: On | None = None,
    attribute: Names = None,
    batch: int | None = None,
    description: str | None = None,
) -> None:
    """Change what is given; the rest stays.

    Args:
        hook: its id.
        url: where messages go.
        segment: a segment of which it is told. Can be repeated.
        all_segments: tell it of all segments.
        on: enter, exit or both.
        attribute: an attribute of the profile that is told, too. Can be repeated.
        batch: up to so many entries and exits in one message.
        description: for people.
    """
    with opened() as workspace:
        found = workspace.hooks.edit(
            hook,
            url=url,
            segments=segment,
            all_segments=all_segments,
            on=on,
            attributes=attribute,
            batch=batch,
            description=description,
        )
    answer({"ok": True, **found})
    pairs(_named(found))


@webhooks.command
def delete(hook: str, /) -> None:
    """Take a web hook away.

    Args:
        hook: its id.
    """
    with opened() as workspace:
        workspace.hooks.delete(hook)
    answer({"ok": True, "hook": hook})
    say(f"web hook {hook} is deleted")


@webhooks.command
def enable(hook: str, /, *, from_now: Flag = False) -> None:
    """Tell a web hook again that was disabled, from where it stopped.

    Args:
        hook: its id.
        from_now: leave out what happened meanwhile.
    """
    with opened() as workspace:
        found = workspace.hooks.enable(hook, from_now=from_now)
    answer({"ok": True, **found})
    say(f"web hook {hook} is enabled; {found['behind']:,} entries and exits lie before it")


@webhooks.command
def disable(hook: str, /) -> None:
    """Tell a web hook nothing until it is enabled.

    Args:
        hook: its id.
    """
    with opened() as workspace:
        found = workspace.hooks.disable(hook)
    answer({"ok": True, **found})
    say(f"web hook {hook} is disabled")


@webhooks.command
def rotate(hook: str, /, *, overlap: str = "24 hours") -> None:
    """Give a web hook a new secret, shown once; for some time messages carry the signatures of both.

    Args:
        hook: its id.
        overlap: how long the secret before counts, too; "0 s" when it has leaked.
    """
    with opened() as workspace:
        made = workspace.hooks.rotate(hook, overlap=overlap)
    answer({"ok": True, **made})
    _secret(made)


@webhooks.command
def ping(hook: str, /) -> int:
    """Send a message that says nothing, at once; ends with 1 when it was not delivered.

    Args:
        hook: its id.
    """
    with opened() as workspace:
        found = workspace.hooks.ping(hook)
    return _sent(found)


@webhooks.command
def redeliver(hook: str, message: str, /) -> int:
    """Send a message again at once, with the id that it had; ends with 1 when it was not delivered.

    Args:
        hook: its id.
        message: id of the message; parcours webhooks attempts shows it.
    """
    with opened() as workspace:
        found = workspace.hooks.redeliver(hook, message)
    return _sent(found)


@webhooks.command
def rewind(hook: str, since: str, /) -> None:
    """Tell a web hook again of everything from an instant on.

    Args:
        hook: its id.
        since: the instant, for example 2026-03-14T10:30:00Z.
    """
    with opened() as workspace:
        found = workspace.hooks.rewind(hook, since)
    answer({"ok": True, **found})
    say(f"{found['behind']:,} entries and exits lie before web hook {hook}")


@webhooks.command
def attempts(hook: str, /, *, limit: int = 50) -> None:
    """List the newest attempts: what was sent, and what came back.

    Args:
        hook: its id.
        limit: at most so many.
    """
    with opened() as workspace:
        found = workspace.hooks.attempts(hook, limit)
    answer(rows(found))
    table(found, limit=None)


def _secret(made: Mapping[str, object]) -> None:
    say(f"the secret of web hook {made['hook']}, shown once:")
    say(f"  {made['secret']}")


def _named(found: Mapping[str, object]) -> dict[str, object]:
    return {name.removesuffix("_at").replace("_", " "): value for name, value in found.items()}


def _sent(found: Mapping[str, object]) -> int:
    answer(found)
    status = "no answer" if found["status"] is None else f"status {found['status']}"
    say(f"{found['message']}: {found['result']}, {status}, {found['milliseconds']} ms")
    if not found["ok"] and found["answer"]:
        say(f"  {found['answer']}")
    return 0 if found["ok"] else 1
