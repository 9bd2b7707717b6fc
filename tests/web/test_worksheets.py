"""Worksheets in the browser: filled, thinned out, gone back on, logged; tied to a live segment; by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import parcours
from parcours.testing.site import Site, serving
from tests.web import trade_fair
from tests.web.conftest import Opened

pytestmark = [pytest.mark.slow, pytest.mark.browser]

Axe = Callable[[Page], None]


@pytest.fixture(scope="module")
def fair(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service over a small trade."""
    folder = tmp_path_factory.mktemp("fair") / "workspace"
    with parcours.init(folder) as workspace:
        trade_fair.fill(workspace, 30)
    with serving(folder, package=wheel) as found:
        yield found


def make(fair: Site, description: str, **fields: object) -> str:
    """A new worksheet. Returns its number."""
    return str(fair.client.did("POST", "/worksheets", {"description": description, **fields})["no"])


def numbers(fair: Site, no: str) -> list[str]:
    """Who stands on the lines, in order."""
    return [line["contact_no"] for line in fair.client.did("GET", f"/worksheets/{no}/lines?limit=1000")["items"]]


def matching(fair: Site, filters: dict[str, object]) -> set[str]:
    """The contacts that filters take."""
    return {
        card["no"] for card in fair.client.did("POST", "/contacts/find", {"filters": filters, "limit": 1000})["items"]
    }


def filter_on(page: Page, dialog: Locator, table: str) -> Locator:
    """A filter on that sub-table alone."""
    dialog.get_by_role("button", name="Remove the filter on Contact").click()
    dialog.get_by_role("button", name="Filter on…").click()
    page.get_by_role("menuitem", name=table, exact=True).click()
    return dialog.get_by_role("region", name=table)


def opened_deed(page: Page, deed: str, item: str) -> Locator:
    """The dialog of something that stands in a menu."""
    page.get_by_role("button", name=deed, exact=True).click()
    page.get_by_role("menuitem", name=item).click()
    return page.get_by_role("dialog")


def test_a_worksheet_goes_from_selection_through_refining_and_back_to_its_follow_up(
    fair: Site, opened: Opened, axe: Axe
) -> None:
    page = opened(fair, "/worksheets")
    page.get_by_role("button", name="New worksheet").first.click()
    form = page.get_by_role("dialog", name="New worksheet")
    form.get_by_label("Description").fill("Fair visitors")
    form.get_by_role("combobox", name="Template").click()
    page.get_by_role("option", name="The new catalogue (MAIL)").click()
    form.get_by_role("combobox", name="Campaign").click()
    page.get_by_role("option", name="Spring catalogue (CP1)").click()
    axe(page)
    form.get_by_role("button", name="Create worksheet").click()
    expect(page.get_by_role("heading", level=1, name="Fair visitors")).to_be_visible()
    no = page.url.rpartition("/")[2]
    axe(page)

    excluded = matching(fair, {"contact": {"exclude_from_segment": "yes"}})
    visitors = matching(fair, {"mailing_group": {"code": "FAIR"}}) - excluded
    dialog = opened_deed(page, "Add contacts", "By filters…")
    filter_on(page, dialog, "Mailing group").get_by_role("combobox", name="Value of Code").click()
    page.get_by_role("option", name="Visitors of the fair (FAIR)").click()
    page.keyboard.press("Tab")
    add = dialog.get_by_role("button", name=f"Add {len(visitors)} contacts")
    expect(add).to_be_enabled()
    axe(page)
    add.click()
    expect(page.get_by_text(f"{len(visitors)} contacts were added.")).to_be_visible()
    assert set(numbers(fair, no)) == visitors

    french = visitors & matching(fair, {"contact": {"country_code": "FR"}})
    page.get_by_role("button", name="Refine…").click()
    dialog = page.get_by_role("dialog", name="Refine")
    dialog.get_by_role("button", name="Add a field").click()
    page.get_by_role("menuitem", name="Country", exact=True).click()
    dialog.get_by_role("combobox", name="Value of Country").click()
    page.get_by_role("option", name="France (FR)").click()
    going = len(visitors) - len(french)
    expect(dialog.get_by_text(f"Lines: {len(visitors)} now, {len(french)} then")).to_be_visible()
    dialog.get_by_role("button", name=f"Refine: {going} lines go").click()
    expect(page.get_by_text(f"{going} lines went; the others stayed.")).to_be_visible()
    assert set(numbers(fair, no)) == french
    steps = page.get_by_role("region", name="Steps")
    expect(steps).to_contain_text("Contact: Country is France")
    expect(steps).to_contain_text(f"−{going}")
    axe(page)

    steps.get_by_role("button", name="Go back", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Go back").click()
    expect(page.get_by_text(f"Went back: {going} lines came, 0 went.")).to_be_visible()
    assert set(numbers(fair, no)) == visitors
    expect(steps.get_by_role("region", name="Next to redo")).to_contain_text(f"Refined −{going}")
    axe(page)
    steps.get_by_role("button", name="Redo").click()
    expect(page.get_by_text(f"Done again: 0 lines came, {going} went.")).to_be_visible()
    before = numbers(fair, no)
    assert set(before) == french

    logged_from(page, fair, no, before, axe)


def logged_from(page: Page, fair: Site, no: str, contacts: list[str], axe: Axe) -> None:
    """Somebody has no e-mail address: the fault leads to the line. Then it is logged without delivering."""
    page.get_by_role("button", name="Log…").click()
    dialog = page.get_by_role("dialog", name=f"Log worksheet {no}")
    expect(dialog.get_by_text("there is no e-mail address")).to_be_visible()
    lacking = re.search(r"contact (C\d+)", dialog.get_by_role("alert").inner_text())
    assert lacking is not None
    dialog.get_by_role("button", name="Show the line").click()
    name = fair.client.did("GET", f"/contacts/{lacking[1]}")["name"]
    marked = page.locator("[aria-current=true]")
    expect(marked).to_contain_text(name)
    expect(marked).to_have_attribute("href", f"/contacts/{lacking[1]}")

    page.get_by_role("button", name="Log…").click()
    dialog.get_by_role("checkbox", name="Deliver what is attached").uncheck()
    dialog.get_by_role("checkbox", name="Create a follow-up worksheet").check()
    expect(dialog.get_by_text(f"{len(contacts)} interactions are recorded.")).to_be_visible()
    axe(page)
    dialog.get_by_role("button", name="Log worksheet").click()
    expect(page.get_by_text(f"{no} is logged: segment")).to_be_visible()
    page.get_by_role("link", name="Open the follow-up").click()
    expect(page.get_by_role("heading", level=1, name="Follow-up")).to_be_visible()
    follow_up = page.url.rpartition("/")[2]
    assert follow_up != no
    assert numbers(fair, follow_up) == contacts
    assert fair.client.did("GET", f"/worksheets/{follow_up}")["campaign_no"] == "CP1"
    (logged,) = (row for row in fair.client.did("GET", "/logged-segments")["items"] if row["segment_no"] == no)
    assert logged["no_of_interactions"] == len(contacts)
    assert fair.client.ask("GET", f"/worksheets/{no}").status == 404


def test_a_worksheet_of_a_live_segment_is_brought_up_to_date(fair: Site, opened: Opened, axe: Axe) -> None:
    page = opened(fair, "/worksheets?segment=buyers-role")
    form = page.get_by_role("dialog", name="New worksheet")
    form.get_by_label("Description").fill("Those who buy")
    form.get_by_role("button", name="Create worksheet").click()
    expect(page.get_by_role("heading", level=1, name="Those who buy")).to_be_visible()
    no = page.url.rpartition("/")[2]
    (segment,) = fair.client.did("GET", "/segments")["items"]
    members = segment["members"]
    expect(page.get_by_text(f"({members} members now)")).to_be_visible()
    gone = numbers(fair, no)[0]
    fair.client.did("PATCH", f"/contacts/{gone}", {"job_title": "Retired"})
    expect(page.get_by_text(f"({members - 1} members now)")).to_be_visible()
    page.get_by_role("button", name="Bring up to date…").first.click()
    dialog = page.get_by_role("dialog", name="Bring up to date")
    expect(dialog.get_by_text("1 line goes")).to_be_visible()
    axe(page)
    dialog.get_by_role("button", name="Bring up to date").click()
    expect(page.get_by_text("0 contacts came, 1 lines went.")).to_be_visible()
    assert gone not in numbers(fair, no)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("Went back: 1 lines came, 0 went.")).to_be_visible()
    assert numbers(fair, no)[0] == gone


def test_lines_are_worked_with_the_keyboard_and_the_header_asks_whether_they_follow(fair: Site, opened: Opened) -> None:
    no = make(fair, "Calls", interaction_template="CALL")
    fair.client.did("POST", f"/worksheets/{no}/add", {"filters": {"contact": {"city": "Lyon", "type": "person"}}})
    page = opened(fair, f"/worksheets/{no}")
    cells = page.get_by_role("button", name=re.compile("^Description of "))
    cells.first.focus()
    page.keyboard.press("ArrowDown")
    expect(cells.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    page.keyboard.type(" in May")
    page.keyboard.press("Enter")
    expect(cells.nth(1)).to_have_text("Calls in May")
    expect(cells.nth(1)).to_be_focused()

    page.get_by_role("textbox", name="Description", exact=True).fill("Spring calls")
    page.keyboard.press("Enter")
    question = page.get_by_role("dialog", name="One question")
    expect(question.get_by_role("button", name="Yes")).to_be_focused()
    page.keyboard.press("Enter")
    expect(cells.nth(1)).to_have_text("Spring calls")

    page.get_by_role("button", name=re.compile("^More for ")).first.click()
    page.get_by_role("menuitem", name="Make a phone call…").click()
    call = page.get_by_role("dialog", name=re.compile("Phone call with"))
    call.get_by_label("Phone").fill("")
    call.get_by_role("button", name="Log the call").click()
    expect(call.get_by_text("number")).to_be_visible()
    call.get_by_label("Phone").fill("+33 1 23")
    call.get_by_role("button", name="Log the call").click()
    expect(page.get_by_text("The call was logged as interaction")).to_be_visible()
    caller = numbers(fair, no)[0]
    found = fair.client.did("GET", f"/interactions?contact={caller}")["items"]
    assert found[0]["phone_no"] == "+33 1 23"
    assert found[0]["segment_no"] == no


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(fair: Site, opened: Opened) -> None:
    no = make(fair, "Shared", interaction_template="CALL")
    page = opened(fair, f"/worksheets/{no}")
    expect(page.get_by_role("heading", level=1, name="Shared")).to_be_visible()
    fair.client.did("PUT", f"/worksheets/{no}/fields/salesperson_code", {"value": "MARC"})
    page.get_by_role("textbox", name="Description", exact=True).fill("Mine")
    page.keyboard.press("Enter")
    expect(page.get_by_text("was changed by somebody else")).to_be_visible()
    assert fair.client.did("GET", f"/worksheets/{no}")["description"] == "Shared"
    expect(page.get_by_role("combobox", name="Salesperson")).to_have_value("Marc Petit (MARC)")


def test_the_page_can_be_read_on_a_phone_in_french(fair: Site, opened: Opened, axe: Axe) -> None:
    no = make(fair, "Salon", interaction_template="MAIL")
    fair.client.did("POST", f"/worksheets/{no}/add", {"filters": {"contact": {"city": "Lyon"}}})
    page = opened(fair, f"/worksheets/{no}", width=390, locale="fr-FR", color_scheme="dark")
    expect(page.get_by_role("region", name="Étapes")).to_contain_text("Contact : Ville est Lyon")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Réduire…").click()
    expect(page.get_by_role("dialog", name="Réduire")).to_be_visible()
    axe(page)
