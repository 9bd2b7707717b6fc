"""Sales cycles and their stages (contact-segments.md, section 20)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from parcours.contacts.office import Desk, Row
from parcours.contacts.opportunities.tasks import TYPES
from parcours.contacts.people.fields import checked
from parcours.contacts.tables import opportunities as tables
from parcours.core.errors import InputError, Refused, nearest
from parcours.language.filters.formulas import parse_formula

CYCLES = tables.sales_cycles
STAGES = tables.sales_cycle_stages
STEPS = tables.activity_steps

#: How the probability of a stage comes about: chances × completed, their mean, or one of the two.
CALCULATIONS = ("multiply", "add", "chances", "completed")


def put_cycle(
    desk: Desk,
    code: str,
    stages: Sequence[Mapping[str, Any]] | None = None,
    *,
    description: str = "",
    probability_calculation: str = "multiply",
    blocked: bool = False,
) -> Row:
    """Make or change a sales cycle.

    Args:
        desk: where.
        code: of the cycle.
        stages: its stages in order, from 1: ``description``, ``completed_pct``, ``chances_pct``, ``activity_code``,
            ``quote_required``, ``allow_skip``, ``date_formula`` (for the estimated closing); ``None`` leaves them.
        description: for people.
        probability_calculation: one of :data:`CALCULATIONS`.
        blocked: it cannot be chosen.

    Raises:
        InputError: ``code-required``, ``bad-choice``, ``bad-value``, or an unknown field.
        DefinitionError: a date formula that is none.
        Refused: ``stage-in-use``, an open opportunity stands in a stage that would be gone.
    """
    values = {"description": description, "probability_calculation": probability_calculation, "blocked": blocked}
    given = checked(CYCLES, {"code": code, **values})
    if not given["code"]:
        raise InputError("a sales cycle needs a code", code="code-required")
    if probability_calculation not in CALCULATIONS:
        hint = nearest(probability_calculation, CALCULATIONS)
        raise InputError(f"a probability cannot be {probability_calculation!r}", code="bad-choice", hint=hint)
    code = given.pop("code")
    if desk.find(CYCLES, code) is None:
        desk.add(CYCLES, code=code, **given)
    else:
        desk.change(CYCLES, code, **given)
    if stages is not None:
        _put_stages(desk, code, [_stage(number, each) for number, each in enumerate(stages, start=1)])
    desk.describe("sales_cycle", code)
    return desk.get(CYCLES, code, "a sales cycle")


def choose(desk: Desk, code: str) -> Row:
    """The sales cycle, if it may be chosen.

    Raises:
        UnknownNameError: there is none with this code.
        Refused: ``sales-cycle-blocked``.
    """
    row = desk.get(CYCLES, code.strip().upper(), "a sales cycle")
    if row["blocked"]:
        raise Refused(f"sales cycle {row['code']} is blocked", code="sales-cycle-blocked")
    return row


def stages(desk: Desk, code: str) -> list[Row]:
    """The stages of a cycle, in order."""
    return desk.rows(STAGES, order=[STAGES.c.stage], sales_cycle_code=code)


def put_activity(desk: Desk, code: str, steps: Sequence[Mapping[str, Any]]) -> None:
    """Make or change an activity: the tasks (``type``, ``description``, ``date_formula``) that a stage makes.

    Raises:
        InputError: ``code-required``, or an unknown field.
        DefinitionError: a date formula that is none.
    """
    code = checked(STEPS, {"activity_code": code})["activity_code"]
    if not code:
        raise InputError("an activity needs a code", code="code-required")
    made = [
        {"activity_code": code, "step": number, **_dated(STEPS, each)} for number, each in enumerate(steps, start=1)
    ]
    desk.remove_many(STEPS, activity_code=code)
    for row in made:
        desk.add(STEPS, **row)
    desk.describe("activity", code)


def _stage(number: int, given: Mapping[str, Any]) -> Row:
    row: Row = {"stage": number, **_dated(STAGES, given)}
    for name in ("completed_pct", "chances_pct"):
        if not 0 <= row.get(name, 0) <= 100:
            raise InputError(f"{name} lies between 0 and 100", code="bad-value", where=f"stages[{number - 1}].{name}")
    return row


def _dated(table: Any, given: Mapping[str, Any]) -> Row:
    row = checked(table, {name: value for name, value in given.items() if name != "type"})
    if "type" in given:
        row["type"] = given["type"]
        if row["type"] not in TYPES:
            raise InputError(f"a task cannot be a {row['type']!r}", code="bad-choice", hint=nearest(row["type"], TYPES))
    if row.get("date_formula"):
        parse_formula(row["date_formula"])
    return row


def _put_stages(desk: Desk, code: str, rows: Sequence[Row]) -> None:
    entries = tables.opportunity_entries
    standing = desk.first(entries, entries.c.stage > len(rows), sales_cycle_code=code, active=True, date_closed=None)
    if standing is not None:
        raise Refused(
            f"opportunity {standing['opportunity_no']} stands in stage {standing['stage']}", code="stage-in-use"
        )
    desk.remove_many(STAGES, sales_cycle_code=code)
    for row in rows:
        desk.add(STAGES, sales_cycle_code=code, **row)
