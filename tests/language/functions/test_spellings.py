"""How the text languages write the functions on texts, numbers and truth, and with which types."""

import itertools

import pytest

from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    OFFSET_TIME,
    STRING,
    Type,
    list_of,
)
from parcours.language.functions import registry
from parcours.language.functions.declaration import Spelling

TYPES = {
    "S": STRING,
    "I": INTEGER,
    "D": DECIMAL,
    "B": BOOLEAN,
    "DT": OFFSET_TIME,
    "DTO": DATE_TIME_ONLY,
    "DO": DATE_ONLY,
    "DU": DURATION,
    "L(S)": list_of(STRING),
}
#: expression-language.md, sections 10.2, 10.5 and 10.6.
JOURNEY = {
    "toBool": "S|D|I|B -> B",
    "toDecimal": "I|D|S|B|DT -> D",
    "toInteger": "DT|D|I|S|B -> I",
    "toString": "DTO|DT|DU|B|I|D|S|DO -> S",
    "round": "D|I -> I",
    "concat": "S,S|L(S) -> S",
    "contain": "S,S -> B",
    "containIgnoreCase": "S,S -> B",
    "startWith": "S,S -> B",
    "startWithIgnoreCase": "S,S -> B",
    "endWith": "S,S -> B",
    "endWithIgnoreCase": "S,S -> B",
    "equalIgnoreCase": "S,S -> B",
    "notEqualIgnoreCase": "S,S -> B",
    "indexOf": "S,S -> I",
    "lastIndexOf": "S,S -> I",
    "isEmpty": "S -> B",
    "isNotEmpty": "S -> B",
    "length": "S -> I",
    "lower": "S -> S",
    "upper": "S -> S",
    "trim": "S -> S",
    "matchRegExp": "S,S -> B",
    "replace": "S,S,S -> S",
    "replaceAll": "S,S,S -> S",
    "split": "S,S -> L(S)",
    "substr": "S,I|S,I,I -> S",
}


def accepted(name: str, language: str) -> dict[tuple[Type, ...], Type]:
    """The exact types that a name takes, and what it gives."""
    found: dict[tuple[Type, ...], Type] = {}
    for function, spelling in registry.spelled(language)[name]:
        for signature in spelling.signatures or function.signatures:
            types = tuple(param.type for param in signature.params + signature.closing)
            assert types not in found
            found[types] = signature.result
    return found


@pytest.mark.parametrize("name", JOURNEY)
def test_journey_signatures_are_those_of_the_specification(name):
    params, _, result = JOURNEY[name].partition(" -> ")
    expected = {tuple(TYPES[part] for part in choice.split(",")): TYPES[result] for choice in params.split("|")}
    assert accepted(name, "journey") == expected


@pytest.mark.parametrize("language", ["journey", "pql"])
def test_a_spelled_signature_resolves_to_the_function_itself(language):
    for function, spelling in itertools.chain.from_iterable(registry.spelled(language).values()):
        _check(function.name, spelling)


def _check(name: str, spelling: Spelling) -> None:
    for signature in spelling.signatures or ():
        types = tuple(param.type for param in signature.params)
        if spelling.now or not all(isinstance(kind, Type) for kind in types) or signature.closing:
            continue
        chosen = registry.overload(name, types)
        assert chosen.result == signature.result, (name, types)


@pytest.mark.parametrize(
    "name",
    [
        *("startsWith", "endsWith", "contains", "doesNotStartWith", "doesNotEndWith", "doesNotContain"),
        *("equals", "notEqualTo", "matches", "regexGroup", "isNull", "isNotNull"),
    ],
)
def test_pql_methods(name):
    assert all(spelling.method for _, spelling in registry.spelled("pql")[name])


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("starts_with", (STRING, STRING, BOOLEAN)),
        ("does_not_contain", (STRING, STRING, BOOLEAN)),
        ("equals", (STRING, STRING, STRING, STRING)),
        ("equals", (STRING, STRING, STRING, BOOLEAN)),
        ("equals", (INTEGER, DECIMAL)),
        ("equals", (BOOLEAN, BOOLEAN)),
        ("equals", (OFFSET_TIME, OFFSET_TIME)),
        ("not_equal_to", (STRING, STRING)),
        ("match_group", (STRING, STRING, INTEGER)),
        ("like", (STRING, STRING)),
    ],
)
def test_what_pql_writes_is_known(name, types):
    registry.resolve(name, types)


@pytest.mark.parametrize(
    ("name", "types"), [("equals", (INTEGER, INTEGER, BOOLEAN)), ("equals", (STRING,)), ("equals", (STRING, INTEGER))]
)
def test_what_pql_does_not_write_is_refused(name, types):
    with pytest.raises(registry.RuleError):
        registry.resolve(name, types)
