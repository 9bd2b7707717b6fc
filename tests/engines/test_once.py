"""Attributes that are set only where there is nothing yet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from parcours.engines.once import settled
from parcours.flow.ingest.calls import Call, Record
from parcours.flow.ingest.turning.portion import Again, sent_again
from parcours.service.workspace import Workspace
from tests.flow.ingest.turning.calls import NOON, call

change = st.fixed_dictionaries(
    {
        "_profile": st.integers(0, 2),
        "a": st.sampled_from([None, 1, 2]),
        "b": st.sampled_from([None, 5]),
        "how": st.tuples(st.sampled_from(["set", "once", ""]), st.sampled_from(["set", "once", ""])),
    }
)


def obvious(changes: list[dict[str, Any]], there: dict[tuple[int, str], bool]) -> list[list[str]]:
    """Row after row: which attributes are set."""
    has = dict(there)
    found = []
    for row in changes:
        sets = [name for name, how in zip("ab", row["how"], strict=True) if how == "set"]
        for name, how in zip("ab", row["how"], strict=True):
            if how == "once" and row[name] is not None and not has.get((row["_profile"], name)):
                sets.append(name)
        for name in sets:
            has[row["_profile"], name] = row[name] is not None
        found.append(sorted(sets))
    return found


@given(st.lists(change, max_size=12), st.sets(st.tuples(st.integers(0, 2), st.sampled_from("ab"))))
def test_once_is_once_row_after_row(changes: list[dict[str, Any]], there: set[tuple[int, str]]) -> None:
    sets = [[name for name, how in zip("ab", row["how"], strict=True) if how == "set"] for row in changes]
    once = [[name for name, how in zip("ab", row["how"], strict=True) if how == "once"] or None for row in changes]
    frame = pl.DataFrame(
        {
            "_profile": pl.Series([row["_profile"] for row in changes], dtype=pl.Int32),
            "_set": pl.Series(sets, dtype=pl.List(pl.String)),
            "_once": pl.Series(once, dtype=pl.List(pl.String)),
            "a": pl.Series([row["a"] for row in changes], dtype=pl.Int64),
            "b": pl.Series([row["b"] for row in changes], dtype=pl.Int64),
        }
    )
    found = settled(frame, lambda name, who: np.array([(int(one), name) in there for one in who], np.bool_))
    assert "_once" not in found.columns
    expected = obvious(changes, dict.fromkeys(there, True))
    assert [sorted(names) for names in found["_set"].to_list()] == expected


def keep(workspace: Workspace, *calls: Call) -> None:
    record: Record = sent_again("web", NOON, [Again(one) for one in calls])
    workspace._parts.journal.append([record]).result()
    runner = workspace._parts.runner
    runner.live_tick(max(NOON, runner.now or NOON) + 1_000_000)


def test_what_is_set_once_stays(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    with Workspace.init(folder) as workspace:
        first = call("identify", "anna", id="1", once={"came_by": "mail", "plan": "free"})
        again = call("identify", "anna", id="2", traits={"plan": "pro"}, once={"came_by": "ad"})
        keep(workspace, first, again, call("identify", "bob", id="3", once={"came_by": "ad"}))
        keep(workspace, call("identify", "anna", id="4", traits={"plan": None}))
    with Workspace(folder) as workspace:  # what is there is known after a start, too
        keep(
            workspace,
            call("identify", "anna", id="5", once={"came_by": "shop", "plan": "basic"}),
            call("identify", "anna", id="1", once={"plan": "late"}),  # sent again
        )
        found = workspace.sql("SELECT _profile_id, came_by, plan FROM profiles ORDER BY ALL").rows()
    assert found == [("anna", "mail", "basic"), ("bob", "ad", None)]
