"""``workspace.contacts``: companies and persons, and what hangs on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from parcours.contacts.campaigns import targets
from parcours.contacts.office import Desk
from parcours.contacts.office.desk import in_chunks
from parcours.contacts.people import addresses, attributes, cards, figures, finding, relations, removal
from parcours.contacts.selection import match
from parcours.contacts.tables import contacts
from parcours.service.crm import pages
from parcours.service.crm.desks import Record, Replies, Room
from parcours.service.crm.duplicates import Duplicates
from parcours.service.crm.exchange import Exchange
from parcours.service.crm.frames import frame_of, in_order, orders
from parcours.service.crm.notes import Notes
from parcours.service.crm.questionnaires import Questionnaires
from parcours.service.paging import PAGE, Order, Page, check_limit

_CARD = contacts.contacts


class Contacts(Room):
    """Cards of contacts, with groups, relations, alternative addresses and figures."""

    @cached_property
    def questionnaires(self) -> Questionnaires:
        """Profile questionnaires with their answers."""
        return Questionnaires(self._desks)

    @cached_property
    def duplicates(self) -> Duplicates:
        """Contacts that may be the same."""
        return Duplicates(self._desks)

    @cached_property
    def exchange(self) -> Exchange:
        """Contacts in files, taken in and written out."""
        return Exchange(self._desks)

    @cached_property
    def notes(self) -> Notes:
        """Notes on contacts, and on everything else that has a number."""
        return Notes(self._desks)

    # --- cards ---

    def create(self, no: str = "", *, type: str = "company", preview: bool = False, **fields: Any) -> Record:
        """Make a contact and return its card.

        Args:
            no: its number; blank draws the next one of the series.
            type: ``company`` or ``person``.
            preview: only say what would come of it.
            fields: fields of the card: ``name``, ``first_name``, ``company_no``, ``email``, ``salesperson_code`` …

        Raises:
            UnknownNameError: the company or salesperson is unknown.
            InputError: a field is unknown, or cannot hold its value.
            Refused: ``manual-no-not-allowed``, ``contact-exists``, ``wrong-contact-type`` and others.
        """
        with self._desks.change("create_contact", preview=preview) as desk:
            return cards.create(desk, no=no, type=type, **fields)

    def change(
        self,
        no: str,
        *,
        expected_version: int | None = None,
        answers: Replies = None,
        preview: bool = False,
        **fields: Any,
    ) -> Record:
        """Change fields of a contact, with what follows from them. Returns the card.

        ``type`` changes the type; ``company_no`` moves a person to another company, or to none.

        Args:
            no: its number.
            expected_version: the version the user had seen; refused when somebody changed the card since.
            answers: see :data:`parcours.service.crm.desks.Replies`.
            preview: only say what would come of it.
            fields: by name.

        Raises:
            UnknownNameError: there is no such contact, company or salesperson.
            InputError: a field is unknown, or cannot hold its value.
            Refused: ``contact-in-open-segment``, ``wrong-contact-type``, ``conflict`` and others (section 2.1).
        """
        with self._desks.change("change_contact", answers, preview=preview) as desk:
            return cards.change(desk, no, expected_version, **fields)

    def delete(self, no: str, *, expected_version: int | None = None, preview: bool = False) -> list[str]:
        """Delete a contact, a company with its persons. Returns the numbers that are gone.

        Raises:
            UnknownNameError: there is no such contact.
            Refused: ``contact-in-open-segment``, ``contact-has-open-tasks``, ``contact-has-open-opportunities``,
                ``conflict``.
        """
        with self._desks.change("delete_contact", preview=preview) as desk:
            return removal.delete(desk, no, expected_version)

    def get(self, no: str) -> Record:
        """The card of a contact.

        Raises:
            UnknownNameError: there is none; the hint names the contact that it was merged into.
        """
        with self._desks.look() as desk:
            return finding.get(desk, no)

    def find(self, filters: Mapping[str, Any] | None = None, *, sort: str = "no") -> pl.DataFrame:
        """The cards of the contacts that filters take (section 7), by number; without filters all of them.

        Args:
            sort: the field that orders them, in any case; with ``-`` before it the greatest first.

        Raises:
            DefinitionError: the filters cannot be accepted.
            InputError: ``unknown-order``.
        """
        order = Order.read(sort, orders(_CARD))
        with self._desks.look() as desk:
            return in_order(_cards(desk, sorted(match(desk, filters))), order, then="no")

    def page(
        self,
        filters: Mapping[str, Any] | None = None,
        *,
        sort: str = "no",
        cursor: str | None = None,
        offset: int = 0,
        limit: int = PAGE,
    ) -> Page:
        """A page of :meth:`find`, and how many contacts there are in all.

        Args:
            filters: section 7; without them all contacts.
            sort: the field that orders them, in any case; with ``-`` before it the greatest first.
            cursor: of the page before.
            offset: begin so many contacts further down.
            limit: cards of the page.

        Raises:
            DefinitionError: the filters cannot be accepted.
            InputError: ``unknown-order``, ``bad-cursor``, ``bad-limit``, ``bad-offset``.
        """
        order = Order.read(sort, orders(_CARD))
        check_limit(limit, offset)
        with self._desks.look() as desk:
            numbers, following, total = pages.numbers(desk, filters, order, cursor, offset, limit)
            cards = _cards(desk, numbers)
        place = pl.DataFrame({"no": numbers}, schema={"no": pl.String})
        return Page(place.join(cards, on="no", how="inner", maintain_order="left"), following, total)

    def statistics(self, no: str, *, since: date | None = None, until: date | None = None) -> Record:
        """Computed figures of a contact: counts, cost and duration of interactions, the two dates, opportunities.

        Args:
            no: its number; figures of a company cover its persons.
            since, until: both included, limit number, cost and duration of interactions.

        Raises:
            UnknownNameError: there is no such contact.
        """
        with self._desks.look() as desk:
            return figures.of_one(desk, no, since=since, until=until)

    def all_statistics(self, *, since: date | None = None, until: date | None = None) -> pl.DataFrame:
        """The figures of :meth:`statistics` for every contact, by number."""
        with self._desks.look() as desk:
            return figures.figures(desk, since=since, until=until)

    # --- groups and responsibilities ---

    def assign(self, no: str, kind: str, code: str, *, search_word: str = "") -> bool:
        """Give a contact a code: of a mailing group, industry group, job responsibility or web source (``kind``).

        Returns ``False`` when it has it already.

        Raises:
            UnknownNameError: there is no such contact or code.
            Refused: ``wrong-contact-type``.
            InputError: ``unknown-kind``.
        """
        with self._desks.change("assign") as desk:
            return attributes.assign(desk, kind, no, code, search_word=search_word)

    def unassign(self, no: str, kind: str, code: str) -> bool:
        """Take a code from a contact. Returns ``False`` when it does not have it.

        Raises:
            UnknownNameError: there is no such contact.
            InputError: ``unknown-kind``.
        """
        with self._desks.change("unassign") as desk:
            return attributes.unassign(desk, kind, no, code)

    def searches(self, no: str) -> Sequence[Record]:
        """The web sources of a company: ``code``, ``description``, and ``url``, which opens a search about it.

        Args:
            no: number of the contact.

        Raises:
            UnknownNameError: there is no such contact.
        """
        with self._desks.look() as desk:
            return attributes.searches(desk, no)

    def members(self, kind: str, code: str) -> list[str]:
        """Numbers of the contacts that have a code, in order.

        Raises:
            InputError: ``unknown-kind``.
        """
        with self._desks.look() as desk:
            return attributes.members(desk, kind, code)

    def codes(self, no: str, kind: str) -> list[str]:
        """The codes of a kind that a contact has, in order.

        Raises:
            UnknownNameError: there is no such contact.
            InputError: ``unknown-kind``.
        """
        with self._desks.look() as desk:
            return attributes.codes_of(desk, kind, finding.get(desk, no)["no"])

    # --- relations ---

    def relations(self, no: str) -> pl.DataFrame:
        """Business relations of a contact's company: ``contact_no``, ``code``, ``link_to``, ``no``.

        Raises:
            UnknownNameError: there is no such contact.
        """
        with self._desks.look() as desk:
            card = finding.get(desk, no)
            rows = desk.rows(relations.RELATIONS, contact_no=card["company_no"] or card["no"])
            return frame_of(relations.RELATIONS, rows, without=("id",))

    def relate(self, no: str, code: str, *, link_to: str = "", to: str = "") -> Record:
        """Give a company a business relation, with or without a link.

        Args:
            no: the contact.
            code: the relation.
            link_to: ``customer``, ``vendor``, ``bank`` or ``employee``; blank: plain classification.
            to: number of the customer, vendor … that it is.

        Raises:
            UnknownNameError: there is no such contact or relation.
            Refused: ``wrong-contact-type``, ``relation-exists``, ``relation-taken``.
            InputError: ``bad-choice``, ``number-required``.
        """
        with self._desks.change("relate") as desk:
            return relations.add(desk, no, code, link_to=link_to, no=to, hooks=[_targets_follow])

    def unrelate(self, no: str, code: str, *, link_to: str = "") -> bool:
        """Take a relation, or a link, from a contact. Returns ``False`` when it does not have it.

        Raises:
            UnknownNameError: there is no such contact.
        """
        with self._desks.change("unrelate") as desk:
            linked = desk.first(relations.RELATIONS, contact_no=finding.get(desk, no)["no"], link_to="customer")

            def targets_turn_back(desk: Desk, company: str, link_to: str, number: str) -> None:
                if link_to == "customer" and linked is not None:
                    targets.no_longer_customer(desk, company, linked["no"])

            return relations.remove(desk, no, code, link_to=link_to, hooks=[targets_turn_back])

    def create_customer(self, no: str, customer: str, *, name: str = "") -> Record:
        """Make a customer from a contact, a person's company where it has one; campaign targets follow (section 18).

        Raises:
            UnknownNameError: there is no such contact.
            Refused: ``relation-code-missing``, ``customer-exists``, ``relation-exists``.
            InputError: ``number-required``.
        """
        with self._desks.change("create_customer") as desk:
            return relations.create_customer(desk, no, customer, name=name, hooks=[_targets_follow])

    def create_vendor(self, no: str, vendor: str, *, name: str = "") -> Record:
        """Make a vendor from a contact; see :meth:`create_customer`."""
        with self._desks.change("create_vendor") as desk:
            return relations.create_vendor(desk, no, vendor, name=name)

    # --- alternative addresses ---

    def addresses(self, no: str) -> pl.DataFrame:
        """The alternative addresses of a contact, by code.

        Raises:
            UnknownNameError: there is no such contact.
        """
        with self._desks.look() as desk:
            rows = desk.rows(addresses.ADDRESSES, contact_no=finding.get(desk, no)["no"])
            return frame_of(addresses.ADDRESSES, rows, without=("id",))

    def put_address(self, no: str, code: str, **fields: Any) -> Record:
        """Make or change an alternative address.

        Raises:
            UnknownNameError: there is no such contact.
            InputError: ``code-required``, or a field is unknown or cannot hold its value.
        """
        with self._desks.change("put_address") as desk:
            return addresses.put(desk, no, code, **fields)

    def remove_address(self, no: str, code: str) -> None:
        """Remove an alternative address with its dates.

        Raises:
            UnknownNameError: there is no such contact or address.
        """
        with self._desks.change("remove_address") as desk:
            addresses.remove(desk, no, code)

    def put_address_dates(
        self, no: str, code: str, starts: date | str | None = None, ends: date | str | None = None
    ) -> Record:
        """Let an alternative address be in force from ``starts`` to ``ends`` (none: open), both included.

        Raises:
            UnknownNameError: there is no such contact or address.
            Refused: ``address-dates``, ``address-start-taken``.
            InputError: ``bad-value``.
        """
        with self._desks.change("put_address_dates") as desk:
            return addresses.put_dates(desk, no, code, starts, ends)

    def remove_address_dates(self, no: str, starts: date | str | None = None) -> bool:
        """Remove the range of dates that starts on that day. Returns ``False`` when there is none.

        Raises:
            UnknownNameError: there is no such contact.
        """
        with self._desks.change("remove_address_dates") as desk:
            return addresses.remove_dates(desk, no, starts)


def _cards(desk: Desk, numbers: list[str]) -> pl.DataFrame:
    rows = [row for part in in_chunks(numbers) for row in desk.rows(_CARD, _CARD.c.no.in_(part), order=[_CARD.c.no])]
    return frame_of(_CARD, rows, without=("id",))


def _targets_follow(desk: Desk, company: str, link_to: str, number: str) -> None:
    """Campaign targets of a contact that became a customer turn into the customer's (section 18)."""
    if link_to == "customer" and number:
        targets.became_customer(desk, company, number)
