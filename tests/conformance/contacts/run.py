"""The kind ``contacts``: one scenario after the other, each in a workspace of its own."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from tests.conformance.files import Case
from tests.conformance.kind import Kind
from tests.conformance.outcome import Failure, Result

if TYPE_CHECKING:
    from tests.conformance.contacts.world import World


def text_of(case: Case) -> str:
    """What a scenario is about."""
    return f"{case.get('title', '')} [{case.get('source', '')}]"


def expected(case: Case) -> str:
    """What must be so in the end."""
    return json.dumps(case["expect"], ensure_ascii=False)


def kind(url: str = "", reference: bool = False) -> Kind:
    """The kind with the options of a world."""

    def run(case: Case) -> Result:
        """Play one scenario and compare what it left behind with what is expected."""
        from tests.conformance.contacts.judging import differences
        from tests.conformance.contacts.playing import play
        from tests.conformance.contacts.watching import Watcher

        with play(case.content, _world(url, reference)) as stage:
            told = list(differences(Watcher(stage), case["expect"]))
        return Result(tuple(Failure("found", one) for one in told))

    return Kind(run, text_of, expected, kind, "contact-segments")


@cache
def _world(url: str, reference: bool) -> World:
    from tests.conformance.contacts.world import World

    return World(url, reference=reference)


KIND = kind()
