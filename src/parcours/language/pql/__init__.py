"""The profile query language (PQL): text <-> typed tree (profile-query-language.md).

``parse`` gives the syntax tree of a text, ``read`` the typed tree within a scope of names; ``print_pql`` writes a typed
tree as text, ``format`` writes a text in its usual layout. ``to_pql_json`` and ``from_pql_json`` are for syntax trees.
"""

from parcours.language.pql.format import format
from parcours.language.pql.json_form import from_pql_json, to_pql_json
from parcours.language.pql.parse import parse
from parcours.language.pql.print import print_pql
from parcours.language.pql.read import read
from parcours.language.pql.scope import PqlScope

__all__ = ["PqlScope", "format", "from_pql_json", "parse", "print_pql", "read", "to_pql_json"]
