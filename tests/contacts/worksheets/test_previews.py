"""What an action would do is what it does, and looking changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from parcours.contacts.worksheets import actions, criteria, headers, history, previews
from parcours.contacts.worksheets.actions import add_contacts, add_line, reduce_contacts, refine_contacts
from parcours.contacts.worksheets.previews import Preview
from parcours.contacts.worksheets.relogged import reuse_logged
from tests.contacts.worksheets.crm import Crm


@pytest.fixture
def sheet(crm: Crm) -> str:
    no = str(crm.do(headers.create, description="Try")["no"])
    crm.do(add_contacts, no, {"contact": {"no": "C1|C3"}})
    return no


def names(preview: Preview) -> tuple[list[str], list[str]]:
    return preview.came["contact_no"].to_list(), preview.went["contact_no"].to_list()


def test_an_add_says_who_comes_and_who_stays_out_and_why(crm: Crm, sheet: str) -> None:
    seen = crm.see(previews.add_contacts, sheet, {"contact": {"type": "person"}}, expand_companies=True)
    assert names(seen) == (["P3", "P1"], [])
    assert (seen.before, seen.after, seen.matched) == (2, 4, 3)
    assert seen.left_out.select("contact_no", "reason", "name").rows() == [
        ("C1", "existing", "C1"),
        ("P2", "excluded", "P2"),
    ]
    assert seen.came.row(1, named=True) == {
        "contact_no": "P1", "type": "person", "name": "P1", "company_no": "C1", "company_name": "C1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "filters", "options"),
    [
        ("add_contacts", {}, {}),
        ("add_contacts", {}, {"allow_existing": True, "ignore_exclusion": True}),
        ("add_contacts", {"contact": {"no": "P1"}}, {"allow_related_companies": True}),
        ("reduce_contacts", {"contact": {"no": "P1"}}, {"entire_companies": True}),
        ("reduce_contacts", {}, {}),
        ("refine_contacts", {"contact": {"territory_code": "N"}}, {}),
    ],
)
def test_a_preview_is_what_happens(crm: Crm, sheet: str, kind: str, filters: Any, options: dict[str, bool]) -> None:
    crm.do(add_line, sheet)
    seen = crm.see(getattr(previews, kind), sheet, filters, **options)
    before = crm.lines(sheet)
    done = crm.do(getattr(actions, kind), sheet, filters, **options)
    came, went = names(seen)
    assert (done.contacts.to_list(), len(before), len(crm.lines(sheet))) == (came or went, seen.before, seen.after)


@pytest.mark.parametrize("reference", [False, True])
def test_going_back_and_forth(crm: Crm, sheet: str, reference: bool) -> None:
    crm.reference = reference
    crm.do(add_contacts, sheet, {"contact": {"no": "C1|C2"}}, allow_existing=True)
    crm.do(reduce_contacts, sheet, {"contact": {"no": "C3"}})
    crm.do(history.go_back, sheet)
    crm.do(reduce_contacts, sheet, {"contact": {"no": "C3"}})
    assert names(previewed(crm, sheet, 1)) == (["C3"], [])
    both = previewed(crm, sheet, 2)
    assert names(both) == (["C3"], ["C1", "C1", "C2"] if reference else ["C1", "C2"])
    crm.do(history.go_back, sheet, steps=2)
    assert len(crm.who(sheet)) == both.after
    if not reference:
        forth = crm.see(previews.redo, sheet, steps=2)
        assert (names(forth), forth.after) == ((["C1", "C2"], ["C3"]), 3)


def previewed(crm: Crm, sheet: str, steps: int) -> Preview:
    """As a desk sees it that may follow the reference."""
    return crm.do(previews.go_back, sheet, steps=steps)


def test_reuse_all_actions_together(crm: Crm, sheet: str) -> None:
    crm.do(refine_contacts, sheet, {"contact": {"territory_code": "N"}})
    crm.do(criteria.save, sheet, "NORTH")
    other = str(crm.do(headers.create)["no"])
    crm.do(add_contacts, other, {"contact": {"no": "P3"}})
    crm.do(add_line, other)
    seen = crm.see(previews.reuse_criteria, other, "NORTH")
    assert names(seen) == (["C1"], ["P3", ""])
    crm.do(criteria.reuse, other, "NORTH")
    assert crm.who(other) == ["C1"]


def test_a_logged_segment_as_the_source(crm: Crm, sheet: str) -> None:
    entries = [
        {"contact_no": no, "company_no": no, "logged_segment": 1, "segment_no": "OLD"} for no in ("C2", "C1", "P2")
    ]
    crm.load(crm_logged_segments=[{"segment_no": "OLD"}], crm_interactions=entries)
    seen = crm.see(previews.reuse_logged, sheet, 1)
    crm.do(reuse_logged, sheet, 1)
    assert (names(seen), crm.who(sheet), seen.after) == ((["C2"], []), ["C1", "C3", "C2"], 3)


def test_a_change_of_the_header(crm: Crm, sheet: str) -> None:
    crm.load(crm_interaction_templates=[{"code": "CALL"}])
    assert crm.see(previews.set_header, sheet, "description", "New") == previews.HeaderPreview(2, "update_lines")
    assert crm.see(previews.set_header, sheet, "description", "Try") == previews.HeaderPreview(0, "")
    assert crm.see(previews.set_header, sheet, "interaction_group", "X") == previews.HeaderPreview(0, "")
    template = crm.see(previews.set_header, sheet, "interaction_template", "CALL")
    assert template == previews.HeaderPreview(2, "apply_template_to_lines")
