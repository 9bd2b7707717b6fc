"""What campaigns have to be told of lines: whoever stands on a target line of an active campaign is in its target group
(section 18). All calls from worksheets to campaigns are here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, exists, select

from parcours.contacts.campaigns import targets
from parcours.contacts.office import Desk, Row
from parcours.contacts.tables import campaigns
from parcours.contacts.worksheets.opened import LINES

#: What campaigns ask of a line.
_TOLD = ("campaign_no", "campaign_target", "contact_no", "contact_company")


def concerned(desk: Desk, *where: ColumnElement[bool]) -> list[Row]:
    """Those of these lines that stand in a campaign which is active."""
    active = exists().where(campaigns.campaigns.c.no == LINES.c.campaign_no, campaigns.campaigns.c.active)
    named = select(LINES.c.campaign_no).where(*where, LINES.c.campaign_no != "", active).distinct()
    numbers = list(desk.con.execute(named).scalars())
    if not numbers:
        return []
    columns = (LINES.c[name] for name in ("id", *_TOLD))
    query = select(*columns).where(*where, LINES.c.campaign_no.in_(numbers)).order_by(LINES.c.id)
    return [dict(row) for row in desk.con.execute(query).mappings()]


def came(desk: Desk, *where: ColumnElement[bool]) -> None:
    """These lines have come."""
    lines = concerned(desk, *where)
    if lines:
        targets.line_added(desk, lines)


def gone(desk: Desk, lines: Sequence[Row]) -> None:
    """These lines, as :func:`concerned` gave them before, are gone."""
    if lines:
        targets.line_removed(desk, lines)


def edited(desk: Desk, before: Row, after: Row) -> None:
    """Somebody changed a line."""
    if any(before[name] != after[name] for name in _TOLD[:3]):
        targets.line_changed(desk, before, after)


def moved(desk: Desk, campaigns: Iterable[str]) -> None:
    """Many lines of these campaigns were changed at once."""
    targets.follow(desk, {no for no in campaigns if no})
