"""Journeys with rules and values in the text languages, from the file to the message."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import parcours
from parcours.core.clock import instant
from parcours.service.workspace import Workspace

JOURNEY = """
journey: told
entry: {segment: adult, on: enter}
start: check
activities:
  check:
    type: condition
    paths:
      - {label: many, when: {journey: "count(#{Parcours.Events.purchase}) > 0"}, to: pause}
      - {label: few, when: {pql: 'age >= 40'}, to: mail}
    otherwise: until
  pause:
    {type: wait_for_event, event: purchase, where: {journey: "@{purchase.total} > 30"}, timeout: 9 days, then: mail}
  until:
    type: wait
    until:
      journey: toDateTimeOnly(concat(toString(#{Parcours.Profile.trial_ends}), "T10:00:00"))
    zone: Europe/Paris
    then: mail
  mail:
    type: email
    to: {pql: email}
    subject: {journey: 'concat("You are ", toString(#{Parcours.Profile.age}))'}
    body: "Hello {{ profile.age }}"
    html: {journey: 'if (#{Parcours.Profile.age} > 45) then ("<b>old</b>") else ("young")'}
"""


@pytest.fixture
def played(workspace: Workspace, tmp_path: Path) -> Workspace:
    """The shop in which five people were born late and entered the journey."""
    (tmp_path / "journey.yaml").write_text(JOURNEY)
    workspace.apply(tmp_path / "journey.yaml")
    people = [("q1", 41, "q1@example.com", "2024-07-05"), ("q2", 30, "q2@example.com", "2024-07-05")]
    people += [("q3", 50, None, "2024-07-05"), ("q4", 31, "q4@example.com", "2020-01-01")]
    path = tmp_path / "people.csv"
    rows = [f"{id},{age},{mail or ''},{ends}" for id, age, mail, ends in people]
    path.write_text("profile_id,age,email,trial_ends\n" + "\n".join(rows) + "\n")
    workspace.import_profiles(path)
    workspace.replay(None, "2024-07-20", tick="1 hour")
    return workspace


def test_every_path_is_taken(played: Workspace) -> None:
    columns = "_profile_id, activity, outcome, time"
    rows = played.sql(f"SELECT {columns} FROM journey_steps WHERE journey = 'told' ORDER BY time, _profile_id")
    told = {(row["_profile_id"], row["activity"], row["outcome"]) for row in rows.iter_rows(named=True)}
    assert {("q1", "check", "few"), ("q3", "check", "few"), ("q2", "check", "otherwise")} <= told
    left = rows.filter((rows["_profile_id"] == "q2") & (rows["activity"] == "until") & (rows["outcome"] == "elapsed"))
    assert [instant(time) for time in left["time"]] == [instant("2024-07-05T08:00:00Z")]  # ten o'clock in Paris
    early = rows.filter((rows["_profile_id"] == "q4") & (rows["activity"] == "until"))["time"]
    assert early[0] == early[-1]


def test_messages_show_the_values(played: Workspace) -> None:
    found = played.sql("SELECT _profile_id, content FROM deliveries WHERE journey = 'told' ORDER BY _profile_id")
    contents = {row["_profile_id"]: json.loads(row["content"]) for row in found.iter_rows(named=True)}
    assert contents["q1"]["computed"] == {"to": "q1@example.com", "subject": "You are 41", "html": "young"}
    assert contents["q3"]["computed"] == {"to": None, "subject": "You are 50", "html": "<b>old</b>"}
    assert contents["q1"]["profile"] == {"age": 41}


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("@{purchase.total} > 30", "@{purchase.totl} > 30", "activities.pause.where.journey"),
        ("pql: email", "pql: emial", "activities.mail.to.pql"),
        ("{pql: email}", "{sql: email}", "activities.mail.to"),
        ("{pql: email}", "{pql: xEvent}", "activities.mail.to.pql"),
        ("toDateTimeOnly(concat(", "toDateTimeOnly(cncat(", "activities.until.until.journey"),
        ("zone: Europe/Paris", "zone: Europe/Pris", "activities.until.zone"),
        ("zone: Europe/Paris", "for: 3 days", "activities.until.until"),
        ("age >= 40", "age >=", "activities.check.paths[1].when.pql"),
    ],
)
def test_problems_are_placed(workspace: Workspace, tmp_path: Path, old: str, new: str, where: str) -> None:
    (tmp_path / "journey.yaml").write_text(JOURNEY.replace(old, new))
    with pytest.raises(parcours.DefinitionError) as raised:
        workspace.check(tmp_path / "journey.yaml")
    problems = raised.value.problems or (raised.value,)
    assert [problem.where for problem in problems if f"({where})" in str(problem.where)], str(raised.value)


@pytest.mark.parametrize(
    "rule", ["@{journey.profileId} == 'p1'", "random() < 0.5", "@{SegmentQualification.status} == 'a'"]
)
def test_what_no_rule_about_profiles_can_read(workspace: Workspace, rule: str) -> None:
    with pytest.raises(parcours.DefinitionError, match="cannot read") as raised:
        workspace.rules.check(rule, "journey")
    assert raised.value.code == "not-kept"
