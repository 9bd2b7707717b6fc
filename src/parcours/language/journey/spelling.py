"""Functions of the registry as the journey language writes them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence

from parcours.core.schema import DATE_TIME, OFFSET_TIME
from parcours.language.check.problems import Problems
from parcours.language.functions import registry
from parcours.language.functions.declaration import Spelling
from parcours.language.journey import ast
from parcours.language.journey.calls import LANGUAGE, Argument, typed_call
from parcours.language.journey.fitting import settled
from parcours.language.tree import Call, Node, Now


@functools.cache
def _spellings() -> Mapping[str, tuple[Spelling, ...]]:
    """How each function of the registry is written."""
    found: dict[str, tuple[Spelling, ...]] = {}
    for pairs in registry.spelled(LANGUAGE).values():
        for function, spelling in pairs:
            found[function.name] = (*found.get(function.name, ()), spelling)
    return found


def spelled_call(node: Call, express: Callable[[Node], ast.Expression]) -> ast.Application | None:
    """The call as it is written, or ``None`` when the language does not have it for arguments of these types."""
    for spelling in _spellings().get(node.function, ()):
        args = node.args
        if spelling.now:
            if not args or args[0] != Now():
                continue
            args = args[1:]
        parts = [express(arg) for arg in args]
        if any(_reads_as(node, spelling.name, nodes, parts) for nodes in (args, [_plain(arg) for arg in args])):
            return ast.Application(spelling.name, tuple(parts))
    return None


def _reads_as(node: Call, name: str, args: Sequence[Node], parts: Sequence[ast.Expression]) -> bool:
    """Whether a call of ``name`` means the function of ``node``."""
    given = [
        Argument(arg, ast.NOWHERE, isinstance(part, ast.Reference | ast.Current))
        for arg, part in zip(args, parts, strict=True)
    ]
    found = typed_call(name, given, ast.NOWHERE, Problems("", ""))
    return found is not None and getattr(settled(found), "function", None) == node.function


def _plain(node: Node) -> Node:
    """The argument as it was before its offset was taken from it."""
    if isinstance(node, Call) and node.function == "instant_of" and node.type == DATE_TIME:
        return node.args[0] if node.args[0].type == OFFSET_TIME else node
    return node
