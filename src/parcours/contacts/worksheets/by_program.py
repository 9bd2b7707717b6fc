"""Lines put into a worksheet by program: initialised like others, but not recorded as an action (section 10)."""

from __future__ import annotations

from collections.abc import Sequence

from parcours.contacts.office import Desk
from parcours.contacts.worksheets import lines
from parcours.contacts.worksheets.opened import changed, opened


def put_in(desk: Desk, no: str, contacts: Sequence[str], *, expected_version: int | None = None) -> int:
    """Put in a line for each of these contacts, in their order; blank: a line without contact. Returns how many.

    Going back does not know of them, and they leave no trace in the criteria.

    Raises:
        UnknownNameError: there is no such worksheet or contact.
        Refused: ``conflict``.
    """
    header = opened(desk, no, expected_version)
    made = lines.initialised(desk, header, contacts, lines.next_line_no(desk, header["no"]))
    count = lines.insert(desk, made)
    changed(desk, header, f"{count} lines by program")
    return count
