"""Groups that records name, checked before anything is written and given in bulk."""

from __future__ import annotations

from sqlalchemy import select

from parcours.contacts.office import Desk
from parcours.contacts.office.desk import in_chunks
from parcours.contacts.people import attributes, finding
from parcours.contacts.people.attributes import KINDS
from parcours.contacts.people.exchange.records import LISTS, Record
from parcours.contacts.tables import setup
from parcours.core.errors import Refused, UnknownNameError, nearest


class Groups:
    """Codes of contacts by kind, collected and then written at once."""

    def __init__(self, desk: Desk, make_codes: bool) -> None:
        """``make_codes``: codes that nobody has set up are; else they are refused."""
        self._desk = desk
        self._make = make_codes
        self._wanted: dict[str, dict[tuple[str, str], None]] = {kind: {} for kind in LISTS.values()}
        rows = desk.con.execute(select(setup.codes.c.kind, setup.codes.c.code))
        self._known = {(kind, code) for kind, code in rows}

    def check(self, record: Record, type: str) -> None:
        """Refuse codes that a contact of this type cannot have.

        Raises:
            Refused: ``wrong-contact-type``.
            UnknownNameError: nobody has set up the code.
        """
        for name, codes in record.lists.items():
            kind = LISTS[name]
            if codes and KINDS[kind].only not in ("", type):
                raise Refused(f"a {type} has no {KINDS[kind].name}", code="wrong-contact-type", where=name)
            for code in codes:
                if (kind, code.upper()) not in self._known and not self._make:
                    known = [other for of, other in self._known if of == kind]
                    message = f"there is no {KINDS[kind].name} {code.upper()!r}"
                    raise UnknownNameError(message, hint=nearest(code.upper(), known))

    def add(self, no: str, record: Record) -> bool:
        """Note the codes of a record for a contact. Whether there are any."""
        for name, codes in record.lists.items():
            self._wanted[LISTS[name]].update(((no, code.upper()), None) for code in codes)
        return any(record.lists.values())

    def write(self) -> None:
        """Give the contacts what they do not have yet."""
        for kind, wanted in self._wanted.items():
            for code in sorted({code for _, code in wanted}):
                if (kind, code) not in self._known:
                    attributes.put_code(self._desk, kind, code)
            self._write(kind, list(wanted))

    def _write(self, kind: str, wanted: list[tuple[str, str]]) -> None:
        table = KINDS[kind].table
        nos = dict.fromkeys(no for no, _ in wanted)
        has: set[tuple[str, str]] = set()
        for part in in_chunks(nos):
            query = select(table.c.contact_no, table.c.code).where(table.c.contact_no.in_(part))
            has.update((no, code) for no, code in self._desk.con.execute(query))
        come = [pair for pair in wanted if pair not in has]
        self._desk.add_many(table, [{"contact_no": no, "code": code} for no, code in come])
        touched = list(dict.fromkeys(no for no, _ in come))
        self._desk.touch(finding.with_persons(self._desk, touched) if KINDS[kind].only == "company" else touched)
