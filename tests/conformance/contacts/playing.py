"""Plays a scenario: the state at the start, then step after step, through the Python library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from parcours.core.errors import OpenQuestion, ParcoursError
from parcours.service.crm.crm import Crm
from parcours.service.workspace import Workspace
from tests.conformance.contacts.asking import User
from tests.conformance.contacts.given import Given
from tests.conformance.contacts.steps import STEPS, Step
from tests.conformance.contacts.world import World


@dataclass
class Played:
    """What came of the steps, by the place of the step (from 1)."""

    #: Number of each segment by alias; those that were logged or deleted stay.
    numbers: dict[str, str] = field(default_factory=dict)
    #: Aliases whose segment is no more.
    gone: set[str] = field(default_factory=set)
    #: Alias of each logged segment by its entry number.
    logged: dict[int, str] = field(default_factory=dict)
    prices: list[dict[str, Any]] = field(default_factory=list)
    matches: list[str] = field(default_factory=list)
    prompts: list[dict[str, Any]] = field(default_factory=list)
    #: The step that was refused, with the code; what it changed all the same.
    error: dict[str, Any] | None = None
    message: str = ""
    left_behind: list[str] = field(default_factory=list)


class Stage:
    """One scenario under way in a workspace."""

    def __init__(self, case: Mapping[str, Any], workspace: Workspace, world: World) -> None:
        self.case = case
        self.workspace = workspace
        self.world = world
        self.given = Given(case)
        self.played = Played()
        self.crm = self.acting()
        self.user = User({})

    def play(self) -> None:
        """Write the given state, then do every step up to the first that is refused."""
        if self.world.reference or self.case.get("quirk"):
            self.crm.set("reference_behaviour", True)
        self.crm.load(self.given.tables(), tell=False)
        for segment in self.given.list("segments"):
            self._given_segment(segment)
        for place, step in enumerate(self.given.steps, start=1):
            if not self._done(place, step):
                break

    def _given_segment(self, segment: Mapping[str, Any]) -> None:
        """A segment with lines put in by program: nothing is recorded."""
        alias = segment["as"]
        made = self.crm.worksheets.create(description=f"Segment {alias}")
        self.played.numbers[alias] = made["no"]
        self.crm.worksheets.insert_lines(made["no"], segment.get("lines") or [])

    def _done(self, place: int, step: Step) -> bool:
        """Whether a step was done; else it was refused."""
        self.user = user = User(step.get("answers") or {})
        before = self._everything() if "error" in self.case["expect"] else None
        self.crm = self.acting(step.get("as_role") or "")
        try:
            STEPS[step["op"]](self, {**step, "place": place})
        except OpenQuestion as problem:
            raise Unanswered(place, problem.question) from None
        except ParcoursError as problem:
            self.played.error = {"step": place, "code": problem.code.upper().replace("-", "_")}
            self.played.message = problem.message
            if before is not None:
                after = self._everything()
                self.played.left_behind = sorted(name for name in before if before[name] != after[name])
            return False
        finally:
            self.crm = self.acting()
            self.played.prompts += [{"step": place, "prompt": question} for question in user.asked]
        return True

    def acting(self, role: str = "") -> Crm:
        """The CRM as the user of the scenario works in it."""
        return self.workspace.crm.acting(self.given.user.get("id", ""), role=role, work_date=self.given.work_date)

    def _everything(self) -> dict[str, Any]:
        """Every row of the CRM."""
        from parcours.contacts.tables import metadata

        with self.workspace._parts.catalogue.reading() as con:
            return {
                name: [tuple(row) for row in con.execute(table.select().order_by(*table.primary_key.columns))]
                for name, table in metadata.tables.items()
            }

    # --- finding what steps speak of ---

    def number(self, alias: str) -> str:
        """The number of the segment with an alias."""
        return self.played.numbers[alias]

    def line(self, step: Step) -> int:
        """The line of a contact, who has just one."""
        lines = self.crm.worksheets.lines(self.number(step["segment"])).filter(contact_no=step["contact"])
        return int(lines["line_no"].item())

    def logged(self, alias: str) -> int:
        """The entry number of the logged segment."""
        return next(entry for entry, known in self.played.logged.items() if known == alias)


class Unanswered(Exception):
    """A question came up that the step does not answer."""

    def __init__(self, place: int, question: str) -> None:
        super().__init__(f"step {place} asks {question}, which it does not answer")


@contextmanager
def play(case: Mapping[str, Any], world: World) -> Iterator[Stage]:
    """The stage of a scenario after its last step; its workspace is open inside."""
    steps = case.get("steps") or []
    mails = any(step.get("deliver") for step in steps) or "mails" in case["expect"]
    given = Given(case)
    with world.workspace(given.today, mails=mails) as workspace:
        if mails:
            world.sink.messages.clear()
            world.refused = _refusing(given)
        stage = Stage(case, workspace, world)
        stage.play()
        yield stage


def _refusing(given: Given) -> set[str]:
    """Addresses at which mail fails."""
    failing = set(given.list("mail_failures"))
    cards = [contact for contact in given.contacts if contact["no"] in failing]
    return {one.get("email") or "" for card in cards for one in (card, *(card.get("alt_addresses") or []))}
