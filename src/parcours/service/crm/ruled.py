"""Rules of Parcours inside selections of contacts: who meets a rule, as of the last tick."""

from __future__ import annotations

from typing import Any

import polars as pl

from parcours.service import expressions
from parcours.service.checking import check_kept
from parcours.service.definitions import rules_of_segments
from parcours.service.previews import preview
from parcours.service.wiring import Parts


def profiles_meeting(parts: Parts, rule: Any) -> pl.Series:
    """Ids of the profiles that meet a rule in any language (``{"segment": "silver"}``, ``{"pql": "…"}``), now.

    Raises:
        DefinitionError: the rule cannot be accepted.
        WorkspaceError: ``nothing-yet``, there was no tick so far.
    """
    found = expressions.check(rule, parts.schema, segments=list(rules_of_segments(parts.catalogue)))
    check_kept(found.node)
    with parts.moving:
        return preview(parts.runner.state, parts.log, found.node).entering["_profile_id"]
