"""``parcours suppress``."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from parcours.service.cli.output import answer, rows, say, table
from parcours.service.cli.session import Flag, opened


def suppress(
    *addresses: Annotated[str, Parameter(name="ADDRESS")],
    domain: tuple[str, ...] = (),
    reason: str = "",
    remove: Flag = False,
) -> None:
    """Send nothing more to these addresses; without any, show who gets nothing.

    Args:
        addresses: addresses, in any case.
        domain: all addresses of this domain; may be given several times.
        reason: why, for people.
        remove: take them off the list again.
    """
    if not addresses and not domain:
        with opened() as whole:
            found = whole.suppressed()
        answer(rows(found))
        table(found)
        return
    with opened() as workspace:
        if remove:
            workspace.unsuppress(addresses, domain)
        else:
            workspace.suppress(addresses, domain, reason)
    answer({"ok": True, "addresses": list(addresses), "domains": list(domain)})
    say(f"{', '.join([*addresses, *domain])}: {'taken off the list' if remove else 'suppressed'}")
