"""``parcours check``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from parcours.service.cli.output import answer, say
from parcours.service.cli.rules import Language, read_written
from parcours.service.cli.session import Lang, opened

if TYPE_CHECKING:
    from parcours.language.method import Method
    from parcours.service.applying import Change
    from parcours.service.expressions import Rule
    from parcours.store.catalogue import Definition

#: The word in front of the method of evaluation.
EVALUATION = {"en": "evaluation", "fr": "évaluation"}
_SIGNS = {"new": "+", "edited": "~", "unchanged": " "}


def check(what: str, /, *, language: Language = None, lang: Lang = "en") -> None:
    """Look for problems in definitions or in one rule; say each rule in words. Changes nothing.

    Args:
        what: a YAML or JSON file with definitions, a folder of them, a file with one rule (.pql, .journey), or a rule.
        language: of a rule, where it cannot be guessed: journey, pql, filter or tree.
        lang: the language of sentences: en or fr.
    """
    path = Path(what)
    if language is None and (path.is_dir() or path.suffix in (".yaml", ".yml", ".json")):
        with opened() as workspace:
            changes = workspace.check(path)
        _report(changes, lang)
        say("no problems; nothing was changed")
        return
    written, known = read_written(what, language)
    with opened() as workspace:
        rule = workspace.rules.check(written, known)
    method = method_of(rule, lang)
    answer({"ok": True, "rule": rule.describe(lang), **method.to_json()})
    say(rule.describe(lang))
    say(f"{EVALUATION[lang]}: {method}")


def moved(definition: Definition, outcome: str) -> None:
    """Say that a segment was published, stopped or deleted."""
    shape = {"ok": True, definition.kind: definition.id, "state": str(definition.state)}
    answer({**shape, "version": definition.published_version} if definition.state == "published" else shape)
    say(f"{definition.kind} {definition.id} {outcome}")


def _report(changes: list[Change], lang: str) -> None:
    answer({"ok": True, "changes": [shape_of(change, lang) for change in changes]})
    for change in changes:
        say(f"{_SIGNS[change.action]} {change.kind} {change.id}: {change.action}, version {change.version}")
        if change.rule is not None:
            say(f"    {change.rule.describe(lang)}")
            say(f"    {_method(change, lang)}")


def shape_of(change: Change, lang: str) -> dict[str, object]:
    """A change for programs."""
    shape: dict[str, object] = {name: getattr(change, name) for name in ("kind", "id", "name", "action", "version")}
    if change.rule is not None and change.method is not None:
        shape |= {"rule": change.rule.describe(lang), **change.method.to_json()}
    return shape


def _method(change: Change, lang: str) -> str:
    if change.method is None or change.rule is None:
        return ""
    method = change.method if lang == "en" or change.method.kind == "batch" else method_of(change.rule, lang)
    return f"{EVALUATION[lang]}: {method}"


def method_of(rule: Rule, lang: str) -> Method:
    """How a rule is kept up to date, in the language of sentences."""
    from parcours.language.method import evaluation_method

    return evaluation_method(rule.node, language=lang)
