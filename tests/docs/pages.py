"""The documentation as data: its pages, their links, headings and fenced blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
_FENCE = re.compile(
    r"^(?:<!-- file: (?P<file>\S+) -->\n)?```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_LINK = re.compile(r"(?<!!)\[[^\]\[]*(?:\[[^\]]*\])?[^\]\[]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block; ``file`` is set by a comment ``<!-- file: NAME -->`` right before the fence."""

    page: Path
    line: int
    kind: str
    text: str
    file: str | None

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Every page: docs/ and the Markdown files at the root."""
    return [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]


def blocks(page: Path, *kinds: str) -> Iterator[Block]:
    text = page.read_text()
    for match in _FENCE.finditer(text):
        if not kinds or match["kind"] in kinds:
            line = text.count("\n", 0, match.start("text"))
            yield Block(page, line, match["kind"], match["text"], match["file"])


def links(page: Path) -> list[str]:
    """Targets of the links of a page that stay in the repository."""
    prose = re.sub(r"`[^`\n]*`", "``", _FENCE.sub("", page.read_text()))
    targets = [match[1] for match in _LINK.finditer(prose)]
    return [target for target in targets if not target.startswith(("http://", "https://", "mailto:"))]


def anchors(page: Path) -> set[str]:
    """What a link to a heading of the page may say, as the usual renderers of Markdown compute it."""
    headings = _HEADING.findall(_FENCE.sub("", page.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
