"""Take pictures of every page of the web application, in both languages, for the documentation.

``make docs`` runs this where Chromium is installed. The workspaces are that of the demo, and one with a CRM; both are
made anew, so that pictures of two runs show the same people. Two pages are taken dark, and two on a phone.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

import parcours
from parcours.testing.site import Site, chromium, serving
from tools import web

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "images"
MADE = ROOT / ".build" / "screenshots"
LANGUAGES = {"en": "en-GB", "fr": "fr-FR"}


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: its name, the address, and how it is looked at."""

    name: str
    path: str
    width: int = 1280
    dark: bool = False
    #: What is clicked first: a part of the page, then what is waited for.
    click: tuple[str, str] | None = None


DEMO = (
    Shot("pulse", "/"),
    Shot("pulse-dark", "/", dark=True),
    Shot("segments", "/segments"),
    Shot("segment", "/segments/gold"),
    Shot("segment-members", "/segments/gold?tab=members"),
    Shot("segment-versions", "/segments/gold?tab=versions"),
    Shot("segment-phone", "/segments/gold", width=390),
    Shot("segment-builder", "/segments/gold-parents/edit"),
    Shot("segment-builder-dark", "/segments/gold-parents/edit", dark=True),
    Shot(
        "segment-builder-text",
        "/segments/gold-parents/edit",
        click=("main .mantine-SegmentedControl-label >> nth=1", ".cm-content"),
    ),
    Shot("people", "/people"),
    Shot("person", "/people/1023"),
    Shot("person-phone", "/people/1023", width=390),
    Shot("journeys", "/journeys"),
    Shot("journey", "/journeys/win-back"),
    Shot("journey-wide", "/journeys/win-back", width=1920),
    Shot("journey-report", "/journeys/win-back?tab=report"),
    Shot(
        "journey-backtest",
        "/journeys/win-back?tab=backtest",
        click=("main form button[type=submit]", ".recharts-surface"),
    ),
    Shot("journey-test", "/journeys/win-back?tab=test"),
    Shot("deliveries", "/deliveries"),
    Shot("data", "/data"),
    Shot("settings", "/settings"),
    Shot("audit", "/audit"),
)
CRM = (
    Shot("contacts", "/contacts"),
    Shot("worksheets", "/worksheets"),
    Shot("interactions", "/interactions"),
    Shot("campaigns", "/campaigns"),
    Shot("opportunities", "/opportunities"),
    Shot("tasks", "/tasks"),
)


def main() -> int:
    """Take all of them; the code to exit with."""
    path = chromium()
    if path is None:
        print("no pictures: Chromium is not installed (on Debian: apt-get install chromium)", file=sys.stderr)
        return 0
    web.application()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        with serving(_demo(), "--from-last-tick") as site:
            _take(browser, site, DEMO)
        with serving(_crm(), "--still") as site:
            _take(browser, site, (*CRM, *_cards(site)))
        browser.close()
    _gallery()
    return 0


def _demo() -> Path:
    folder = _empty("demo")
    subprocess.run([sys.executable, "examples/demo.py", "--folder", str(folder)], cwd=ROOT, check=True)
    return folder


def _crm() -> Path:
    from tests.web.trade_fair import begin_work, fill

    folder = _empty("crm")
    with parcours.init(folder) as workspace:
        fill(workspace)
        begin_work(workspace)
    return folder


def _empty(name: str) -> Path:
    folder = MADE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    return folder


def _cards(site: Site) -> Iterator[Shot]:
    """The first of each list, as a page of its own."""
    for name, key in (("contacts", "no"), ("worksheets", "no"), ("campaigns", "no"), ("opportunities", "no")):
        contacts = name == "contacts"
        found = site.client.did(
            "POST" if contacts else "GET", f"/{name}" + "/find" * contacts, {} if contacts else None
        )
        found = found["items"]
        if found:
            yield Shot(name.removesuffix("s").replace("opportunitie", "opportunity"), f"/{name}/{found[0][key]}")


def _take(browser: Browser, site: Site, shots: tuple[Shot, ...]) -> None:
    for language, locale in LANGUAGES.items():
        (PICTURES / language).mkdir(parents=True, exist_ok=True)
        for shot in shots:
            with _looking(browser, site, shot, locale) as context:
                page = context.new_page()
                page.goto(f"{site.address}{shot.path}")
                page.locator("main h1").first.wait_for()
                page.wait_for_function("() => !document.querySelector('[aria-busy=true], .mantine-Skeleton-root')")
                if shot.click is not None:
                    pressed, shown = shot.click
                    page.locator(pressed).first.click()
                    page.locator(shown).first.wait_for()
                page.wait_for_timeout(700)  # charts have finished drawing
                page.screenshot(path=PICTURES / language / f"{shot.name}.jpg", type="jpeg", quality=82)
            print(f"docs/images/{language}/{shot.name}.jpg", flush=True)


def _gallery() -> None:
    """The page that shows all of them."""
    names = sorted(path.name for path in (PICTURES / "en").glob("*.jpg"))
    rows = [f"| {_picture('en', name)} | {_picture('fr', name)} |" for name in names]
    text = ["# The web application in pictures", "", "Taken by `make docs`.", "", "| English | French |", "|---|---|"]
    (ROOT / "docs" / "reference" / "pictures.md").write_text("\n".join([*text, *rows]) + "\n")


def _picture(language: str, name: str) -> str:
    title = name.removesuffix(".jpg").replace("-", " ")
    return f"![{title} ({language})](../images/{language}/{name})"


@contextmanager
def _looking(browser: Browser, site: Site, shot: Shot, locale: str) -> Iterator[BrowserContext]:
    height = 844 if shot.width < 500 else 800 if shot.width < 1500 else 1080
    with browser.new_context(
        viewport={"width": shot.width, "height": height},
        locale=locale,
        timezone_id="Europe/Paris",
        color_scheme="dark" if shot.dark else "light",
        reduced_motion="reduce",
    ) as context:
        site.sign_in(context)
        yield context


if __name__ == "__main__":
    sys.exit(main())
