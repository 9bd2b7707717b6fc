"""Who asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from parcours.core.errors import AccessError
from parcours.service.access.scopes import ALL


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with an account, a program with a key, or a process of this machine's user.

    Attributes:
        name: e-mail of the account, name of the key; blank for the machine's user.
        kind: how it is known.
        scopes: what it may do.
        id: of the account or key.
        crm_user: who an account is in the CRM; blank: its e-mail address.
        salesperson_code: which salesperson an account is, if any.
    """

    name: str
    kind: Literal["account", "key", "local"]
    scopes: frozenset[str] = field(default_factory=frozenset)
    id: str = ""
    crm_user: str = ""
    salesperson_code: str = ""

    def check(self, scope: str) -> None:
        """Make sure that the caller may do what ``scope`` stands for.

        Raises:
            AccessError: ``forbidden``.
        """
        if scope not in self.scopes:
            raise AccessError(
                f"this needs the scope {scope!r}, which {self.name or 'the caller'} does not have",
                hint="ask an administrator for a role or key that has it",
            )

    def working_as(self, asked: str = "") -> str:
        """The name under which the caller works in the CRM.

        People work under their own; programs and the machine's user may say in whose name they do (``asked``).
        """
        if self.kind == "account":
            return self.crm_user or self.name
        return asked or self.name


#: The user of the machine that owns the files: reaches the service by its local socket, and may do everything.
LOCAL = Caller("", "local", ALL)
