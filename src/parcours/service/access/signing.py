"""Signing in, and changing one's own password.

Whoever tries learns nothing of who has an account: a wrong password, an unknown address and a disabled account give
the same answer after the same work.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from parcours.core.clock import Clock
from parcours.core.errors import AccessError, InputError, UnknownNameError
from parcours.service.access import throttle
from parcours.service.access.accounts import Accounts, row_of
from parcours.service.access.passwords import check_password, matches
from parcours.service.access.sessions import Sessions
from parcours.store.catalogue import Catalogue
from parcours.store.catalogue.access import accounts as accounts_table


class Signing:
    """How people prove who they are by a password."""

    def __init__(
        self, catalogue: Catalogue, clock: Clock, accounts: Accounts, sessions: Sessions, changed: Callable[[], None]
    ) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._accounts = accounts
        self._sessions = sessions
        self._changed = changed
        self._counting = threading.Lock()  # attempts at once see each other

    def sign_in(self, email: str, password: str, *, address: str = "", agent: str = "") -> str:
        """Begin a session; gives its token.

        Args:
            email, password: what somebody has typed.
            address, agent: where the request came from, for the list of sessions and against guessing.

        Raises:
            AccessError: ``bad-credentials``.
            Overloaded: ``too-many-attempts``.
        """
        known = email.strip().casefold()
        row = self._tried(known, password, address)
        with self._catalogue.writing() as con:
            if self._by_email(con, known) != row:  # changed while the password was compared
                raise _wrong()
            throttle.forgive(con, known, address, self._clock.now())
            return self._sessions._begin(con, row["id"], address, agent)

    def change_password(self, account: str, current: str, new: str, *, address: str = "", agent: str = "") -> str:
        """Change one's own password: ends all sessions, and begins one; gives its token.

        Args:
            account: id of the account.
            current, new: the passwords.
            address, agent: as for :meth:`sign_in`.

        Raises:
            AccessError: ``bad-credentials``, the current password is wrong.
            Overloaded: ``too-many-attempts``.
            InputError: ``weak-password``.
        """
        with self._catalogue.reading() as con:
            email = row_of(con, account)["email"]
        self._tried(email, current, address)
        check_password(new, email)
        if new == current:
            raise InputError("the new password is the old one", code="weak-password", where="new")
        self._accounts._set_password(account, new, must_change=False)
        with self._catalogue.writing() as con:
            throttle.forgive(con, email, address, self._clock.now())
            return self._sessions._begin(con, account, address, agent)

    def enter(self, account: str, *, address: str = "", agent: str = "") -> str:
        """Begin a session of somebody whom an identity provider knows; gives its token."""
        with self._catalogue.writing() as con:
            return self._sessions._begin(con, account, address, agent)

    def sign_out(self, session: str) -> None:
        """End one's own session; it may be over already."""
        try:
            self._sessions.revoke(session)
        except UnknownNameError:
            self._changed()

    def _tried(self, email: str, password: str, address: str) -> Mapping[str, Any]:
        """The account of this address and password."""
        with self._counting, self._catalogue.writing() as con:
            throttle.attempt(con, email, address, self._clock.now())
        with self._catalogue.reading() as con:
            row = self._by_email(con, email)
        right = matches("" if row is None else row["password"], password)
        if row is None or not right or row["disabled"]:
            raise _wrong()
        return row

    def _by_email(self, con: Connection, email: str) -> Mapping[str, Any] | None:
        query = select(accounts_table).where(accounts_table.c.email == email)
        found = con.execute(query).mappings().first()
        return None if found is None else dict(found)


def _wrong() -> AccessError:
    return AccessError("the e-mail address or the password is wrong", known=False, code="bad-credentials")
