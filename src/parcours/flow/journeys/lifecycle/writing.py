"""What is written: edits, new versions, deletion (journeys.md, section 12)."""

from __future__ import annotations

from dataclasses import replace

from parcours.flow.journeys.differences import only_texts
from parcours.flow.journeys.lifecycle.case import Case
from parcours.flow.journeys.lifecycle.types import Decision, Refusal


def edit(case: Case) -> Refusal | Decision:
    """Only a draft can be edited."""
    if case.version.status != "draft":
        return case.refuse("read_only", f"is {case.version.status}", "make a new version; only drafts can be edited")
    if case.control.definition is None:
        return Decision(case.versions)
    return Decision(case.after(replace(case.version, definition=case.control.definition, problems=())))


def edit_texts(case: Case) -> Refusal | Decision:
    """Names, labels, descriptions and the contents of messages may change while people are inside."""
    old, new = case.version.definition, case.control.definition
    if old is None or new is None or not only_texts(old, new):
        return case.refuse("read_only", "keeps its structure", "change texts and labels only, or make a new version")
    edited = replace(case.version, definition=replace(new, version=case.version.number), problems=())
    changes = () if edited.status == "draft" else (case.change("edit", body=case.body(edited)),)
    return Decision(case.after(edited), changes)


def new_version(case: Case) -> Refusal | Decision:
    """A draft like the newest version, beside it."""
    newest = case.versions[-1]
    if newest.number != case.version.number:
        hint = f"make it of version {newest.number}"
        return case.refuse("not_latest_version", "is not the newest one", hint)
    definition = case.version.definition
    if definition is not None and definition.head.version_rules == "strict" and definition.entry.timetable.incremental:
        hint = "copy the journey, or allow it by version_rules: free"
        return case.refuse("incremental_read", "reads a segment in steps, which a new version would begin anew", hint)
    copy = None if definition is None else replace(definition, version=newest.number + 1)
    return Decision((*case.versions, replace(case.version, number=newest.number + 1, status="draft", definition=copy)))


def delete(case: Case) -> Refusal | Decision:
    """Drafts and what is over can be deleted."""
    if case.version.status not in ("draft", "finished"):
        return case.refuse("not_finished", f"is {case.version.status}", "only drafts and finished ones can be deleted")
    left = tuple(one for one in case.versions if one.number != case.version.number)
    return Decision(left, (case.change("delete"),) if case.version.status == "finished" else ())
