"""``parcours accounts``, ``parcours keys``, ``parcours audit``: who may use the service, and what they did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, cast

from cyclopts import App, Parameter

from parcours.service.cli.output import answer, note, rows, say, table
from parcours.service.cli.session import opened

if TYPE_CHECKING:
    import polars as pl

Role: TypeAlias = Literal["viewer", "marketer", "developer", "admin"]

accounts = App(name="accounts", help="People who may sign in to the service.", help_format="plaintext")
keys = App(name="keys", help="Keys with which programs use the service.", help_format="plaintext")


@accounts.command(name="list")
def list_accounts() -> None:
    """Show the accounts."""
    with opened() as workspace:
        found = workspace.access.accounts.list()
    answer(rows(found))
    table(found.select("email", "name", "role", "disabled", "must_change", "signed_in_at"), limit=None)


@accounts.command
def add(email: str, /, *, name: str = "", role: Role = "viewer", crm_user: str = "", salesperson: str = "") -> None:
    """Let somebody in. Shows a one-time password, once; it is changed at the first sign-in.

    Args:
        email: by which they sign in.
        name: as others see it.
        role: what they may do.
        crm_user: who they are in the CRM; their e-mail address, unless given.
        salesperson: the code of the salesperson that they are.
    """
    with opened() as workspace:
        made = workspace.access.accounts.create(
            email, name=name, role=role, crm_user=crm_user, salesperson_code=salesperson
        )
    answer({"ok": True, **made})
    say(f"{made['email']} may sign in as {made['role']}, with the one-time password {made['password']}")


@accounts.command
def role(account: str, role: Role, /) -> None:
    """Give somebody another role; signs them out everywhere.

    Args:
        account: e-mail address or id.
        role: what they may do from now on.
    """
    with opened() as workspace:
        changed = workspace.access.accounts.change(account, role=role)
    answer({"ok": True, **changed})
    say(f"{changed['email']} is {changed['role']} now")


@accounts.command
def password(account: str, /) -> None:
    """Give somebody a new one-time password; signs them out everywhere.

    Args:
        account: e-mail address or id.
    """
    with opened() as workspace:
        made = workspace.access.accounts.reset_password(account)
    answer({"ok": True, **made})
    say(f"{made['email']} may sign in with the one-time password {made['password']}")


@accounts.command
def disable(account: str, /, *, undo: Annotated[bool, Parameter(negative="", show_default=False)] = False) -> None:
    """Keep somebody out, and sign them out everywhere.

    Args:
        account: e-mail address or id.
        undo: let them in again.
    """
    with opened() as workspace:
        changed = workspace.access.accounts.change(account, disabled=not undo)
    answer({"ok": True, **changed})
    say(f"{changed['email']} may sign in again" if undo else f"{changed['email']} is kept out")


@accounts.command
def remove(account: str, /) -> None:
    """Delete an account; what it did stays in the audit log.

    Args:
        account: e-mail address or id.
    """
    with opened() as workspace:
        workspace.access.accounts.delete(account)
    answer({"ok": True})
    say(f"{account} is removed")


@keys.command(name="list")
def list_keys() -> None:
    """Show the keys, without what they are."""
    with opened() as workspace:
        found = workspace.access.keys.list()
    answer(rows(found))
    table(found.drop("created_at"), limit=None)


@keys.command(name="add")
def add_key(
    name: str,
    /,
    *,
    scope: Annotated[list[str] | None, Parameter(negative="")] = None,
    role: Role | None = None,
    expires: str | None = None,
) -> None:
    """Make a key. It is shown once.

    Args:
        name: what it is for.
        scope: what it may do, for example profiles:read; writing includes reading. Can be repeated.
        role: instead, what people of this role may do.
        expires: when it ends: a time from now, such as "90 days", or a day.
    """
    with opened() as workspace:
        made = workspace.access.keys.create(name, scopes=scope or (), role=role or "", expires=expires)
    answer({"ok": True, **made})
    say(str(made["key"]))
    note(f"keep it: it is not shown again; id {made['id']}, may do {', '.join(cast('list[str]', made['scopes']))}")


@keys.command
def revoke(key: str, /) -> None:
    """End a key at once.

    Args:
        key: its id.
    """
    with opened() as workspace:
        done = workspace.access.keys.revoke(key)
    answer({"ok": True, "revoked": done})
    say(f"{key} opens nothing any more" if done else f"{key} was revoked already")


def audit(
    *,
    since: str | None = None,
    until: str | None = None,
    caller: str = "",
    operation: str = "",
    outcome: int | None = None,
    limit: int = 50,
) -> None:
    """Show who asked the service to change what, and what was denied; the newest first.

    Args:
        since: not before this day or time.
        until: before this day or time.
        caller: e-mail address, name of the key, or id.
        operation: id of the operation, for example contacts_create.
        outcome: status of the answer, for example 403.
        limit: so many, at most.
    """
    with opened() as workspace:
        found: pl.DataFrame = workspace.access.audit.list(
            since=since, until=until, caller=caller, operation=operation, outcome=outcome, limit=limit
        )
    answer(rows(found))
    table(found.select("at", "name", "operation", "target", "outcome", "address"), limit=None)
