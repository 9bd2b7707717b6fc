"""Pages of what happened: the same rows as SQL gives, wherever they lie."""

from __future__ import annotations

import polars as pl
import pytest

from parcours.service import records
from parcours.service.paging import Page
from parcours.service.workspace import Workspace


def all_of(workspace: Workspace, sort: str, **filters: object) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    cursor = None
    while True:
        page: Page = workspace.records.qualifications(sort=sort, cursor=cursor, limit=17, **filters)  # type: ignore[arg-type]
        found += page.items.rows()
        cursor = page.next
        if cursor is None:
            return found


@pytest.mark.parametrize("near", [1, 40, 10**6])
@pytest.mark.parametrize("sort", ["arrived", "-arrived", "effective", "-effective"])
@pytest.mark.parametrize("filters", [{}, {"segment": "fans"}, {"status": "exited"}, {"profile": "p3"}])
def test_every_row_once_in_order(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, near: int, sort: str, filters: dict[str, str]
) -> None:
    monkeypatch.setattr(records, "_NEAR", near)
    way = "DESC" if sort.startswith("-") else "ASC"
    order = {"arrived": f"_seq {way}", "effective": f"effective {way}, _seq {way}"}[sort.removeprefix("-")]
    conditions = [f"{'_profile_id' if name == 'profile' else name} = '{value}'" for name, value in filters.items()]
    expected = workspace.sql(
        "SELECT _profile_id, segment, version, status, effective, cause FROM qualifications "
        f"WHERE {' AND '.join(conditions) or 'true'} ORDER BY {order}"
    )
    assert all_of(workspace, sort, **filters) == expected.rows()


def test_a_stretch_of_time(workspace: Workspace) -> None:
    found = workspace.records.qualifications(since="2024-02-01", until="2024-03-01", limit=10_000).items
    assert found.height
    assert found["effective"].dt.month().unique().to_list() == [2]


def test_rows_that_come_meanwhile_do_not_shift_pages(workspace: Workspace) -> None:
    newest = workspace.sql("SELECT max(_seq) FROM qualifications").item()
    first = workspace.records.qualifications(limit=5)
    workspace.import_profiles(pl.DataFrame({"profile_id": ["x1", "x2"], "age": [30, 40]}))
    workspace.run(ticks=1)
    second = workspace.records.qualifications(cursor=first.next, limit=5)
    before = f"_seq <= {newest}"
    expected = workspace.sql(f"SELECT _profile_id FROM qualifications WHERE {before} ORDER BY _seq DESC LIMIT 10")
    assert [*first.items["profile_id"], *second.items["profile_id"]] == expected["_profile_id"].to_list()


@pytest.mark.parametrize("near", [1, 10**6])
def test_messages_of_a_result_with_what_became_of_them(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, near: int
) -> None:
    monkeypatch.setattr(records, "_NEAR", near)
    names = ["key", "result", "settled", "attempts", "detail", "answer"]
    every = workspace.records.deliveries(limit=10_000).items
    known = workspace.sql(
        "SELECT d.key, coalesce(o.result, 'pending') AS result, o.time AS settled, o.attempts, o.detail, o.answer "
        "FROM deliveries d LEFT JOIN outcomes o ON o.key = d.key ORDER BY d._seq DESC"
    )
    assert every.select(names).rows() == known.rows()
    for result in ("skipped", "sent", "pending"):
        found = workspace.records.deliveries(result=result, limit=10_000).items
        assert found["key"].to_list() == known.filter(pl.col("result") == result)["key"].to_list()
    assert known["result"].unique().to_list() == ["skipped"]
