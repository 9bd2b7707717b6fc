"""Working with a worksheet: each operation, committed, against the same in plain SQL on a copy of the store."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import parcours
from bench.contacts.data import DAYS, INTERACTIONS
from bench.contacts.plain import KEPT, SHEET, STATE, STATEMENTS
from bench.contacts.questions import FOUR
from bench.report import Took, agree, cell, ratio, seconds, table, timed
from parcours.contacts import selection
from parcours.contacts.office import Desk, Office
from parcours.contacts.worksheets import actions, headers, history, logging
from parcours.core.clock import VirtualClock
from parcours.service.crm.telling import Teller
from parcours.service.wiring import Parts
from parcours.store.catalogue import Catalogue

_REFINED: Mapping[str, Any] = {"mailing_group": {"code": KEPT}}


def _follow_up(desk: Desk) -> object:
    made = headers.create(desk, description="Letter")
    return logging.reuse_logged(desk, made["no"], 1)


#: What is done at a desk, by the name of its statements.
OPERATIONS: Mapping[str, Callable[[Desk], object]] = {
    "create": lambda desk: headers.create(
        desk, description="Letter", interaction_template="T01", date=DAYS.today.isoformat()
    ),
    "add": lambda desk: actions.add_contacts(desk, SHEET, FOUR),
    "refine": lambda desk: actions.refine_contacts(desk, SHEET, _REFINED),
    "go back": lambda desk: history.go_back(desk, SHEET),
    "redo": lambda desk: history.redo(desk, SHEET),
    "log": lambda desk: logging.log(desk, SHEET),
    "follow-up": _follow_up,
}
#: Order: a second way back leaves all lines for the log.
ORDER = ("create", "add", "refine", "go back", "redo", "go back", "log", "follow-up")


@dataclass(frozen=True, slots=True)
class Done:
    """An operation: lines that came or went, and the times of both."""

    name: str
    lines: int
    ours: Took
    peer: Took


def run(folder: Path, contacts: int) -> None:
    """Measure, compare, print. The folder is a workspace; its catalogue is changed."""
    place = folder / "catalogue.sqlite"
    copied = Path(shutil.copy(place, folder.parent / "peer.sqlite"))
    first, _ = _end_to_end(folder)
    again, came = _end_to_end(folder)
    with Catalogue.open(place) as catalogue, Catalogue.open(copied) as peer:
        office = Office(catalogue)
        with office.change("clear", DAYS) as desk:
            headers.delete(desk, SHEET)
            headers.delete(desk, "SM00002")
            _begin_anew(desk)
        with office.look(DAYS) as desk:
            for filters in (FOUR, _REFINED):
                selection.prepare(desk, filters)
        done = [_done(office, peer, name) for name in ORDER]
    told = _tell(folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    table(
        f"a worksheet among {contacts:,} contacts, {INTERACTIONS * contacts:,} interactions",
        ["", "lines", "time", "CPU", "SQL", "CPU", "ratio"],
        [[one.name, f"{one.lines:,}", *cell(one.ours), *cell(one.peer), ratio(one.peer, one.ours)] for one in done[1:]],
        f"then the log of the workspace is told of the interactions: {seconds(told.wall)}; "
        f"the process has held {peak / 1e3:,.0f} MB at most, the making of the data included",
    )
    table(
        f"workspace opened, worksheet made, {came:,} contacts added by four sub-tables",
        ["", "time", "CPU"],
        [["nothing kept", *cell(first)], ["columns kept with the workspace", *cell(again)]],
    )


def _end_to_end(folder: Path) -> tuple[Took, int]:
    """As a user does it; closing keeps the columns."""

    def work(workspace: parcours.Workspace) -> int:
        made = workspace.worksheets.create(description="Letter", interaction_template="T01")
        return workspace.worksheets.add_contacts(made["no"], FOUR).count

    with parcours.open(folder, VirtualClock(DAYS.at)) as workspace:
        return timed(lambda: work(workspace))


def _begin_anew(desk: Desk) -> None:
    """Numbers begin as they do in the copy."""
    for statement in (
        "UPDATE crm_number_series SET next = 'SM00001' WHERE code = 'SEGM'",
        "DELETE FROM sqlite_sequence WHERE name LIKE 'worksheet%'",
    ):
        desk.con.exec_driver_sql(statement)


def _done(office: Office, peer: Catalogue, name: str) -> Done:
    def ours() -> None:
        with office.change(name, DAYS) as desk:
            OPERATIONS[name](desk)

    def plain() -> None:
        with peer.writing() as con:
            for statement in STATEMENTS[name]:
                con.exec_driver_sql(statement)

    with peer.reading() as con:
        before = con.exec_driver_sql("SELECT count(*) FROM worksheet_lines").scalar_one()
    took, _ = timed(plain)
    mine, _ = timed(ours)
    with office.look(DAYS) as desk, peer.reading() as con:
        for query in STATE:
            agree(desk.con.exec_driver_sql(query).all() == con.exec_driver_sql(query).all(), f"{name}: {query}")
        after = con.exec_driver_sql("SELECT count(*) FROM worksheet_lines").scalar_one()
    return Done(name, abs(after - before), mine, took)


def _tell(folder: Path) -> Took:
    parts = Parts(folder, VirtualClock(DAYS.at))
    try:
        return timed(Teller(parts, Office(parts.catalogue)).tell)[0]
    finally:
        parts.close()
