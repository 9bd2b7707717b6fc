"""What an action would do, before it runs: how many, and who. Nothing is changed, and nobody is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import select

from parcours.contacts import selection
from parcours.contacts.office import Desk, Row
from parcours.contacts.office.desk import in_chunks
from parcours.contacts.tables import interactions
from parcours.contacts.worksheets import criteria, headers, plans, propagation, refreshing, relogged, replays, shelf
from parcours.contacts.worksheets.history import HISTORY
from parcours.contacts.worksheets.initial import CONTACTS
from parcours.contacts.worksheets.opened import opened

_WHO = ("no", "type", "name", "company_no", "company_name")
_REASONS = {"contact_no": pl.String, "reason": pl.String}


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of an action.

    Frames have ``contact_no``, ``type``, ``name``, ``company_no`` and ``company_name``.

    Attributes:
        before, after: how many lines there are, and would be.
        came: who would come, in the order of the new lines.
        went: whose lines would go, each with its ``line_no``, in order.
        left_out: who meets the filters, or would come with those who do, and yet stays out, with ``reason``: excluded
            (flagged) or existing (stands there already).
        matched: how many contacts meet the filters; ``None`` where there are none.
    """

    before: int
    after: int
    came: pl.DataFrame
    went: pl.DataFrame
    left_out: pl.DataFrame
    matched: int | None = None


@dataclass(frozen=True, slots=True)
class HeaderPreview:
    """What a change of the header would do: ``lines`` would follow; ``question`` is what a user would be asked."""

    lines: int
    question: str


def add_contacts(desk: Desk, no: str, filters: Any, **options: bool) -> Preview:
    """What :func:`parcours.contacts.worksheets.actions.add_contacts` would do.

    Raises:
        UnknownNameError, DefinitionError, InputError, Refused: as it does.
    """
    header = opened(desk, no)
    known, chosen = selection.check_filters(desk, filters), plans.options_of("add", options)
    lines = plans.lines_of(desk, header)
    plan = plans.addition(desk, known, chosen, lines["contact_no"])
    reasons = [_reason(plan.excluded, "excluded"), _reason(plan.existing, "existing")]
    left_out = _who(desk, pl.concat(reasons).sort("contact_no"))
    came = _who(desk, pl.DataFrame({"contact_no": plan.contacts}))
    return Preview(lines.height, lines.height + came.height, came, _nobody(desk), left_out, len(plan.matched))


def reduce_contacts(desk: Desk, no: str, filters: Any, **options: bool) -> Preview:
    """What :func:`parcours.contacts.worksheets.actions.reduce_contacts` would do.

    Raises:
        UnknownNameError, DefinitionError, InputError, Refused: as it does.
    """
    return _cut(desk, "reduce", no, filters, options)


def refine_contacts(desk: Desk, no: str, filters: Any, **options: bool) -> Preview:
    """What :func:`parcours.contacts.worksheets.actions.refine_contacts` would do."""
    return _cut(desk, "refine", no, filters, options)


def _cut(desk: Desk, kind: str, no: str, filters: Any, options: Mapping[str, bool]) -> Preview:
    header = opened(desk, no)
    known, chosen = selection.check_filters(desk, filters), plans.options_of(kind, options)
    lines = plans.lines_of(desk, header)
    stays = plans.stays(desk, kind, known, chosen, lines)
    matching = lines.filter(~stays if kind == "reduce" else stays)["contact_no"].n_unique()
    went = lines.filter(~stays)
    return _of(desk, lines, pl.Series("contact_no", [], dtype=pl.String), went, matching)


def refresh(desk: Desk, no: str) -> Preview:
    """What :func:`parcours.contacts.worksheets.refreshing.refresh` would do: who came, and who went.

    Raises:
        UnknownNameError, DefinitionError, Refused: as it does.
    """
    header = opened(desk, no)
    came, went = refreshing.difference(desk, header)
    return _of(desk, plans.lines_of(desk, header), came, went)


def reuse_criteria(desk: Desk, no: str, code: str) -> Preview:
    """What :func:`parcours.contacts.worksheets.criteria.reuse` would do, all actions together.

    Raises:
        UnknownNameError, DefinitionError, Refused: as it does.
    """
    header = opened(desk, no)
    saved = [{**action, "source": "criteria"} for action in criteria.saved(desk, code)["actions"]]
    lines = plans.lines_of(desk, header)
    target = replays.replayed(desk, replays.standing(desk, lines["contact_no"]), saved)
    came, went = replays.difference(desk, lines, target)
    if any(action["action"] == "refine" for action in saved):
        went = pl.concat([went, lines.filter(pl.col("contact_no") == "")]).sort("line_no")
    return _of(desk, lines, came, went)


def reuse_logged(desk: Desk, no: str, entry_no: int) -> Preview:
    """What :func:`parcours.contacts.worksheets.relogged.reuse_logged` would do.

    Raises:
        UnknownNameError: there is no such worksheet or logged segment.
    """
    header = opened(desk, no)
    desk.get(interactions.logged_segments, entry_no, "a logged segment")
    came = relogged.incoming(desk, header["no"], entry_no)["contact_no"]
    return _of(desk, plans.lines_of(desk, header), came, plans.lines_of(desk, header).clear())


def go_back(desk: Desk, no: str, *, steps: int = 1) -> Preview:
    """What :func:`parcours.contacts.worksheets.history.go_back` would do.

    Raises:
        UnknownNameError: there is no such worksheet.
    """
    return _moved(desk, no, criteria.actions(desk, no)[::-1][: max(steps, 0)], back=True)


def redo(desk: Desk, no: str, *, steps: int = 1) -> Preview:
    """What :func:`parcours.contacts.worksheets.history.redo` would do.

    Raises:
        UnknownNameError: there is no such worksheet.
    """
    return _moved(desk, no, criteria.undone(desk, no)[: max(steps, 0)], back=False)


def set_header(desk: Desk, no: str, field: str, value: Any) -> HeaderPreview:
    """How many lines would follow a change of the header, and what a user would be asked; blank: nothing.

    Raises:
        UnknownNameError: there is no such worksheet, campaign, salesperson or attachment.
        InputError: ``unknown-field``, ``bad-value``, ``bad-choice``.
    """
    header = opened(desk, no)
    made = value if field == "attachment" else headers.checked_fields(desk, {field: value})[field]
    lines = 0 if header.get(field) == made else propagation.reached(desk, header, field, made)
    questions = {"interaction_template": "apply_template_to_lines", "subject": "change_subject"}
    return HeaderPreview(lines, questions.get(field, "update_lines") if lines else "")


# --- parts -----------------------------------------------------------------------------------------------


def _moved(desk: Desk, no: str, actions: list[Row], *, back: bool) -> Preview:
    """Lines by their identity; where the reference goes back, those who come do so by their contacts."""
    lines = plans.lines_of(desk, opened(desk, no)).select("id", "line_no", "contact_no")
    after = lines
    for action in actions:
        rows = _history(desk, action)
        going, coming = rows.filter(pl.col("inserted") == back), rows.filter(pl.col("inserted") != back)
        key = "contact_no" if back and desk.reference else "id"
        after = after.filter(~pl.col(key).is_in(going[key].implode()))
        after = pl.concat([after, coming.select("id", "line_no", "contact_no")])
    came = after.join(lines, on="id", how="anti").sort("line_no")
    went = lines.join(after, on="id", how="anti").sort("line_no")
    now = pl.Series("contact_no", shelf.present(desk, came["contact_no"].to_list()), dtype=pl.String)
    return _of(desk, lines, now, went)


def _history(desk: Desk, action: Row) -> pl.DataFrame:
    columns = (HISTORY.c.line_id.label("id"), HISTORY.c.line_no, HISTORY.c.contact_no, HISTORY.c.inserted)
    query = select(*columns).where(HISTORY.c.action_id == action["id"]).order_by(HISTORY.c.id)
    return desk.frame(query, {"id": pl.Int64, "line_no": pl.Int64, "contact_no": pl.String, "inserted": pl.Boolean})


def _of(desk: Desk, lines: pl.DataFrame, came: pl.Series, went: pl.DataFrame, matched: int | None = None) -> Preview:
    coming = _who(desk, pl.DataFrame({"contact_no": came}))
    going = _who(desk, went.select("contact_no", "line_no"))
    return Preview(lines.height, lines.height + coming.height - going.height, coming, going, _nobody(desk), matched)


def _nobody(desk: Desk) -> pl.DataFrame:
    return _who(desk, pl.DataFrame(schema=_REASONS))


def _reason(contacts: pl.Series, reason: str) -> pl.DataFrame:
    return pl.DataFrame({"contact_no": contacts}).with_columns(pl.lit(reason).alias("reason"))


def _who(desk: Desk, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with ``contact_no``, and who that is."""
    columns = [CONTACTS.c[name] for name in _WHO]
    found: list[tuple[str, ...]] = []
    for chunk in in_chunks(rows["contact_no"].unique(), 5_000):
        found += (tuple(row) for row in desk.con.execute(select(*columns).where(CONTACTS.c.no.in_(chunk))))
    known = pl.DataFrame(found, schema=dict.fromkeys(_WHO, pl.String), orient="row")
    return rows.join(known, left_on="contact_no", right_on="no", how="left", maintain_order="left")
