"""Who an identity provider sends: the account they have, or get."""

from __future__ import annotations

import structlog
from sqlalchemy import Connection, insert, select, update

from parcours.core.errors import AccessError, Refused
from parcours.service.access.accounts import Accounts, normalised
from parcours.service.access.oidc import Identity
from parcours.store.catalogue import Catalogue
from parcours.store.catalogue.access import accounts

_log = structlog.get_logger(__name__)


def account_of(identity: Identity, catalogue: Catalogue, room: Accounts, *, create: bool, follow_role: bool) -> str:
    """The id of somebody's account: the one they entered before; else the one with their address, which is theirs
    from now on; else a new one.

    Args:
        identity: who it is.
        catalogue, room: where accounts are.
        create: whether to make one.
        follow_role: whether the role is to be that of the provider each time.

    Raises:
        AccessError: ``oidc``: there is none, it is disabled or somebody else's, or there is no role for them.
        InputError: the address is none.
    """
    email = normalised(identity.email)
    with catalogue.writing() as con:
        id_ = _by_subject(con, identity) or _by_email(con, identity, email)
        if id_ is None:
            id_ = _made(con, identity, email, room, create)
        elif follow_role:
            _follow(con, id_, identity, room)
        if con.execute(select(accounts.c.disabled).where(accounts.c.id == id_)).scalar_one():
            raise _not_in("this account is disabled")
    room._changed()
    return id_


def _by_subject(con: Connection, identity: Identity) -> str | None:
    mine = (accounts.c.issuer == identity.issuer) & (accounts.c.subject == identity.subject)
    return con.execute(select(accounts.c.id).where(mine)).scalar()


def _by_email(con: Connection, identity: Identity, email: str) -> str | None:
    row = con.execute(select(accounts.c.id, accounts.c.subject).where(accounts.c.email == email)).first()
    if row is None:
        return None
    if row.subject:
        raise _not_in("the account with this address is somebody else's at the provider")
    linked = {"issuer": identity.issuer, "subject": identity.subject}
    con.execute(update(accounts).where(accounts.c.id == row.id).values(**linked))
    return str(row.id)


def _made(con: Connection, identity: Identity, email: str, room: Accounts, create: bool) -> str:
    if not create:
        raise _not_in("there is no account with this address")
    if not identity.role:
        raise _not_in("the provider gives you no role here")
    row = room._new(email, identity.name, identity.role)
    row |= {"issuer": identity.issuer, "subject": identity.subject}
    con.execute(insert(accounts).values(**row))
    return str(row["id"])


def _follow(con: Connection, id_: str, identity: Identity, room: Accounts) -> None:
    """Take over the role that the provider gives."""
    if not identity.role:
        raise _not_in("the provider gives you no role here")
    try:
        room._change(con, id_, {"role": identity.role})
    except Refused:
        _log.warning("the last administrator keeps the role", account=id_)


def _not_in(message: str) -> AccessError:
    return AccessError(message, known=False, code="oidc", hint="ask an administrator")
