"""A journey as a picture in SVG, which stands alone: no style sheet, no script, no font of its own."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from parcours.flow.journeys.drawing.layout import Link, Places, place
from parcours.flow.journeys.drawing.picture import Arrow, Box, Picture, plain

#: Fill and line by the look of a box.
_COLOURS = {
    "entry": ("#e3f4e8", "#2e7d4f"),
    "wait": ("#fff3d6", "#a06a00"),
    "choice": ("#e4ecfb", "#3558a8"),
    "message": ("#f3e6f8", "#7a3b94"),
    "action": ("#eef0f2", "#5a6470"),
    "end": ("#e6e6e6", "#444444"),
}
_INK, _GREY, _LINE = "#1c1c1c", "#555555", "#7a828c"
_FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_MARGIN, _PADDING = 16.0, 12.0
_TITLE, _SMALL = 13.0, 11.0
_LINE_HEIGHT = 16.0
_NARROWEST, _DOT = 96.0, 14.0
#: The longest line of a box and label of an arrow, in characters.
_LONGEST, _LONGEST_LABEL = 34, 30


@dataclass(frozen=True, slots=True)
class _Text:
    """A line of a box."""

    text: str
    size: float
    colour: str
    bold: bool = False

    @property
    def width(self) -> float:
        return _width(self.text, self.size, self.bold)


def svg(picture: Picture) -> str:
    """The picture. Every text in it is escaped; long ones are cut, and whole in the tooltip of their box."""
    texts = [_texts(picture, box) for box in picture.boxes]
    sizes = [_size(box, lines) for box, lines in zip(picture.boxes, texts, strict=True)]
    index = {box.id: number for number, box in enumerate(picture.boxes)}
    links = [Link(index[arrow.source], index[arrow.target], _label_size(arrow), arrow.back) for arrow in picture.arrows]
    places = place(sizes, links)
    width, height = places.width + 2 * _MARGIN, places.height + 2 * _MARGIN
    title = escape(plain(picture.title))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label={quoteattr(plain(picture.title))} '
        f'font-family="{_FONT}">',
        f"<title>{title}</title>",
        '<rect width="100%" height="100%" rx="8" fill="#ffffff"/>',
        f'<g transform="translate({_MARGIN:.0f} {_MARGIN:.0f})">',
        *_lines(picture, links, places, sizes),
        *(_box(*drawn) for drawn in zip(picture.boxes, texts, sizes, places.boxes, strict=True)),
        *_labels(picture, places),
        "</g></svg>",
    ]
    return "\n".join(parts) + "\n"


# --- boxes ---------------------------------------------------------------------------------------------


def _texts(picture: Picture, box: Box) -> list[_Text]:
    if not box.kind:
        return []
    lines = [_Text(_cut(box.title, _LONGEST), _TITLE, _INK, bold=True)]
    if box.second:
        lines.append(_Text(_cut(box.second, _LONGEST), _SMALL, _GREY))
    if counted := picture.counted(box):
        lines.append(_Text(counted, _SMALL, _INK))
    return lines


def _size(box: Box, lines: list[_Text]) -> tuple[float, float]:
    if not lines:
        return _DOT, _DOT
    widest = max(line.width for line in lines)
    return max(_NARROWEST, widest + 2 * _PADDING), len(lines) * _LINE_HEIGHT + 2 * _PADDING - 6


def _box(box: Box, lines: list[_Text], size: tuple[float, float], middle: tuple[float, float]) -> str:
    (width, height), (x, y) = size, middle
    fill, stroke = _COLOURS[box.look]
    if not lines:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_DOT / 2 - 1:.1f}" fill="{stroke}"/>'
    radius = {"entry": height / 2, "end": height / 2, "wait": 12}.get(box.look, 5)
    tip = escape(": ".join(part for part in (plain(box.title), plain(box.telling)) if part))
    parts = [
        f'<g><title>{tip}</title><rect x="{x - width / 2:.1f}" y="{y - height / 2:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" rx="{radius:.0f}" fill="{fill}" stroke="{stroke}" stroke-width="1.2"/>'
    ]
    first = y - (len(lines) - 1) * _LINE_HEIGHT / 2
    parts += [_text(line, x, first + number * _LINE_HEIGHT) for number, line in enumerate(lines)]
    return "".join(parts) + "</g>"


def _text(line: _Text, x: float, y: float, halo: bool = False) -> str:
    weight = ' font-weight="600"' if line.bold else ""
    around = ' paint-order="stroke" stroke="#ffffff" stroke-width="4" stroke-linejoin="round"' if halo else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{line.size:.0f}" fill="{line.colour}" text-anchor="middle" '
        f'dominant-baseline="central"{weight}{around}>{escape(line.text)}</text>'
    )


# --- arrows --------------------------------------------------------------------------------------------


def _label(arrow: Arrow) -> _Text:
    return _Text(_cut(arrow.text, _LONGEST_LABEL), _SMALL, _GREY)


def _label_size(arrow: Arrow) -> tuple[float, float]:
    return (_label(arrow).width + 6, _LINE_HEIGHT) if arrow.text else (0.0, 0.0)


def _labels(picture: Picture, places: Places) -> Iterator[str]:
    for arrow, (x, y) in zip(picture.arrows, places.labels, strict=True):
        if arrow.text:
            yield _text(_label(arrow), x, y, halo=True)


def _lines(picture: Picture, links: list[Link], places: Places, sizes: list[tuple[float, float]]) -> Iterator[str]:
    leave, come = _ports(links, places, sizes)
    most = max((arrow.runs or 0 for arrow in picture.arrows), default=0)
    for number, (arrow, link) in enumerate(zip(picture.arrows, links, strict=True)):
        begin, end = places.boxes[link.source], places.boxes[link.target]
        half, other = sizes[link.source][1] / 2, sizes[link.target][1] / 2
        up = -1.0 if link.back else 1.0
        points = [(leave[number], begin[1] + up * half)]
        for x, top, bottom in places.lines[number]:
            points += [(x, bottom), (x, top)] if link.back else [(x, top), (x, bottom)]
        points.append((come.get(number, end[0]), end[1] - up * (other + 5)))
        yield _curve(points, up, arrow, most)


def _ports(
    links: list[Link], places: Places, sizes: list[tuple[float, float]]
) -> tuple[dict[int, float], dict[int, float]]:
    """Where each line leaves its box and comes to its box: side by side, in the order of what is at the other end."""
    leave, come = dict[int, float](), dict[int, float]()
    for box, (x, _) in enumerate(places.boxes):
        for below in (True, False):
            here = [
                (line[0 if link.source == box else -1][0], number)
                for number, (link, line) in enumerate(zip(links, places.lines, strict=True))
                if line and (box, below) in ((link.source, not link.back), (link.target, link.back))
            ]
            width = min(sizes[box][0] - 20.0, 26.0 * (len(here) - 1))
            for rank, (_, number) in enumerate(sorted(here)):
                port = x + (width * (rank / (len(here) - 1) - 0.5) if len(here) > 1 else 0.0)
                (leave if links[number].source == box else come)[number] = port
    return leave, come


def _curve(points: list[tuple[float, float]], up: float, arrow: Arrow, most: int) -> str:
    path = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x, y), (to_x, to_y) in pairwise(points):
        middle = (y + to_y) / 2
        straight = abs(x - to_x) < 0.05
        path.append(
            f"L{to_x:.1f} {to_y:.1f}"
            if straight
            else f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}"
        )
    dashes = ' stroke-dasharray="6 4"' if arrow.back else ' stroke-dasharray="2 3"' if arrow.races else ""
    thick = 1.3 + (2.7 * arrow.runs / most if arrow.runs and most else 0.0)
    x, y = points[-1]
    head = f"M{x - 4:.1f} {y - up * 2:.1f}L{x:.1f} {y + up * 5:.1f}L{x + 4:.1f} {y - up * 2:.1f}Z"
    return (
        f'<path d="{"".join(path)}" fill="none" stroke="{_LINE}" stroke-width="{thick:.1f}"{dashes}/>'
        f'<path d="{head}" fill="{_LINE}"/>'
    )


# --- texts ---------------------------------------------------------------------------------------------


def _width(text: str, size: float, bold: bool) -> float:
    """About how wide a text is, in pixels; rather too wide."""
    return sum(_wide(char) for char in text) * size * (1.06 if bold else 1.0)


def _wide(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WF":
        return 1.05
    if char in "iljI.,:;|!'()[] ":
        return 0.34
    return 0.92 if char in "mwMW@%—…" else 0.68 if char.isupper() else 0.57


def _cut(text: str, longest: int) -> str:
    whole = plain(text)
    return whole if len(whole) <= longest else whole[: longest - 1].rstrip() + "…"
