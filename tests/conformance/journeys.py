"""Scenarios of journeys (cases/journeys.README.md), played by the tick on a virtual clock."""

from __future__ import annotations

import json

from tests.conformance.files import Case
from tests.conformance.kind import Kind
from tests.conformance.outcome import Failure, Result
from tests.conformance.scenarios.judging import differences


def run(case: Case) -> Result:
    """Play one scenario and compare what happened with what is expected."""
    from tests.conformance.scenarios.playing import play

    seen = play(case.content)
    return Result(tuple(Failure("tick", told) for told in differences(seen, case.content)))


def text_of(case: Case) -> str:
    """What a scenario is about."""
    return f"{case.get('topic', '')}: {case.get('title', '')}"


def expected(case: Case) -> str:
    """What must have happened."""
    return json.dumps(case["expect"], ensure_ascii=False)


KIND = Kind(run, text_of, expected)
