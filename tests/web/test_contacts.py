"""Contacts, interactions, campaigns, opportunities and tasks in the browser: whole paths, and their words in French."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import parcours
from parcours.testing.site import Site, serving
from tests.web import trade_fair
from tests.web.conftest import Opened

pytestmark = [pytest.mark.slow, pytest.mark.browser]

Axe = Callable[[Page], None]
STAGES = [
    {"description": "First contact", "completed_pct": 10, "chances_pct": 20},
    {"description": "Needs understood", "completed_pct": 40, "chances_pct": 50},
    {"description": "Offer", "completed_pct": 80, "chances_pct": 60, "quote_required": True},
]


@pytest.fixture(scope="module")
def fair(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service over a small trade that also sells in stages."""
    folder = tmp_path_factory.mktemp("fair") / "workspace"
    with parcours.init(folder) as workspace:
        trade_fair.fill(workspace, 30)
        workspace.crm.put_series("TASK", "T0001")
        workspace.crm.put_series("OPP", "OP0101")
        workspace.crm.put_code("close_code", "PRICE", "The price was right")
        workspace.opportunities.put_cycle("STEPS", stages=STAGES, description="Step by step")
    with serving(folder, package=wheel) as found:
        yield found


def person(fair: Site, first: str, last: str, **fields: object) -> str:
    """A new person. Returns the number."""
    body = {"type": "person", "first_name": first, "last_name": last, **fields}
    return str(fair.client.did("POST", "/contacts", body)["no"])


def card(fair: Site, no: str) -> dict[str, object]:
    found: dict[str, object] = fair.client.did("GET", f"/contacts/{no}")
    return found


def pick(page: Page, field: str, option: str | re.Pattern[str]) -> None:
    """Choose from the list of a field of the dialog that is open."""
    page.get_by_role("dialog").get_by_role("combobox", name=field).click()
    page.get_by_role("option", name=option).first.click()


def test_a_contact_is_made_and_its_fields_are_saved_one_by_one(fair: Site, opened: Opened, axe: Axe) -> None:
    page = opened(fair, "/contacts")
    page.get_by_role("button", name="New contact").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("First name").fill("Zoe")
    dialog.get_by_label("Last name").fill("Walker")
    dialog.get_by_label("Phone").fill("abc")
    dialog.get_by_role("button", name="Create contact").click()
    expect(dialog.get_by_text("has letters in it")).to_be_visible()
    dialog.get_by_label("Phone").fill("0123")
    dialog.get_by_role("button", name="Create contact").click()
    expect(page.get_by_role("heading", name="Zoe Walker")).to_be_visible()
    no = page.url.rpartition("/")[2]
    email = page.get_by_label("E-mail", exact=True)
    email.fill("nobody")
    email.press("Tab")
    expect(page.get_by_text("is no e-mail address")).to_be_visible()
    email.fill("zoe@example.org")
    email.press("Tab")
    expect(page.get_by_text("Saved")).to_be_visible()
    assert card(fair, no)["email"] == "zoe@example.org"
    axe(page)
    page.get_by_role("button", name="Undo").click()
    expect(email).to_have_value("")
    assert card(fair, no)["email"] == ""


def test_the_list_is_searched_sorted_and_shared_by_its_address(fair: Site, opened: Opened) -> None:
    page = opened(fair, "/contacts")
    table = page.get_by_role("region", name="Contacts")
    page.get_by_role("searchbox", name="Search").fill("karin")
    expect(table.get_by_role("link", name=re.compile("Karin")).first).to_be_visible()
    expect(table.get_by_role("link", name=re.compile("Farid"))).to_have_count(0)
    page.get_by_role("button", name="Name", exact=True).click()
    expect(page).to_have_url(re.compile("sort=name"))
    again = opened(fair, page.url.removeprefix(fair.address))
    expect(again.get_by_role("searchbox", name="Search")).to_have_value("karin")
    first = again.get_by_role("region", name="Contacts").get_by_role("row").nth(1)
    expect(first).to_contain_text("Karin Adler")


def test_a_contact_is_classified_and_asked(fair: Site, opened: Opened) -> None:
    no = person(fair, "Cara", "Classed")
    page = opened(fair, f"/contacts/{no}?tab=classification")
    page.get_by_role("combobox", name="Add to Mailing groups").click()
    page.get_by_role("option", name="Newsletter (NEWS)").click()
    expect(page.get_by_role("button", name="Take away Newsletter (NEWS)")).to_be_visible()
    assert fair.client.did("GET", f"/contacts/{no}/codes/mailing_group") == ["NEWS"]
    page.get_by_role("button", name="Take away Newsletter (NEWS)").click()
    expect(page.get_by_role("button", name="Take away Newsletter (NEWS)")).to_be_hidden()
    page.get_by_role("tab", name="Questionnaires").click()
    page.get_by_role("radio", name="Weekly").check()
    with page.expect_response(lambda told: told.request.method == "PUT" and told.url.endswith("/HABITS/30")):
        page.get_by_role("radio", name="Less often").check()
    page.reload()
    expect(page.get_by_role("radio", name="Less often")).to_be_checked()
    answers = fair.client.did("GET", f"/contacts/{no}/answers")["items"]
    assert [answer["answer"] for answer in answers] == ["Less often"]


def test_duplicates_are_merged_after_their_consequences_were_seen(fair: Site, opened: Opened, axe: Axe) -> None:
    one = person(fair, "Dora", "Double", email="dora@example.org", address="Ring 1")
    other = person(fair, "Dora", "Double", email="dora@example.org", address="Ring 1", job_title="Buyer")
    page = opened(fair, f"/contacts/{one}?tab=duplicates")
    page.get_by_role("button", name=re.compile(f"Merge .*{other}|Merge {other}")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(f"({one})").click()
    row = dialog.get_by_role("row", name=re.compile("Job title"))
    expect(row).to_contain_text("Buyer")
    axe(page)
    dialog.get_by_role("button", name=f"Merge {other} into {one}").click()
    expect(dialog).to_be_hidden()
    assert card(fair, one)["job_title"] == "Buyer"
    assert fair.client.ask("GET", f"/contacts/{other}").status == 404


def test_a_file_is_looked_at_before_it_is_taken_in(fair: Site, opened: Opened) -> None:
    page = opened(fair, "/contacts?tab=import")
    content = b"Name;E-mail;Place\nAda Imported;ada@example.org;Lyon\nBob Imported;no-mail;Paris\n"
    page.locator("input[type=file]").set_input_files({"name": "x.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("combobox", name="What Place is taken for").click()
    page.get_by_role("option", name="City").click()
    page.get_by_role("button", name="See what would come of it").click()
    expect(page.get_by_text("1 new")).to_be_visible()
    expect(page.get_by_text("is no e-mail address")).to_be_visible()
    found = {"filters": {"contact": {"name": "*Imported"}}}
    assert fair.client.did("POST", "/contacts/find", found)["items"] == []
    page.get_by_role("button", name="Import 1 contact").click()
    expect(page.get_by_text("Imported", exact=True)).to_be_visible()
    (made,) = fair.client.did("POST", "/contacts/find", found)["items"]
    assert (made["name"], made["city"]) == ("Ada Imported", "Lyon")


def test_deleting_says_who_goes_too(fair: Site, opened: Opened) -> None:
    company = str(fair.client.did("POST", "/contacts", {"type": "company", "name": "Gone Ltd"})["no"])
    person(fair, "Gus", "Gone", company_no=company)
    page = opened(fair, f"/contacts/{company}")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("one person with it")).to_be_visible()
    expect(dialog.get_by_text("Gus Gone")).to_be_visible()
    dialog.get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile("/contacts$"))
    assert fair.client.ask("GET", f"/contacts/{company}").status == 404


def test_an_interaction_is_put_off_finished_judged_and_canceled(fair: Site, opened: Opened, axe: Axe) -> None:
    no = person(fair, "Ida", "Called")
    page = opened(fair, f"/contacts/{no}")
    page.get_by_role("link", name="Record interaction").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("combobox", name="Contact")).to_have_value(re.compile("Ida Called"))
    pick(page, "Template", re.compile("VISIT"))
    pick(page, "Salesperson", re.compile("ANNA"))
    pick(page, "Write by", "On paper")
    dialog.get_by_label("Description").fill("Came by")
    dialog.get_by_role("button", name="Put off").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("tab", name="Put off").click()
    page.get_by_role("button", name="Finish: Came by").click()
    axe(page)
    page.get_by_role("dialog").get_by_role("button", name="Record interaction").click()
    expect(page.get_by_role("button", name="Finish: Came by")).to_be_hidden()
    page.get_by_role("tab", name="Log", exact=True).click()
    page.get_by_role("button", name="Came by", exact=True).click()
    pick(page, "Evaluation", "Very positive")
    page.keyboard.press("Escape")
    expect(page.get_by_role("row", name=re.compile("Came by"))).to_contain_text("Very positive")
    page.get_by_role("button", name="Cancel: Came by").click()
    expect(page.get_by_text("counts no more")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Cancel: Came by")).to_be_visible()
    (entry,) = fair.client.did("GET", f"/interactions?contact={no}")["items"]
    assert (entry["evaluation"], entry["canceled"], entry["postponed"]) == ("very_positive", False, False)


def test_an_opportunity_goes_over_the_board_by_keyboard_and_is_closed(fair: Site, opened: Opened, axe: Axe) -> None:
    no = person(fair, "Olaf", "Buyer")
    page = opened(fair, f"/opportunities?new={no}")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Description").fill("Big deal")
    pick(page, "Salesperson", re.compile("ANNA"))
    dialog.get_by_role("button", name="Create opportunity").click()
    expect(page.get_by_role("heading", name="Big deal")).to_be_visible()
    number = page.url.rpartition("/")[2]
    page.get_by_role("button", name="First contact", exact=True).click()
    dialog.get_by_label("Estimated value").fill("5000")
    dialog.get_by_role("button", name=re.compile("Move to")).click()
    expect(page.get_by_role("button", name="First contact", exact=True)).to_have_attribute("aria-current", "step")
    page.goto("/opportunities?cycle=STEPS")
    second = page.get_by_role("region", name="Needs understood").get_by_role("link", name="Big deal")
    page.get_by_role("region", name="First contact").get_by_role("link", name="Big deal").focus()
    page.keyboard.press("ArrowRight")
    expect(second).to_be_visible()
    axe(page)
    second.focus()
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_text("this stage needs a quote")).to_be_visible()
    dialog.get_by_label("Quote").fill("Q-77")
    dialog.get_by_role("button", name=re.compile("Move to")).click()
    expect(page.get_by_role("region", name="Offer").get_by_role("link", name="Big deal")).to_be_visible()
    page.get_by_role("button", name="Move: Big deal").click()
    page.get_by_role("menuitem", name="Close as lost").click()
    pick(page, "Reason", re.compile("PRICE"))
    dialog.get_by_role("button", name="Close as lost").click()
    expect(page.get_by_role("link", name="Big deal")).to_have_count(0)
    assert fair.client.did("GET", f"/opportunities/{number}")["status"] == "lost"


def test_a_task_is_done_and_the_next_one_follows(fair: Site, opened: Opened, axe: Axe) -> None:
    no = person(fair, "Tom", "Tasked")
    fair.client.did("POST", "/tasks", {"description": "Call Tom", "contact_no": no, "salesperson_code": "ANNA"})
    page = opened(fair, "/tasks")
    page.get_by_role("button", name="Done: Call Tom").click()
    expect(page.get_by_text("“Call Tom” is done.")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Follow-up Tom Tasked").click()
    page.get_by_role("dialog").get_by_label("Description").fill("Write to Tom")
    page.get_by_role("dialog").get_by_role("button", name="Create task").click()
    expect(page.get_by_role("button", name="Done: Write to Tom")).to_be_visible()
    (task,) = fair.client.did("GET", f"/tasks?contact_no={no}")["items"]
    assert (task["description"], task["salesperson_code"]) == ("Write to Tom", "ANNA")


def test_a_campaign_gets_a_price_that_holds_for_its_targets(fair: Site, opened: Opened, axe: Axe) -> None:
    no = person(fair, "Tara", "Target")
    fair.client.did("POST", "/campaigns", {"no": "SALE", "description": "Summer sale"})
    fair.client.did("POST", "/crm/load", {"tables": {"items": [{"no": "CHAIR"}]}, "tell": False})
    visit = {"contact": no, "template": "VISIT", "salesperson_code": "ANNA", "correspondence_type": "hard_copy"}
    fair.client.did("POST", "/interactions", {**visit, "campaign_no": "SALE", "campaign_target": True})
    page = opened(fair, "/campaigns/SALE?tab=offers")
    page.get_by_role("button", name="New price").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Item").fill("NOTHING")
    dialog.get_by_label("Price").fill("9.5")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("there is no item 'NOTHING'")).to_be_visible()
    dialog.get_by_label("Item").fill("CHAIR")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("cell", name="CHAIR", exact=True)).to_be_visible()
    page.get_by_role("button", name="Activate").click()
    dialog.get_by_role("button", name="Activate").click()
    expect(page.get_by_text("Prices hold")).to_be_visible()
    page.get_by_role("tab", name="Targets").click()
    expect(page.get_by_role("link", name="Tara Target")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Deactivate").click()
    expect(dialog.get_by_text("One target loses")).to_be_visible()
    dialog.get_by_role("button", name="Deactivate").click()
    expect(page.get_by_text("Prices hold")).to_be_hidden()
    assert fair.client.did("GET", "/campaigns/SALE")["active"] is False


def test_from_nothing_to_the_first_opportunity(empty_site: Site, opened: Opened, axe: Axe) -> None:
    page = opened(empty_site, "/contacts")
    expect(page.get_by_role("heading", name="No contacts yet")).to_be_visible()
    page.get_by_role("button", name="New contact").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("First name").fill("Eve")
    dialog.get_by_role("combobox", name="Salesperson").fill("Nina Novak")
    page.get_by_role("option", name="Set up “Nina Novak”").click()
    expect(dialog.get_by_role("combobox", name="Salesperson")).to_have_value("Nina Novak (NINA-NOVAK)")
    dialog.get_by_role("button", name="Create contact").click()
    dialog.get_by_role("button", name="Number from C00001 on").click()
    expect(page.get_by_role("heading", name="Eve")).to_be_visible()
    page.goto("/opportunities")
    page.get_by_role("button", name="Set up a simple cycle").click()
    page.get_by_role("button", name="New opportunity").first.click()
    pick(page, "Contact", re.compile("Eve"))
    dialog.get_by_label("Description").fill("The first")
    axe(page)
    dialog.get_by_role("button", name="Create opportunity").click()
    dialog.get_by_role("button", name="Number from OP0001 on").click()
    expect(page.get_by_role("heading", name="The first")).to_be_visible()
    (made,) = empty_site.client.did("GET", "/opportunities")["items"]
    assert (made["contact_no"], made["salesperson_code"]) == ("C00001", "NINA-NOVAK")


def test_the_card_speaks_french_and_is_clean_in_the_dark_on_a_phone(fair: Site, opened: Opened, axe: Axe) -> None:
    no = person(fair, "Fleur", "Français")
    page = opened(fair, f"/contacts/{no}", width=390, locale="fr-FR", color_scheme="dark")
    expect(page.get_by_role("heading", name="Confidentialité")).to_be_visible()
    expect(page.get_by_label("Prénom", exact=True)).to_have_value("Fleur")
    axe(page)
