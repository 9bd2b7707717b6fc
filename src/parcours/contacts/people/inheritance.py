"""What persons take from their company (contact-segments.md, 2.1): each kind is switched by the setting ``inherit``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from parcours.contacts.office import Desk, Row
from parcours.contacts.office import setup as settings
from parcours.contacts.people.finding import CONTACTS

ADDRESS = ("address", "address_2", "city", "post_code", "county")
#: Fields by kind. Those of an address go together, the others each for itself.
KINDS: Mapping[str, tuple[str, ...]] = {
    "salesperson": ("salesperson_code",),
    "territory": ("territory_code",),
    "country": ("country_code",),
    "language": ("language_code", "format_region"),
    "address": ADDRESS,
    "communication": ("phone_no", "mobile_phone_no", "fax_no", "email", "email_2", "home_page"),
}


def taken(
    desk: Desk,
    person: Mapping[str, Any],
    company: Row,
    former: Row | None,
    kinds: Iterable[str] | None = None,
) -> dict[str, Any]:
    """What a person put into a company takes from it.

    Nothing that the person has is lost to a blank, and communication details of its own stay; the reference takes
    both whatever they are.

    Args:
        desk: where.
        person: the person as it is.
        company: the company it comes to.
        former: the company it comes from, if any.
        kinds: what :func:`switched_on` gave, for who asks often.
    """
    found: dict[str, Any] = {"company_name": company["name"]}
    for kind in switched_on(desk) if kinds is None else kinds:
        if kind == "address":
            if _is_stale(person, former):
                found |= {name: company[name] for name in ADDRESS}
        else:
            names = (name for name in KINDS[kind] if desk.reference or _gains(kind, name, person, company, former))
            found |= {name: company[name] for name in names}
    return found


def _gains(kind: str, name: str, person: Mapping[str, Any], company: Row, former: Row | None) -> bool:
    if not company[name]:
        return False
    own = person.get(name, "")
    return kind != "communication" or not own or (former is not None and own == former[name])


def _is_stale(person: Mapping[str, Any], former: Row | None) -> bool:
    """Blank, or that of the former company."""
    own = [person.get(name, "") for name in ADDRESS]
    return not any(own) or (former is not None and own == [former[name] for name in ADDRESS])


def passed_on(desk: Desk, before: Row, after: Row) -> list[str]:
    """Let a change of a company go on to those of its persons whose value equalled the old one.

    Returns the numbers of the persons that changed.
    """
    changed: set[str] = set()
    for fields in _blocks(desk):
        if any(before[name] != after[name] for name in fields):
            changed |= _pass_on(desk, before, after, fields)
    if before["name"] != after["name"]:
        changed |= _change(desk, before["no"], {}, {"company_name": after["name"]})
    return sorted(changed)


def _pass_on(desk: Desk, before: Row, after: Row, fields: tuple[str, ...]) -> set[str]:
    same = {name: before[name] for name in fields}
    return _change(desk, before["no"], same, {name: after[name] for name in fields})


def _change(desk: Desk, company: str, same: Mapping[str, Any], values: Mapping[str, Any]) -> set[str]:
    tests = [CONTACTS.c.company_no == company, CONTACTS.c.type == "person"]
    tests += [CONTACTS.c[name] == value for name, value in same.items()]
    persons = set(desk.con.execute(select(CONTACTS.c.no).where(*tests)).scalars())
    desk.change_many(CONTACTS, tests, **values)
    return persons


def _blocks(desk: Desk) -> Iterator[tuple[str, ...]]:
    for kind in switched_on(desk):
        if kind == "address":
            yield ADDRESS
        else:
            yield from ((name,) for name in KINDS[kind])


def switched_on(desk: Desk) -> list[str]:
    """The kinds that persons take."""
    switched = settings.get(desk, "inherit")
    return [kind for kind in KINDS if kind in switched]
