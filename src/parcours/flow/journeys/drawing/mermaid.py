"""A journey as a Mermaid flow chart, which many sites and editors show."""

from __future__ import annotations

from parcours.flow.journeys.drawing.picture import Arrow, Box, Picture, plain

_SHAPES = {
    "entry": '(["{}"])',
    "wait": '("{}")',
    "choice": '{{"{}"}}',
    "message": '["{}"]',
    "action": '[["{}"]]',
    "end": '(("{}"))',
}
_COLOURS = {
    "entry": ("#e3f4e8", "#2e7d4f"),
    "wait": ("#fff3d6", "#a06a00"),
    "choice": ("#e4ecfb", "#3558a8"),
    "message": ("#f3e6f8", "#7a3b94"),
    "action": ("#eef0f2", "#5a6470"),
    "end": ("#e6e6e6", "#444444"),
}
#: Characters that mean something to Mermaid or to the HTML that it makes.
_CODES = str.maketrans({char: f"#{ord(char)};" for char in '#"<>&`|{}[]()\\;'})


def mermaid(picture: Picture) -> str:
    """The text of the chart, top to bottom."""
    names = {box.id: f"n{number}" for number, box in enumerate(picture.boxes)}
    lines = ["flowchart TD"]
    for box in picture.boxes:
        lines.append(f"  {names[box.id]}{_SHAPES[box.look].format(_box(picture, box))}:::p_{box.look}")
    lines += [f"  {names[arrow.source]} {_line(arrow)} {names[arrow.target]}" for arrow in picture.arrows]
    for look, (fill, stroke) in _COLOURS.items():
        lines.append(f"  classDef p_{look} fill:{fill},stroke:{stroke},color:#1c1c1c")
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """A text that Mermaid shows as it is."""
    return plain(text).translate(_CODES)


def _box(picture: Picture, box: Box) -> str:
    if not box.kind:
        return escaped(picture.words("ends"))
    lines = [box.title, box.second, picture.counted(box)]
    return "<br/>".join(escaped(line) for line in lines if line)


def _line(arrow: Arrow) -> str:
    line = "-.->" if arrow.races or arrow.back else "-->"
    return f'{line}|"{escaped(arrow.text)}"|' if arrow.text else line
