"""Where boxes and arrows stand: layers from top to bottom, few crossings, straight lines (the method of Sugiyama).

Between two layers of boxes lies a layer of labels. An arrow is a chain through all layers that it crosses: its label
in the first one, and bends, which are as narrow as the line. So labels and lines have places of their own, and nothing
is drawn over anything else. Everything is computed in a fixed order: equal pictures give equal places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_SWEEPS = 12
_GAP = 22.0
#: Height of the curve between a box and the label of an arrow.
_LEAD = 16.0
#: How much straighter the lines between two bends are wanted than those at boxes.
_STRAIGHT = 8.0
_STRAIGHTENINGS = 6
#: Width of a line without label.
_BEND = 2.0


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow to be placed: indices of its boxes, width and height of its label (0: none)."""

    source: int
    target: int
    label: tuple[float, float] = (0.0, 0.0)
    back: bool = False


@dataclass(frozen=True, slots=True)
class Places:
    """The result. Boxes: centres. Links: the centre of the label, and points of the line from source to target, with
    ``rows`` as top and bottom of the layer of each point."""

    boxes: tuple[tuple[float, float], ...]
    labels: tuple[tuple[float, float], ...]
    lines: tuple[tuple[tuple[float, float, float], ...], ...]
    width: float
    height: float


class _Part:
    """A box, a label or a bend in its layer."""

    __slots__ = ("above", "below", "layer", "place", "width", "x")

    def __init__(self, layer: int, width: float) -> None:
        self.layer, self.width = layer, width
        self.above: list[_Part] = []
        self.below: list[_Part] = []
        self.place = 0
        self.x = 0.0


def place(boxes: Sequence[tuple[float, float]], links: Sequence[Link]) -> Places:
    """Places for boxes of these widths and heights, and for the links between them.

    Every link that is not ``back`` leads to a box further down the list, so there is an order of layers.
    """
    layers = _layers(len(boxes), links)
    parts = [_Part(2 * layer, width) for layer, (width, _) in zip(layers, boxes, strict=True)]
    chains = [_chain(parts, link) for link in links]
    rows = _rows(parts, chains)
    _order(rows)
    _spread(rows)
    _straighten(rows)
    tops = _tops(len(rows), boxes, layers, links)
    left = min((part.x - part.width / 2 for row in rows for part in row), default=0.0)
    right = max((part.x + part.width / 2 for row in rows for part in row), default=0.0)
    for row in rows:
        for part in row:
            part.x -= left
    middle = [(top + bottom) / 2 for top, bottom in tops]
    return Places(
        tuple((part.x, middle[part.layer]) for part in parts),
        tuple((label.x, middle[label.layer]) for label, _ in chains),
        tuple(tuple((part.x, *tops[part.layer]) for part in chain) for _, chain in chains),
        right - left,
        tops[-1][1] if tops else 0.0,
    )


def _layers(count: int, links: Sequence[Link]) -> list[int]:
    """The layer of each box: one below the lowest box that leads to it."""
    found = [0] * count
    ahead = sorted((link for link in links if not link.back), key=lambda link: link.source)
    for link in ahead:
        found[link.target] = max(found[link.target], found[link.source] + 1)
    return found


def _chain(boxes: Sequence[_Part], link: Link) -> tuple[_Part, list[_Part]]:
    """The label, and all parts between the two boxes from source to target."""
    upper, lower = (boxes[link.target], boxes[link.source]) if link.back else (boxes[link.source], boxes[link.target])
    if upper.layer >= lower.layer:  # a loop around one box, or back to its own layer: it hangs below
        label = _Part(upper.layer + 1, max(_BEND, link.label[0]))
        _join(upper, label)
        return label, [label]
    chain = [_Part(layer, _BEND) for layer in range(upper.layer + 1, lower.layer)]
    label = chain[-1 if link.back else 0]
    label.width = max(_BEND, link.label[0])
    for one, next_ in pairwise([upper, *chain, lower]):
        _join(one, next_)
    return label, chain[::-1] if link.back else chain


def _join(upper: _Part, lower: _Part) -> None:
    upper.below.append(lower)
    lower.above.append(upper)


def _rows(boxes: Sequence[_Part], chains: Sequence[tuple[_Part, list[_Part]]]) -> list[list[_Part]]:
    every = [*boxes, *(part for _, chain in chains for part in chain)]
    rows: list[list[_Part]] = [[] for _ in range(max((part.layer for part in every), default=-1) + 1)]
    for part in every:
        rows[part.layer].append(part)
    _number(rows)
    return rows


def _number(rows: Sequence[Sequence[_Part]]) -> None:
    for row in rows:
        for place, part in enumerate(row):
            part.place = place


# --- fewer crossings -----------------------------------------------------------------------------------


def _order(rows: list[list[_Part]]) -> None:
    """Put the parts of each layer in the order of what they are joined to, down and up again; keep the best order."""
    _follow(rows)
    best, fewest = [list(row) for row in rows], _crossings(rows)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            means = {id(part): _mean_place(part, down) for part in row}
            row.sort(key=lambda part: means[id(part)])
            for place, part in enumerate(row):
                part.place = place
        crossings = _crossings(rows)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    for row, found in zip(rows, best, strict=True):
        row[:] = found
    _number(rows)


def _follow(rows: list[list[_Part]]) -> None:
    """The first order: as met on the way from the first box, upper ways first."""
    met: dict[int, int] = {}
    ahead = list(reversed(rows[0])) if rows else []
    while ahead:
        part = ahead.pop()
        if id(part) not in met:
            met[id(part)] = len(met)
            ahead.extend(reversed(part.below))
    for row in rows:
        row.sort(key=lambda part: met.get(id(part), len(met)))
    _number(rows)


def _mean_place(part: _Part, down: bool) -> float:
    joined = part.above if down else part.below
    return sum(other.place for other in joined) / len(joined) if joined else float(part.place)


def _crossings(rows: Sequence[Sequence[_Part]]) -> int:
    count = 0
    for row in rows:
        ends = [(part.place, other.place) for part in row for other in part.below]
        count += sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for number, a in enumerate(ends) for b in ends[number + 1 :])
    return count


# --- straight lines ------------------------------------------------------------------------------------


def _spread(rows: list[list[_Part]]) -> None:
    """Move the parts of each layer towards what they are joined to, as near as order and widths allow."""
    for row in rows:
        edge = 0.0
        for part in row:
            part.x = edge + part.width / 2
            edge += part.width + _GAP
    for sweep in range(2 * _SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            wanted = [_wanted(part, sweep, down) for part in row]
            _settle(row, wanted)


def _wanted(part: _Part, sweep: int, down: bool) -> tuple[float, float]:
    """Where a part would stand, and how much that matters."""
    joined = (part.above if down else part.below) if sweep < _SWEEPS else part.above + part.below
    if not joined:
        return part.x, 0.1
    weights = [_STRAIGHT if len(other.above) < 2 and len(other.below) < 2 else 1.0 for other in joined]
    mean = sum(weight * other.x for weight, other in zip(weights, joined, strict=True)) / sum(weights)
    return mean, sum(weights)


def _settle(row: Sequence[_Part], wanted: Sequence[tuple[float, float]]) -> None:
    """The places nearest to the wanted ones (least squares) that keep order and distances: pooled neighbours."""
    offset, groups = 0.0, list[tuple[float, float, int]]()
    offsets = []
    for number, (x, weight) in enumerate(wanted):
        if number:
            offset += (row[number - 1].width + row[number].width) / 2 + _GAP
        offsets.append(offset)
        groups.append((x - offset, weight, 1))
        while len(groups) > 1 and groups[-2][0] > groups[-1][0]:
            (a, wa, na), (b, wb, nb) = groups[-2:]
            groups[-2:] = [((a * wa + b * wb) / (wa + wb), wa + wb, na + nb)]
    settled = [x for x, _, count in groups for _ in range(count)]
    for part, x, offset in zip(row, settled, offsets, strict=True):
        part.x = x + offset


def _straighten(rows: Sequence[Sequence[_Part]]) -> None:
    """Put each run of parts that only follow one another on one vertical line, where their neighbours leave room."""
    runs = _runs(rows)
    for _ in range(_STRAIGHTENINGS):
        for run in runs:
            if not _aligned(rows, run):
                _aligned(rows, [part for part in run if part.width <= _BEND])


def _runs(rows: Sequence[Sequence[_Part]]) -> list[list[_Part]]:
    """Longest ways down on which every part has one successor, and that one no other predecessor."""
    found = []
    for row in rows:
        for part in row:
            if len(part.above) == 1 and len(part.above[0].below) == 1:
                continue
            run = [part]
            while len(run[-1].below) == 1 and len(run[-1].below[0].above) == 1:
                run.append(run[-1].below[0])
            found.append(run)
    return sorted(found, key=len, reverse=True)


def _aligned(rows: Sequence[Sequence[_Part]], run: Sequence[_Part]) -> bool:
    """Whether there is a line for all of them; they are put on the one nearest to where they stand."""
    least, most = float("-inf"), float("inf")
    for part in run:
        row = rows[part.layer]
        if part.place:
            left = row[part.place - 1]
            least = max(least, left.x + (left.width + part.width) / 2 + _GAP)
        if part.place + 1 < len(row):
            right = row[part.place + 1]
            most = min(most, right.x - (right.width + part.width) / 2 - _GAP)
    if not run or least > most:
        return False
    line = min(max(sum(part.x for part in run) / len(run), least), most)
    for part in run:
        part.x = line
    return True


# --- heights -------------------------------------------------------------------------------------------


def _tops(
    count: int, boxes: Sequence[tuple[float, float]], layers: Sequence[int], links: Sequence[Link]
) -> list[tuple[float, float]]:
    """Top and bottom of each layer; layers of labels are high enough for the curves around them."""
    box_height: dict[int, float] = {}
    for layer, (_, height) in zip(layers, boxes, strict=True):
        box_height[2 * layer] = max(box_height.get(2 * layer, 0.0), height)
    label_height = max((link.label[1] for link in links), default=0.0)
    found, edge = list[tuple[float, float]](), 0.0
    for number in range(count):
        if number % 2:
            found.append((edge + _LEAD, edge + _LEAD + label_height))
            edge += label_height + 2 * _LEAD
        else:
            found.append((edge, edge + box_height.get(number, 0.0)))
            edge += box_height.get(number, 0.0)
    return found
