"""What one evaluation may read, as JSON: a profile with events, or the data of a journey; with values and types.

The form is that of the conformance cases; docs: how-to/try-an-expression.md.
"""

from __future__ import annotations

from parcours.language.contexts.given import Context
from parcours.language.contexts.journeys import journey_context
from parcours.language.contexts.profiles import pql_context, profile_context

__all__ = ["Context", "journey_context", "pql_context", "profile_context"]
