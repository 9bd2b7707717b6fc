"""Codes that contacts have: mailing groups, industry groups, job responsibilities, web sources; and the codes
themselves (contact-segments.md, 2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus

from sqlalchemy import ColumnElement, Table, func, select

from parcours.contacts.office import Desk, Row
from parcours.contacts.office.desk import in_chunks
from parcours.contacts.people import finding
from parcours.contacts.people.fields import checked
from parcours.contacts.people.finding import CONTACTS
from parcours.contacts.tables import contacts, setup
from parcours.core.errors import InputError, Refused, UnknownNameError, nearest


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of codes: where contacts have them, and the only type of contacts that may; blank: both."""

    table: Table
    only: str
    name: str


KINDS: Mapping[str, Kind] = {
    "mailing_group": Kind(contacts.contact_mailing_groups, "", "mailing group"),
    "industry_group": Kind(contacts.contact_industry_groups, "company", "industry group"),
    "job_responsibility": Kind(contacts.contact_job_responsibilities, "person", "job responsibility"),
    "web_source": Kind(contacts.contact_web_sources, "company", "web source"),
}
#: Kinds of codes that stand in a field of the contact.
FIELDS = {
    "organizational_level": "organizational_level_code",
    "territory": "territory_code",
    "country": "country_code",
    "language": "language_code",
    "salutation": "salutation_code",
}


def put_code(desk: Desk, kind: str, code: str, description: str = "", detail: str = "") -> Row:
    """Make or change a code of a kind (``CODE_KINDS``). ``detail``: the address of a web source, ``{}`` in it for the
    search word.

    Raises:
        InputError: ``unknown-kind``, ``code-required`` or ``too-long``.
    """
    given = checked(setup.codes, {"code": code, "description": description, "detail": detail})
    if kind not in setup.CODE_KINDS:
        raise _unknown_kind(kind, setup.CODE_KINDS)
    if not given["code"]:
        raise InputError(f"a {kind.replace('_', ' ')} needs a code", code="code-required")
    desk.describe(kind, given["code"])
    key = (kind, given.pop("code"))
    if desk.find(setup.codes, key) is None:
        return desk.add(setup.codes, kind=kind, code=key[1], **given)
    return desk.change(setup.codes, key, **given)


def delete_code(desk: Desk, kind: str, code: str) -> None:
    """Delete a code that no contact has.

    Raises:
        UnknownNameError: there is no such code.
        Refused: ``mailing-group-in-use`` and likewise for the other kinds.
    """
    code = _known_code(desk, kind, code)
    used = _uses(desk, kind, code)
    if used:
        name = kind.replace("_", " ")
        hint = "take it from them first"
        raise Refused(f"{name} {code} is in use: {used} contacts have it", code=f"{_kebab(kind)}-in-use", hint=hint)
    desk.remove(setup.codes, (kind, code))
    desk.describe(kind, code)


def _uses(desk: Desk, kind: str, code: str) -> int:
    if kind in FIELDS:
        return desk.count(CONTACTS, **{FIELDS[kind]: code})
    if kind == "business_relation":
        return desk.count(contacts.contact_business_relations, code=code)
    return desk.count(KINDS[kind].table, code=code) if kind in KINDS else 0


def assign(desk: Desk, kind: str, contact: str, code: str, *, search_word: str = "") -> bool:
    """Give a contact a code of a kind (``KINDS``). Returns ``False`` when it has it already.

    Raises:
        InputError: ``unknown-kind``.
        UnknownNameError: there is no such contact or code.
        Refused: ``wrong-contact-type``, an industry group or web source for a person, a job responsibility for a
            company.
    """
    of = _kind(kind)
    row = finding.get(desk, contact)
    if of.only not in ("", row["type"]):
        raise Refused(f"a {row['type']} has no {of.name}: {row['no']}", code="wrong-contact-type", where=row["no"])
    code = _known_code(desk, kind, code)
    if desk.count(of.table, contact_no=row["no"], code=code):
        return False
    more = {"search_word": search_word or row["name"]} if kind == "web_source" else {}
    desk.add(of.table, contact_no=row["no"], code=code, **more)
    _changed(desk, [row["no"]], kind)
    desk.describe("contact", row["no"], f"{of.name} {code}")
    return True


def unassign(desk: Desk, kind: str, contact: str, code: str) -> bool:
    """Take a code from a contact. Returns ``False`` when it does not have it.

    Raises:
        InputError: ``unknown-kind``.
        UnknownNameError: there is no such contact.
    """
    of = _kind(kind)
    row = finding.get(desk, contact)
    found = desk.first(of.table, contact_no=row["no"], code=code.strip().upper())
    if found is None:
        return False
    desk.remove(of.table, found["id"])
    _changed(desk, [row["no"]], kind)
    desk.describe("contact", row["no"], f"no {of.name} {found['code']}")
    return True


def apply_mailing_group(desk: Desk, code: str, nos: Iterable[str], *, delete_old: bool = False) -> int:
    """Put contacts into a mailing group, each once (section 17). Returns how many came.

    Args:
        desk: where.
        code: the group.
        nos: numbers of contacts that exist.
        delete_old: everybody leaves the group first.

    Raises:
        Refused: ``mailing-group-required``, the code is blank.
        UnknownNameError: there is no such group.
    """
    if not code.strip():
        raise Refused("no mailing group is named", code="mailing-group-required")
    code = _known_code(desk, "mailing_group", code)
    before = set(members(desk, "mailing_group", code))
    wanted = list(dict.fromkeys(nos))
    if delete_old:
        _leave(desk, code, sorted(before.difference(wanted)))
    come = [no for no in wanted if no not in before]
    table = contacts.contact_mailing_groups
    desk.add_many(table, [{"contact_no": no, "code": code} for no in come])
    desk.touch(come)
    return len(come)


def _leave(desk: Desk, code: str, nos: Sequence[str]) -> None:
    table = contacts.contact_mailing_groups
    for part in in_chunks(nos):
        desk.remove_many(table, table.c.code == code, table.c.contact_no.in_(part))
    desk.touch(nos)


def members(desk: Desk, kind: str, code: str) -> list[str]:
    """Numbers of the contacts that have a code, in order."""
    table = _kind(kind).table
    found = desk.con.execute(select(table.c.contact_no).where(table.c.code == code.strip().upper()))
    return sorted(found.scalars())


def codes_of(desk: Desk, kind: str, contact: str) -> list[str]:
    """The codes of a contact, in order."""
    table = _kind(kind).table
    return sorted(desk.con.execute(select(table.c.code).where(table.c.contact_no == contact)).scalars())


def searches(desk: Desk, contact: str) -> list[Row]:
    """The web sources of a company: ``code``, ``description``, and ``url``, which opens a search about it.

    Raises:
        UnknownNameError: there is no such contact.
    """
    card, given = finding.get(desk, contact), contacts.contact_web_sources
    sources = {row["code"]: row for row in desk.rows(setup.codes, kind="web_source")}
    return [
        {
            "code": row["code"],
            "description": sources[row["code"]]["description"],
            "url": sources[row["code"]]["detail"].replace("{}", quote_plus(row["search_word"])),
        }
        for row in desk.rows(given, order=[given.c.code], contact_no=card["no"])
        if row["code"] in sources
    ]


def listed(desk: Desk, kind: str) -> list[Row]:
    """All codes of a kind with ``description``, ``detail`` and ``no_of_contacts``.

    Raises:
        InputError: ``unknown-kind``.
    """
    if kind not in setup.CODE_KINDS:
        raise _unknown_kind(kind, setup.CODE_KINDS)
    counted = _counts(desk, kind)
    return [{**row, "no_of_contacts": counted.get(row["code"], 0)} for row in desk.rows(setup.codes, kind=kind)]


def _counts(desk: Desk, kind: str) -> dict[str, int]:
    column: ColumnElement[str]
    if kind in FIELDS:
        column = CONTACTS.c[FIELDS[kind]]
    elif kind == "business_relation":
        column = contacts.contact_business_relations.c.code
    elif kind in KINDS:
        column = KINDS[kind].table.c.code
    else:
        return {}
    return {row[0]: row[1] for row in desk.con.execute(select(column, func.count()).group_by(column))}


def _changed(desk: Desk, nos: Sequence[str], kind: str) -> None:
    """What hangs on a company is seen by its persons, too."""
    desk.touch(finding.with_persons(desk, nos) if KINDS[kind].only == "company" else nos)


def _known_code(desk: Desk, kind: str, code: str) -> str:
    code = code.strip().upper()
    if desk.find(setup.codes, (kind, code)) is None:
        known = desk.con.execute(select(setup.codes.c.code).where(setup.codes.c.kind == kind)).scalars()
        raise UnknownNameError(f"there is no {kind.replace('_', ' ')} {code!r}", hint=nearest(code, known))
    return code


def _kind(kind: str) -> Kind:
    if kind not in KINDS:
        raise _unknown_kind(kind, KINDS)
    return KINDS[kind]


def _unknown_kind(kind: str, known: Iterable[str]) -> InputError:
    return InputError(f"there are no codes of kind {kind!r}", code="unknown-kind", hint=nearest(kind, known))


def _kebab(name: str) -> str:
    return name.replace("_", "-")
