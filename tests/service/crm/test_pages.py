"""The list of contacts page by page: the same cards in the same order as all at once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

import polars as pl
import pytest

import parcours
from parcours.core.clock import VirtualClock, instant
from parcours.core.errors import DefinitionError, InputError
from parcours.service.workspace import Workspace

PEOPLE = 97


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Contacts with few different values, in any case, some without a birthday."""
    chance = random.Random(5)
    cards = [
        {
            "no": f"C{number:03}",
            "type": chance.choice(["company", "person"]),
            "name": chance.choice(["Alpha", "alpha", "Élan", "zeta", "", "a\r", "tab\there"]),
            "birthday": chance.choice([None, date(1990, 1, 2), date(1985, 12, 31)]),
            "minor": chance.random() < 0.5,
        }
        for number in chance.sample(range(PEOPLE), PEOPLE)
    ]
    folder = tmp_path_factory.mktemp("pages") / "workspace"
    with parcours.init(folder, VirtualClock(instant("2026-03-11T12:00:00Z"))) as workspace:
        workspace.crm.load({"contacts": cards})
        yield workspace


@pytest.mark.parametrize("sort", ["no", "-no", "name", "-name", "birthday", "-birthday", "minor", "-version"])
@pytest.mark.parametrize("filters", [None, {"contact": {"type": "person"}}], ids=["all", "some"])
def test_pages_make_up_the_list(workspace: Workspace, sort: str, filters: dict[str, object] | None) -> None:
    whole = workspace.contacts.find(filters, sort=sort)
    parts, cursor = [], None
    while True:
        page = workspace.contacts.page(filters, sort=sort, cursor=cursor, limit=10)
        assert page.total == whole.height
        parts.append(page.items)
        cursor = page.next
        if cursor is None:
            break
    assert [part.height for part in parts[:-1]] == [10] * (len(parts) - 1)
    assert pl.concat(parts).equals(whole)
    assert workspace.contacts.page(filters, sort=sort, offset=15, limit=20).items.equals(whole.slice(15, 20))


def test_the_list_ends(workspace: Workspace) -> None:
    last = workspace.contacts.page(offset=PEOPLE - 10, limit=10)
    assert (last.items.height, last.next, last.total) == (10, None, PEOPLE)
    behind = workspace.contacts.page(offset=PEOPLE, limit=10)
    assert (behind.items.height, behind.next, behind.total) == (0, None, PEOPLE)
    assert behind.items.schema == last.items.schema
    nobody = workspace.contacts.page({"contact": {"name": "nobody"}})
    assert (nobody.items.height, nobody.next, nobody.total) == (0, None, 0)


def test_somebody_who_comes_meanwhile_moves_no_page(workspace: Workspace) -> None:
    first = workspace.contacts.page(limit=5)
    workspace.contacts.create("C000a", name="Between")
    assert workspace.contacts.page(limit=5, cursor=first.next).items["no"][0] == "C005"
    workspace.contacts.delete("C000a")


def test_what_cannot_be_answered_is_said(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="nothing is ordered by 'revision'"):
        workspace.contacts.page(sort="revision")
    with pytest.raises(InputError, match="nothing is ordered by 'id'"):
        workspace.contacts.find(sort="id")
    with pytest.raises(InputError, match="a page has 1 to"):
        workspace.contacts.page(limit=0)
    with pytest.raises(InputError, match="0 rows down"):
        workspace.contacts.page(offset=-1)
    with pytest.raises(InputError, match="this cursor leads nowhere"):
        workspace.contacts.page(cursor="none")
    with pytest.raises(InputError, match="belongs to the order 'no'"):
        workspace.contacts.page(sort="name", cursor=workspace.contacts.page(limit=5).next)
    with pytest.raises(DefinitionError):
        workspace.contacts.page({"contact": {"nam": "x"}})
