"""Every page can be reached, and no link leads nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, anchors, links, pages

TEMPLATES = {DOCS / "decisions/template.md"}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    dead = []
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


def linked(page: Path) -> set[Path]:
    return {(page.parent / link.partition("#")[0]).resolve() for link in links(page)}


def test_every_page_is_linked_from_the_index() -> None:
    """Functions have an index of their own, which is linked."""
    known = linked(DOCS / "index.md") | linked(DOCS / "reference/functions.md")
    assert set(DOCS.rglob("*.md")) - known - TEMPLATES - {DOCS / "index.md"} == set()


def test_the_readme_leads_to_the_index() -> None:
    assert "docs/index.md" in links(ROOT / "README.md")
