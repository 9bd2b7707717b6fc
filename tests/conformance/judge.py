"""Running a case of a text language and judging what it gave."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from parcours.core.errors import DefinitionError
from parcours.core.schema import Kind
from parcours.language.reference import Person
from parcours.language.tree import Node
from tests.conformance.compare import fits, meets
from tests.conformance.engines import FAILURE, Answer, Crash, answers, reference_alone
from tests.conformance.files import Case
from tests.conformance.outcome import Failure, Result

Names = Mapping[str, frozenset[Kind]]


def judge(
    case: Case, read: Callable[[], Node], parse: Callable[[], object], person: Person, now: int, names: Names
) -> Result:
    """Read and evaluate the text of a case, and compare with what it expects."""
    expect = case["expect"]
    if "parses" in expect:
        return _parses(parse)
    try:
        node = read()
    except DefinitionError as problem:
        phase = phase_of(problem)
        return Result() if phase == expect.get("error") else _failure("front end", f"{phase} error: {problem}")
    except Exception as problem:
        return _failure("front end", f"crashed: {type(problem).__name__}: {problem}")
    if expect.get("error") in ("parse", "type"):
        return _failure("front end", f"accepted as {node.type}")
    return _evaluated(node, person, now, expect, names)


def _parses(parse: Callable[[], object]) -> Result:
    try:
        parse()
    except DefinitionError as problem:
        return _failure("front end", f"{phase_of(problem)} error: {problem}")
    return Result()


def phase_of(problem: DefinitionError) -> str:
    """Whether a text was refused as it was parsed or as it was typed: parse problems hide all others."""
    codes = [part.code for part in problem.problems] or [problem.code]
    return "parse" if any(code.startswith("parse.") for code in codes) else "type"


def _evaluated(node: Node, person: Person, now: int, expect: Mapping[str, Any], names: Names) -> Result:
    failures = list[Failure]()
    if "type" in expect and not fits(node.type, expect["type"], names):
        failures.append(Failure("front end", f"type {node.type}"))
    failures += [
        Failure(answer.engine, shown(answer.value))
        for answer in answers(node, person, now)
        if not _right(answer, expect, names)
    ]
    return Result(tuple(failures), reference_alone(node))


def _right(answer: Answer, expect: Mapping[str, Any], names: Names) -> bool:
    if isinstance(answer.value, Crash):
        return False
    if answer.value is FAILURE or "error" in expect:
        return answer.value is FAILURE and expect.get("error") == "eval"
    return meets(expect, answer.value, names)


def _failure(engine: str, got: str) -> Result:
    return Result((Failure(engine, got),))


def shown(value: Any) -> str:
    return repr(value)


def expected(case: Case) -> str:
    return json.dumps(case.get("expect"), ensure_ascii=False)


def text_of(case: Case) -> str:
    return str(case.get("expr", ""))
