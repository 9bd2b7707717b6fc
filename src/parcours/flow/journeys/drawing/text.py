"""A journey as a tree of text, for terminals."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from parcours.flow.journeys.drawing.picture import Arrow, Box, Picture, plain


def text(picture: Picture) -> str:
    """The tree, one line per arrow; an activity that several arrows lead to is drawn out once.

    ::

        entry  enters lapsing                     120 arrived
        └─ check  condition                       120 arrived
           ├─ big 12 → offer  email: We miss you   12 arrived
           └─ otherwise 108 → done  end           120 arrived
    """
    first = picture.boxes[0]
    lines = [(_line(first), picture.counted(first)), *_below(picture, first.id, "", {first.id})]
    width = max((_width(line) for line, count in lines if count), default=0)
    return "".join(f"{line}{' ' * (width - _width(line) + 2) + count if count else ''}\n" for line, count in lines)


def _below(picture: Picture, id: str, indent: str, drawn: set[str]) -> Iterator[tuple[str, str]]:
    arrows = picture.out_of(id)
    for number, arrow in enumerate(arrows):
        last = number == len(arrows) - 1
        box = picture.box(arrow.target)
        branch = indent + ("└─ " if last else "├─ ")
        if box.id in drawn:
            yield f"{branch}{_way(arrow)}{_again(picture, arrow, box)}", ""
            continue
        drawn.add(box.id)
        yield f"{branch}{_way(arrow)}{_line(box) or picture.words('ends')}", picture.counted(box)
        yield from _below(picture, box.id, indent + ("   " if last else "│  "), drawn)


def _way(arrow: Arrow) -> str:
    race = "≀ " if arrow.races else ""
    return race + (f"{plain(arrow.text)} → " if arrow.text else "")


def _again(picture: Picture, arrow: Arrow, box: Box) -> str:
    if arrow.back:
        return f"{picture.words('back')} {plain(box.title)}"
    return f"{plain(box.title)} ({picture.words('above')})"


def _line(box: Box) -> str:
    return plain("  ".join(part for part in (box.title, box.second) if part))


def _width(line: str) -> int:
    """Columns of a terminal that the text takes."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in line)
    return len(line) + wide - sum(unicodedata.combining(char) > 0 for char in line)
