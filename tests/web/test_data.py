"""What comes in: plans, sources, files and dead letters in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from parcours.testing.site import Site
from tests.web.conftest import Opened

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ORDERS = b"customer,ordered,amount,note\nann,2026-01-02,5,x\nbob,2026-01-03,7,x\ncid,no day,9,x\n"


def send(page: Page, site: Site, key: str, properties: dict[str, object]) -> None:
    """An order of ann, as a client sends it."""
    body = {"userId": "ann", "event": "Order Completed", "properties": properties, "writeKey": key}
    assert page.context.request.post(f"{site.address}/v1/track", data=body).ok


def test_a_file_is_looked_at_before_it_is_taken_in(
    empty_site: Site, opened: Opened, axe: Callable[[Page], None]
) -> None:
    page = opened(empty_site, "/data?tab=imports")
    chooser = page.get_by_label("File", exact=True)
    with page.expect_file_chooser() as opening:
        chooser.click()
    opening.value.set_files({"name": "orders.csv", "mimeType": "text/csv", "buffer": ORDERS})
    columns = page.get_by_role("region", name="Columns of the file")
    expect(columns.get_by_role("combobox", name="What customer is")).to_have_value("the person")
    expect(columns.get_by_role("combobox", name="What ordered is")).to_have_value("the time")
    expect(page.get_by_text("Say which type of events these are.")).to_be_visible()
    columns.get_by_role("combobox", name="What ordered is").click()
    page.get_by_role("option", name="a property", exact=True).click()
    expect(page.get_by_text("Say which column is the time.")).to_be_visible()
    columns.get_by_role("combobox", name="What ordered is").click()
    page.get_by_role("option", name="the time").click()
    columns.get_by_role("combobox", name="What note is").click()
    page.get_by_role("option", name="left out").click()
    columns.get_by_role("textbox", name="Name of amount").fill("total")
    page.get_by_role("combobox", name="Type of all events").fill("order")
    expect(page.get_by_text("3 rows: 2 would be taken in, 1 refused.")).to_be_visible()
    expect(page.get_by_role("region", name="The first rows: order")).to_contain_text("total")
    axe(page)
    page.get_by_role("button", name="Take 2 in").click()
    uploads = page.get_by_role("region", name="Imports: table")
    expect(uploads.get_by_role("row", name="orders.csv")).to_contain_text("Done")
    uploads.get_by_role("button", name="See 1 refused of orders.csv").click()
    expect(page.get_by_role("dialog")).to_contain_text("no day")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Events and attributes").click()
    page.get_by_role("button", name="order", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 events")
    dialog.get_by_role("button", name="Show values of total").click()
    expect(dialog.get_by_role("link", name="ann")).to_be_visible()
    axe(page)


def test_what_violates_a_plan_is_mended_and_sent_again(
    empty_site: Site, opened: Opened, axe: Callable[[Page], None]
) -> None:
    page = opened(empty_site, "/data?tab=sources")
    page.get_by_role("button", name="New source").click()
    page.get_by_role("textbox", name="Id").fill("shop")
    page.get_by_role("button", name="Make the source").click()
    card = page.get_by_role("dialog", name="Source shop")
    expect(card.get_by_role("heading", name="Write key")).to_be_visible()
    key = empty_site.client.did("GET", "/sources/shop")["write_key"]
    expect(card.get_by_text(key, exact=True)).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Tracking plans").click()
    page.get_by_role("button", name="New plan").click()
    page.get_by_role("combobox", name="Event").fill("order_completed")
    page.get_by_text("is refused", exact=True).click()
    schema = '{"type": "object", "properties": {"total": {"type": "number"}}, "required": ["total"]}'
    page.get_by_role("textbox", name="JSON Schema of the properties").fill(schema)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="order_completed")).to_be_visible()
    send(page, empty_site, key, {"total": 5})
    send(page, empty_site, key, {"total": "a lot"})
    page.get_by_role("tab", name=re.compile("Dead letters")).click()
    letters = page.get_by_role("region", name="Dead letters: table")
    refused = letters.get_by_role("row").filter(has_text="order_completed")
    refused.get_by_role("button", name=re.compile("Look at letter")).click()
    dialog = page.get_by_role("dialog")
    payload = dialog.get_by_role("textbox", name="What it holds")
    payload.fill(payload.input_value().replace('"a lot"', "40"))
    axe(page)
    dialog.get_by_role("button", name="Mend and send again").click()
    expect(refused).to_have_count(0)
    page.goto("/data?event=order_completed")
    expect(page.get_by_role("dialog")).to_contain_text("2 events")
    expect(page.get_by_role("dialog")).to_contain_text("total 40")


def test_a_new_key_ends_the_old_one(empty_site: Site, opened: Opened) -> None:
    old = empty_site.client.did("POST", "/sources/web", {"name": "Website"})["write_key"]
    page = opened(empty_site, "/data?tab=sources&source=web")
    expect(page.get_by_text(old, exact=True)).to_be_visible()
    page.get_by_role("button", name="New key").click()
    sure = page.get_by_role("dialog", name="A new key for web")
    sure.get_by_role("button", name="New key").click()
    expect(page.get_by_text(old, exact=True)).to_have_count(0)
    answer = page.context.request.post(
        f"{empty_site.address}/v1/track", data={"userId": "ann", "event": "x", "writeKey": old}
    )
    assert answer.status == 401
