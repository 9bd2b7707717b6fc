"""Two contacts made one, without losing what hangs on either (contact-segments.md, 2.1)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table

from parcours.contacts.office import Desk, Row
from parcours.contacts.people import finding, removal
from parcours.contacts.people.duplicates import moving, strings
from parcours.contacts.people.finding import CONTACTS
from parcours.contacts.people.questionnaires import rating, structure
from parcours.contacts.people.questionnaires.rating_order import Key
from parcours.contacts.tables import contacts
from parcours.core.errors import Refused

#: Marks that stay set when one of the two has them: what protects somebody is not lost.
MARKS = ("exclude_from_segment", "privacy_blocked", "minor")
#: Fields that the contact that stays keeps whatever they hold.
OWN = ("id", "no", "profile_id", "type", "search_name", "company_no", "company_name", "created_on", "version",
       "revision", "parental_consent", *MARKS)  # fmt: skip


def merge(desk: Desk, into: str, gone: str) -> Row:
    """Let the contact ``gone`` become part of the contact ``into``; returns the latter.

    Its interactions, lines in segments, opportunities, tasks, notes, groups, relations, addresses and persons go
    over. Answers do where the question is not answered yet, or takes several. Fields that are blank are filled.
    The number of the contact that is gone leads to the other one from then on.

    Raises:
        UnknownNameError: one of them does not exist.
        Refused: ``same-contact``; ``wrong-contact-type``, a company and a person; ``both-linked``, both are
            linked to a customer, or a vendor …
    """
    stays, goes = finding.get(desk, into), finding.get(desk, gone)
    _check(desk, stays, goes)
    removal.tell_interactions(desk, [goes["no"]])
    persons = finding.persons_of(desk, [goes["no"]]) if goes["type"] == "company" else []
    moving.move_all(desk, goes, stays)
    answered = _answers(desk, goes, stays)
    merged = desk.change(CONTACTS, stays["id"], **_filled(stays, goes))
    removal.erase(desk, [goes["no"]], now_no=stays["no"])
    desk.change_many(contacts.former_contacts, [contacts.former_contacts.c.now_no == goes["no"]], now_no=stays["no"])
    rating.follow(desk, answered, [stays["no"]])
    strings.index(desk, [stays["no"]])
    _tell(desk, merged, goes, persons)
    return merged


def _check(desk: Desk, stays: Row, goes: Row) -> None:
    if stays["no"] == goes["no"]:
        raise Refused(f"{stays['no']} is one contact", code="same-contact")
    if stays["type"] != goes["type"]:
        raise Refused("a company and a person are not the same", code="wrong-contact-type")
    relations = contacts.contact_business_relations
    links = [
        {row["link_to"] for row in desk.rows(relations, contact_no=one["no"]) if row["link_to"]}
        for one in (stays, goes)
    ]
    for link in sorted(links[0] & links[1]):
        hint = f"take the link to the {link} from one of them first"
        raise Refused(f"{stays['no']} and {goes['no']} are both a {link}", code="both-linked", hint=hint)


def _filled(stays: Row, goes: Row) -> dict[str, Any]:
    filled = {
        name: value for name, value in goes.items() if name not in OWN and value not in ("", None) and not stays[name]
    }
    marked = {name: True for name in MARKS if goes[name] and not stays[name]}
    return {**filled, **marked}


def _answers(desk: Desk, goes: Row, stays: Row) -> list[Key]:
    """Hand over the answers that find room; returns the questions concerned."""
    table: Table = contacts.profile_answers
    theirs = desk.rows(table, contact_no=goes["no"])
    if not theirs:
        return []
    own = {(row["questionnaire_code"], row["line_no"]) for row in desk.rows(table, contact_no=stays["no"])}
    given = {(row["questionnaire_code"], row["line_no"]): row for row in theirs}
    changed: list[Key] = []
    for question in structure.questions(desk):
        lines = {(question.key[0], answer["line_no"]) for answer in question.answers}
        coming = lines & given.keys() - own
        one_only = question.row["auto"] or not question.row["multiple_answers"]
        if not coming or (one_only and own & lines):
            continue
        for key in coming:
            desk.change(table, given[key]["id"], contact_no=stays["no"], company_no=stays["company_no"])
        changed.append(question.key)
    return changed


def _tell(desk: Desk, merged: Row, goes: Row, persons: list[str]) -> None:
    body = {"from": goes["profile_id"], "into": merged["profile_id"], "contact": merged["no"]}
    desk.tell("merged", [goes["profile_id"]], body)
    desk.touch([merged["no"], *persons])
    if merged["type"] == "company":
        desk.touch(finding.persons_of(desk, [merged["no"]]))
    desk.describe("contact", merged["no"], f"merged with {goes['no']} {goes['name']}")
