"""A name in a syntax tree replaced by what it stands for."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TypeVar

from parcours.language.pql.ast import Expr, Name, Part

Tree = TypeVar("Tree", bound=Part)


def renamed(tree: Tree, name: str, value: Expr) -> Tree:
    """``tree`` with ``value`` wherever ``name`` stands alone. Names that the tree binds itself are others."""
    if isinstance(tree, Name):
        return value if tree.name == name else tree  # type: ignore[return-value]
    changed: dict[str, object] = {}
    for slot in fields(tree):
        before = getattr(tree, slot.name)
        after = _inside(before, name, value)
        if after is not before:
            changed[slot.name] = after
    return replace(tree, **changed) if changed else tree  # type: ignore[arg-type]


def _inside(part: object, name: str, value: Expr) -> object:
    if isinstance(part, Part):
        return renamed(part, name, value)
    if isinstance(part, tuple):
        items = tuple(_inside(item, name, value) for item in part)
        return items if any(new is not old for new, old in zip(items, part, strict=True)) else part
    return part
