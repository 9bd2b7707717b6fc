"""``parcours format``, ``convert``, ``eval`` and ``functions``: rules and expressions in any language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from parcours.service.cli.output import answer, note, say
from parcours.service.cli.session import Flag, opened

if TYPE_CHECKING:
    from parcours.language.functions.declaration import Function

Language = Annotated[str | None, Parameter(name=["--language", "-l"])]


def format(text: str, /, *, language: Language = None, check: Flag = False) -> int:
    """Lay out rules in the text languages: print an expression, or rewrite a file or a folder of definitions.

    Args:
        text: an expression, a file (.pql, .journey, .yaml) or a folder of definitions.
        language: journey, pql or filter; not needed for files.
        check: change nothing; the exit code is 1 when something is not in its usual layout.
    """
    from parcours.service import formatting
    from parcours.service.expressions import format as laid_out
    from parcours.service.expressions import guess

    if not Path(text).exists():
        found = laid_out(text, language or guess(text))
        answer({"ok": True, "text": found, "changed": found != text})
        if not check:
            say(found)
        return int(check and found != text)
    changed = formatting.format_files(Path(text), write=not check)
    answer({"ok": True, "changed": [str(path) for path in changed]})
    for path in changed:
        say(f"{'would change' if check else 'formatted'} {path}")
    if not changed:
        say("everything is in its usual layout")
    return int(check and bool(changed))


def convert(
    rule: str,
    /,
    *,
    to: str,
    source: Annotated[str | None, Parameter(name="--from")] = None,
) -> None:
    """Say a rule in another language. Needs a workspace, whose names give the rule its meaning.

    Args:
        rule: an expression, plain data such as '{attribute: age, at_least: 18}', or a file (.pql, .journey).
        to: journey, pql, filter or tree.
        source: the language of the rule, where it cannot be guessed.
    """
    written, language = read_written(rule, source)
    with opened() as workspace:
        checked = workspace.rules.check(written, language)
    found = checked.written(to)
    beyond = [{"where": part.where, "what": part.what} for part in checked.beyond_simple] if to == "tree" else []
    answer({"ok": True, "language": to, "rule": found, "beyond_simple_editor": beyond})
    say(found if isinstance(found, str) else as_yaml(found))
    for part in beyond:
        note(f"a simple editor cannot show {part['where']}: {part['what']}")


def evaluate(expression: str, /, *, context: Path | None = None, language: Language = None) -> None:
    """Evaluate an expression once and show its value and type. Needs no workspace.

    Args:
        expression: an expression, plain data such as '{attribute: age, at_least: 18}', or a file (.pql, .journey).
        context: a JSON file with what the expression may read: events, datasources, journey, actions for the journey
            language; profile, events, params for the others; segments and now for all.
        language: journey, pql, filter or tree, where it cannot be guessed.
    """
    import parcours

    values = _context(context)
    written, known = read_written(expression, language, values)
    found = parcours.evaluate(written, values, language=known)
    shape = found.to_json()
    answer({"ok": True, **shape})
    say(f"{json.dumps(shape['value'], ensure_ascii=False)}  ({shape['type']})")


def functions(name: str | None = None, /, *, language: Language = None) -> None:
    """List the functions of a language, or show one: its signatures, what null does, examples.

    Args:
        name: a function, as a text language or the rule tree calls it.
        language: journey, pql or tree; all when left out.
    """
    from parcours.service import reference

    if name is None:
        found = reference.listed(language)
        answer({language: [function.name for function, _ in some] for language, some in found.items()})
        for own, some in found.items():
            say(f"{own}:")
            for function, spelled in some:
                say(f"  {spelled:<28} {function.prose.splitlines()[0]}")
        return
    shown = reference.named(name, language)
    answer([reference.shape(function) for function in shown])
    say("\n\n".join(_page(function) for function in shown))


def _page(function: Function) -> str:
    from parcours.service import reference

    return "\n".join(reference.page(function))


def read_written(
    text: str, language: str | None, context: Mapping[str, object] | None = None
) -> tuple[object, str | None]:
    """The rule that was given on the command line, or in a file, and its language as far as it is known.

    Raises:
        InputError: the language cannot be guessed, or the file cannot be read.
        DefinitionError: it is broken YAML.
    """
    from parcours.service.expressions import as_written, from_file, guess

    path = Path(text) if len(text) < 1_000 else None
    if path is not None and path.suffix and path.is_file():
        return from_file(path)
    found = as_written(text, language)
    if language is None and isinstance(found, str):
        language = guess(found, context)
    return found, language


def _context(path: Path | None) -> Any:
    """What the file holds; nothing without a file.

    Raises:
        InputError: it cannot be read, or is no JSON.
    """
    from parcours.core.errors import InputError

    if path is None:
        return {}
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise InputError(
            f"the file cannot be read: {error.strerror or error}", code="unreadable-file", where=str(path)
        ) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        place = f"{path}:{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else str(path)
        raise InputError(f"the context is no JSON: {error}", code="broken-file", where=place) from None


def as_yaml(shape: object) -> str:
    """Plain data as people write it."""
    import yaml

    return str(yaml.safe_dump(shape, sort_keys=False, allow_unicode=True, width=100)).rstrip()
