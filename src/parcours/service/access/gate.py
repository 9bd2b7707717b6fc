"""The gate of the service: who somebody is, how they sign in, and what they did."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from parcours.core.clock import Clock
from parcours.core.settings import Oidc
from parcours.service.access.accounts import Accounts, caller_of
from parcours.service.access.audit import Audit, Entry, Scribe
from parcours.service.access.caller import Caller
from parcours.service.access.entering import account_of
from parcours.service.access.keys import PREFIX, Keys
from parcours.service.access.oidc import Identity, Login
from parcours.service.access.sessions import Sessions, Times
from parcours.service.access.signing import Signing
from parcours.service.access.tokens import SYSTEM, Randomness
from parcours.store.catalogue import Catalogue

#: Callers that are remembered; beyond that, all are looked up anew.
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody whose key or session is good.

    Attributes:
        caller: who it is.
        expires: the instant at which it ends; ``None``: never.
        session: id of the session; blank for keys.
        used: when the session was used last, as far as the database knows.
        must_change: whether the password has to be changed before anything else.
    """

    caller: Caller
    expires: int | None
    session: str = ""
    used: int = 0
    must_change: bool = False


class Gate:
    """Who may use a workspace over HTTP. What people see of it is :class:`~parcours.service.access.access.Access`.

    Whoever is found is remembered, so that requests need not ask the database; every change here forgets them all.

    Attributes:
        clock: says what is over.
        accounts: people.
        sessions: who is signed in.
        keys: keys of programs.
        audit: who asked for what.
        signing: how people prove who they are.
    """

    def __init__(
        self, catalogue: Catalogue, clock: Clock, random: Randomness = SYSTEM, times: Times | None = None
    ) -> None:
        self._catalogue = catalogue
        self.clock = clock
        self._random = random
        self._times = times or Times()
        self._lock = threading.Lock()
        self._known: dict[str, Known] = {}
        self._changes = 0
        self._uses: dict[tuple[str, str], int] = {}  # when sessions and keys were used last
        self._unnoted: set[tuple[str, str]] = set()  # those of them that the database does not know of
        self.accounts = Accounts(catalogue, clock, random, self.forget)
        self.sessions = Sessions(catalogue, clock, random, self._times, self.forget)
        self.keys = Keys(catalogue, clock, random, self.forget)
        self.audit = Audit(catalogue)
        self.signing = Signing(catalogue, clock, self.accounts, self.sessions, self.forget)
        self._scribe = Scribe(self.audit._write, self.note_uses)
        self.audit._settle = self._scribe.settle

    def close(self) -> None:
        """Write what is to be written."""
        self._scribe.close()

    # --- who it is ------------------------------------------------------------------------------------------

    def remembered(self, secret: str) -> Known | None:
        """Who has this key or token of a session, if that is known without asking the database."""
        return self._good(self._known.get(secret))

    def find(self, secret: str) -> Known | None:
        """Who has this key or token of a session; ``None``: nobody, or not any more. Asks the database."""
        changes = self._changes
        found = self._found(secret)
        with self._lock:
            if found is not None and changes == self._changes:  # nothing was revoked meanwhile
                if len(self._known) >= REMEMBERED:
                    self._known.clear()
                self._known[secret] = found
        return self._good(found)

    def forget(self) -> None:
        """Look everybody up anew."""
        with self._lock:
            self._known = {}
            self._changes += 1

    def _found(self, secret: str) -> Known | None:
        if secret.startswith(PREFIX):
            key = self.keys._find(secret)
            return None if key is None else Known(*key)
        row = self.sessions._find(secret)
        if row is None:
            return None
        return Known(caller_of(row), row["expires_at"], row["session"], row["used_at"], row["must_change"])

    def _good(self, known: Known | None) -> Known | None:
        """The same, unless it is over; notes that it is used."""
        if known is None:
            return None
        now, use = self.clock.now(), ("session", known.session) if known.session else ("key", known.caller.id)
        last = max(known.used, self._uses.get(use, 0))
        if known.expires is not None and known.expires <= now:
            return None
        if known.session and last + self._times.idle <= now:
            return None
        with self._lock:
            self._uses[use] = now
            self._unnoted.add(use)
        return known

    # --- an identity provider -------------------------------------------------------------------------------

    def login(self, settings: Oidc, secret: str) -> Login:
        """Logins with an identity provider; ``secret`` is ours there."""
        from parcours.service.access.provider import Provider

        provider = Provider(settings.issuer, settings.client_id, secret, self.clock)
        return Login(settings, provider, self.clock, self._random)

    def entered(self, identity: Identity, settings: Oidc, *, address: str = "", agent: str = "") -> str:
        """Begin a session of somebody whom the provider has sent; gives its token.

        Raises:
            AccessError: ``oidc``, they may not enter.
        """
        account = account_of(
            identity,
            self._catalogue,
            self.accounts,
            create=settings.create,
            follow_role=bool(settings.role_claim),
        )
        return self.signing.enter(account, address=address, agent=agent)

    # --- what they did --------------------------------------------------------------------------------------

    def noted(self, entry: Entry, *, wait: bool = True) -> bool:
        """Have an entry of the audit log written; ``False``: there are too many on the way, and it is not to wait."""
        return self._scribe.put(entry, wait=wait)

    def note_uses(self) -> None:
        """Write down when sessions and keys were used last."""
        with self._lock:
            uses, self._unnoted = self._unnoted, set()
        try:
            for room, kind in ((self.sessions, "session"), (self.keys, "key")):
                room._used([(id_, self._uses[kind, id_]) for this, id_ in uses if this == kind])
        except BaseException:
            with self._lock:
                self._unnoted |= uses
            raise
