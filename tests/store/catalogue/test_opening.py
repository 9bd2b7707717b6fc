"""Opening: made when missing, brought to the newest form, and clear about what is wrong."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from parcours.core.errors import WorkspaceError
from parcours.store.catalogue import Catalogue, access, hooks, opening, requests
from parcours.store.catalogue.tables import metadata


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "catalogue.sqlite"


def refused(place: Path | str) -> WorkspaceError:
    with pytest.raises(WorkspaceError) as error:
        Catalogue.open(place)
    assert error.value.hint
    return error.value


def made(place: Path, revision: str) -> None:
    """A database as the migrations up to ``revision`` leave it."""
    engine = create_engine(opening.url_of(place))
    with engine.begin() as connection:
        opening.upgrade(connection, revision)
    engine.dispose()


def _of_the_catalogue(object: object, name: str | None, kind: str, reflected: bool, compared: object) -> bool:
    """Tables of the CRM are compared where they are declared."""
    return kind != "table" or name in metadata.tables


def test_every_table_of_the_catalogue_is_compared() -> None:
    assert set(access.metadata.tables) >= {"definitions", "access_accounts", "access_audit"}
    assert set(hooks.metadata.tables) >= {"hooks", "hook_attempts"}
    assert "requests" in requests.metadata.tables


def test_the_newest_form_is_what_the_code_expects(place: Path) -> None:
    Catalogue.open(place).close()
    engine = create_engine(opening.url_of(place))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _of_the_catalogue})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_every_migration_is_known() -> None:
    files = sorted(path.stem for path in (opening.MIGRATIONS / "versions").glob("v*.py"))
    assert [name[1:5] for name in files] == list(opening.REVISIONS)


def test_the_first_version_is_upgraded_with_its_rows(place: Path) -> None:
    made(place, opening.REVISIONS[0])
    with sqlite3.connect(place) as old:
        old.execute("insert into definitions values ('segment', 'silver', 'Silver', 'published', 1, 1, 2, 5, 'anna')")
        old.execute(
            "insert into definition_versions values ('segment', 'silver', 1, 'Silver', '{\"rule\": 1}', 4, 'anna')"
        )
        old.execute("insert into history values (1, 4, 'anna', 'segment', 'silver', 1, 'save', '')")
    old.close()
    with Catalogue.open(place) as catalogue:
        assert catalogue.published()[0].body == {"rule": 1}
        assert catalogue.history()[0].by == "anna"
        assert catalogue.settings() == {}
        catalogue.save_draft("segment", "silver", {"rule": 2}, at=6)
        catalogue.set_setting("a", 1, at=7)


def test_journeys_of_the_second_version_get_a_life(place: Path) -> None:
    made(place, opening.REVISIONS[1])
    with sqlite3.connect(place) as old:
        for name, state, published in (("live", "published", 2), ("over", "inactive", None), ("new", "draft", None)):
            row = (name, name, state, 3, published)
            old.execute("insert into definitions values ('journey', ?, ?, ?, ?, ?, 2, 5, 'anna')", row)
            for version in (1, 2, 3):
                body = '{"source": {"journey": "x"}, "trees": {}}'
                row = (name, version, name, body)
                old.execute("insert into definition_versions values ('journey', ?, ?, ?, ?, 4, 'anna')", row)
    old.close()
    with Catalogue.open(place) as catalogue:
        assert catalogue.statuses("journey") == {
            "live": {1: "closed", 2: "live", 3: "draft"},
            "over": {1: "closed", 2: "closed", 3: "stopped"},
            "new": {1: "replaced", 2: "replaced", 3: "draft"},
        }
        (told,) = catalogue.controls("journey")
        assert (told.id, told.version, told.action) == ("live", 2, "publish")
        assert told.body == {"version": 2, "body": {"journey": "x"}, "rules": {}}


@pytest.mark.parametrize("revision", opening.REVISIONS)
def test_every_version_can_be_upgraded(place: Path, revision: str) -> None:
    made(place, revision)
    with Catalogue.open(place) as catalogue:
        assert catalogue.list() == ()
        assert catalogue.settings() == {}


def test_a_migration_that_fails_leaves_the_database_as_it_was(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(place, opening.REVISIONS[0])
    with sqlite3.connect(place) as old:
        old.execute("create table settings (other integer)")  # stands in the way of the second migration
    old.close()
    with pytest.raises(WorkspaceError):
        Catalogue.open(place)
    with sqlite3.connect(place) as old:
        assert old.execute("select version_num from alembic_version").fetchall() == [(opening.REVISIONS[0],)]
    old.close()


def test_a_newer_version(place: Path) -> None:
    Catalogue.open(place).close()
    with sqlite3.connect(place) as newer:
        newer.execute("update alembic_version set version_num = '9999'")
    newer.close()
    assert refused(place).code == "newer-version"


def test_not_a_database(place: Path) -> None:
    place.write_bytes(b"hello" * 1000)
    assert refused(place).code == "not-a-catalogue"
    assert place.read_bytes() == b"hello" * 1000


def test_a_database_of_somebody_else(place: Path) -> None:
    with sqlite3.connect(place) as other:
        other.execute("create table t (a)")
    other.close()
    assert refused(place).code == "not-a-catalogue"
    with sqlite3.connect(place) as other:
        assert other.execute("select name from sqlite_master").fetchall() == [("t",)]
    other.close()


def test_no_folder(tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere" / "catalogue.sqlite").code == "missing"


def test_locked_by_another_program(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "PATIENCE_MS", 50)
    with Catalogue.open(place) as catalogue:
        other = sqlite3.connect(place)
        other.execute("begin immediate")
        with pytest.raises(WorkspaceError) as error:
            catalogue.save_draft("segment", "silver", {}, at=1)
        assert error.value.code == "in-use"
        other.close()
        catalogue.save_draft("segment", "silver", {}, at=1)


def test_opening_an_up_to_date_catalogue_needs_no_alembic(place: Path) -> None:
    Catalogue.open(place).close()
    program = (
        "import sys; from parcours.store.catalogue import Catalogue; "
        f"Catalogue.open({str(place)!r}).close(); print('alembic' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_places() -> None:
    assert opening.url_of("postgresql+psycopg://u:secret@h/db") == "postgresql+psycopg://u:secret@h/db"
    assert opening.url_of(Path("/tmp/a b.sqlite")) == "sqlite:////tmp/a b.sqlite"
    with pytest.raises(WorkspaceError) as error, opening.explained("postgresql://u:secret@h/db"):
        create_engine("sqlite://").connect().execute(text("select * from nothing"))
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_tables_can_be_made_in_postgresql(table: object) -> None:
    sql = str(CreateTable(table).compile(dialect=postgresql.dialect()))  # type: ignore[arg-type,no-untyped-call]
    assert sql.strip().startswith("CREATE TABLE")
