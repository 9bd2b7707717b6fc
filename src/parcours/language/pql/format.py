"""A query in its usual layout."""

from __future__ import annotations

from parcours.language.pql.layout import layout
from parcours.language.pql.parse import parse


def format(text: str) -> str:
    """The same query in its usual layout; formatting it again changes nothing.

    Words of logic are written small, WHAT and the like large, ``where`` instead of a colon, parentheses where they
    are needed; lines are at most 100 characters long where that is possible.

    Raises:
        DefinitionError: the text is no query.
    """
    return layout(parse(text))
