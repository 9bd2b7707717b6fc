"""Looking at profiles by event type, block by block or in several threads, as big ticks do, changes nothing."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given

from parcours.flow.segments import effective, stage
from parcours.kernel import threads
from tests.properties.test_incremental import SOME, a_world
from tests.properties.world import Run, World


@given(a_world)
@SOME
def test_profiles_looked_at_apart_give_the_same_qualifications(world: World) -> None:
    together, apart = Run(world), Run(world)
    for step in world.steps:
        together.take(step)
        with patch.object(stage, "APART", 0), patch.object(stage, "BLOCK", 2), patch.object(effective, "BLOCK", 1):
            apart.take(step)
    assert apart.qualifications() == together.qualifications()
    assert apart.members() == together.members()


@given(a_world)
@SOME
def test_several_threads_give_the_same_qualifications(world: World) -> None:
    alone, helped = Run(world), Run(world)
    for step in world.steps:
        alone.take(step)
        with (
            patch.object(stage, "APART", 0),
            patch.object(stage, "BLOCK", 1),
            patch.object(effective, "BLOCK", 1),
            patch.object(threads, "WORTHWHILE", 0),
            patch.object(threads, "_count", lambda: 2),
        ):
            helped.take(step)
    assert helped.qualifications() == alone.qualifications()
    assert helped.members() == alone.members()
