"""Every page, looked at in both languages, light and dark, wide and on a phone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

import parcours
from parcours.testing.site import Site, serving
from tests.web.conftest import Opened, context_of, page_in
from tests.web.trade_fair import begin_work, fill

pytestmark = [pytest.mark.slow, pytest.mark.browser]

DEMO = [
    "/",
    "/segments",
    "/segments/new",
    "/segments/gold",
    "/segments/gold?tab=members",
    "/segments/gold?tab=why",
    "/segments/gold?tab=versions",
    "/segments/gold?tab=export",
    "/segments/gold-parents/edit",
    "/people",
    "/people/1023",
    "/journeys",
    "/journeys/new",
    "/journeys/win-back",
    "/journeys/win-back?tab=report",
    "/journeys/win-back?tab=backtest",
    "/journeys/win-back?tab=test",
    "/journeys/win-back?tab=versions",
    "/deliveries",
    "/data",
    "/settings",
    "/audit",
    "/no-such-page",
]
CRM = ["/contacts", "/worksheets", "/interactions", "/campaigns", "/opportunities", "/tasks"]
CARDS = ["contacts", "worksheets", "campaigns", "opportunities"]
#: What moved although nobody did anything (https://web.dev/articles/cls), from the first paint on.
SHIFTS = """
() => { window.__shift = 0; window.__moved = [];
  new PerformanceObserver(list => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
    window.__shift += entry.value;
    window.__moved.push(...entry.sources.map(({node}) => (node?.outerHTML ?? String(node)).slice(0, 120))) }
  }).observe({type: 'layout-shift', buffered: true}); }
"""


@pytest.fixture(scope="module")
def still(demo: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo's service, in which nothing moves."""
    folder = tmp_path_factory.mktemp("still") / "workspace"
    shutil.copytree(demo, folder)
    with serving(folder, "--still", package=wheel) as site:
        yield site


@pytest.fixture(scope="module")
def crm(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A service with a CRM."""
    folder = tmp_path_factory.mktemp("crm") / "workspace"
    with parcours.init(folder) as workspace:
        fill(workspace)
        begin_work(workspace)
    with serving(folder, "--still", package=wheel) as site:
        yield site


Look = Callable[[Site, str], None]


@pytest.fixture(scope="module")
def browsers(browser: Browser) -> Iterator[Callable[[Site, bool], BrowserContext]]:
    """For each site a browser on a desk, English and light, and one on a phone, French and dark."""
    found: dict[tuple[str, bool], BrowserContext] = {}

    def browser_for(site: Site, phone: bool) -> BrowserContext:
        if (site.address, phone) not in found:
            other: dict[str, Any] = {"locale": "fr-FR", "color_scheme": "dark"} if phone else {}
            found[site.address, phone] = context_of(browser, site, width=390 if phone else 1280, **other)
        return found[site.address, phone]

    yield browser_for
    for context in found.values():
        context.close()


@pytest.fixture
def look(browsers: Callable[[Site, bool], BrowserContext], axe: Callable[[Page], None]) -> Look:
    """Looks at a page in both browsers."""

    def look_(site: Site, path: str) -> None:
        wrong: list[str] = []
        page = page_in(browsers(site, False), path, wrong, before=SHIFTS)
        axe(page)
        moved = page.evaluate("window.__shift")
        assert moved < 0.1, (moved, page.evaluate("window.__moved"))
        page.close()
        page = page_in(browsers(site, True), path, wrong)
        axe(page)
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert beyond <= 0, f"{beyond} pixels stand beyond the edge of a phone"
        untold = page.evaluate(r"document.body.innerText.match(/^[a-z_]+(\.[a-z_]+)+$/gm)")
        assert untold is None, f"words without a text: {untold}"
        page.close()
        assert not wrong, wrong

    return look_


@pytest.mark.parametrize("path", DEMO)
def test_page(still: Site, look: Look, path: str) -> None:
    look(still, path)


@pytest.mark.parametrize("path", CRM)
def test_page_of_the_crm(crm: Site, look: Look, path: str) -> None:
    look(crm, path)


@pytest.mark.parametrize("kind", CARDS)
def test_card_of_the_crm(crm: Site, look: Look, kind: str) -> None:
    contacts = kind == "contacts"
    found = crm.client.did("POST" if contacts else "GET", f"/{kind}" + "/find" * contacts, {} if contacts else None)
    look(crm, f"/{kind}/{found['items'][0]['no']}")


@pytest.mark.parametrize("path", ["/", "/segments", "/people", "/journeys", "/contacts", "/worksheets", "/data"])
def test_empty_page_teaches(empty_site: Site, opened: Opened, axe: Callable[[Page], None], path: str) -> None:
    page = opened(empty_site, path)
    axe(page)
    assert page.locator("main a, main button").count() > 0, "an empty page says what to do first"
