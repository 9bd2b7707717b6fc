"""The web application in a real Chromium: first load, long lists, many people, a large canvas, moving numbers.

A service in a process of its own over generated workspaces. *longest task* is the longest time during which the page
could do nothing else; *frames* are those that the browser drew while something was dragged or numbers moved. As a peer
of the first load stands a page of the same server that has no script at all.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

import parcours
from bench import data
from bench.data import Size
from bench.report import agree, console, table
from bench.sending import KEY, LEVELS
from parcours.testing.site import Site, chromium, serving
from tools import web

#: People who are searched, segments in the list, activities on the canvas, entries and exits a second, seconds of them.
SIZES = {
    "small": (20_000, 60, 60, 1_000, 3),
    "medium": (200_000, 500, 300, 1_000, 10),
    "full": (1_000_000, 2_000, 300, 1_000, 20),
}
#: Those whose levels change.
CLIMBERS = 5_000
FRAMES = """
() => { const seen = window.__seen = {frames: [], tasks: []}; let last = performance.now();
  new PerformanceObserver(list => list.getEntries().forEach(one => seen.tasks.push(one.duration)))
    .observe({entryTypes: ['longtask']});
  const step = now => { seen.frames.push(now - last); last = now; requestAnimationFrame(step) };
  requestAnimationFrame(step); }
"""


def run(size: Size) -> None:
    """Build, look, print."""
    path = chromium()
    if path is None:
        console.print("[dim]web: left out, Chromium is not installed[/]")
        return
    web.application()
    people, segments, activities, rate, length = SIZES[size.name]
    with tempfile.TemporaryDirectory(prefix="bench-web-") as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        first_load(Path(place) / "empty", browser)
        crowd = Path(place) / "crowd"
        _crowd(crowd, people, segments, activities)
        with serving(crowd, "--still") as site, _signed_in(site, browser) as context:
            rows = [
                _list(context, site, segments),
                _search(context, site, people),
                _canvas(context, site, activities),
            ]
        busy = Path(place) / "busy"
        _climb(busy)
        with serving(busy) as site, _signed_in(site, browser) as context:
            rows += [_moving(context, site, where, rate, length) for where in ("/", "/segments")]
        columns = ["", "until it is there", "longest task", "frames/s", "slowest frame of 100"]
        table("pages under load", columns, rows, "medians of 5; frames while something moved")
        browser.close()


# --- the first load --------------------------------------------------------------------------------------------


def first_load(folder: Path, browser: Browser) -> None:
    """What comes over the wire before somebody can work, and how long that takes, with nothing kept."""
    parcours.init(folder).close()
    with serving(folder) as site:
        found = [_loaded(site, browser, "/", "main h1") for _ in range(5)]
        plain = [_loaded(site, browser, "/docs", "h1") for _ in range(5)]
    sizes = found[0][1]
    rows = [
        ["the application", *(f"{sizes[kind] / 1e3:,.0f} KB" for kind in ("Script", "Stylesheet")), *_times(found)],
        ["/docs, without scripts", "", "", *_times(plain)],
    ]
    table("first load, nothing kept, on loopback", ["", "script", "style", "usable (median of 5)", "slowest"], rows)
    agree(sizes["Script"] < 200_000, f"{sizes['Script']:,} bytes of compressed script come before one can work")


def _times(found: list[tuple[float, dict[str, int]]]) -> list[str]:
    taken = [took for took, _ in found]
    return [f"{statistics.median(taken):,.0f} ms", f"{max(taken):,.0f} ms"]


def _loaded(site: Site, browser: Browser, path: str, shown: str) -> tuple[float, dict[str, int]]:
    with _signed_in(site, browser) as context:
        page = context.new_page()
        speaking = context.new_cdp_session(page)
        speaking.send("Network.enable")
        kinds: dict[str, str] = {}
        sizes = {"Script": 0, "Stylesheet": 0}
        speaking.on("Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]}))

        def counted(told: dict[str, Any]) -> None:
            kind = kinds.get(told["requestId"], "")
            sizes[kind] = sizes.get(kind, 0) + int(told["encodedDataLength"])

        speaking.on("Network.loadingFinished", counted)
        began = time.perf_counter()
        page.goto(f"{site.address}{path}", wait_until="commit")
        page.wait_for_selector(shown)
        took = (time.perf_counter() - began) * 1e3
        page.wait_for_load_state("networkidle") if path != "/" else page.wait_for_timeout(300)
        return took, sizes


@contextmanager
def _signed_in(site: Site, browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB") as context:
        context.set_default_timeout(30_000)
        site.sign_in(context)
        yield context


# --- much to show ----------------------------------------------------------------------------------------------


def _crowd(folder: Path, people: int, segments: int, activities: int) -> None:
    """Many people, many segments, a long journey; nothing happens."""
    everybody = data.profile_ids(np.arange(people, dtype=np.int32)).to_frame("profile_id")
    with parcours.init(folder) as workspace:
        workspace.import_profiles(pl.concat([everybody, data.attributes(people)], how="horizontal"))
        workspace.replay("2026-01-01", "2026-01-01", "1 hour")
        workspace.apply([_segment(number, segments) for number in range(segments)])
        workspace.apply([_journey(activities, _segment(0, segments)["segment"])])


def _segment(number: int, segments: int) -> dict[str, Any]:
    """The first has hardly anybody in it, the last a fifth of all people; half of them have less than a 300th."""
    points = 10_000 * (1 - 0.2 * ((number + 1) / segments) ** 6)
    rule = {"attribute": "points", "at_least": round(points, 2)}
    return {"segment": f"s{number:04d}", "name": f"Segment {number}", "rule": rule}


def _climb(folder: Path) -> None:
    """A segment for each level; whoever comes to another level leaves one and enters one."""
    levels = [
        {"segment": f"level-{level}", "name": f"Level {level}", "rule": {"attribute": "level", "is": level}}
        for level in range(LEVELS)
    ]
    with parcours.init(folder) as workspace:
        people = data.profile_ids(np.arange(CLIMBERS, dtype=np.int32)).to_frame("profile_id")
        workspace.import_profiles(people.with_columns(level=(pl.int_range(pl.len()) + 1) % LEVELS))
        now = datetime.now(UTC)
        workspace.replay(now, now, "1 hour")
        workspace.apply(levels)
        workspace.sources.create("bench", write_key=KEY)


def _journey(activities: int, segment: str) -> dict[str, object]:
    """Conditions with two ways each, and waits."""
    steps: dict[str, object] = {}
    for number in range(activities - 1):
        on = f"a{number + 1}" if number + 2 < activities else "done"
        if number % 3:
            steps[f"a{number}"] = {"type": "wait", "for": "1 day", "then": on}
        else:
            path = {"label": "grown up", "when": {"attribute": "age", "at_least": 18}, "to": on}
            steps[f"a{number}"] = {"type": "condition", "paths": [path], "otherwise": "done"}
    steps["done"] = {"type": "end"}
    entry = {"segment": segment, "on": "enter"}
    return {"journey": "long", "name": "A long journey", "entry": entry, "start": "a0", "activities": steps}


def _watched(context: BrowserContext, site: Site, path: str, shown: str) -> tuple[Page, float]:
    page = context.new_page()
    page.add_init_script(f"({FRAMES})()")
    began = time.perf_counter()
    page.goto(f"{site.address}{path}", wait_until="commit")
    page.locator(shown).first.wait_for()
    return page, (time.perf_counter() - began) * 1e3


def _row(name: str, page: Page, there: float, *, moved: bool) -> list[str]:
    seen = page.evaluate("window.__seen")
    longest = f"{max(seen['tasks'], default=0):,.0f} ms"
    page.close()
    if not moved:
        return [name, f"{there:,.0f} ms", longest, "", ""]
    frames = np.array(seen["frames"][1:])
    return [
        name,
        f"{there:,.0f} ms",
        longest,
        f"{1e3 / frames.mean():,.0f}",
        f"{np.percentile(frames, 99):,.0f} ms",
    ]


def _forget(page: Page) -> None:
    page.evaluate("() => { window.__seen.frames.length = 0; window.__seen.tasks.length = 0 }")


def _list(context: BrowserContext, site: Site, segments: int) -> list[str]:
    page, there = _watched(context, site, "/segments", "tbody a")
    return _row(f"list of {segments:,} segments", page, there, moved=False)


def _search(context: BrowserContext, site: Site, people: int) -> list[str]:
    page, _ = _watched(context, site, "/people", "tbody a")
    times = []
    for number in range(5):
        wanted = f"p{people - 7 - number}"
        began = time.perf_counter()
        page.get_by_label("Search", exact=True).fill(wanted)
        page.get_by_role("link", name=wanted, exact=True).first.wait_for()
        times.append((time.perf_counter() - began) * 1e3)
    return _row(f"search among {people:,} people, as typed", page, statistics.median(times), moved=False)


def _canvas(context: BrowserContext, site: Site, activities: int) -> list[str]:
    page, there = _watched(context, site, "/journeys/long", ".react-flow__node")
    page.wait_for_timeout(1_000)
    box = page.locator(".react-flow__node").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    _forget(page)
    for step in range(120):
        page.mouse.move(x + step * 2, y + step, steps=2)
    row = _row(f"canvas of {activities} activities, one dragged", page, there, moved=True)
    return row


# --- what moves ------------------------------------------------------------------------------------------------


def _moving(context: BrowserContext, site: Site, path: str, rate: int, length: int) -> list[str]:
    page, there = _watched(context, site, path, "main h1")
    page.wait_for_timeout(1_000)
    _forget(page)
    before = _moves(site)
    load = {"batch": 20, "seconds": length, "rate": rate / 2, "profiles": CLIMBERS, "kind": "climbing"}
    options = [word for name, value in load.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "bench.sending", site.address, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sender:
        while sender.poll() is None:
            page.wait_for_timeout(100)
        said = sender.stdout.read() if sender.stdout else ""
    agree(set(json.loads(said)["statuses"]) == {"200"}, said)
    changes = (_moves(site) - before) / length
    name = "pulse" if path == "/" else "list of segments"
    return _row(f"{name}, {changes:,.0f} entries and exits a second", page, there, moved=True)


def _moves(site: Site) -> int:
    return int(site.workspace.sql("SELECT count(*) FROM qualifications").item())
