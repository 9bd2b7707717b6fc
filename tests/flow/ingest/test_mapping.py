"""Column mappings: as data, as TOML, and against the columns of a source."""

from __future__ import annotations

import pytest

from parcours.core.errors import InputError
from parcours.core.schema import INTEGER, STRING
from parcours.flow.ingest.mapping import (
    ColumnMapping,
    Lines,
    clean_name,
    for_events,
    for_profiles,
    mapping_of,
    names_of,
    read_mapping,
)

COLUMNS = ("household", "when", "basket", "product", "value", "week")
TOML = """
profile = "household"
time = "when"
time_format = "%d/%m/%Y"
zone = "Europe/Paris"
event = "purchase"
id = "basket"
skip = ["week"]
[rename]
value = "amount"
[types]
amount = "integer"
product = "string"
[lines]
into = "items"
columns = ["product", "value"]
totals = { total = "value" }
"""


def test_toml(tmp_path):
    path = tmp_path / "m.toml"
    path.write_text(TOML)

    mapping = read_mapping(path)

    assert mapping == ColumnMapping(
        profile="household",
        time="when",
        time_format="%d/%m/%Y",
        zone="Europe/Paris",
        event="purchase",
        id="basket",
        skip=("week",),
        rename={"value": "amount"},
        types={"amount": INTEGER, "product": STRING},
        lines=Lines("items", ("product", "value"), {"total": "value"}),
    )
    assert for_events(mapping, COLUMNS, "a.csv") == mapping


def test_the_example_in_the_documentation_is_a_mapping(tmp_path):
    from parcours.flow.ingest import mapping as module

    example = (module.__doc__ or "").split("::\n", 1)[1]
    path = tmp_path / "m.toml"
    path.write_text("\n".join(line.removeprefix("    ") for line in example.splitlines()))

    assert read_mapping(path).lines is not None


@pytest.mark.parametrize(
    ("shape", "code", "text"),
    [
        ({"profil": "x"}, "unknown-key", "did you mean 'profile'?"),
        ({"profile": 7}, "bad-mapping", "must be a text"),
        ({"skip": "week"}, "bad-mapping", "list of column names"),
        ({"rename": ["a"]}, "bad-mapping", "must be a table"),
        ({"types": {"a": "number"}}, "unknown-type", "types are: boolean"),
        ({"lines": {"column": []}}, "unknown-key", "into, columns, totals"),
        ({"clear_empty": "yes"}, "bad-mapping", "true or false"),
    ],
)
def test_bad_data(shape, code, text):
    with pytest.raises(InputError) as caught:
        mapping_of(shape)
    assert caught.value.code == code
    assert text in str(caught.value)


@pytest.mark.parametrize(("content", "code"), [("profile = ", "bad-toml"), (None, "unreadable-file")])
def test_bad_files(tmp_path, content, code):
    path = tmp_path / "m.toml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(InputError) as caught:
        read_mapping(path)
    assert caught.value.code == code


def test_usual_names_are_found_and_others_asked_for():
    found = for_events(ColumnMapping(event="visit"), ("Customer_ID", "timestamp", "page"), "a.csv")

    assert (found.profile, found.time) == ("Customer_ID", "timestamp")
    assert for_profiles(ColumnMapping(), ("id", "age"), "a.csv").profile == "id"
    with pytest.raises(InputError) as caught:
        for_events(ColumnMapping(event="visit"), ("who", "timestamp"), "a.csv")
    assert "columns: who, timestamp" in str(caught.value)


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        (ColumnMapping(profile="housohold", time="when", event="p"), "no-such-column"),
        (ColumnMapping(profile="household", time="when", event="p", skip=("nope",)), "no-such-column"),
        (ColumnMapping(profile="household", time="when", event="p", rename={"nope": "x"}), "no-such-column"),
        (ColumnMapping(profile="household", time="when", event="p", types={"nope": STRING}), "no-such-column"),
        (ColumnMapping(profile="household", time="when", event="p", zone="Paris"), "unknown-zone"),
        (ColumnMapping(profile="household", time="when"), "no-event-type"),
        (ColumnMapping(profile="household", time="when", event="a b"), "bad-name"),
        (ColumnMapping(profile="household", time="when", event="p", lines=Lines()), "bad-mapping"),
        (ColumnMapping(profile="household", time="when", event="p", id="basket", lines=Lines()), "bad-mapping"),
    ],
)
def test_mappings_that_do_not_fit_the_source(mapping, code):
    with pytest.raises(InputError) as caught:
        for_events(mapping, COLUMNS, "a.csv")
    assert caught.value.code == code


def test_a_misspelt_column_gets_the_nearest_one():
    with pytest.raises(InputError, match="did you mean 'household'"):
        for_events(ColumnMapping(profile="housohold", time="when", event="p"), COLUMNS, "a.csv")


def test_profiles_have_no_event_parts():
    with pytest.raises(InputError, match="profiles have no 'event'"):
        for_profiles(ColumnMapping(profile="household", event="x"), COLUMNS, "a.csv")


def test_names_are_cleaned_and_renamed():
    mapping = ColumnMapping(profile="id", rename={"b": "beta"}, skip=("c",))

    assert names_of(mapping, ("id", "Total amount (EUR)", "b", "c", "2nd"), "a.csv") == {
        "Total amount (EUR)": "Total_amount_EUR",
        "b": "beta",
        "2nd": "c_2nd",
    }
    assert clean_name("é") == "_"


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(InputError, match="would both become 'total'"):
        names_of(ColumnMapping(), ("Total", "total"), "a.csv")
