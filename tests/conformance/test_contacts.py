"""Scenarios of contacts played otherwise: following the reference throughout, and with the catalogue on PostgreSQL.

Some of them each: all are played in ``test_cases.py``.
"""

import json
from pathlib import Path

import pytest

from parcours.testing.postgres import missing
from tests.conformance.__main__ import main
from tests.conformance.contacts.run import kind
from tests.conformance.files import load

HERE = Path(__file__).parent
CASES = [case for folder in ("cases", "own") for case in load(HERE / folder / "contact-segments.jsonl")]
MORE = [case for path in sorted(HERE.glob("more/contacts-*.jsonl")) for case in load(path)]


@pytest.mark.parametrize(
    "case", [case for case in (*CASES[::2], *MORE[::4]) if "quirk" not in case.content], ids=lambda case: case.id
)
def test_what_is_no_quirk_holds_in_the_reference_too(case):
    assert kind(reference=True).run(case).failures == ()


@pytest.mark.skipif(missing() is not None, reason=f"no PostgreSQL: {missing()}")
@pytest.mark.parametrize("case", [*CASES[1::2], *MORE[1::8]], ids=lambda case: case.id)
def test_the_catalogue_may_be_on_postgres(case):
    assert kind(url="postgres").run(case).failures == ()


def test_a_question_that_is_not_answered_is_no_success():
    steps = [{"op": "create_segment", "as": "S1"}, {"op": "add_line", "segment": "S1", "contact": "C1"}]
    steps.append({"op": "reduce_contacts", "segment": "S1", "filters": {}})
    given = {"contacts": [{"no": "C1", "type": "company", "name": "Alpha"}]}
    case = CASES[0].__class__("silent", {"given": given, "steps": steps, "expect": {"segments": {}}})
    with pytest.raises(Exception, match="step 3 asks reset_criteria"):
        kind().run(case)


def test_what_a_refused_step_leaves_behind_is_seen(monkeypatch):
    """A step that is refused, but has been written all the same."""
    from parcours.core.errors import Refused
    from parcours.service.crm.worksheets import Worksheets

    def half(self, no, code, description=""):
        self.create(description="left behind")
        raise Refused("not so", code="no-criteria-actions")

    monkeypatch.setattr(Worksheets, "save_criteria", half)
    case = next(case for case in CASES if case.id == "save-without-actions")
    told = [failure.got for failure in kind().run(case).failures]
    assert "the refused step changed worksheets" in told


def test_the_options_of_the_command_line(tmp_path, capsys):
    path = tmp_path / "cases.jsonl"
    quiet = {
        "id": "quiet",
        "given": {},
        "steps": [{"op": "create_segment", "as": "S1"}],
        "expect": {"segments": {"S1": {}}},
    }
    path.write_text(json.dumps(quiet) + "\n" + json.dumps({**quiet, "id": "loud", "expect": {"noise": True}}))
    assert main(["contacts", "--reference", str(path)]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "FAILED loud"
    assert printed[-1] == "1 passed, 1 failed"
    assert main(["pql", "--reference", str(path)]) == 2
    assert main(["contacts", "--catalogue"]) == 2
