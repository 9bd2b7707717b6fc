"""The page of a text language: prose from ``tools/reference/pages``, tables and shown problems from the code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from parcours.core.errors import DefinitionError
from parcours.language.check.carets import show
from parcours.language.frontends import read_rule
from tools.reference.errors import SOURCE, Entry, entries_of
from tools.reference.example_schema import SHOP
from tools.reference.forms import Form, forms
from tools.reference.written import code, value

FOLDER = Path(__file__).parent / "pages"


def page(language: str, wrong: tuple[object, ...]) -> str:
    """The page; ``wrong`` are texts whose problems are shown."""
    text = (FOLDER / f"{language}.md").read_text()
    parts: Mapping[str, Callable[[], str]] = {
        "forms": lambda: "\n".join(_forms(language)),
        "problems": lambda: "\n\n".join(_shown(language, one) for one in wrong),
        "errors": lambda: "\n".join(_catalogue(language)),
    }
    for name, made in parts.items():
        place = "{{" + name + "}}"
        if place in text:
            text = text.replace(place, made())
    return text


# --- forms ---------------------------------------------------------------------------------------------


def _forms(language: str) -> Iterator[str]:
    yield "| form | says |"
    yield "|---|---|"
    for form in forms(language):
        yield f"| {'<br>'.join(map(code, form.written))} | {form.prose} |"
    yield ""
    yield from _examples(form for form in forms(language) if form.samples)


def _examples(found: Iterator[Form]) -> Iterator[str]:
    yield "Examples:"
    yield ""
    yield "| example | result |"
    yield "|---|---|"
    for form in found:
        for sample in form.samples:
            yield f"| {code(' '.join(sample.text.split()))} | {value(sample.result)} |"


# --- problems ------------------------------------------------------------------------------------------


def shown(language: str, wrong: object) -> str:
    """The problems of a rule as a terminal shows them.

    Raises:
        AssertionError: there are none.
    """
    try:
        read_rule(wrong, SHOP, ["gold", "silver"], language=language)
    except DefinitionError as error:
        return "\n\n".join(show(problem, problem.source or "") for problem in error.problems)
    raise AssertionError(f"{wrong!r} has no problem")


def _shown(language: str, wrong: object) -> str:
    return f"```text\n{shown(language, wrong)}\n```"


def _catalogue(language: str) -> Iterator[str]:
    found: dict[str, list[Entry]] = {}
    for path in sorted((SOURCE / "language" / language.replace("filter", "filters")).glob("*errors.py")):
        for entry in entries_of(path):
            found.setdefault(entry.code, []).append(entry)
    yield "| code | messages |"
    yield "|---|---|"
    for name in sorted(found):
        messages = dict.fromkeys(entry.message.replace("|", "\\|") for entry in found[name] if entry.message)
        yield f"| `{name}` | {'<br>'.join(messages) or 'says what is wrong with the value'} |"


def phases(language: str) -> Mapping[str, int]:
    """How many codes there are per phase, for tests."""
    codes = {line.split("`")[1] for line in _catalogue(language) if line.startswith("| `")}
    return {phase: sum(one.startswith(phase) for one in codes) for phase in ("parse.", "type.")}
