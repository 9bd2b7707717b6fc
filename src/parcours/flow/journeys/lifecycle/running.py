"""While a version runs: closing, stopping, pausing (journeys.md, section 12)."""

from __future__ import annotations

from parcours.flow.journeys.lifecycle.case import Case
from parcours.flow.journeys.lifecycle.types import DRAFTS, RUNNING, Decision, Refusal

#: How long a pause lasts if nobody says.
PAUSE = "14 days"


def close(case: Case) -> Refusal | Decision:
    """Nobody enters any more; who is inside finishes."""
    if case.version.status != "live":
        hint = "resume it first" if case.version.status == "paused" else None
        return case.refuse("not_live", f"is {case.version.status}", hint)
    return case.becomes("closed", "close")


def stop(case: Case) -> Refusal | Decision:
    """Everybody is ended at once. What is stopped of a dry run is the run: a draft is left."""
    if case.version.status == "dry_run":
        return case.becomes("draft", "dry_run_off")
    if case.version.status not in RUNNING | {"closed"}:
        return case.refuse("not_live", f"is {case.version.status}, so nobody is inside")
    return case.becomes("stopped", "stop")


def pause(case: Case) -> Refusal | Decision:
    """Nobody enters; actions are held, or discard people, as ``profiles`` says; until ``for`` is over (``None``: for
    ever), two weeks if nothing is said (section 12)."""
    if case.version.status != "live":
        return case.refuse("not_live", f"is {case.version.status}")
    return case.becomes("paused", "pause", {"profiles": "hold", "for": PAUSE, **case.control.options})


def resume(case: Case) -> Refusal | Decision:
    """People enter again, and those who were held go on."""
    if case.version.status != "paused":
        return case.refuse("not_paused", f"is {case.version.status}")
    return case.becomes("live", "resume")


def set_attribute_exit(case: Case) -> Refusal | Decision:
    """Who meets a condition leaves at the next action (R14)."""
    if case.version.status != "paused":
        return case.refuse("not_paused", f"is {case.version.status}", "an exit by attribute is for a pause")
    return case.becomes("paused", "set_attribute_exit", case.control.options)


def restart(case: Case) -> Refusal | Decision:
    """There is no way back into life: a new version, or ``reopen``."""
    if case.version.status in RUNNING:
        return case.refuse("already_live", "is published already")
    if case.version.status in DRAFTS:
        return case.refuse("not_published", "has not been published yet", "publish it")
    return case.refuse("cannot_restart", f"is {case.version.status}", "make a new version, or reopen it")
