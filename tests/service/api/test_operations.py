"""What is not of the CRM over HTTP: definitions, people, records, versions, pages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import parcours
from parcours.service.paging import Page
from parcours.service.surface.arguments import arguments_of, result_of
from parcours.service.surface.columns import COLUMNS
from parcours.service.surface.groups import BY_NAME, GROUPS, OPERATIONS
from parcours.testing.service import Client, Service, running_service
from tests.service import shop


@pytest.fixture(scope="module")
def service(replayed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over a copy of the shop."""
    folder = shop.copied(replayed, tmp_path_factory.mktemp("api"))
    with parcours.open(folder) as workspace, running_service(workspace) as running:
        yield running


def pages(client: Client, method: str, path: str, body: dict[str, Any] | None = None, **query: object) -> list[Any]:
    """All items of a list, page by page."""
    found: list[Any] = []
    cursor = None
    while True:
        given = {**query, **({} if cursor is None else {"cursor": cursor})}
        if method == "GET":
            text = "&".join(f"{name}={value}" for name, value in given.items())
            page = client.did("GET", f"{path}?{text}")
        else:
            page = client.did(method, path, {**(body or {}), **given})
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


# --- the table of operations -----------------------------------------------------------------------------


def test_names_of_operations_are_their_own() -> None:
    assert len(BY_NAME) == len(OPERATIONS)
    places = [(each.verb, each.path) for each in OPERATIONS if each.path]
    assert len(places) == len(set(places))


def test_every_operation_has_a_scope_and_says_what_it_takes() -> None:
    from parcours.service.access.scopes import SCOPES

    assert [each.full_name for each in OPERATIONS if each.scope not in SCOPES] == []
    bare = [
        f"{each.full_name}({argument.name})"
        for each in OPERATIONS
        if each.path
        for argument in arguments_of(each)
        if not argument.prose
    ]
    assert bare == []


def test_what_only_reads_asks_for_reading_alone() -> None:
    assert [each.full_name for each in OPERATIONS if each.verb == "GET" and each.writes] == []


def test_columns_are_those_of_the_tables(service: Service) -> None:
    workspace = service.workspace
    found: dict[str, Page | Any] = {
        "segments.list": workspace.segments.list(),
        "segments.members_page": workspace.segments.members_page("big"),
        "segments.history": workspace.segments.history("big"),
        "segments.forecast": workspace.segments.forecast("big"),
        "journeys.list": workspace.journeys.list(),
        "journeys.versions": workspace.journeys.versions("hello"),
        "journeys.history": workspace.journeys.history("hello"),
        "journeys.report": workspace.journeys.report("hello"),
        "journeys.deliveries": workspace.journeys.deliveries(),
        "definitions.list": workspace.definitions.list(),
        "definitions.versions": workspace.definitions.versions("segment", "big"),
        "definitions.history": workspace.definitions.history(),
        "profiles.values": workspace.profiles.values("age"),
        "profiles.property_values": workspace.profiles.property_values("purchase", "total"),
        "records.qualifications": workspace.records.qualifications(),
        "records.steps": workspace.records.steps(),
        "records.deliveries": workspace.records.deliveries(),
        "suppressed": workspace.suppressed(),
    }
    for name, table in found.items():
        frame = table.items if isinstance(table, Page) else table
        assert list(COLUMNS[name]) == frame.columns, name
    assert {name for name in COLUMNS if name in BY_NAME} >= set(found)


def test_answers_of_tables_and_pages_are_described() -> None:
    groups = {name for name in GROUPS if name.partition(".")[0] in ("segments", "journeys", "definitions", "records")}
    listed = [each for name in groups for each in GROUPS[name] if each.path]
    untyped = [each.full_name for each in listed if result_of(each) is Page and each.full_name not in COLUMNS]
    assert untyped == ["records.events"]  # whose columns are those of the event type


# --- definitions -----------------------------------------------------------------------------------------


def test_who_wrote_a_version_is_known(service: Service) -> None:
    rule = {"attribute": "age", "at_least": 65}
    writer = service.client_with("segments:write", "journeys:read")  # a key of the name "test"
    saved = writer.did("PUT", "/segments/signed", {"definition": {"rule": rule}, "publish": True})
    assert saved["changed_by"] == "test"
    assert [row["saved_by"] for row in writer.did("GET", "/definitions/segment/signed/versions")["items"]] == ["test"]
    done = writer.did("GET", "/definition-history?kind=segment&id=signed")["items"]
    assert {(row["action"], row["by"]) for row in done} == {("save", "test"), ("publish", "test")}
    service.workspace.segments.deactivate("signed")  # on this machine, by nobody who has a name
    assert service.workspace.segments.get("signed").changed_by == ""


def test_a_segment_is_written_published_and_taken_back(client: Client) -> None:
    rule = {"attribute": "age", "at_least": 65}
    saved = client.ask("PUT", "/segments/old", {"definition": {"name": "Old", "rule": rule}})
    assert (saved.status, saved.data["state"], saved.data["version"]) == (200, "draft", 1)
    published = client.ask("POST", "/segments/old/publish", if_match=saved.headers["etag"])
    assert (published.status, published.data["published_version"]) == (200, 1)
    edited = client.did("PUT", "/segments/old", {"definition": {"rule": {"attribute": "age", "at_least": 70}}})
    assert (edited["version"], edited["published_version"]) == (2, 1)
    (change,) = [
        one for one in client.did("GET", "/definitions/segment/old/diff?old=1&new=2") if one["place"] == "rule.at_least"
    ]
    assert (change["old"], change["new"]) == (65, 70)
    back = client.did("POST", "/definitions/segment/old/roll-back", {"version": 1})
    assert (back["version"], back["published_version"], back["definition"]["rule"]) == (3, 3, rule)
    assert [row["published"] for row in client.did("GET", "/definitions/segment/old/versions")["items"]] == [
        False,
        False,
        True,
    ]
    assert client.did("DELETE", "/segments/old")["state"] == "deleted"


def test_problems_of_a_definition_have_places(client: Client) -> None:
    answer = client.ask("PUT", "/segments/bad", {"definition": {"rule": {"all": [{"attribute": "agee", "is": 1}]}}})
    assert answer.status == 422
    assert "rule.all[0]" in str(answer.data.get("where")) + str(answer.data.get("problems"))


def test_who_has_seen_something_older_is_told_of_both(client: Client) -> None:
    first = client.ask("PUT", "/segments/race", {"definition": {"rule": {"attribute": "age", "is": 1}}})
    assert client.ask("PUT", "/segments/race", {"definition": {"rule": {"attribute": "age", "is": 2}}}).status == 200
    stale = client.ask(
        "PUT",
        "/segments/race",
        {"definition": {"rule": {"attribute": "age", "is": 3}}},
        if_match=first.headers["etag"],
    )
    assert (stale.status, stale.data["code"]) == (412, "outdated")
    assert stale.data["current"] == stale.data["expected"] + 1
    current = client.ask("GET", "/segments/race")
    assert current.headers["etag"] == f'"{stale.data["current"]}"'
    assert current.data["definition"]["rule"]["is"] == 2
    gone = client.ask("DELETE", "/segments/race", if_match=current.headers["etag"])
    assert gone.status == 200


def test_something_new_may_be_asked_to_be_new(client: Client) -> None:
    body = {"definition": {"rule": {"attribute": "age", "is": 1}}}
    assert client.ask("PUT", "/segments/fresh", body, if_match='"0"').status == 200
    assert client.ask("PUT", "/segments/fresh", body, if_match='"0"').status == 412


def test_a_life_of_a_journey_has_revisions(client: Client) -> None:
    shown = client.ask("GET", "/journeys/hello")
    paused = client.ask("POST", "/journeys/hello/pause", {}, if_match=shown.headers["etag"])
    assert paused.status == 200
    assert paused.headers["etag"] != shown.headers["etag"]
    assert client.ask("POST", "/journeys/hello/close", {}, if_match=shown.headers["etag"]).status == 412
    assert client.ask("POST", "/journeys/hello/resume", {}, if_match=paused.headers["etag"]).status == 200


def test_records_of_the_crm_have_versions(client: Client) -> None:
    client.did("PUT", "/crm/series/CONT", {"next": "C0001"})
    made = client.ask("POST", "/contacts", {"type": "company", "name": "Alpha"})
    path = f"/contacts/{made.data['no']}"
    assert client.ask("PATCH", path, {"city": "Lyon"}, if_match=made.headers["etag"]).status == 200
    stale = client.ask("PATCH", path, {"city": "Nice"}, if_match=made.headers["etag"])
    assert (stale.status, stale.data["code"]) == (412, "outdated")
    assert client.did("GET", path)["city"] == "Lyon"


def test_rules_are_checked_and_shown(client: Client) -> None:
    found = client.did("POST", "/rules/check", {"rule": {"attribute": "age", "at_least": 18}})
    assert found["sentence"] == "age is at least 18"
    assert found["method"]["method"] == "incremental"
    french = client.did("POST", "/rules/check", {"rule": found["tree"], "lang": "fr"})
    assert french["sentence"] == "age est au moins 18"
    assert french["method"]["reasons"] != found["method"]["reasons"]
    text = client.did("POST", "/rules/convert", {"rule": found["tree"], "to": "pql"})
    assert client.did("POST", "/rules/check", {"rule": text, "language": "pql"})["tree"] == found["tree"]


def test_a_preview_names_some(client: Client) -> None:
    (found,) = client.did("POST", "/definitions/preview", {"definition": {"attribute": "age", "at_least": 0}})
    assert found["members"] == found["entering"]["count"]
    assert len(found["entering"]["some"]) == min(100, found["members"])


# --- people ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["appeared", "-appeared", "age", "-age", "email"])
def test_people_come_page_by_page_each_once(client: Client, sort: str) -> None:
    whole = client.did("GET", f"/profiles?limit=1000&sort={sort}")
    found = pages(client, "GET", "/profiles", limit=7, sort=sort)
    assert found == whole["items"]
    assert len({row["profile_id"] for row in found}) == whole["total"] == len(found)


def test_people_are_found(client: Client) -> None:
    body = {"where": {"attribute": "age", "at_least": 30}, "search": "P1", "sort": "-age"}
    found = pages(client, "POST", "/profiles/find", body, limit=3)
    everybody = client.did("GET", "/profiles?limit=1000")["items"]
    wanted = [row for row in everybody if (row["age"] or 0) >= 30 and "p1" in row["profile_id"]]
    assert sorted(row["profile_id"] for row in found) == sorted(row["profile_id"] for row in wanted)
    assert [row["age"] for row in found] == sorted((row["age"] for row in found), reverse=True)
    members = {row["profile_id"] for row in pages(client, "GET", "/segments/adult/members", limit=9)}
    assert {row["profile_id"] for row in pages(client, "GET", "/profiles", segment="adult", limit=9)} == members


def test_a_rule_that_counts_what_nobody_counts_is_refused(client: Client) -> None:
    body = {"where": {"event": "purchase", "sum": "total", "in_last": "17 days", "at_least": 1}}
    answer = client.ask("POST", "/profiles/find", body)
    assert (answer.status, answer.data["code"]) == (422, "not-kept")


def test_the_segments_of_many_at_once(client: Client, service: Service) -> None:
    ids = [f"p{number}" for number in range(45)]
    found = client.did("POST", "/profiles/segments", {"profiles": [*ids, "nobody"]})
    assert found.pop("nobody") is None
    for segment in shop.SEGMENTS:
        members = set(service.workspace.segments.members(segment)["_profile_id"])
        assert {id for id, segments in found.items() if segments and segment in segments} == members, segment
    only = client.did("POST", "/profiles/segments", {"profiles": ids, "segments": ["big"]})
    assert {name for segments in only.values() for name in segments or ()} <= {"big"}


def test_a_card_says_what_the_log_says(client: Client, service: Service) -> None:
    members = service.workspace.segments.members("big")
    profile = members["_profile_id"][0]
    card = client.did("GET", f"/profiles/{profile}")
    (big,) = [one for one in card["segments"] if one["segment"] == "big"]
    assert big["since"] == members["since"][0].isoformat().replace("+00:00", "Z")
    expected = service.workspace.explain("big", profile).next_change
    assert big["until"] == (None if expected is None else expected.isoformat().replace("+00:00", "Z"))
    events = service.workspace.sql(f"SELECT count(*) FROM purchase WHERE _profile_id = '{profile}'").item()
    assert card["events"]["purchase"] == events


def test_a_timeline_is_in_order_and_whole(client: Client, service: Service) -> None:
    profile = service.workspace.segments.members("big")["_profile_id"][0]
    whole = client.did("GET", f"/profiles/{profile}/timeline?limit=10000")["items"]
    found = pages(client, "GET", f"/profiles/{profile}/timeline", limit=5)
    assert found == whole
    times = [line["time"] for line in found]
    assert times == sorted(times, reverse=True)
    count = service.workspace.sql(
        f"SELECT (SELECT count(*) FROM purchase WHERE _profile_id = '{profile}') "
        f"+ (SELECT count(*) FROM qualifications WHERE _profile_id = '{profile}')"
    ).item()
    assert sum(line["kind"] in ("event", "segment") for line in found if line["name"] != "visit") <= count
    only = client.did("GET", f"/profiles/{profile}/timeline?kinds=segment&limit=10000")["items"]
    assert only == [line for line in whole if line["kind"] == "segment"]


def test_a_person_is_told_about_exported_and_forgotten(client: Client, service: Service) -> None:
    client.did("PATCH", "/profiles/new-one", {"attributes": {"age": 33, "email": "new@example.org"}})
    client.did("POST", "/profiles/new-one/events", {"event": "purchase", "properties": {"total": 5.0}, "id": "once"})
    client.did("POST", "/profiles/new-one/events", {"event": "purchase", "properties": {"total": 5.0}, "id": "once"})
    service.workspace.run(ticks=1)
    card = client.did("GET", "/profiles/new-one")
    assert (card["attributes"], card["events"]) == ({"age": 33, "email": "new@example.org"}, {"purchase": 1})
    found = client.did("GET", "/profiles/new-one/export")
    assert found["attributes"]["age"] == 33
    file = client.ask("GET", "/profiles/new-one/export-file")
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        assert "events.json" in archive.namelist()
    client.did("PATCH", "/profiles/new-one", {"attributes": {"age": None}})
    service.workspace.run(ticks=1)
    assert "age" not in client.did("GET", "/profiles/new-one")["attributes"]
    refused = client.ask("PATCH", "/profiles/new-one", {"attributes": {"age": "old"}})
    assert (refused.status, refused.data["code"]) == (422, "not-taken-in")
    client.did("DELETE", "/profiles/new-one")
    service.workspace.run(ticks=1)
    assert client.ask("GET", "/profiles/new-one").status == 404


def test_values_are_suggested(client: Client) -> None:
    ages = client.did("GET", "/attributes/age/values?limit=3")["items"]
    assert [row["count"] for row in ages] == sorted((row["count"] for row in ages), reverse=True)
    assert client.did("GET", "/events/purchase/properties/total/values?limit=2")["items"]


# --- what happened ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["arrived", "-arrived", "effective", "-effective"])
def test_qualifications_come_page_by_page(client: Client, service: Service, sort: str) -> None:
    found = pages(client, "GET", "/qualifications", segment="big", sort=sort, limit=11)
    count = service.workspace.sql("SELECT count(*) FROM qualifications WHERE segment = 'big'").item()
    assert len(found) == count
    if sort.endswith("effective"):
        moments = [row["effective"] for row in found]
        assert moments == sorted(moments, reverse=sort.startswith("-"))


def test_members_by_entry_are_the_members(client: Client, service: Service) -> None:
    entered = pages(client, "GET", "/segments/regular/members", sort="-since", limit=4)
    members = service.workspace.segments.members("regular")
    assert {row["profile_id"] for row in entered} == set(members["_profile_id"])
    assert len(entered) == members.height
    since = dict(members.select("_profile_id", "since").iter_rows())
    assert all(row["since"] == since[row["profile_id"]].isoformat().replace("+00:00", "Z") for row in entered)


def test_events_are_filtered_by_their_properties(client: Client, service: Service) -> None:
    (first,) = client.did("POST", "/events/purchase/find", {"limit": 1})["items"]
    found = pages(client, "POST", "/events/purchase/find", {"where": {"total": first["total"]}}, limit=2)
    count = service.workspace.sql(f"SELECT count(*) FROM purchase WHERE total = {first['total']}").item()
    assert len(found) == count


def test_steps_and_deliveries_are_listed(client: Client, service: Service) -> None:
    for path, table in (("/steps", "journey_steps"), ("/deliveries", "deliveries")):
        found = pages(client, "GET", path, journey="hello", limit=13)
        assert len(found) == service.workspace.sql(f"SELECT count(*) FROM {table}").item()


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/profiles?cursor=nonsense", "bad-cursor"),
        ("/qualifications?sort=name", "unknown-order"),
        ("/profiles?limit=0", "bad-limit"),
        ("/profiles?segment=nope", "unknown-segment"),
        ("/qualifications?profile=nobody", "unknown-profile"),
    ],
)
def test_what_cannot_be_listed_is_said(client: Client, path: str, code: str) -> None:
    answer = client.ask("GET", path)
    assert (answer.status, answer.data["code"]) in ((422, code), (404, code))


def test_a_cursor_belongs_to_its_order(client: Client) -> None:
    cursor = client.did("GET", "/profiles?limit=1")["next"]
    assert client.ask("GET", f"/profiles?sort=age&cursor={cursor}").data["code"] == "bad-cursor"


def test_statistics_of_a_segment(client: Client, service: Service) -> None:
    found = client.did("GET", "/segments/big/statistics")
    assert found["members"] == service.workspace.segments.count("big")
    assert found["used_by"] == ["journey 'hello'", "segment 'big-adult'"]
    assert found["trend"][-1] == service.workspace.segments.history("big")["members"][-1]
    month = found["growth"]["month"]
    assert month["net"] == month["entries"] - month["exits"]


def test_who_may_only_read_changes_nothing(service: Service) -> None:
    reader = service.client_with("segments:read", "profiles:read")
    assert reader.ask("GET", "/segments").status == 200
    for method, path, body in (
        ("DELETE", "/segments/big", None),
        ("PUT", "/segments/big", {"definition": {}}),
        ("DELETE", "/profiles/p1", None),
        ("GET", "/journeys", None),
    ):
        assert reader.ask(method, path, body).status == 403, path
