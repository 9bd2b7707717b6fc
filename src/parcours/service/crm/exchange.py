"""``workspace.contacts.exchange``: contacts in files, taken in and written out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from parcours.contacts.documents.files import File
from parcours.contacts.office import Desk
from parcours.contacts.people.exchange import csv_files, exporting, importing, mapping, vcard_writer, vcards
from parcours.contacts.people.exchange.records import Imported, Problem, Record
from parcours.contacts.selection import match
from parcours.service.crm.desks import Room


class Exchange(Room):
    """Import and export of contacts: CSV with a mapping of columns, and vCards of version 3 and 4."""

    def columns(self, content: bytes, *, delimiter: str = "") -> dict[str, str]:
        """The columns of a CSV file with the field that each is taken for; blank: it would be left out.

        Args:
            content: the file.
            delimiter: between the cells; by default the one that the header holds most often.

        Raises:
            InputError: ``empty-file``, ``duplicate-column``.
        """
        header = csv_files.headers(content, delimiter=delimiter)
        proposed = mapping.propose(header)
        return {column: proposed.get(column, "") for column in header}

    def fields(self) -> list[str]:
        """What a column of a CSV file may be taken for."""
        return list(mapping.FIELDS)

    def import_csv(
        self,
        content: bytes,
        *,
        mapping: Mapping[str, str] | None = None,
        delimiter: str = "",
        match: str = "no",
        update: bool = True,
        make_companies: bool = True,
        make_codes: bool = False,
        preview: bool = False,
    ) -> Imported:
        """Take in the contacts of a CSV file: new ones are made, known ones changed, bad rows told and left out.

        Args:
            content: the file; UTF-8, or else Windows-1252.
            mapping: the field of each column by its header, blank to leave it out; by default what the headers suggest.
            delimiter: between the cells; by default the one that the header holds most often.
            match: the field that known contacts are recognised by: ``no``, ``email``, ``profile_id`` …
            update: change the contacts that are known; else they stay as they are.
            make_companies: make the companies that persons name and nobody knows; else it is a problem of the row.
            make_codes: set up groups and responsibilities that nobody knows; else it is a problem of the row.
            preview: only say what would come of it.

        Raises:
            InputError: ``empty-file``, ``no-columns``, ``unknown-column``, ``unknown-field``, ``field-twice``,
                ``bad-match``.
        """
        records, problems = csv_files.read_csv(content, mapping, delimiter=delimiter)
        options = {"match": match, "update": update, "make_companies": make_companies, "make_codes": make_codes}
        return self._taken_in(records, problems, options, preview)

    def import_vcards(
        self,
        content: bytes,
        *,
        categories: bool = False,
        match: str = "no",
        update: bool = True,
        make_companies: bool = True,
        make_codes: bool = False,
        preview: bool = False,
    ) -> Imported:
        """Take in the contacts of a file of vCards, version 3 or 4; see :meth:`import_csv`.

        Args:
            content: the file.
            categories: take the categories of a card for mailing groups; else they are left out.
            match: the field that known contacts are recognised by: ``email``, ``profile_id`` …
            update: change the contacts that are known; else they stay as they are.
            make_companies: make the companies that persons name and nobody knows; else it is a problem of the card.
            make_codes: set up groups that nobody knows; else it is a problem of the card.
            preview: only say what would come of it.

        Raises:
            InputError: ``empty-file``, ``bad-match``.
        """
        records, problems = vcards.read_vcards(content, categories="mailing_groups" if categories else "")
        options = {"match": match, "update": update, "make_companies": make_companies, "make_codes": make_codes}
        return self._taken_in(records, problems, options, preview)

    def export_csv(self, filters: Mapping[str, Any] | None = None, *, fields: Sequence[str] = ()) -> File:
        """The contacts that filters take as a CSV file; without filters all of them.

        Args:
            filters: whom to write out.
            fields: which fields, in this order; by default all.

        Raises:
            DefinitionError: the filters cannot be accepted.
            InputError: ``unknown-field``.
        """
        with self._desks.look() as desk:
            text = csv_files.write_csv(exporting.exported(desk, _taken(desk, filters), fields))
        return File("contacts.csv", "text/csv", text.encode())

    def export_vcards(self, filters: Mapping[str, Any] | None = None, *, version: str = "4.0") -> File:
        """The contacts that filters take as vCards; without filters all of them.

        Args:
            filters: whom to write out.
            version: ``4.0``, or ``3.0`` for programs that know no other.

        Raises:
            DefinitionError: the filters cannot be accepted.
            InputError: ``vcard-version``.
        """
        with self._desks.look() as desk:
            frame = exporting.exported(desk, _taken(desk, filters), vcard_writer.FIELDS)
        return File("contacts.vcf", "text/vcard", vcard_writer.write_vcards(frame, version=version).encode())

    def _taken_in(
        self, records: Sequence[Record], problems: Iterable[Problem], options: Mapping[str, Any], preview: bool
    ) -> Imported:
        with self._desks.change("import_contacts", preview=preview) as desk:
            return importing.import_records(desk, records, problems, **options)


def _taken(desk: Desk, filters: Mapping[str, Any] | None) -> list[str] | None:
    return None if filters is None else list(match(desk, filters))
