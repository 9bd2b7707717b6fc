"""What holds for any sequence of actions. Each example is one transaction that is only tried."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.contacts.office import Answers, Desk, Office, Person
from parcours.contacts.office.desk import Row
from parcours.contacts.people import loading
from parcours.contacts.tables import worksheets
from parcours.contacts.worksheets import actions, headers, history, lines, previews, refreshing
from parcours.contacts.worksheets.opened import LINES
from parcours.core.errors import Refused, UnknownNameError
from parcours.store.catalogue import Catalogue
from tests.contacts.conftest import DAY
from tests.contacts.worksheets.crm import company, person

CONTACTS = [
    company("C1", territory_code="N"),
    person("P1", "C1", territory_code="S"),
    person("P2", "C1", territory_code="N", exclude_from_segment=True),
    company("C2", territory_code="S"),
    person("P3", "C2", territory_code="N"),
    person("P4", territory_code="N"),
    company("C3", territory_code="S", exclude_from_segment=True),
]
NUMBERS = [row["no"] for row in CONTACTS]
EXCLUDED = {"P2", "C3"}
NO = "S1"

EXPRESSIONS = st.sampled_from(
    [
        {},
        {"contact": {"territory_code": "N"}},
        {"contact": {"type": "person"}},
        {"contact": {"no": "C1|P3"}},
        {"contact": {"no": "P*"}},
        {"contact": {"no": "NOBODY"}},
        {"mailing_group": {"code": "M"}},
        {"none_of": [{"contact": {"no": "C*"}}]},
    ]
)
FLAGS = st.booleans()
ADDS = st.builds(
    lambda filters, existing, expand, related: partial(
        actions.add_contacts, no=NO, filters=filters, allow_existing=existing, expand_companies=expand,
        allow_related_companies=related,
    ),
    EXPRESSIONS, FLAGS, FLAGS, FLAGS,
)  # fmt: skip
CUTS = st.builds(
    lambda cut, filters, entire: partial(cut, no=NO, filters=filters, entire_companies=entire),
    st.sampled_from([actions.reduce_contacts, actions.refine_contacts]), EXPRESSIONS, FLAGS,
)  # fmt: skip


def typed(desk: Desk, contact: str) -> None:
    with contextlib.suppress(Refused):
        actions.add_line(desk, NO, contact)


def deleted(desk: Desk, place: int) -> None:
    """Delete a line with a contact, if there is one."""
    found = [line for line in rows(desk) if line["contact_no"]]
    if found:
        actions.delete_line(desk, NO, found[place % len(found)]["line_no"])


def exchanged(desk: Desk, place: int, contact: str) -> None:
    """Put another contact, or none, on a line, if there is one."""
    found = rows(desk)
    if found:
        with contextlib.suppress(Refused):
            actions.change_line_contact(desk, NO, found[place % len(found)]["line_no"], contact)


def edited(desk: Desk, place: int, text: str) -> None:
    """Type on a line, if there is one."""
    found = rows(desk)
    if found:
        lines.set_line(desk, NO, found[place % len(found)]["line_no"], "description", text)


PLACES = st.integers(0, 9)
HANDS = st.one_of(
    st.builds(lambda contact: partial(typed, contact=contact), st.sampled_from(NUMBERS)),
    st.builds(lambda place: partial(deleted, place=place), PLACES),
    st.builds(lambda place, to: partial(exchanged, place=place, contact=to), PLACES, st.sampled_from(["", *NUMBERS])),
)
EDITS = st.builds(lambda place, text: partial(edited, place=place, text=text), PLACES, st.sampled_from(["x", "y"]))
ACTIONS = st.one_of(ADDS, CUTS, HANDS)
#: Lines by program that stand before the first action.
BEFORE = st.lists(st.sampled_from(["", "C1", "P1", "P4"]), max_size=3)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with Catalogue.open(tmp_path_factory.mktemp("crm") / "catalogue.sqlite") as catalogue:
        office = Office(catalogue)
        with office.change("load", DAY) as desk:
            loading.load(desk, "contacts", CONTACTS)
            loading.load(desk, "mailing_groups", [{"contact_no": no, "code": "M"} for no in ("C2", "P1", "P2")])
        yield office


@contextlib.contextmanager
def sheet(office: Office, before: list[str], *, by_hand: bool = False) -> Iterator[Desk]:
    """A worksheet with lines by program; nothing of what happens to it stays."""
    user = (
        Answers({"reset_criteria": False, "undo_last_action": True, "add_excluded_contact": False}) if by_hand else None
    )
    with office.change("try", DAY, Person("ann", "SP1"), user, trial=True) as desk:
        header = headers.create(desk, no=NO, description="Header")
        lines.insert(desk, lines.initialised(desk, header, before, 10_000))
        yield desk


def rows(desk: Desk) -> list[Row]:
    return desk.rows(LINES, segment_no=NO, order=[LINES.c.line_no])


def standing(desk: Desk) -> int:
    return history.count(desk, NO)


@settings(deadline=None)
@given(before=BEFORE, done=st.lists(ACTIONS, max_size=8), by_hand=FLAGS)
def test_going_back_to_the_start_and_forth_to_the_end(
    office: Office, before: list[str], done: list[Any], by_hand: bool
) -> None:
    with sheet(office, before, by_hand=by_hand) as desk:
        states = {0: rows(desk)}
        for action in done:
            action(desk)
            states[standing(desk)] = rows(desk)
        last = standing(desk)
        for number in range(last - 1, -1, -1):
            history.go_back(desk, NO)
            assert number not in states or rows(desk) == states[number]
        assert (rows(desk), history.steps_possible(desk, NO)) == (states[0], (0, last))
        for number in range(1, last + 1):
            history.redo(desk, NO)
            assert number not in states or rows(desk) == states[number]
        assert (standing(desk), history.redo(desk, NO)) == (last, None)


@settings(deadline=None)
@given(before=BEFORE, done=st.lists(st.one_of(ACTIONS, EDITS), max_size=8), steps=st.integers(1, 8))
def test_hand_edits_survive_going_back_and_forth(
    office: Office, before: list[str], done: list[Any], steps: int
) -> None:
    with sheet(office, before) as desk:
        for action in done:
            action(desk)
        end = rows(desk)
        back = history.go_back(desk, NO, steps=steps)
        if back is not None:
            history.redo(desk, NO, steps=len(back.actions))
        assert rows(desk) == end


@settings(deadline=None)
@given(done=st.lists(st.one_of(ACTIONS, EDITS, st.just(partial(history.go_back, no=NO))), max_size=8))
def test_nobody_flagged_stands_in_a_worksheet_unless_somebody_said_so(office: Office, done: list[Any]) -> None:
    with sheet(office, []) as desk:
        for action in done:
            action(desk)
        assert not EXCLUDED & {line["contact_no"] for line in rows(desk)}


@settings(deadline=None)
@given(before=BEFORE, done=st.lists(ACTIONS, max_size=6), run=st.one_of(ADDS, CUTS))
def test_a_preview_tells_what_happens(office: Office, before: list[str], done: list[Any], run: Any) -> None:
    with sheet(office, before) as desk:
        for action in done:
            action(desk)
        options = {name: value for name, value in run.keywords.items() if name not in ("no", "filters")}
        seen = getattr(previews, run.func.__name__)(desk, NO, run.keywords["filters"], **options)
        now = rows(desk)
        outcome = run(desk)
        after = rows(desk)
        assert (seen.before, seen.after) == (len(now), len(after))
        told = seen.came if run.func is actions.add_contacts else seen.went
        assert told["contact_no"].to_list() == outcome.contacts.to_list()
        back = previews.go_back(desk, NO)
        step = history.go_back(desk, NO)
        assert step is not None
        assert (back.came.height, back.went.height, rows(desk)) == (step.inserted, step.deleted, now)
        forth = previews.redo(desk, NO)
        assert (forth.came["contact_no"].to_list(), forth.after) == (seen.came["contact_no"].to_list(), len(after))


@settings(deadline=None)
@given(before=BEFORE, done=st.lists(ACTIONS, max_size=8))
def test_criteria_run_again_on_the_same_data_change_nothing(office: Office, before: list[str], done: list[Any]) -> None:
    with sheet(office, before) as desk:
        for action in done:
            action(desk)
        assert refreshing.refresh(desk, NO).action == 0


@settings(deadline=None)
@given(
    done=st.lists(
        st.tuples(
            st.booleans(),
            st.booleans(),
            st.one_of(
                ADDS,
                CUTS,
                st.just(partial(history.go_back, no=NO)),
                st.just(partial(history.redo, no=NO)),
                st.just(partial(headers.set_header, no=NO, field="description", value="by the other")),
                st.builds(lambda contact: partial(actions.add_line, no=NO, contact=contact), st.just("C1")),
                st.builds(
                    lambda text: partial(lines.set_line, no=NO, line_no=10_000, field="description", value=text),
                    st.text("ab", max_size=2),
                ),
            ),
        ),
        max_size=10,
    )
)
def test_two_people_never_lose_a_line_unseen(office: Office, done: list[tuple[bool, bool, Any]]) -> None:
    """Whoever is let through had seen the worksheet as it is; whoever had not is refused and changes nothing."""
    with sheet(office, ["C1", "C2"]) as desk:
        seen = [look(desk), look(desk)]
        for who, looks_first, action in done:
            if looks_first:
                seen[who] = look(desk)
            version, state = seen[who]
            now = look(desk)
            refusal = None
            try:
                with desk.con.begin_nested(), contextlib.suppress(UnknownNameError):  # the line may have gone
                    action(desk, expected_version=version)
            except Refused as refused:
                refusal = refused.code
            if refusal is None:
                assert state == now[1]
                seen[who] = look(desk)
            else:
                assert (refusal, now[0] != version, look(desk)) == ("conflict", True, now)


def look(desk: Desk) -> tuple[int, list[list[Row]]]:
    """The version of a worksheet, and everything there is to see of it."""
    tables = (worksheets.worksheets, worksheets.worksheet_lines, worksheets.worksheet_languages, history.ACTIONS)
    found = [desk.rows(table, **{"no" if table is worksheets.worksheets else "segment_no": NO}) for table in tables]
    version = found[0][0].pop("version")
    return version, found
