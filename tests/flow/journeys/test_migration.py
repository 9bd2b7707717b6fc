"""Where people of one version land in another."""

from __future__ import annotations

from typing import Any

import pytest

from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.migration import destinations, places
from tests.flow.journeys.definitions.bodies import minimal, read

WAIT = {"type": "wait", "for": "1 day", "then": "done"}
BOUGHT = {"type": "wait_for_event", "event": "purchase", "then": "done"}


def journey(start: object, **activities: Any) -> JourneyDefinition:
    return read(minimal(start=start, activities={**activities, "done": {"type": "end"}}))


def test_places_are_where_people_can_stand() -> None:
    mail = {"type": "email", "to": "a@b.c", "subject": "s", "body": "b", "then": ["pause", "bought"]}
    assert places(journey("mail", mail=mail, pause=WAIT, bought=BOUGHT)) == (("mail",), ("pause", "bought"))
    assert places(journey("pause", pause=WAIT)) == (("pause",),)


def test_who_stands_at_the_same_place_keeps_everything() -> None:
    old = journey("pause", pause=WAIT)
    new = journey("bought", bought={**BOUGHT, "then": "pause"}, pause=WAIT)
    found = destinations(old, new, people={"pause": 7})
    assert (found.mapping, found.anew, found.missing) == ({"pause": "pause"}, frozenset(), ())
    assert [str(landing) for landing in found.landings] == ["7 at 'pause' stay there and wait as before"]


def test_a_changed_activity_is_arrived_at_anew() -> None:
    found = destinations(
        journey("pause", pause=WAIT), journey("pause", pause={**WAIT, "for": "2 days"}), people={"pause": 2}
    )
    assert (found.mapping, found.anew) == ({"pause": "pause"}, {"pause"})
    assert [str(landing) for landing in found.landings] == ["2 at 'pause' arrive there anew"]


def test_a_place_that_is_gone_needs_a_mapping() -> None:
    old, new = journey("pause", pause=WAIT), journey("paused", paused=WAIT)
    found = destinations(old, new)
    assert (found.missing, found.hint) == (("pause",), "mapping: {pause: …}, did you mean 'paused'?")
    found = destinations(old, new, {"pause": "paused"}, {"pause": 3})
    assert (found.mapping, found.anew, found.missing) == ({"pause": "paused"}, {"pause"}, ())
    assert [str(landing) for landing in found.landings] == ["3 at 'pause' arrive at 'paused'"]
    assert destinations(old, new, {"pause": "pausd"}).missing == ("pause",)


def test_places_without_people_need_no_destination() -> None:
    old, new = journey("pause", pause=WAIT), journey("bought", bought=BOUGHT)
    assert destinations(old, new, people={"pause": 0}).missing == ()
    assert destinations(old, new, people={}).missing == ()
    assert destinations(old, new, people={"pause": 1}).missing == ("pause",)


@pytest.mark.parametrize(
    ("new", "mapping", "expected"),
    [
        (journey(["pause", "bought"], pause=WAIT, bought=BOUGHT), {}, ("pause|bought", False)),
        (journey(["bought", "pause"], pause=WAIT, bought=BOUGHT), {}, ("pause", True)),
        (journey("bought", bought=BOUGHT), {}, ("bought", True)),
        (journey("paused", paused=WAIT), {"pause": "paused"}, ("paused", True)),
        (journey("paused", paused=WAIT), {"pause|bought": "paused"}, ("paused", True)),
        (journey("pause", pause=WAIT), {"pause|bought": "done"}, ("done", True)),
        (
            journey(["pause", "bought"], pause={**WAIT, "for": "2 days"}, bought=BOUGHT),
            {},
            ("pause|bought", True),
        ),
    ],
)
def test_races(new: JourneyDefinition, mapping: dict[str, str], expected: tuple[str, bool]) -> None:
    old = journey(["pause", "bought"], pause=WAIT, bought=BOUGHT)
    (landing,) = destinations(old, new, mapping).landings
    assert (landing.place, landing.to, landing.anew) == ("pause|bought", *expected)
