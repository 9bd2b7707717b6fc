"""Whom an action would concern, before it runs: actions carry it out, previews show it (sections 8 and 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from parcours.contacts import selection
from parcours.contacts.office import Desk, Row
from parcours.contacts.worksheets.opened import LINES
from parcours.core.errors import InputError, nearest

#: Options by action; all are off unless said otherwise.
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "add": ("allow_existing", "expand_companies", "allow_related_companies", "ignore_exclusion"),
    "reduce": ("entire_companies",),
    "refine": ("entire_companies",),
}
_LINES = {"id": pl.Int64, "line_no": pl.Int64, "contact_no": pl.String, "contact_company": pl.String}


@dataclass(frozen=True, slots=True)
class Addition:
    """Whom a run of add brings.

    Attributes:
        matched: who meets the filters.
        expanded: with those who come in through their companies.
        excluded: of these, who is flagged and stays out.
        existing: of the rest, who stands in the worksheet already and stays out.
        contacts: who comes, in the order of the lines.
    """

    matched: pl.Series
    expanded: pl.Series
    excluded: pl.Series
    existing: pl.Series
    contacts: pl.Series


def options_of(action: str, given: Mapping[str, bool]) -> dict[str, bool]:
    """All options of an action.

    Raises:
        InputError: ``unknown-option``.
    """
    known = OPTIONS[action]
    for name in given:
        if name not in known:
            raise InputError(f"{action} has no option {name!r}", code="unknown-option", hint=nearest(name, known))
    return {name: bool(given.get(name)) for name in known}


def lines_of(desk: Desk, header: Row) -> pl.DataFrame:
    """The lines of a worksheet: ``id``, ``line_no``, ``contact_no``, ``contact_company``, by line number."""
    found = selection.read(desk.con, LINES, list(_LINES), LINES.c.segment_no == header["no"])
    return found.select(pl.col(name).cast(kind) for name, kind in _LINES.items()).sort("line_no")


def addition(desk: Desk, filters: Any, options: Mapping[str, bool], present: pl.Series) -> Addition:
    """Whom a run of add would bring to a worksheet whose contacts are ``present``.

    Raises:
        DefinitionError, Refused: as :func:`parcours.contacts.selection.match`.
    """
    matched = selection.match(desk, filters, None, documents=True)
    found = selection.expand_companies(desk, matched) if options["expand_companies"] else matched
    if options["allow_related_companies"]:
        found = selection.related_companies(desk, found)
    allowed = found if options["ignore_exclusion"] else selection.without_excluded(desk, found)
    new = allowed if options["allow_existing"] else _without(allowed, present)
    return Addition(matched, found, _without(found, allowed), _without(allowed, new), selection.in_order(desk, new))


def removal(desk: Desk, action: str, filters: Any, options: Mapping[str, bool], lines: pl.DataFrame) -> pl.DataFrame:
    """The lines that a run of reduce or refine would delete, by line number.

    Raises:
        DefinitionError, Refused: as :func:`parcours.contacts.selection.match`.
    """
    return lines.filter(~stays(desk, action, filters, options, lines))


def stays(desk: Desk, action: str, filters: Any, options: Mapping[str, bool], lines: pl.DataFrame) -> pl.Series:
    """Which lines (``contact_no`` and ``contact_company``) a run of reduce or refine would leave.

    Raises:
        DefinitionError, Refused: as :func:`parcours.contacts.selection.match`.
    """
    found = selection.affected(desk, filters, lines, entire_companies=options["entire_companies"])
    matches = lines["contact_no"].is_in(found.implode())
    return ~matches if action == "reduce" else matches


def _without(contacts: pl.Series, others: pl.Series) -> pl.Series:
    return contacts.filter(~contacts.is_in(others.implode()))
