"""Functions and operators: a page for each, and an index by family and by the names that the languages give them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping

from parcours.core.schema import Kind
from parcours.language.functions import registry
from parcours.language.functions.declaration import Function, NullRule, Spelling
from parcours.language.functions.signatures import Constant, Signature
from tools.reference.failures import FAILURES
from tools.reference.samples import EVENT, LANGUAGES, Operator, Sample, operators, samples_of, spellings
from tools.reference.written import NAMES, code, signatures, tree, type_in, value

INTRODUCTION = """\
# Functions

Every function and operator a rule may use. One declaration stands behind each: what is said here holds in every
language that has the function. In a [rule tree](rule-tree.md) a function is called as `{call: NAME, args: [VALUE, …]}`;
a call whose result is a boolean is a rule by itself. The [journey expression language](journey.md) and [PQL](pql.md)
have names and operators of their own, listed [below](#by-the-names-of-the-languages).

Each page says what a missing value does. Most functions are total: where there is no value to give (a text that is no
number) the result is null. The few that can fail say when. The examples of all pages are run by the tests; in those of
the journey language `@{sample.…}` is a field of an event.
"""
OWN = "as said above"
#: So many types are every type.
MANY = 8


def page() -> str:
    """The index."""
    families = _families()
    parts = [INTRODUCTION, "## By family", ""]
    for family, functions in families.items():
        parts += [f"### {family.capitalize()}", "", "| function | journey | PQL | |", "|---|---|---|---|"]
        parts += [_row(function) for function in functions]
        parts += [""]
    parts += ["## By the names of the languages", ""]
    for language in ("journey", "pql"):
        parts += [f"### {NAMES[language]}", "", *_named(language), ""]
    return "\n".join(parts)


def pages() -> Mapping[str, str]:
    """The page of each function, by its file."""
    return {f"functions/{name}.md": _page(registry.get(name)) for name in registry.names()}


# --- the index -----------------------------------------------------------------------------------------


def _families() -> dict[str, list[Function]]:
    found: dict[str, list[Function]] = {}
    for name in registry.names():
        function = registry.get(name)
        found.setdefault(function.family, []).append(function)
    return found


def _row(function: Function) -> str:
    forms = (", ".join(map(code, _short(function, language))) for language in ("journey", "pql"))
    return f"| [`{function.name}`](functions/{function.name}.md) | {' | '.join(forms)} | {_first(function.prose)} |"


def _short(function: Function, language: str) -> list[str]:
    """The names, or the first way to write it without a name."""
    found = forms_of(function, language)
    return found if spellings(function, language) else found[:1]


def _first(prose: str) -> str:
    """The first sentence."""
    return prose.split(". ")[0].rstrip(".").replace("|", "\\|")


def _named(language: str) -> Iterator[str]:
    yield "| name | function |"
    yield "|---|---|"
    for name, found in sorted(registry.spelled(language).items(), key=lambda pair: pair[0].lower()):
        links = ", ".join(f"[`{function.name}`](functions/{function.name}.md)" for function, _ in found)
        yield f"| {code(name)} | {links} |"


def forms_of(function: Function, language: str) -> list[str]:
    """How the language writes the function: its names, or what stands between the operands."""
    own = spellings(function, language)
    if own:
        return [f".{spelling.name}()" if spelling.method else f"{spelling.name}()" for spelling in own]
    return [_bare(one.text) for one in _operators(function.name, language)]


@functools.cache
def _operators(name: str, language: str) -> tuple[Operator, ...]:
    """How the language writes the function with signs and words; ``and`` and the like for two conditions."""
    return tuple(operators(registry.get(name), language))


def _bare(text: str) -> str:
    """An operator with the names of the parameters alone."""
    return re.sub(rf"@{{{EVENT}\.(\w+)}}", r"\1", text).replace(f"@{{{EVENT}.", "@{")


# --- a page --------------------------------------------------------------------------------------------


def _page(function: Function) -> str:
    parts = [f"# {function.name}", "", function.prose, "", *_facts(function), ""]
    for language in LANGUAGES:
        found = [sample for sample in samples_of(function.name) if sample.language == language]
        if found:
            parts += [f"## {NAMES[language]}", "", *_written(function, language), "", *_table(found), ""]
    parts += [f"[All functions](../functions.md#{function.family.replace(' ', '-')})"]
    return "\n".join(parts)


def _facts(function: Function) -> Iterator[str]:
    rule = OWN if function.null_rule is NullRule.OWN else function.null_rule.value
    yield f"- **Missing values**: {rule}."
    if function.fails is not None:
        codes = dict.fromkeys(f"`{failure.code}`" for _, failure in FAILURES[function.name])
        yield f"- **Fails** with an `EvaluationError` ({', '.join(codes)}), see the examples; in a rule that is false."
    else:
        yield "- **Fails**: never."
    for name, constant in _constants(function.signatures).items():
        shown = ", ".join(value(sample) for sample in constant.samples)
        must = "must be a constant" if constant.required else "is checked beforehand when it is a constant"
        yield f"- **`{name}`** {must}: {constant.name}, for example {shown}."


def _constants(found: Iterable[Signature]) -> dict[str, Constant]:
    params = (param for one in found for param in one.params)
    return {param.name: param.constant for param in params if param.constant is not None}


def _written(function: Function, language: str) -> Iterator[str]:
    if language == "tree":
        for params, result in signatures(function.signatures, language):
            yield f"- {code(f'{{call: {function.name}, args: [{_joined(params)}]}}')} → {result}"
        return
    own = spellings(function, language)
    for form in () if own else _operators(function.name, language):
        yield f"Written {code(_bare(form.text))}, with {'; '.join(_types(form, language))}"
    for spelling in own:
        for params, result in signatures(_of(function, spelling), language):
            yield f"- {code(called(spelling, params))} → {result}"
    others = _namesakes(function, language)
    if others:
        yield f"\nThe same name with arguments of other types: {', '.join(others)}."


def _types(form: Operator, language: str) -> list[str]:
    """The types of the operands; one line for operands of any type."""
    if len(form.types) < MANY:
        words = [
            (", ".join(type_in(kind, language) for kind in kinds), type_in(r, language)) for kinds, r in form.types
        ]
        return [f"({kinds}) → {result}" for kinds, result in dict.fromkeys(words)]
    operands = ", ".join(_of_any_type(form, at, language) for at in range(len(form.types[0][0])))
    return [f"({operands}) → {_common(form, language)}"]


def _of_any_type(form: Operator, at: int, language: str) -> str:
    """An operand that may be of any type, seen from those before it."""
    found = [kinds[: at + 1] for kinds, _ in form.types]
    if len({kinds[at] for kinds in found}) == 1:
        return type_in(found[0][at], language)
    if at and all(kinds[at] == kinds[at - 1] for kinds in found):
        return "another of its type"
    if found[0][at].kind is Kind.LIST:
        return "a list of its type" if at else "any list"
    return "a value of any type"


def _common(form: Operator, language: str) -> str:
    results = {type_in(result, language) for _, result in form.types}
    if len(results) == 1:
        return results.pop()
    same = all(type_in(kinds[-1], language) == type_in(result, language) for kinds, result in form.types)
    return "the same type" if same else "an element"


def _joined(params: list[str]) -> str:
    return ", ".join(params).replace(", …", " …")


def _of(function: Function, spelling: Spelling) -> tuple[Signature, ...]:
    return function.signatures if spelling.signatures is None else spelling.signatures


def called(spelling: Spelling, params: list[str]) -> str:
    """The call with types in the place of arguments."""
    if spelling.method:
        first, *rest = params
        return f"({first}).{spelling.name}({_joined(rest)})"
    return f"{spelling.name}({_joined(params)})"


def _namesakes(function: Function, language: str) -> list[str]:
    names = {spelling.name for spelling in spellings(function, language)}
    found = (other for name in sorted(names) for other, _ in registry.spelled(language)[name])
    return list(dict.fromkeys(f"[`{one.name}`]({one.name}.md)" for one in found if one.name != function.name))


def _table(found: list[Sample]) -> Iterator[str]:
    where = any(sample.given or sample.now for sample in found)
    yield "| example | where | result |" if where else "| example | result |"
    yield "|---|---|---|" if where else "|---|---|"
    for sample in found:
        text = tree(sample.text) if sample.language == "tree" else " ".join(sample.text.split())
        beside = f" {_where(sample)} |" if where else ""
        yield f"| {code(text)} |{beside} {value(sample.result)} |"


def _where(sample: Sample) -> str:
    known = [f"`{name}` is {'missing' if found is None else value(found)}" for name, (found, _) in sample.given.items()]
    now = [] if sample.now is None else [f"it is now {value(sample.now)}"]
    return ", ".join([*known, *now])
