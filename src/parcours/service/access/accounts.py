"""``workspace.access.accounts``: people who may use the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Connection, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from parcours.core.clock import Clock
from parcours.core.errors import ConflictError, InputError, Refused, UnknownNameError, nearest
from parcours.service.access.caller import Caller
from parcours.service.access.frames import AT, framed, told
from parcours.service.access.passwords import check_password, hashed, one_time
from parcours.service.access.scopes import ROLES, Role
from parcours.service.access.tokens import Randomness, new_id
from parcours.store.catalogue import Catalogue
from parcours.store.catalogue.access import accounts, sessions

_COLUMNS = {
    "id": pl.String, "email": pl.String, "name": pl.String, "role": pl.String, "disabled": pl.Boolean,
    "must_change": pl.Boolean, "crm_user": pl.String, "salesperson_code": pl.String, "issuer": pl.String,
    "created_at": AT, "changed_at": AT, "signed_in_at": AT,
}  # fmt: skip
#: What somebody who is signed in by an identity provider is there.
Subject = tuple[str, str]


class Accounts:
    """Accounts are named by their id or their e-mail address. There is always an administrator who can sign in."""

    def __init__(self, catalogue: Catalogue, clock: Clock, random: Randomness, changed: Callable[[], None]) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._random = random
        self._changed = changed

    def list(self) -> pl.DataFrame:
        """All accounts, by e-mail address."""
        with self._catalogue.reading() as con:
            found = con.execute(select(accounts).order_by(accounts.c.email)).mappings().all()
        return framed(found, _COLUMNS)

    def get(self, account: str) -> dict[str, object]:
        """One account.

        Args:
            account: its id or e-mail address.

        Raises:
            UnknownNameError: there is none.
        """
        with self._catalogue.reading() as con:
            return _shown(row_of(con, account))

    def create(
        self,
        email: str,
        *,
        name: str = "",
        role: Role = "viewer",
        password: str | None = None,
        must_change: bool = True,
        crm_user: str = "",
        salesperson_code: str = "",
    ) -> dict[str, object]:
        """Let somebody in; ``password`` of the answer is a one-time password, unless one was given.

        Args:
            email: by which they sign in.
            name: as others see it.
            role: what they may do: viewer, marketer, developer or admin.
            password: instead of one that is made up.
            must_change: whether it has to be changed at the first sign-in.
            crm_user: who they are in the CRM; their e-mail address, unless given.
            salesperson_code: which salesperson they are.

        Raises:
            InputError: no address, no such role, or a weak password.
            ConflictError: ``taken``, there is an account with this address.
        """
        address = normalised(email)
        if password is not None:
            check_password(password, address)
        given = one_time(self._random) if password is None else password
        row = self._new(address, name, role) | {"crm_user": crm_user, "salesperson_code": salesperson_code}
        row |= {"password": hashed(given, self._random), "must_change": must_change}
        with self._catalogue.writing() as con:
            _insert(con, row)
        return {**_shown(row), **({} if password is not None else {"password": given})}

    def change(
        self,
        account: str,
        *,
        email: str | None = None,
        name: str | None = None,
        role: Role | None = None,
        disabled: bool | None = None,
        crm_user: str | None = None,
        salesperson_code: str | None = None,
    ) -> dict[str, object]:
        """Change an account. Who gets another role or is disabled is signed out everywhere.

        Args:
            account: its id or e-mail address.
            email: by which they sign in from now on.
            name: as others see it.
            role: what they may do: viewer, marketer, developer or admin.
            disabled: whether they can no longer sign in.
            crm_user: who they are in the CRM.
            salesperson_code: which salesperson they are.

        Raises:
            UnknownNameError: there is no such account.
            InputError: no address, or no such role.
            Refused: ``last-admin``, nobody else could administer.
            ConflictError: ``taken``, there is another account with this address.
        """
        given = {
            "email": None if email is None else normalised(email),
            "name": name,
            "role": None if role is None else _role(role),
            "disabled": disabled,
            "crm_user": crm_user,
            "salesperson_code": salesperson_code,
        }
        with self._catalogue.writing() as con:
            row = self._change(con, account, {field: value for field, value in given.items() if value is not None})
        self._changed()
        return _shown(row)

    def reset_password(self, account: str, *, password: str | None = None) -> dict[str, object]:
        """Give somebody a password that they must change; signs them out everywhere. ``password`` of the answer is it.

        Args:
            account: its id or e-mail address.
            password: instead of one that is made up.

        Raises:
            UnknownNameError: there is no such account.
            InputError: a weak password.
        """
        with self._catalogue.reading() as con:
            row = row_of(con, account)
        if password is not None:
            check_password(password, row["email"])
        given = one_time(self._random) if password is None else password
        self._set_password(row["id"], given, must_change=True)
        return {"id": row["id"], "email": row["email"], **({} if password is not None else {"password": given})}

    def delete(self, account: str) -> None:
        """Delete an account; what it did stays in the audit log.

        Args:
            account: its id or e-mail address.

        Raises:
            UnknownNameError: there is no such account.
            Refused: ``last-admin``, nobody else could administer.
        """
        with self._catalogue.writing() as con:
            row = row_of(con, account)
            _keep_an_admin(con, row)
            sign_out(con, row["id"])
            con.execute(delete(accounts).where(accounts.c.id == row["id"]))
        self._changed()

    # --- for the rooms beside -------------------------------------------------------------------------------

    def _set_password(self, id_: str, password: str, *, must_change: bool) -> None:
        """Set a password that is known to be good; signs out everywhere."""
        kept = {"password": hashed(password, self._random), "must_change": must_change}
        with self._catalogue.writing() as con:
            sign_out(con, id_)
            con.execute(update(accounts).where(accounts.c.id == id_).values(**kept, changed_at=self._clock.now()))
        self._changed()

    def _change(self, con: Connection, account: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Change fields of an account; what is as before is no change."""
        row = row_of(con, account)
        new = {field: value for field, value in given.items() if row[field] != value}
        if {"role", "disabled"} & new.keys():
            if new.get("role", row["role"]) != "admin" or new.get("disabled", row["disabled"]):
                _keep_an_admin(con, row)
            sign_out(con, row["id"])
        new |= {"changed_at": self._clock.now()}
        try:
            con.execute(update(accounts).where(accounts.c.id == row["id"]).values(**new))
        except IntegrityError as error:
            raise _taken(str(given.get("email"))) from error
        return {**row, **new}

    def _new(self, email: str, name: str, role: str) -> dict[str, Any]:
        now = self._clock.now()
        blank = {"password": "", "crm_user": "", "salesperson_code": "", "issuer": "", "subject": ""}
        flags = {"must_change": False, "disabled": False}
        times = {"created_at": now, "changed_at": now, "signed_in_at": None}
        head = {"id": new_id(self._random), "email": email, "name": name.strip(), "role": _role(role)}
        return {**head, **blank, **flags, **times}

    def _none(self) -> bool:
        """Whether there is no account at all."""
        with self._catalogue.reading() as con:
            return con.execute(select(accounts.c.id).limit(1)).first() is None


def normalised(email: str) -> str:
    """An e-mail address in the one form in which it is compared. ``@localhost`` is one, too.

    Raises:
        InputError: ``bad-email``.
    """
    text = email.strip()
    name, _, domain = text.rpartition("@")
    try:
        here = domain.lower() == "localhost"
        checked = validate_email(f"{name}@example.com" if here else text, check_deliverability=False)
    except EmailNotValidError as error:
        raise InputError(f"{text[:80]!r} is no e-mail address: {error}", code="bad-email", where="email") from None
    return (f"{checked.local_part}@localhost" if here else checked.normalized).casefold()


def row_of(con: Connection, account: str) -> dict[str, Any]:
    """The row of an account, by id or e-mail address.

    Raises:
        UnknownNameError: there is none.
    """
    table = accounts.c
    row = con.execute(select(accounts).where(or_(table.id == account, table.email == account.strip().casefold())))
    found = row.mappings().first()
    if found is None:
        hint = nearest(account, con.execute(select(table.email)).scalars())
        raise UnknownNameError(f"there is no account {account!r}", code="unknown-account", hint=hint)
    return dict(found)


def caller_of(row: Mapping[str, Any]) -> Caller:
    """Who this account is as a caller."""
    return Caller(row["email"], "account", ROLES[row["role"]], row["id"], row["crm_user"], row["salesperson_code"])


def sign_out(con: Connection, account: str) -> None:
    """End all sessions of an account, by its id."""
    con.execute(delete(sessions).where(sessions.c.account == account))


def _insert(con: Connection, row: Mapping[str, Any]) -> None:
    try:
        con.execute(insert(accounts).values(**row))
    except IntegrityError as error:
        raise _taken(row["email"]) from error


def _taken(email: str) -> ConflictError:
    return ConflictError(f"there is an account with the address {email!r} already", code="taken", where="email")


def _role(role: str) -> str:
    if role not in ROLES:
        raise InputError(f"there is no role {role!r}", code="unknown-role", where="role", hint=nearest(role, ROLES))
    return role


def _keep_an_admin(con: Connection, row: Mapping[str, Any]) -> None:
    """Make sure that somebody else can administer.

    Raises:
        Refused: ``last-admin``.
    """
    table = accounts.c
    others = select(func.count()).where(table.role == "admin", ~table.disabled, table.id != row["id"])
    if row["role"] == "admin" and not row["disabled"] and con.execute(others).scalar_one() == 0:
        raise Refused(
            f"{row['email']} is the last administrator",
            code="last-admin",
            hint="make somebody else administrator first",
        )


def _shown(row: Mapping[str, Any]) -> dict[str, object]:
    """An account without what opens it."""
    return told({name: row[name] for name in _COLUMNS})
