"""Better than the reference: reopening, rolling back, migrating, trying again (journeys.md, section 21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from parcours.flow.journeys.lifecycle.case import Case
from parcours.flow.journeys.lifecycle.types import RUNNING, Decision, Refusal
from parcours.flow.journeys.migration import destinations


def reopen(case: Case) -> Refusal | Decision:
    """People enter a version again that was closed, stopped or finished."""
    if case.version.status not in ("closed", "stopped", "finished"):
        return case.refuse("not_closed", f"is {case.version.status}")
    running = case.others(RUNNING)
    if running:
        hint = "roll back to it, which closes that one"
        return case.refuse("version_live", f"cannot be open beside version {running[-1].number}", hint)
    return case.becomes("live", "reopen", case.body())


def roll_back(case: Case) -> Refusal | Decision:
    """The version before the live one (or the one that is named) is open again, the live one is closed."""
    live = [one for one in case.versions if one.status == "live"]
    if not live:
        return case.refuse("not_live", "cannot be rolled back: no version is live", "reopen one")
    over = ("closed", "stopped", "finished")
    earlier = [one for one in case.versions if one.number < live[-1].number and one.status in over]
    if case.control.version is not None and case.version is not live[-1]:
        earlier = [one for one in earlier if one is case.version]
    if not earlier:
        return case.refuse("nothing_before", "has no published version before it that people could enter again")
    target = earlier[-1]
    versions = case.after(replace(live[-1], status="closed"), replace(target, status="live"))
    changes = (case.change("close", live[-1]), case.change("reopen", target, case.body(target)))
    return Decision(versions, changes)


def migrate(case: Case) -> Refusal | Decision:
    """People inside this version go on in another one: at the same activity, or where the mapping says."""
    wanted = case.control.options.get("to")
    found = [one for one in case.others(RUNNING | {"closed"}) if wanted in (None, one.number)]
    if not found or case.version.status not in RUNNING | {"closed"}:
        return case.refuse("not_live", "and the one to go to must both have been published, and not be over")
    target = found[-1]
    old, new = case.version.definition, target.definition
    assert old is not None
    assert new is not None
    mapping = {place: str(to) for place, to in _table(case, "mapping").items()}
    people = _table(case, "people")
    counts = {place: number for place, number in people.items() if isinstance(number, int)}
    plan = destinations(old, new, mapping, counts if people else None)
    if plan.missing:
        missing = ", ".join(plan.missing)
        return case.refuse("no_destination", f"has activities that version {target.number} lacks: {missing}", plan.hint)
    body = {"to": target.number, "mapping": dict(plan.mapping), "anew": sorted(plan.anew)}
    return Decision(case.versions, (case.change("migrate", body=body),))


def retry(case: Case) -> Refusal | Decision:
    """Runs that failed go on from the step that failed; which ones, the options say."""
    if case.version.status not in RUNNING | {"closed"}:
        return case.refuse("not_live", f"is {case.version.status}", "reopen it first")
    return case.becomes(case.version.status, "retry", case.control.options)


def _table(case: Case, option: str) -> dict[str, object]:
    given = case.control.options.get(option)
    return {str(name): value for name, value in given.items()} if isinstance(given, Mapping) else {}
