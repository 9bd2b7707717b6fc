"""Opportunities on their way through the stages of a sales cycle, and their end (contact-segments.md, section 20)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from parcours.contacts.office import Desk, Row
from parcours.contacts.opportunities import cards, cycles, tasks
from parcours.contacts.people import finding, relations
from parcours.contacts.people.fields import as_day
from parcours.contacts.tables import contacts, setup
from parcours.core.errors import InputError, Refused
from parcours.language.filters.formulas import parse_formula

MOVES = ("first", "next", "previous", "skip", "jump", "update")


def move(
    desk: Desk,
    no: str,
    action: str,
    *,
    stage: int | None = None,
    date_of_change: date | str | None = None,
    estimated_value: float | None = None,
    chances_pct: float | None = None,
    estimated_close_date: date | str | None = None,
    quote_no: str | None = None,
    cancel_old_tasks: bool = False,
) -> Row:
    """Move an opportunity: the former entry is closed with its days open, a new one becomes active. Returns that.

    Args:
        desk: where.
        no: the opportunity.
        action: ``first``, ``next``, ``previous``, ``skip`` (forward to ``stage``, over stages that allow it), ``jump``
            (to any ``stage``) or ``update`` (stay, with other figures).
        stage: where to, for ``skip`` and ``jump``.
        date_of_change: by default the work date.
        estimated_value: by default that of the former entry.
        chances_pct: by default those of the stage, for ``update`` those of the former entry.
        estimated_close_date: by default from the stage's formula, else that of the former entry.
        quote_no: the quote, where the stage requires one.
        cancel_old_tasks: cancel open tasks of the stage that is left.

    Raises:
        UnknownNameError: no such opportunity.
        InputError: ``bad-choice``, ``stage-required``, ``value-required`` (value and chances must be above 0),
            ``bad-value``, no date.
        Refused: ``opportunity-closed``, ``sales-cycle-required``, ``wrong-stage``, ``skip-not-allowed``,
            ``quote-required``, ``date-before-last-change``, ``close-before-change``.
    """
    row, former = cards.get(desk, no), active(desk, no)
    _check_open(row)
    there = _stage(desk, row, former, action, stage)
    if quote_no is not None:
        row = desk.change(cards.TABLE, row["no"], quote_no=quote_no.strip().upper())
    if there["quote_required"] and not row["quote_no"]:
        raise Refused(f"stage {there['stage']} requires a quote", code="quote-required", hint="name it with quote_no")
    day = _day(desk, former, as_day("date_of_change", date_of_change))
    stay = action == "update" and former is not None
    chances = (
        chances_pct if chances_pct is not None else former["chances_pct"] if stay and former else there["chances_pct"]
    )
    value = estimated_value if estimated_value is not None else former["estimated_value"] if former else 0.0
    _check_positive(estimated_value=value, chances_pct=chances)
    made = {
        "sales_cycle_code": row["sales_cycle_code"],
        "stage": there["stage"],
        "previous_stage": former["stage"] if former else 0,
        "estimated_value": value,
        "chances_pct": chances,
        "completed_pct": there["completed_pct"],
        "probability_pct": probability(desk, row, chances, there["completed_pct"]),
        "estimated_close_date": _closing(day, former, there, as_day("estimated_close_date", estimated_close_date)),
    }
    if cancel_old_tasks and former is not None and former["stage"] != there["stage"]:
        tasks.cancel_of_stage(desk, row["no"], former["stage"])
    entry = _enter(desk, row, former, action, day, made)
    desk.change(cards.TABLE, row["no"], status="in_progress")
    if former is None or former["stage"] != there["stage"]:
        tasks.of_stage(desk, row, there, day)
    desk.describe("opportunity", row["no"], f"{action} to stage {there['stage']}")
    return entry


def close(
    desk: Desk,
    no: str,
    won: bool,
    close_code: str,
    *,
    value: float = 0.0,
    date_closed: date | str | None = None,
    customer_no: str = "",
    hooks: Sequence[relations.Hook] = (),
) -> Row:
    """Close an opportunity as won or lost. Returns its last entry.

    Won needs a value above 0 and a customer: with ``customer_no`` one is made from the contact where it is none.

    Raises:
        UnknownNameError: no such opportunity or close code.
        InputError: ``close-code-required``, ``value-required``; ``bad-value``, no date.
        Refused: ``opportunity-closed``; ``customer-required``; ``date-before-last-change``; or what making a customer
            refuses.
    """
    row, former = cards.get(desk, no), active(desk, no)
    _check_open(row)
    code = close_code.strip().upper()
    if not code:
        raise InputError("closing an opportunity needs a close code", code="close-code-required")
    desk.get(setup.codes, ("close_code", code), "a close code")
    day = _day(desk, former, as_day("date_closed", date_closed))
    if won:
        _check_positive(value=value)
        _customer(desk, row, customer_no, hooks)
    full = 100.0 if won else 0.0
    made = {
        "sales_cycle_code": row["sales_cycle_code"],
        "stage": former["stage"] if former else 0,
        "previous_stage": former["stage"] if former else 0,
        "estimated_value": value if won else 0.0,
        "chances_pct": full,
        "completed_pct": 100.0,
        "probability_pct": full,
        "estimated_close_date": day,
        "date_closed": day,
        "close_code": code,
    }
    status = "won" if won else "lost"
    entry = _enter(desk, row, former, status, day, made)
    desk.change(cards.TABLE, row["no"], status=status, closed=True, date_closed=day)
    desk.touch([row["contact_no"]])
    desk.describe("opportunity", row["no"], f"closed: {status}")
    return entry


def active(desk: Desk, no: str) -> Row | None:
    """The active entry of an opportunity, from which its figures come; ``None`` before it started."""
    return desk.first(cards.ENTRIES, opportunity_no=no.strip().upper(), active=True)


def probability(desk: Desk, row: Row, chances: float, completed: float) -> float:
    """The probability in percent, as the sales cycle calculates it."""
    match desk.get(cycles.CYCLES, row["sales_cycle_code"], "a sales cycle")["probability_calculation"]:
        case "multiply":
            return chances * completed / 100
        case "add":
            return (chances + completed) / 2
        case "chances":
            return chances
        case _:
            return completed


def _check_open(row: Row) -> None:
    if row["closed"]:
        raise Refused(f"opportunity {row['no']} is closed", code="opportunity-closed")


def _check_positive(**values: float) -> None:
    for name, value in values.items():
        if value <= 0:
            raise InputError(f"{name} must be above 0", code="value-required", where=name)


def _stage(desk: Desk, row: Row, former: Row | None, action: str, wanted: int | None) -> Row:
    """The stage that a move leads to."""
    if action not in MOVES:
        raise InputError(f"there is no move {action!r}", code="bad-choice", hint=f"moves: {', '.join(MOVES)}")
    if not row["sales_cycle_code"]:
        raise Refused(f"opportunity {row['no']} has no sales cycle", code="sales-cycle-required")
    by_number = {stage["stage"]: stage for stage in cycles.stages(desk, row["sales_cycle_code"])}
    here = former["stage"] if former else 0
    there = _target(action, here, wanted)
    if there not in by_number or (action not in ("first", "jump") and former is None):
        raise Refused(f"there is no way from stage {here} by {action!r}", code="wrong-stage")
    if action == "skip":
        _check_skipped([by_number[number] for number in range(here + 1, there)], there > here)
    return by_number[there]


def _target(action: str, here: int, wanted: int | None) -> int:
    if action in ("skip", "jump"):
        if wanted is None:
            raise InputError(f"to {action}, name the stage", code="stage-required")
        return wanted
    if action == "first" and here:
        raise Refused(f"it stands in stage {here} already", code="wrong-stage")
    return {"first": 1, "next": here + 1, "previous": here - 1, "update": here}[action]


def _check_skipped(between: Sequence[Row], forward: bool) -> None:
    if not forward:
        raise Refused("one skips forward only", code="wrong-stage", hint="use previous or jump")
    for stage in between:
        if not stage["allow_skip"]:
            raise Refused(f"stage {stage['stage']} may not be skipped", code="skip-not-allowed")


def _day(desk: Desk, former: Row | None, given: date | None) -> date:
    day = given or desk.work_date
    if former is not None and former["date_of_change"] and day < former["date_of_change"]:
        last = former["date_of_change"]
        raise Refused(f"{day} lies before the last change on {last}", code="date-before-last-change")
    return day


def _closing(day: date, former: Row | None, stage: Row, given: date | None) -> date | None:
    if given is None and stage["date_formula"]:
        return parse_formula(stage["date_formula"]).after(day)
    closing: date | None = given or (former["estimated_close_date"] if former else None)
    if given is not None and given < day:
        raise Refused(f"the estimated closing {given} lies before the change on {day}", code="close-before-change")
    return closing


def _enter(desk: Desk, row: Row, former: Row | None, action: str, day: date, made: Row) -> Row:
    if former is not None:
        days = (day - former["date_of_change"]).days
        desk.change(cards.ENTRIES, former["id"], active=False, date_closed=day, days_open=days)
    desk.touch([row["contact_no"]])
    return desk.add(cards.ENTRIES, opportunity_no=row["no"], active=True, action=action, date_of_change=day, **made)


def _customer(desk: Desk, row: Row, number: str, hooks: Sequence[relations.Hook]) -> None:
    """The contact is a customer, or becomes one."""
    contact = finding.get(desk, row["contact_no"])
    holder = contact["company_no"] or contact["no"]
    if desk.count(contacts.contact_business_relations, contact_no=holder, link_to="customer"):
        return
    if not number:
        raise Refused(
            f"contact {holder} is no customer", code="customer-required", hint="name a number with customer_no"
        )
    relations.create_customer(desk, contact["no"], number, hooks=hooks)
