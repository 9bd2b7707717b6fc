"""Typed tree -> query text."""

from __future__ import annotations

from parcours.language.pql.express import express
from parcours.language.pql.layout import layout
from parcours.language.tree import Node


def print_pql(node: Node) -> str:
    """The query of a typed tree, in its usual layout.

    What was read from a query reads back as the same tree. Other trees are printed if the language can say them.

    Raises:
        DefinitionError: a part has no form in the language (code ``not-expressible``); the message names it.
    """
    return layout(express(node))
