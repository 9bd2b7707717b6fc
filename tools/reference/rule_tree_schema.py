"""The JSON Schemas of rules, segments and journeys, as files that editors can point to."""

from __future__ import annotations

import json
from collections.abc import Mapping

from parcours.flow.journeys.schema import journey_schema
from parcours.language.rules.json_schema import rule_schema, segment_schema


def pages() -> Mapping[str, str]:
    schemas = {"rule-tree": rule_schema(), "segments": segment_schema(), "journeys": journey_schema()}
    return {f"{name}.schema.json": json.dumps(schema, indent=1, ensure_ascii=False) for name, schema in schemas.items()}
