"""Into the world: publishing, testing, dry runs (journeys.md, sections 12 and 13)."""

from __future__ import annotations

from dataclasses import replace

from parcours.flow.journeys.activities.base import SignalListener
from parcours.flow.journeys.lifecycle.case import Case
from parcours.flow.journeys.lifecycle.types import DRAFTS, RUNNING, Decision, Refusal
from parcours.flow.journeys.publication import jump_problems, rule_of, version_problems


def publish(case: Case) -> Refusal | Decision:
    """People enter; the version before it is closed (R15)."""
    status = case.version.status
    if status in RUNNING:
        return case.refuse("already_live", "is published already", "make a new version of it")
    if status == "dry_run":
        return case.refuse("in_dry_run", "is in a dry run", "end that first: dry_run_off")
    if status not in DRAFTS:
        return case.refuse("cannot_restart", f"is {status}", "make a new version, or reopen it")
    refusal = _faults(case) or _paused_before(case) or _newer_published(case)
    if refusal is not None:
        return refusal
    older = case.others(frozenset({"live"}))
    changes = [case.change("test_off")] if status == "draft_test" else []
    changes += [case.change("close", one) for one in older]
    closed = (replace(one, status="closed") for one in older)
    versions = case.after(replace(case.version, status="live"), *closed)
    return Decision(versions, (*changes, case.change("publish", body=case.body())))


def _faults(case: Case) -> Refusal | None:
    """What stops a version from being published or tested: the first problem names the rule."""
    definition, problems = case.version.definition, [*case.version.problems]
    if definition is not None:
        if case.context.others is not None:
            problems += jump_problems(definition, case.context.others)
        before = [one for one in case.versions if one.number < case.version.number and one.status not in DRAFTS]
        if before and before[-1].definition is not None:
            problems += version_problems(definition, before[-1].definition)
    if not problems:
        return None
    first = problems[0]
    return Refusal(rule_of(first), str(first.message), first.hint, tuple(problems))


def _paused_before(case: Case) -> Refusal | None:
    """A paused version is left by resuming or stopping only, so a newer one cannot close it."""
    paused = case.others(frozenset({"paused"}))
    if not paused:
        return None
    return case.refuse("version_paused", f"follows version {paused[0].number}, which is paused", "resume or stop that")


def _newer_published(case: Case) -> Refusal | None:
    """Versions are published in order of their numbers."""
    newest = case.versions[-1].number
    if all(one.status in DRAFTS for one in case.versions if one.number > case.version.number):
        return None
    return case.refuse("not_latest_version", "is older than one that was published", f"make a new version of {newest}")


def test_on(case: Case) -> Refusal | Decision:
    """Test profiles enter a draft; the same rules as for a publication, and it needs a namespace."""
    if case.version.status != "draft":
        return case.refuse("not_a_draft", f"is {case.version.status}", "only a draft can be tested")
    refusal = _faults(case)
    if refusal is not None:
        return refusal
    definition = case.version.definition
    if case.context.namespaces and definition is not None and definition.namespace is None:
        return case.refuse("namespace_required", "has no namespace, so nobody is known as a test profile")
    return case.becomes("draft_test", "test_on", case.body())


def test_off(case: Case) -> Refusal | Decision:
    """A draft again; who is in the test is removed."""
    if case.version.status != "draft_test":
        return case.refuse("not_in_test", "is not in test mode")
    return case.becomes("draft", "test_off")


def dry_run_on(case: Case) -> Refusal | Decision:
    """Real people pass a draft, and nothing is done."""
    if case.version.status != "draft":
        return case.refuse("not_a_draft", f"is {case.version.status}", "only a draft can be run dry")
    refusal = _faults(case)
    if refusal is not None:
        return refusal
    if case.others(RUNNING):
        return case.refuse("dry_run_beside_live", "cannot be run dry while another one is live", "use a backtest")
    definition = case.version.definition
    heard = () if definition is None else definition.listeners()
    if any(isinstance(listener, SignalListener) for _, listener in heard):
        return case.refuse("dry_run_with_reaction", "waits for signals of messages, which no dry run sends")
    return case.becomes("dry_run", "dry_run_on", case.body())


def dry_run_off(case: Case) -> Refusal | Decision:
    """A draft again."""
    if case.version.status != "dry_run":
        return case.refuse("not_in_dry_run", "is in no dry run")
    return case.becomes("draft", "dry_run_off")
