"""What editors offer while one types: ``web/completions/<language>.json``, from the registry and the forms.

``docs/reference/completions.md`` says what the fields mean.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from parcours.language.functions import registry
from parcours.language.functions.declaration import Function, Spelling
from parcours.language.functions.signatures import Signature
from parcours.language.pql import words
from tools.reference.forms import Form, forms
from tools.reference.functions import called
from tools.reference.samples import Sample, samples_of
from tools.reference.written import plain, signatures

VERSION = 1
_SIGNS = {
    "journey": ("==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"),
    "pql": ("=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "^", "$1", "=>", "!"),
}
_UNITS = {
    "journey": ("years", "months", "days", "hours", "minutes", "seconds"),
    "pql": tuple(words.UNIT_WORDS),
}


def pages() -> Mapping[str, str]:
    return {f"../../web/completions/{language}.json": _text(language) for language in ("journey", "pql")}


def content(language: str) -> dict[str, Any]:
    """What the file of a language holds."""
    items = [*_functions(language), *map(_form, forms(language))]
    return {
        "version": VERSION,
        "language": language,
        "operators": list(_SIGNS[language]),
        "units": list(_UNITS[language]),
        "items": sorted(items, key=lambda item: (item["name"].lower(), item["kind"], item["page"])),
    }


def _text(language: str) -> str:
    return json.dumps(content(language), indent=1, ensure_ascii=False)


def _functions(language: str) -> Iterator[dict[str, Any]]:
    for name, found in registry.spelled(language).items():
        for function, spelling in found:
            typed = signatures(_of(function, spelling), language)
            own = [sample for sample in samples_of(function.name) if _shows(sample, language, name)]
            yield {
                "name": name,
                "kind": "method" if spelling.method else "function",
                "signatures": [f"{called(spelling, params)} → {result}" for params, result in typed],
                "help": function.prose,
                "insert": _insert(function, spelling),
                "examples": [_example(sample) for sample in own[:2]],
                "page": f"docs/reference/functions/{function.name}.md",
            }


def _shows(sample: Sample, language: str, name: str) -> bool:
    return sample.language == language and f"{name}(" in sample.text and not sample.given


def _example(sample: Sample) -> dict[str, str]:
    return {"text": sample.text, "result": plain(sample.result)}


def _of(function: Function, spelling: Spelling) -> tuple[Signature, ...]:
    return function.signatures if spelling.signatures is None else spelling.signatures


def _insert(function: Function, spelling: Spelling) -> str:
    """The name with the parameters of the shortest signature to fill in."""
    count = min(len(one.params) + len(one.closing) for one in _of(function, spelling))
    skipped = int(spelling.now)
    params = next(p for one in function.signatures if (p := one.params_for(count + skipped)) is not None)
    names = [param.name.replace(" ", "_") for param in params[skipped + int(spelling.method) :]]
    return f"{spelling.name}({', '.join(f'${{{name}}}' for name in names)})"


def _form(form: Form) -> dict[str, Any]:
    return {
        "name": form.name,
        "kind": form.kind,
        "signatures": list(form.written),
        "help": form.prose,
        "insert": form.insert,
        "examples": [_example(sample) for sample in form.samples if not (sample.given or sample.events)][:2],
        "page": f"docs/reference/{form.language}.md",
    }
