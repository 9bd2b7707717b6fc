"""``parcours plan`` and ``parcours apply``: configuration as code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from parcours.service.cli.output import answer, failure, note, say
from parcours.service.cli.session import Flag, Lang, opened

if TYPE_CHECKING:
    from parcours.service.applying import Change
    from parcours.service.configuration.records import Plan

#: Exit codes of ``parcours plan --detailed-exitcode``.
NOTHING, FAILED, CHANGES = 0, 1, 2


def plan(
    path: Path,
    /,
    *,
    prune: Flag = False,
    out: Annotated[Path | None, Parameter(name=["--out", "-o"])] = None,
    markdown: Flag = False,
    detailed_exitcode: Flag = False,
    lang: Lang = "en",
) -> int:
    """Show what apply would do: what changes, who would enter and leave segments, which journeys are touched.

    Args:
        path: a YAML or JSON file with definitions, or a folder of them.
        prune: what is not among them would be deleted.
        out: keep the plan in this file, for parcours apply --plan.
        markdown: write Markdown, for the comment of a pull request.
        detailed_exitcode: end with 0 when nothing changes, 2 when something does, 1 on any error.
        lang: the language of rules in words: en or fr.
    """
    from parcours.core.errors import ParcoursError

    try:
        with opened() as workspace:
            found = workspace.plan(path, prune=prune, lang=lang)
        _show(found, markdown=markdown)
        if out is not None:
            _keep(found, out)
    except ParcoursError as error:
        if not detailed_exitcode:
            raise
        failure(error)
        return FAILED
    return CHANGES if found and detailed_exitcode else NOTHING


def _show(found: Plan, *, markdown: bool) -> None:
    from parcours.service.configuration import shown

    answer({"ok": True, **found.to_json()})
    say(shown.markdown(found).rstrip("\n") if markdown else shown.text(found))


def _keep(found: Plan, out: Path) -> None:
    out.write_text(json.dumps(found.to_json(), ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")
    note(f"kept in {out}; parcours apply --plan {out} does exactly this")


def apply(path: Path | None = None, /, *, draft: Flag = False, prune: Flag = False, plan: Path | None = None) -> None:
    """Publish definitions of any kind: all of them, or on any problem none.

    Args:
        path: a YAML or JSON file, or a folder of them.
        draft: save them only; parcours segments publish and journeys publish do the rest.
        prune: delete what is not among them. Whoever is inside a journey that goes is taken out.
        plan: do exactly what a plan says that parcours plan --out has kept, in place of a path; refused when the
            workspace has changed since.
    """
    kept = None if plan is None else _kept(plan)
    with opened() as workspace:
        changes = workspace.apply(path, publish=not draft, prune=prune, plan=kept)
        evaluated = workspace.now is not None
    answer({"ok": True, "changes": [_shape(change) for change in changes]})
    for change in changes:
        version = f", version {change.version}" if change.version and change.action != "deleted" else ""
        say(f"{_SIGNS[change.action]} {change.kind} {change.id}: {change.action}{version}")
        if change.note:
            say(f"    {change.note}")
    say("saved as drafts" if draft else "evaluated" if evaluated else "evaluated from the first tick on")


_SIGNS = {"new": "+", "edited": "~", "unchanged": " ", "deleted": "-"}


def _kept(path: Path) -> Plan:
    from parcours.core.errors import InputError
    from parcours.service.configuration.records import Plan

    try:
        return Plan.from_json(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise InputError(f"the plan cannot be read: {error}", code="no-plan", where=str(path)) from error


def _shape(change: Change) -> dict[str, object]:
    from parcours.service.cli.definitions import shape_of

    return {**shape_of(change, "en"), **({"note": change.note} if change.note else {})}
