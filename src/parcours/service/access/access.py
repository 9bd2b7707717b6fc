"""``workspace.access``: who may use the service, who is using it, and what they changed."""

from __future__ import annotations

from parcours.service.access.accounts import Accounts
from parcours.service.access.audit import Audit
from parcours.service.access.gate import Gate
from parcours.service.access.keys import Keys
from parcours.service.access.sessions import Sessions

#: Who signs in first, unless somebody else is named.
FIRST = "admin@localhost"


class Access:
    """Accounts, sessions, keys and the audit log of a workspace.

    Attributes:
        accounts: people.
        sessions: who is signed in.
        keys: keys of programs.
        audit: who asked for what.
    """

    accounts: Accounts
    sessions: Sessions
    keys: Keys
    audit: Audit

    def __init__(self, gate: Gate) -> None:
        self.accounts, self.sessions, self.keys, self.audit = gate.accounts, gate.sessions, gate.keys, gate.audit

    def begin(self, email: str = FIRST) -> str | None:
        """Make the first administrator, where there is no account; gives the one-time password.

        Args:
            email: by which they sign in.

        Raises:
            InputError: the address is none.
        """
        if not self.accounts._none():
            return None
        return str(self.accounts.create(email, name="Administrator", role="admin")["password"])
