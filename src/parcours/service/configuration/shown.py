"""A plan for people: as text on a terminal, and as Markdown that fits the comment of a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parcours.service.configuration.records import Moved, Plan, Planned, Touched

_SIGNS = {"new": "+", "edited": "~", "deleted": "-", "unchanged": " "}
_DONE = {"new": "to make", "edited": "to change", "deleted": "to delete", "unchanged": "unchanged"}
_VERBS = {"new": "new", "edited": "changed", "deleted": "deleted"}


def summary(plan: Plan) -> str:
    """How many of each: ``1 to make, 2 to change, 10 unchanged``."""
    return ", ".join(f"{count:,} {_DONE[action]}" for action, count in plan.counts().items() if count) or "nothing"


# --- text ------------------------------------------------------------------------------------------------


def text(plan: Plan) -> str:
    """The plan for a terminal."""
    return "\n".join([*_text(plan), _end(plan)])


def _text(plan: Plan) -> Iterator[str]:
    for item in plan.changes:
        version = f", version {item.version}" if item.version else ""
        yield f"{_SIGNS[item.action]} {item.kind} {item.id}: {_VERBS[item.action]}{version}"
        for line in _details(item):
            yield f"    {line}"
    for follow in plan.follows:
        yield f"  segment {follow.segment}: moves with those that it refers to"
        for line in _movement(follow):
            yield f"    {line}"


def _details(item: Planned) -> Iterator[str]:
    yield from item.words or (item.rule if item.action == "new" else ())
    if item.evaluation and item.action == "new":
        yield f"evaluation: {item.evaluation}"
    if item.members is not None:
        yield from _movement(item.members, new=item.action == "new")
    yield from map(_touched, item.journeys)


def _movement(moved: Moved, *, new: bool = False) -> Iterator[str]:
    if new:
        yield f"members: {moved.after:,}{_sample(moved.enter, moved.entering)}"
        return
    yield f"members: {moved.before:,} now, {moved.after:,} then"
    if moved.entering:
        yield f"{moved.entering:,} would enter{_sample(moved.enter, moved.entering)}"
    if moved.leaving:
        yield f"{moved.leaving:,} would leave{_sample(moved.leave, moved.leaving)}"


def _sample(ids: tuple[str, ...], count: int) -> str:
    return f": {', '.join(ids)}{' …' if count > len(ids) else ''}" if ids else ""


def _touched(touched: Touched) -> str:
    head = "people" if touched.role == "itself" else f"journey {touched.journey} ({touched.role})"
    inside = f"{touched.inside:,} inside now"
    return f"{head}: {inside}" + (f"; {touched.note}" if touched.note else "")


def _end(plan: Plan) -> str:
    if not plan:
        return f"nothing to change ({summary(plan)})"
    seen = "nothing was evaluated so far, so members are not known" if plan.at is None else f"members as of {plan.at}"
    return f"\n{summary(plan)}; {seen}"


# --- Markdown --------------------------------------------------------------------------------------------


def markdown(plan: Plan) -> str:
    """The plan as Markdown: a table of what changes, and what differs behind a fold each."""
    return "\n".join(_markdown(plan)) + "\n"


def _markdown(plan: Plan) -> Iterator[str]:
    yield "### Parcours plan"
    yield ""
    if not plan:
        yield f"No changes ({summary(plan)})."
        return
    yield f"**{summary(plan)}**" + ("" if plan.at is None else f"; members as of {plan.at}")
    yield ""
    yield "| | what | id | members | enter | leave |"
    yield "|---|---|---|---:|---:|---:|"
    for item in plan.changes:
        yield _row(f"{_SIGNS[item.action]} {_VERBS[item.action]}", item.kind, item.id, item.members)
    for follow in plan.follows:
        yield _row("follows", "segment", follow.segment, follow)
    for item in plan.changes:
        yield from _folded(item)


def _row(what: str, kind: str, id: str, moved: Moved | None) -> str:
    numbers = (
        ("", "", "")
        if moved is None
        else (f"{moved.before:,} → {moved.after:,}", f"{moved.entering:,}", f"{moved.leaving:,}")
    )
    return f"| {what} | {kind} | `{_cell(id)}` | {' | '.join(numbers)} |"


def _folded(item: Planned) -> Iterator[str]:
    lines = list(_details(item))
    if not lines:
        return
    fence = _fence(lines)
    yield ""
    yield f"<details><summary>{item.kind} <code>{_cell(item.id)}</code></summary>"
    yield ""
    yield f"{fence}diff"
    yield from lines
    yield fence
    yield ""
    yield "</details>"


def _fence(lines: list[str]) -> str:
    """Longer than any run of backquotes in the text, so that no text ends it."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    return "`" * max(3, longest + 1)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("`", "'").replace("<", "&lt;").replace("\n", " ")
