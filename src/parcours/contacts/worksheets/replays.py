"""Actions run again in thought: which contacts would stand in a worksheet, how often, on the contacts of now.

What stands is a frame with ``contact_no`` and ``contact_company``, one row for each line with a contact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from sqlalchemy import exists, select

from parcours.contacts import selection
from parcours.contacts.office import Desk, Row
from parcours.contacts.worksheets import initial, plans, shelf
from parcours.contacts.worksheets.history import ACTIONS, HISTORY
from parcours.contacts.worksheets.opened import LINES

_STANDING = {"contact_no": pl.String, "contact_company": pl.String}


def replayed(desk: Desk, standing: pl.DataFrame, actions: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """What would stand after saved actions, which run with their filters and options.

    Raises:
        DefinitionError, Refused: as :func:`parcours.contacts.selection.match`.
    """
    for action in actions:
        standing = _run(desk, standing, action)
    return standing


def rerun(desk: Desk, header: Row, actions: Iterable[Row]) -> pl.DataFrame:
    """What would stand if the actions of a worksheet, from the first, had been run today.

    Lines that came by no action stand from the start. Hand work is taken as it was, one line for one action, and so are
    the contacts of logged segments; contacts that have been flagged since stay out of both.

    Raises:
        DefinitionError, Refused: as :func:`parcours.contacts.selection.match`.
    """
    standing = _base(desk, header)
    for action in actions:
        if action["source"] in ("hand", "logged"):
            standing = _as_it_was(desk, standing, action)
        elif action["action"] != "refresh":
            standing = _run(desk, standing, action)
    return standing


def standing(desk: Desk, contacts: pl.Series) -> pl.DataFrame:
    """What stands, from contacts, one for each line; without those that are blank or gone."""
    now = pl.Series(shelf.present(desk, contacts.to_list()), dtype=pl.String)
    known = initial.known_contacts(desk, now.filter(now != "").to_list())
    return known.select(pl.col("no").alias("contact_no"), pl.col("company_no").alias("contact_company"))


def difference(desk: Desk, lines: pl.DataFrame, target: pl.DataFrame) -> tuple[pl.Series, pl.DataFrame]:
    """Who has to come, and which lines have to go, so that lines stand for ``target``; lines without contact stay.

    Of several lines of a contact the last ones go. Who comes is in the order in which lines are inserted.
    """
    have = _numbered(lines.filter(pl.col("contact_no") != ""))
    want = _numbered(target)
    went = have.join(want, on=["contact_no", "turn"], how="anti", maintain_order="left").drop("turn")
    came = want.join(have, on=["contact_no", "turn"], how="anti")
    ordered = selection.in_order(desk, came["contact_no"])
    places = pl.DataFrame({"contact_no": ordered, "place": pl.int_range(len(ordered), eager=True)})
    return came.join(places, on="contact_no").sort("turn", "place")["contact_no"], went


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.int_range(pl.len()).over("contact_no").alias("turn"))


def _run(desk: Desk, now: pl.DataFrame, action: Mapping[str, Any]) -> pl.DataFrame:
    kind = action["action"]
    options = plans.options_of(kind, action["options"])
    if kind == "add":
        came = plans.addition(desk, action["filters"], options, now["contact_no"]).contacts
        return pl.concat([now, standing(desk, came)])
    if kind == "refine" and desk.reference and action["source"] == "criteria":
        options = plans.options_of(kind, {})
    return now.filter(plans.stays(desk, kind, action["filters"], options, now))


def _as_it_was(desk: Desk, now: pl.DataFrame, action: Row) -> pl.DataFrame:
    query = select(HISTORY.c.contact_no, HISTORY.c.inserted).where(HISTORY.c.action_id == action["id"])
    rows = desk.frame(query.order_by(HISTORY.c.id), {"contact_no": pl.String, "inserted": pl.Boolean})
    gone = standing(desk, rows.filter(~pl.col("inserted"))["contact_no"])
    came = standing(desk, rows.filter(pl.col("inserted"))["contact_no"])
    if not desk.reference and not action["options"].get("ignore_exclusion"):
        allowed = selection.without_excluded(desk, came["contact_no"])
        came = came.filter(pl.col("contact_no").is_in(allowed.implode()))
    left = _numbered(now).join(_numbered(gone), on=["contact_no", "turn"], how="anti", maintain_order="left")
    return pl.concat([left.select(*_STANDING), came])


def _base(desk: Desk, header: Row) -> pl.DataFrame:
    """Lines that came by no action that stands, also those that an action has taken out since."""
    mine = select(ACTIONS.c.id).where(ACTIONS.c.segment_no == header["no"], ACTIONS.c.number.is_not(None))
    by_action = (HISTORY.c.action_id.in_(mine), HISTORY.c.inserted)
    here = select(LINES.c.contact_no).where(
        LINES.c.segment_no == header["no"], ~exists().where(*by_action, HISTORY.c.line_id == LINES.c.id)
    )
    out = shelf.SHELF.c
    taken = select(out.contact_no).where(
        out.action_id.in_(mine), ~out.inserted, ~exists().where(*by_action, HISTORY.c.line_id == out.line_id)
    )
    rows = [desk.frame(query, {"contact_no": pl.String})["contact_no"] for query in (here, taken)]
    return standing(desk, pl.concat(rows))
