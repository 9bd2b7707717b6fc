"""The typed tree -> a text of the journey expression language, formatted."""

from __future__ import annotations

from parcours.language.journey.express import express
from parcours.language.journey.layout import render
from parcours.language.tree import Node


def print_expression(node: Node) -> str:
    """The formatted text of a typed tree. ``read(print_expression(node))`` is ``node`` if it came from this language.

    Raises:
        DefinitionError: a part has no form in the language (code ``not-expressible``); the message names it.
    """
    return render(express(node))
