"""The CRM on the command line, as a marketing assistant works: programs of their own."""

from __future__ import annotations

import inspect
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import parcours as library
from parcours.service.cli.main import run
from parcours.service.crm.crm import Crm
from parcours.service.surface.arguments import arguments_of
from parcours.service.surface.groups.crm import GROUPS
from tests.service.cli.program import START, Ran, parcours

PEOPLE = """\
Number,First name,Surname,Company,Email,Town,Tags
C1,Ann,Lee,Alpha,ann@example.com,Lyon,VIP;NEWS
C2,Bob,Ray,Alpha,not-a-mail,Lyon,VIP
C3,Eve,Zed,,eve@example.com,Paris,
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with number series, a salesperson and a template for telephone calls."""
    folder = tmp_path_factory.mktemp("office") / "shop"
    with library.init(folder) as workspace:
        crm = workspace.crm
        crm.put_series("CONT", "C0001")
        crm.put_series("SEGM", "S001")
        crm.put_salesperson("SP", name="Sam")
        crm.interactions.create_template("CALL", description="Call", correspondence_type="")
    (folder / "people.csv").write_text(PEOPLE)
    return folder


@pytest.fixture
def cli(office: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command line in this process; what tests do stays for those that follow."""
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(office)

    def call(line: str) -> Ran:
        capsys.readouterr()
        code = run([word.replace("~", " ") for word in line.split()])
        return Ran(code, *capsys.readouterr())

    return call


def test_a_file_is_taken_in_as_a_program_of_its_own(office: Path) -> None:
    shown = parcours("contacts", "import", "people.csv", "--make-codes", "--preview", cwd=office)
    assert shown.code == 0, shown.err
    assert "row 2" in shown.out
    assert "is no e-mail address" in shown.out
    assert "a preview: nothing was changed" in shown.err
    assert parcours("contacts", "find", cwd=office).out == "none\n"
    taken = json.loads(parcours("contacts", "import", "people.csv", "--make-codes", "--json", cwd=office).out)
    assert taken["created"] == ["C0001", "C1", "C3"]
    assert [problem["place"] for problem in taken["problems"]] == ["row 2"]


def test_a_table_has_no_empty_columns(cli: Any) -> None:
    header = next(line for line in cli("contacts find").out.splitlines() if line.strip())
    assert header.split() == ["no", "type", "name", "company_name", "city", "email"]
    assert "created_on" in cli("contacts find --wide").out


def test_a_record_says_what_is_there_and_no_more(cli: Any) -> None:
    shown = dict(line.split(None, 1) for line in cli("contacts show C1").out.splitlines())
    assert shown["email"] == "ann@example.com"
    assert {"version", "fax_no", "minor"} & shown.keys() == set()
    assert json.loads(cli("contacts show C1 --json").out)["minor"] is False


def test_actions_are_previewed_done_and_undone(cli: Any) -> None:
    cli("worksheets create --description Spring")
    assert "count     2" in cli("worksheets add S001 --where contact.city=Lyon|Paris --preview").out
    assert cli("worksheets lines S001").out == "none\n"
    cli("worksheets add S001 --where contact.city=Lyon|Paris --expand-companies")
    assert cli("worksheets criteria S001").out == "  1  add  (expand companies)  contact.city=Lyon|Paris\n"
    assert cli("worksheets steps-possible S001").out == "1 back, 0 forth\n"
    asked = cli("worksheets back S001")
    assert (asked.code, "--yes undo-last-action" in asked.err) == (1, True)
    assert "3 went" in cli("worksheets back S001 --yes all").out
    assert "3 lines came" in cli("worksheets redo S001").out
    assert "there is no question 'nonsense'" in cli("worksheets back S001 --yes nonsense").err


def test_a_question_is_asked_at_a_terminal(office: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", START, "worksheets", "back", "S001"]
    with subprocess.Popen(command, cwd=office, stdin=theirs, stdout=subprocess.PIPE, text=True) as program:
        os.write(ours, b"n\n")
        out, _ = program.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert "Undo the last action?" in out
    assert "nothing was changed" in out


def test_words_are_taken_for_what_the_field_is(cli: Any) -> None:
    assert cli("worksheets set S001 description 007 --proposed").code == 0
    assert cli("worksheets set S001 unit_cost 2.5 --proposed").code == 0
    shown = json.loads(cli("worksheets show S001 --json").out)
    assert (shown["description"], shown["unit_cost"]) == ("007", 2.5)
    cli("crm set company_name 42")
    assert json.loads(cli("crm settings --json").out)["company_name"] == "42"


def test_lists_are_words(cli: Any) -> None:
    for text in ("one", "two"):
        made = cli(f"interactions record C1 CALL --description {text} --salesperson-code SP")
        assert made.out.startswith("interaction "), made.err
    assert cli("interactions cancel 1 2").out == "canceled\n"
    assert cli("interactions cancel 1 2").out == "counts again\n"
    assert cli("interactions evaluate positive 1 2").out == "2 changed\n"
    assert "delivered" in cli("interactions send").out


def test_questionnaires_are_filled_in(cli: Any) -> None:
    cli("contacts questionnaires put Q --description Habits")
    cli("contacts questionnaires put-line Q 10 --type question --description How~often?")
    cli("contacts questionnaires put-line Q 20 --type answer --description Weekly --from 1")
    assert cli("contacts questionnaires answer C1 Q 20").out == "done\n"
    assert cli("contacts questionnaires sheet C1 Q").out == "    10  How often?\n    20  [x] Weekly\n"
    assert cli("contacts questionnaires classify Q").out == "0 contacts have other answers now\n"


def test_notes_and_duplicates(cli: Any) -> None:
    cli("contacts notes add C1 met~at~the~fair")
    assert "met at the fair" in cli("contacts notes list C1").out
    assert cli("contacts duplicates find").code == 0


def test_contacts_are_written_out(cli: Any, office: Path) -> None:
    assert cli("contacts export -o out.csv --where contact.city=Lyon --fields no --fields email").out == (
        "written to out.csv\n"
    )
    assert (office / "out.csv").read_text() == "no,email\nC1,ann@example.com\n"
    cli("contacts export-vcards -o out.vcf")
    assert (office / "out.vcf").read_text().count("BEGIN:VCARD") == 3
    assert "unchanged" in cli("contacts import-vcards out.vcf --match email").out


def test_tables_are_loaded_from_a_file_in_which_no_is_a_name(cli: Any, office: Path) -> None:
    (office / "goods.yaml").write_text(
        "items: [{no: BIKE, description: Bicycle, unit_price: 200}]\n"
        "item_entries: [{source_type: customer, source_no: '1', item_no: BIKE, posting_date: '2026-01-02'}]\n"
    )
    assert cli("crm load @goods.yaml").out.split() == ["items", "1", "item_entries", "1"]
    (office / "who.yaml").write_text("contact: {no: C1}\n")
    assert "Ann Lee" in cli("contacts find --filters who.yaml").out
    (office / "goods.yaml").write_text("item_entries: [{item_no: 7}]\n")
    broken = cli("crm load @goods.yaml")
    assert (broken.code, "item_no" in broken.err) == (2, True)


def test_attachments_are_files(cli: Any, office: Path) -> None:
    (office / "letter.html").write_text("<p>Dear {{ contact.name }}</p>")
    assert cli("interactions attach LETTER.html --file letter.html --merge-source liquid").code == 0
    assert "content" not in cli("interactions attachment 1").out


@pytest.mark.parametrize(
    ("line", "code", "problem"),
    [
        ("contacts show NOBODY", 2, "there is no contact 'NOBODY'"),
        ("worksheets add S001 --where city", 2, "is no filter"),
        ("worksheets add S001 --where contact.city=(", 2, "contact.city"),
        ("contacts import people.csv --mapping Town", 2, "is no pair"),
        ("worksheets create --answers {a", 2, "--answers"),
        ("crm set nonsense 1", 2, "no setting"),
    ],
)
def test_problems_are_told_on_one_screen(cli: Any, line: str, code: int, problem: str) -> None:
    ran = cli(line)
    assert (ran.code, ran.out) == (code, "")
    assert problem in ran.err
    assert "Traceback" not in ran.err


def test_everything_that_can_be_said_is_described() -> None:
    bare = [
        f"{group}.{operation.method}.{argument.name}"
        for group, listed in GROUPS.items()
        for operation in listed
        for argument in arguments_of(operation)
        if not argument.prose or ":meth:" in argument.prose or "``" in argument.prose
    ]
    assert bare == []


def methods(kind: type, room: str = "") -> Iterator[tuple[str, str]]:
    """The public methods of a facade and of the rooms in it."""
    for name in dir(kind):
        member = getattr(kind, name)
        if isinstance(member, cached_property):
            yield from methods(get_type_hints(member.func)["return"], f"{room}.{name}".strip("."))
        elif inspect.isfunction(member) and not name.startswith("_"):
            yield room, name


def test_every_method_is_an_operation() -> None:
    known = {(each.room, each.method) for listed in GROUPS.values() for each in listed}
    assert {(room or "crm", method) for room, method in methods(Crm)} == known | {("crm", "acting")}
