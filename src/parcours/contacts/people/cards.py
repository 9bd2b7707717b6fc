"""Cards of contacts: made and changed, with what follows from that (contact-segments.md, 2.1)."""

from __future__ import annotations

from typing import Any

from parcours.contacts.office import Desk, Row, series
from parcours.contacts.office import setup as settings
from parcours.contacts.people import checks, finding, inheritance, names, removal, salespeople
from parcours.contacts.people.duplicates import strings
from parcours.contacts.people.fields import checked
from parcours.contacts.people.finding import CONTACTS
from parcours.contacts.tables import contacts
from parcours.core.errors import InputError, Refused

#: Fields that follow from others or never change.
FIXED = ("id", "no", "company_name", "created_on", "version", "revision")
_DEFAULTS = {
    "territory_code": "default_territory",
    "country_code": "default_country",
    "language_code": "default_language",
    "correspondence_type": "default_correspondence",
}


def create(desk: Desk, *, no: str = "", type: str = "company", **values: Any) -> Row:
    """Make a contact and return its row.

    Args:
        desk: where.
        no: its number; blank draws the next one of the series.
        type: ``company`` or ``person``.
        values: any other fields; what is named, also as blank, goes before defaults and before what a person takes
            from its company (``company_no``). ``profile_id`` is the number of the contact unless given.

    Raises:
        Refused: ``contact-no-series-missing``, ``manual-no-not-allowed``, ``contact-exists``, ``profile-taken``,
            ``wrong-contact-type`` (a company cannot have a company, nor a company's person be one), or what
            :func:`~parcours.contacts.people.fields.checked` refuses.
        UnknownNameError: there is no such company or salesperson.
    """
    given = checked(CONTACTS, {"type": type, **_free(values)})
    row = {**defaults(desk, given["type"]), **given, "no": _number(desk, no), "created_on": desk.today}
    row["profile_id"] = _profile(desk, given.get("profile_id") or row["no"])
    row |= names.name_changes({"type": row["type"]}, given)
    row |= _place(desk, row, given)
    row |= checks.privacy({}, row)
    _check_salesperson(desk, {}, row)
    checks.fields_of_type(row)
    made = desk.add(CONTACTS, **row)
    strings.index(desk, [made["no"]])
    desk.touch([made["no"]])
    desk.describe("contact", made["no"], made["name"])
    return made


def change(desk: Desk, no: str, expected_version: int | None = None, **values: Any) -> Row:
    """Change fields of a contact, with what follows: names, persons of a company, privacy. Returns the row.

    ``type`` changes the type, ``company_no`` puts a person into a company (blank: into none).

    Raises:
        UnknownNameError: there is no such contact, company or salesperson.
        Refused: ``conflict``; ``contact-in-open-segment`` (a person that stands in an unlogged segment cannot move);
            ``wrong-contact-type``; ``contact-has-…`` for a change of type that what hangs on the contact forbids;
            ``parental-consent-missing``; or what :func:`~parcours.contacts.people.fields.checked` refuses.
    """
    before = finding.get(desk, no)
    desk.check_version(before, expected_version, f"contact {before['no']}")
    given = checked(CONTACTS, _free(values))
    made = {**given, **_consequences(desk, before, given)}
    after = desk.change(CONTACTS, before["id"], **made)
    if after == before:
        return before
    changed = [after["no"]]
    if after["type"] == "company":
        changed += inheritance.passed_on(desk, before, after)
    if after["company_no"] != before["company_no"]:
        desk.change_many(
            contacts.profile_answers,
            [contacts.profile_answers.c.contact_no == after["no"]],
            company_no=after["company_no"],
        )
    if after["profile_id"] != before["profile_id"]:
        removal.tell_interactions(desk, [after["no"]])
        desk.tell("merged", [before["profile_id"]], {"from": before["profile_id"], "into": after["profile_id"]})
    strings.index(desk, changed)
    desk.touch(changed)
    desk.describe("contact", after["no"], after["name"])
    return after


def _consequences(desk: Desk, before: Row, given: Row) -> Row:
    """Everything that follows from setting these fields."""
    follows: Row = {}
    if given.get("type", before["type"]) != before["type"]:
        follows |= checks.type_change(desk, before, {**before, **given})
        before = {**before, **follows}
    follows |= names.name_changes({**before, "type": given.get("type", before["type"])}, given)
    if given.get("company_no", before["company_no"]) != before["company_no"]:
        follows |= _move(desk, before, given)
    after = {**before, **given, **follows}
    if after["type"] == "company":
        follows["company_name"] = after["name"]
    follows |= checks.privacy(before, after)
    if "profile_id" in given and given["profile_id"] != before["profile_id"]:
        follows["profile_id"] = _profile(desk, given["profile_id"] or before["no"])
    _check_salesperson(desk, before, after)
    checks.fields_of_type({**after, **follows})
    return follows


def _free(values: Row) -> Row:
    for name in values:
        if name in FIXED:
            raise InputError(f"{name} of a contact follows from elsewhere", code="fixed-field", where=name)
    return values


def _number(desk: Desk, no: str) -> str:
    code = settings.get(desk, "contact_nos")
    if no.strip():
        number = series.typed(desk, code, no, "contacts")
    else:
        number = series.draw(desk, code, "contact-no-series-missing", "contacts")
        while desk.count(CONTACTS, no=number):
            number = series.draw(desk, code, "contact-no-series-missing", "contacts")
    if desk.count(CONTACTS, no=number):
        raise Refused(f"there is a contact {number} already", code="contact-exists")
    return number


def _profile(desk: Desk, profile_id: str) -> str:
    taken = desk.first(CONTACTS, profile_id=profile_id)
    if taken is not None:
        raise Refused(f"the profile {profile_id!r} is contact {taken['no']} already", code="profile-taken")
    return profile_id


def defaults(desk: Desk, type: str) -> Row:
    """What a new contact of a type has where nothing is said."""
    found = {name: settings.get(desk, default) for name, default in _DEFAULTS.items()}
    found["salesperson_code"] = settings.get(desk, "default_salesperson") or desk.own_salesperson
    found["salutation_code"] = settings.get(desk, f"default_salutation_{type}")
    return found


def _place(desk: Desk, row: Row, given: Row) -> Row:
    """The company of a new contact, and what it takes from it."""
    if row["type"] == "company":
        if given.get("company_no", "") not in ("", row["no"]):
            raise _wrong_type("a company works for no other company")
        return {"company_no": row["no"], "company_name": row.get("name", "")}
    if not given.get("company_no"):
        return {"company_no": "", "company_name": ""}
    company = _company(desk, given["company_no"])
    lacking = {name: value for name, value in row.items() if name in given}
    takes = inheritance.taken(desk, lacking, company, None)
    return {**{name: value for name, value in takes.items() if name not in given}, "company_no": company["no"]}


def _move(desk: Desk, before: Row, given: Row) -> Row:
    """Put a person into another company, or into none."""
    if given.get("type", before["type"]) != "person":
        raise _wrong_type("a company works for no other company")
    checks.not_in_worksheets(desk, [before["no"]], "moved to another company")
    if not given["company_no"]:
        return {"company_no": "", "company_name": ""}
    company = _company(desk, given["company_no"])
    former = finding.find(desk, before["company_no"]) if before["company_no"] else None
    takes = inheritance.taken(desk, before, company, former)
    return {**{name: value for name, value in takes.items() if name not in given}, "company_no": company["no"]}


def _company(desk: Desk, no: str) -> Row:
    company = finding.get(desk, no)
    if company["type"] != "company":
        raise _wrong_type(f"{company['no']} is no company")
    return company


def _wrong_type(message: str) -> Refused:
    return Refused(message, code="wrong-contact-type", where="company_no")


def _check_salesperson(desk: Desk, before: Row, after: Row) -> None:
    code = after.get("salesperson_code", "")
    if code and code != before.get("salesperson_code", ""):
        salespeople.get(desk, code)
