"""The web application out of a built wheel, served over real workspaces, in a real Chromium."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

import parcours
from parcours.testing.site import Site, chromium, serving
from tests.conftest import made_once

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
#: Chromium may be busy on a small machine; nothing here measures how fast it is.
PATIENCE = 60_000


@pytest.fixture(scope="session")
def wheel(shared: Path) -> Path:
    """Where the package lies as it is installed from a wheel that was built just now."""
    installed = shared / "installed"
    with made_once("wheel", shared) as mine:
        if mine:
            command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(shared / "dist")]
            subprocess.run(command, cwd=ROOT, check=True)
            (found,) = (shared / "dist").glob("*.whl")
            with zipfile.ZipFile(found) as archive:
                archive.extractall(installed)
    return installed


@pytest.fixture(scope="module")
def site(demo: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service over a copy of the demo's workspace, one for each file of tests."""
    folder = tmp_path_factory.mktemp("site") / "workspace"
    shutil.copytree(demo, folder)
    with serving(folder, "--from-last-tick", package=wheel) as found:
        yield found


@pytest.fixture(scope="module")
def empty_site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service over a workspace in which there is nothing, one for each file of tests."""
    folder = tmp_path_factory.mktemp("empty") / "workspace"
    parcours.init(folder).close()
    with serving(folder, package=wheel) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    path = chromium()
    if path is None:
        pytest.skip("Chromium is not installed; on Debian: apt-get install chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])


Opened = Callable[..., Page]


def context_of(browser: Browser, site: Site, *, width: int, signed_in: bool = True, **options: Any) -> BrowserContext:
    """A browser with nothing in it but, unless it is a stranger's, a session."""
    size = {"width": width, "height": 844 if width < 500 else 800}
    context = browser.new_context(
        base_url=site.address, viewport=size, **{"locale": "en-GB", "reduced_motion": "reduce", **options}
    )  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    if signed_in:
        site.sign_in(context)
    return context


def page_in(context: BrowserContext, path: str, wrong: list[str], *, before: str = "") -> Page:
    """A page of it; what goes wrong in its scripts comes into ``wrong``."""
    page = context.new_page()
    if before:
        page.add_init_script(f"({before})()")
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(path)
    return page


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Opens pages: ``opened(site, "/segments", locale="fr-FR", color_scheme="dark", width=390)``, signed in.

    A test fails when a page had an error of a script, or wrote one into the console.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_(
        site: Site, path: str = "/", *, width: int = 1280, signed_in: bool = True, before: str = "", **options: Any
    ) -> Page:
        context = context_of(browser, site, width=width, signed_in=signed_in, **options)
        contexts.append(context)
        return page_in(context, path, wrong, before=before)

    yield open_
    for context in contexts:
        context.close()
    assert not wrong, wrong


@pytest.fixture
def page(site: Site, opened: Opened) -> Page:
    """A page of the demo's service, signed in."""
    return opened(site)


def settled(page: Page) -> None:
    """Everything has been read and drawn."""
    page.locator("h1").first.wait_for()
    page.wait_for_function("() => !document.querySelector('[aria-busy=true], .mantine-Skeleton-root')")
    page.wait_for_load_state("load")


def resting(page: Page, selector: str) -> Any:
    """The box of an element once it stands still."""
    page.wait_for_function(
        """async selector => {
          const box = () => JSON.stringify(document.querySelector(selector)?.getBoundingClientRect())
          const before = box()
          await new Promise(resolve => setTimeout(resolve, 200))
          return before && before === box()
        }""",
        arg=selector,
    )
    return page.locator(selector).bounding_box()


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Asserts that a page has no findings of axe (WCAG 2.2 A and AA, and best practice)."""

    def check(page: Page) -> None:
        settled(page)  # what is about to be replaced stands there dimmed
        page.evaluate(AXE.read_text())
        page.evaluate("() => Promise.allSettled(document.getAnimations().map(one => one.finished))")
        found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
        told = [(each["id"], each["help"], [node["html"][:500] for node in each["nodes"]][:5]) for each in found]
        assert not told, f"{page.url}: {json.dumps(told, indent=1)}"

    return check
