"""Definitions: checked against each other, published all or none, taken over by the tick."""

from __future__ import annotations

from pathlib import Path

import pytest

import parcours
from parcours.core.schema import DECIMAL, Schema, object_of
from parcours.flow.journeys.definitions import JourneyDefinition, definition, form, reading
from parcours.language.frontends import read_rule
from parcours.language.runs import RunScope
from parcours.service import applying
from parcours.service.checking import check_kept
from parcours.service.definitions import journey_of
from parcours.service.lives import Lives
from parcours.service.workspace import Workspace
from tests.service import shop


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


def state(workspace: Workspace) -> list[tuple[object, ...]]:
    """Everything about definitions."""
    listed = [*workspace.segments.list().rows(), *workspace.journeys.list().rows()]
    return [*listed, *workspace.sql("SELECT * FROM definitions ORDER BY _seq").rows()]


def test_the_changes_are_told_and_then_done(workspace: Workspace, tmp_path: Path) -> None:
    folder = shop.definitions(tmp_path / "d")
    assert {change.action for change in workspace.check(folder)} == {"unchanged"}
    write(
        folder,
        all=shop.DEFINITIONS.replace("at_least: 100", "at_least: 80"),
        more="segment: child\nrule: {attribute: age, less_than: 18}\n",
    )
    told = {change.id: (change.action, change.version) for change in workspace.check(folder)}
    assert told["big"] == ("edited", 2)
    assert told["child"] == ("new", 1)
    assert told["hello"] == ("unchanged", 1)
    before = workspace.segments.count("big")
    assert {change.id: (change.action, change.version) for change in workspace.apply(folder)} == told
    assert workspace.segments.count("big") > before
    assert workspace.segments.count("child") > 0
    assert workspace.segments.get("big").published_version == 2


def test_segments_come_in_order_of_dependency_journeys_last(workspace: Workspace, tmp_path: Path) -> None:
    folder = write(
        tmp_path / "d",
        a="segment: a\nrule: {segment: b}\n",
        b="segment: b\nrule: {segment: c}\n",
        c="segment: c\nrule: {segment: big}\n",
        j="journey: j\nentry: {segment: a}\nstart: e\nactivities: {e: {type: end}}\n",
    )
    assert [change.id for change in workspace.apply(folder)] == ["c", "b", "a", "j"]
    assert workspace.segments.count("a") == workspace.segments.count("big")


PROBLEMS = {
    "unknown-event": "segment: x\nrule: {event: purchas, in_last: 1 day, at_least: 1}\n",
    "unknown-segment": "segment: x\nrule: {segment: bigg}\n",
    "unknown-attribute": "segment: x\nrule: {attribute: agee, at_least: 1}\n",
    "wrong-type": "segment: x\nrule: {attribute: age, at_least: old}\n",
    "cycle": "segment: x\nrule: {segment: y}\n---\nsegment: y\nrule: {segment: x}\n",
    "cycle-with-published": "segment: big\nrule: {segment: big-adult}\n",
    "twice": "segment: x\nrule: {attribute: age, at_least: 1}\n---\nsegment: x\nrule: {attribute: age, at_least: 2}\n",
    "no-kind": "segmnt: x\nrule: {attribute: age, at_least: 1}\n",
    "broken": "segment: x\nrule: {attribute: age, at_least: 1\n",
    "journey": "journey: j\nentry: {segment: nope}\nstart: e\nactivities: {e: {type: end}}\n",
    "template": (
        "journey: j\nentry: {segment: big}\nstart: m\nactivities:\n"
        "  m: {type: email, to: '{{ profile.mail }}', subject: x, body: y, then: e}\n  e: {type: end}\n"
    ),
}


@pytest.mark.parametrize("text", PROBLEMS.values(), ids=PROBLEMS)
def test_one_problem_and_nothing_is_changed(workspace: Workspace, tmp_path: Path, text: str) -> None:
    before = state(workspace)
    folder = write(tmp_path / "d", a_good="segment: good\nrule: {attribute: age, at_least: 1}\n", bad=text)
    with pytest.raises(parcours.DefinitionError) as caught:
        workspace.apply(folder)
    assert state(workspace) == before
    said = str(caught.value)
    assert "bad.yaml" in said or "->" in said
    assert len(said.splitlines()) < 20


def test_all_problems_are_told_at_once(workspace: Workspace, tmp_path: Path) -> None:
    folder = write(
        tmp_path / "d", a=PROBLEMS["unknown-event"], b=PROBLEMS["template"], c="segment: z\nrule: {segment: nobody}\n"
    )
    with pytest.raises(parcours.DefinitionError) as caught:
        workspace.apply(folder)
    assert len(caught.value.problems) == 3
    assert all(f"{name}.yaml" in str(caught.value) for name in "abc")


def test_drafts_are_not_evaluated_until_they_are_published(workspace: Workspace, tmp_path: Path) -> None:
    path = write(tmp_path / "d", x="segment: x\nrule: {segment: big}\n")
    workspace.apply(path, publish=False)
    assert workspace.segments.get("x").state == "draft"
    assert workspace.segments.count("x") == 0
    workspace.segments.publish("x")
    assert workspace.segments.count("x") == workspace.segments.count("big")


def test_what_is_used_by_others_cannot_be_taken_away(workspace: Workspace) -> None:
    for change in (workspace.segments.deactivate, workspace.segments.delete):
        with pytest.raises(parcours.DefinitionError) as caught:
            change("big")
        assert caught.value.code == "in-use"
        assert "segment 'big-adult', journey 'hello'" in str(caught.value) or (
            "journey 'hello', segment 'big-adult'" in str(caught.value)
        )
    workspace.segments.deactivate("big-adult")
    with pytest.raises(parcours.DefinitionError, match="journey 'hello'"):
        workspace.segments.delete("big")
    workspace.journeys.stop("hello")
    workspace.segments.delete("big")
    assert "big" not in workspace.segments.list()["segment"]
    assert workspace.segments.get("big").state == "deleted"


def test_a_stopped_segment_loses_its_members_and_gets_them_back(workspace: Workspace) -> None:
    before = workspace.segments.members("fans")["_profile_id"].to_list()
    assert before
    workspace.segments.deactivate("fans")
    assert workspace.segments.count("fans") == 0
    workspace.segments.publish("fans")
    assert workspace.segments.members("fans")["_profile_id"].to_list() == before


def test_a_stopped_journey_has_nobody_inside(workspace: Workspace) -> None:
    inside = workspace.journeys.list()["inside"].item()
    assert inside > 0
    workspace.journeys.stop("hello")
    row = workspace.journeys.list().row(0, named=True)
    assert (row["state"], row["inside"], row["ended"]) == ("inactive", 0, row["entered"])
    workspace.replay("2024-06-30", "2024-08-30", "1 day")
    assert workspace.journeys.list()["entered"].item() == row["entered"]


def test_definitions_survive_a_restart(folder: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "d", x="segment: x\nrule: {event: purchase, in_last: 10 days, at_least: 1}\n")
    with parcours.open(folder) as workspace:
        workspace.apply(path)
        members = workspace.segments.members("x")
        workspace.segments.deactivate("this-month")
    with parcours.open(folder) as workspace:
        workspace.catch_up()
        assert workspace.segments.members("x").equals(members)
        assert workspace.segments.count("this-month") == 0
        assert {change.action for change in workspace.apply(path)} == {"unchanged"}


def test_only_rules_of_journeys_read_runs() -> None:
    run = RunScope(events={"visit": object_of({"total": DECIMAL})})
    rule = read_rule({"given": "event.visit.total", "at_least": 5}, Schema(), run=run)
    check_kept(rule, run=True)
    with pytest.raises(parcours.DefinitionError, match="cannot read a value of a running journey") as refused:
        check_kept(rule)
    assert refused.value.code == "not-kept"
    for other in ({"fetched": "source.a.b", "type": "boolean"}, {"random": 0, "less_than": 0.5}):
        with pytest.raises(parcours.DefinitionError) as refused:
            check_kept(read_rule(other, Schema()), run=True)
        assert refused.value.code == "not-kept"


def test_a_journey_is_read_once_and_the_same_as_from_the_catalogue(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count, read_form = [0], form.read_form

    def counted(*given: object) -> object:
        count[0] += 1
        return read_form(*given)  # type: ignore[arg-type]

    for module in (reading, definition):
        monkeypatch.setattr(module, "read_form", counted)
    texts = {
        f"j{number}": f"journey: j{number}\nname: N\nentry: {{segment: big, on: enter}}\nstart: m\nactivities:\n"
        '  m: {type: email, to: "{{ profile.email }}", subject: Hi, body: Hi, then: w}\n'
        "  w: {type: wait_for_event, event: purchase, where: {field: total, at_least: 5}, timeout: 3 days, then: e}\n"
        "  e: {type: end}\n"
        for number in range(5)
    }
    told: list[JourneyDefinition] = []
    save = Lives.save

    def noted(self: Lives, id_: str, name: str, body: object, **more: object) -> int:
        number = save(self, id_, name, body, **more)  # type: ignore[arg-type]
        told.extend(one.definition for one in self.versions(id_) if one.definition is not None)
        return number

    monkeypatch.setattr(Lives, "save", noted)
    parts = workspace._parts
    found = applying.checked(write(tmp_path / "d", **texts), parts)
    applying.save(found, parts, publish=True)
    assert count == [5]
    assert sorted(one.id for one in told) == sorted(texts)
    for one in told:
        assert one == journey_of(parts.catalogue.get("journey", one.id))
