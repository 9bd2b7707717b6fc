"""What of a rule the simple editor can show: conditions picked from lists and put into groups.

Everything has a form in the rule tree; calls of functions and values made of other values do not have one that is
picked from lists. These parts are shown as text, the rest stays editable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from parcours.core.errors import RuleError
from parcours.language.rules.print import print_rule
from parcours.language.tree import Node

#: Keys of the rule tree that the simple editor has no field for, and what they are.
BEYOND: Mapping[str, str] = {
    "call": "a function",
    "each": "a list made of a list",
    "object": "an object made of values",
    "part": "a part of a computed object",
    "all_events": "the list of all events",
    "now": "the time of evaluation as a value",
    "given": "a value from beside the profile",
    "fetched": "an answer of a data source",
    "random": "a random number",
    "uuid": "a random text",
    "window": "a window with ends of its own",
    "also": "a condition beside the event",
    "up": "a property of an element further out",
}


@dataclass(frozen=True, slots=True)
class Beyond:
    """A part that the simple editor cannot show.

    Attributes:
        where: its place in the printed rule tree: ``rule.all[1].left``.
        what: what it is, in words.
        shape: the part as plain data; ``None`` when the rule tree cannot say it either.
    """

    where: str
    what: str
    shape: object = None


def beyond_simple(node: Node) -> list[Beyond]:
    """The parts of a rule that the simple editor cannot show, outermost ones only; empty: it can show all of it."""
    try:
        shape = print_rule(node)
    except RuleError as error:
        return [Beyond("rule", error.message)]
    return list(_beyond(shape, "rule"))


def _beyond(shape: object, where: str) -> Iterator[Beyond]:
    if isinstance(shape, list):
        for number, part in enumerate(shape):
            yield from _beyond(part, f"{where}[{number}]")
    if not isinstance(shape, dict):
        return
    found = next((what for key, what in BEYOND.items() if key in shape), None)
    if found is None and isinstance(shape.get("value"), dict):
        found = "a window of a computed value"
    if found is not None:
        yield Beyond(where, found, shape)
        return
    for key, part in shape.items():
        yield from _beyond(part, f"{where}.{key}")
