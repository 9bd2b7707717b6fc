"""What came of a list of steps in a session: the log, who stands where, and the counters of activities and ways.

A session of steps is played from its beginning every time; so it needs no memory between two requests, a step is taken
back by leaving it out, and the same steps give the same end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from parcours.core.errors import ParcoursError
from parcours.core.facts import OUTCOME_COLUMNS, empty
from parcours.service.reporting.activities import activity_totals, edge_totals
from parcours.service.scripts import play
from parcours.service.sheet import Sheet

if TYPE_CHECKING:
    from parcours.service.sessions import Session
    from parcours.store.log import Log


def played(session: Session, steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Do the steps (see :mod:`parcours.service.scripts`), and tell what came of them.

    Told of are the people whom the steps name, or everybody where they name nobody: time passes for all people of the
    workspace, whom nobody may have asked about.

    Raises:
        InputError, UnknownNameError: a step cannot be done; ``where`` says which one.
    """
    for place, step in enumerate(steps):
        try:
            play(session, step)
        except ParcoursError as error:
            error.where = f"steps[{place}]" + (f".{error.where}" if error.where else "")
            raise
    shape = {**session.to_json(), **_counters(session, _named(steps))}
    if named := _named(steps):
        for part in ("log", "people"):
            shape[part] = [row for row in shape[part] if row["profile"] in named]
    return shape


def _named(steps: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Everybody whom steps are about."""
    names = ("person", "set", "member", "profile")
    return frozenset(str(step[name]) for step in steps for name in names if step.get(name) is not None)


def _counters(session: Session, named: frozenset[str]) -> dict[str, Any]:
    own = session.definition.id
    runs = pl.col("run").str.splitn("/", 3).struct.field("field_2")
    steps = session.steps.filter(runs.is_in(list(named))) if named else session.steps
    nobody = pl.Series("_profile_id", [], pl.String)
    with Sheet(steps, session.deliveries, empty(OUTCOME_COLUMNS), nobody) as sheet:
        log = cast("Log", sheet)  # the reports ask SQL only
        activities, edges = activity_totals(log, own), edge_totals(log, own)
    return {"activities": activities.to_dicts(), "edges": edges.to_dicts()}
