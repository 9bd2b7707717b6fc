"""The profile query language (PQL): text <-> typed tree (profile-query-language.md).

``parse`` gives the syntax tree of a text, ``read`` the typed tree within a scope of names.
"""

from parcours.language.pql.parser import parse
from parcours.language.pql.read import read
from parcours.language.pql.scope import PqlScope

__all__ = ["PqlScope", "parse", "read"]
