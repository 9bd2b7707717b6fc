"""Guessing is slow: so many attempts to sign in within a quarter of an hour, then one has to wait.

An attempt counts before it is known whether it is right, so that attempts at once are counted, too; one that was right
is taken back. What is counted: an account from one address (few), an address (more: there may be an office behind it),
an account from anywhere (many more: otherwise anybody could lock anybody out).
"""

from __future__ import annotations

import hashlib
import ipaddress

from sqlalchemy import Connection, delete, func, insert, select

from parcours.core.clock import MINUTE, SECOND
from parcours.core.errors import Overloaded
from parcours.store.catalogue.access import failures

WINDOW = 15 * MINUTE
#: Attempts within the window: of an account from an address, of an address, of an account.
PAIR, ADDRESS, ACCOUNT = 5, 50, 100


def attempt(con: Connection, email: str, address: str, now: int) -> None:
    """Count an attempt.

    Raises:
        Overloaded: ``too-many-attempts``; there were too many. This one does not count.
    """
    con.execute(delete(failures).where(failures.c.at <= now - WINDOW))
    for subject, most in zip(_subjects(email, address), (PAIR, ADDRESS, ACCOUNT), strict=True):
        mine = failures.c.subject == subject
        count, first = con.execute(select(func.count(), func.min(failures.c.at)).where(mine)).one()
        if count >= most:
            seconds = max(1, -(-(first + WINDOW - now) // SECOND))
            raise Overloaded("too many attempts to sign in", code="too-many-attempts", retry_after=seconds)
    con.execute(insert(failures), [{"subject": subject, "at": now} for subject in _subjects(email, address)])


def forgive(con: Connection, email: str, address: str, now: int) -> None:
    """An attempt was right: it does not count, nor do those of this account from this address."""
    pair, *others = _subjects(email, address)
    con.execute(delete(failures).where(failures.c.subject == pair))
    for subject in others:
        last = select(func.max(failures.c.number)).where(failures.c.subject == subject, failures.c.at <= now)
        con.execute(delete(failures).where(failures.c.number == last.scalar_subquery()))


def place_of(address: str) -> str:
    """What counts as one address: of IPv6 the network of a customer."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    mapped = parsed.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network((parsed, 64), strict=False))


def _subjects(email: str, address: str) -> tuple[str, str, str]:
    who, place = hashlib.sha256(email.encode("utf-8", "surrogatepass")).hexdigest()[:32], place_of(address)[:48]
    return f"{who}@{place}", f"address:{place}", f"account:{who}"
