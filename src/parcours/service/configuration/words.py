"""What was changed in a definition, in words: conditions that came and went, settings that differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from parcours.flow.journeys.differences import difference
from parcours.language.sentences.writer import sentence
from parcours.language.tree import Call, Node

_GROUPS = {
    "en": {"and": "all of these:", "or": "any of these:", "not": "not:"},
    "fr": {"and": "tout ceci :", "or": "l'un de ceux-ci :", "not": "pas :"},
}


def rule_lines(rule: Node, language: str = "en", depth: int = 0) -> Iterator[str]:
    """A rule in words, a condition a line; what stands in a group is indented."""
    if isinstance(rule, Call) and rule.function in _GROUPS[language]:
        yield "  " * depth + _GROUPS[language][rule.function]
        for part in rule.args:
            yield from rule_lines(part, language, depth + 1)
        return
    yield "  " * depth + sentence(rule, language)


def rule_changes(old: Node, new: Node, language: str = "en") -> tuple[str, ...]:
    """The lines of the old rule that went, behind ``-``, and of the new one that came, behind ``+``; lines that are
    in both stand between them, behind a space. Nothing when the rules say the same."""
    before, after = list(rule_lines(old, language)), list(rule_lines(new, language))
    if old == new:
        return ()
    found: list[str] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [f"  {line}" for line in before[i1:i2]]
        else:
            found += [f"- {line}" for line in before[i1:i2]] + [f"+ {line}" for line in after[j1:j2]]
    return tuple(found)


def setting_changes(old: Mapping[str, Any], new: Mapping[str, Any], *, without: str = "") -> tuple[str, ...]:
    """The settings that differ, each as a sentence; what stands under the key ``without`` is told elsewhere."""
    before, after = ({key: value for key, value in shape.items() if key != without} for shape in (old, new))
    return tuple(str(change) for change in difference(before, after))
