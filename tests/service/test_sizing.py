"""How many people a rule is about that nobody has saved."""

from __future__ import annotations

import threading

import pytest

from parcours.core import interrupting
from parcours.core.errors import DefinitionError, InputError, UnknownNameError
from parcours.service.workspace import Workspace
from tests.service import shop
from tests.service.test_previews import RULES


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_it_counts_whom_publishing_lets_in(workspace: Workspace, rule: object) -> None:
    (told,) = workspace.preview({"segment": "big", "rule": rule})
    found = workspace.rules.size(rule, segment="big")
    assert (found.members, found.of) == (told.members, shop.people().height)
    assert found.share == pytest.approx(found.members / found.of)
    assert found.compared is not None
    assert (found.compared.members, found.compared.both + found.compared.entering) == (told.before, told.members)
    assert (found.compared.entering, found.compared.leaving) == (told.entering.height, told.leaving.height)


def test_a_sample_holds_members_with_their_attributes_always_the_same(workspace: Workspace) -> None:
    rule = {"attribute": "age", "at_least": 20}
    known = {row["profile_id"]: row for row in shop.people().to_dicts()}
    found = workspace.rules.size(rule, sample=4).sample
    assert len({row["profile_id"] for row in found}) == 4
    assert all(row == known[row["profile_id"]] and row["age"] >= 20 for row in found)
    assert workspace.rules.size(rule, sample=100).sample[:4] == found
    assert len(workspace.rules.size(rule, sample=100).sample) == workspace.rules.size(rule).members
    assert workspace.rules.size(rule, sample=0).sample == []


def test_rules_of_any_language_and_none(workspace: Workspace) -> None:
    assert workspace.rules.size("age >= 18", "pql").members == workspace.segments.count("adult")
    assert workspace.rules.size({"segment": "big"}, segment="big").compared.leaving == 0  # type: ignore[union-attr]


def test_what_cannot_be_asked(workspace: Workspace) -> None:
    with pytest.raises(DefinitionError):
        workspace.rules.size({"attribute": "agee", "at_least": 18})
    with pytest.raises(UnknownNameError, match="no published segment"):
        workspace.rules.size({"attribute": "age", "at_least": 18}, segment="bigg")
    with pytest.raises(InputError):
        workspace.rules.size({"attribute": "age", "at_least": 18}, sample=101)


def test_who_has_left_is_not_counted_for(workspace: Workspace) -> None:
    wish = interrupting.Wish()
    raised: list[BaseException] = []

    def ask() -> None:
        interrupting.wish.set(wish)
        try:
            workspace.rules.size({"attribute": "age", "at_least": 18})
        except interrupting.Interrupted as error:
            raised.append(error)

    asking = threading.Thread(target=ask)
    with workspace._parts.moving:
        asking.start()
        wish.withdraw()
    asking.join()
    assert len(raised) == 1
