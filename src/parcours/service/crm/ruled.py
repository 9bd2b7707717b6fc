"""Rules of Parcours inside selections of contacts: who meets a rule, as of the last tick."""

from __future__ import annotations

from typing import Any

import polars as pl

from parcours.service import expressions
from parcours.service.checking import check_kept
from parcours.service.previews import preview
from parcours.service.wiring import Parts


def profiles_meeting(parts: Parts, rule: Any) -> pl.Series:
    """All ids of the profiles that meet a rule in any language (``{"segment": "silver"}``, ``{"pql": "…"}``), now.

    Raises:
        DefinitionError: the rule cannot be accepted.
        WorkspaceError: ``nothing-yet``, there was no tick so far.
    """
    found = expressions.check(rule, parts.schema, segments=parts.catalogue.published_ids("segment"))
    check_kept(found.node)
    with parts.moving:
        state = parts.runner.state
        return state.register.every_id(preview(state, parts.log, found.node).entering["_profile"].to_numpy())
