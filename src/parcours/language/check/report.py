"""What a front end and the checker share about one rule: where each node was written, and what is wrong so far.

The tree itself holds no positions, so that equal rules are equal trees. A front end marks the nodes it makes;
the checker asks for the mark when it has something to say.
"""

from __future__ import annotations

from typing import TypeVar

from parcours.core.errors import DefinitionError
from parcours.core.schema import ANY
from parcours.language.tree import Call, Node

#: Function name of a part whose form is wrong. It never leaves the checker: names below it are still checked.
BROKEN = "?"
#: What fits on a screen.
MOST_PROBLEMS = 20

AnyNode = TypeVar("AnyNode", bound=Node)


class Report:
    """Places of nodes and the problems found, in the order in which they were found."""

    def __init__(self) -> None:
        self.problems: list[DefinitionError] = []
        self._marks: dict[int, tuple[Node, str]] = {}
        self._said: set[str] = set()

    def mark(self, node: AnyNode, where: str) -> AnyNode:
        """Remember that ``node`` (this very object) was written at ``where``; returns it."""
        self._marks[id(node)] = (node, where)
        return node

    def where(self, node: Node, fallback: str) -> str:
        """Where ``node`` was written, or ``fallback`` when no front end marked it."""
        marked = self._marks.get(id(node))
        return fallback if marked is None else marked[1]

    def add(self, problem: DefinitionError) -> None:
        """Keep a problem, once: a node that stands twice in the tree is wrong once. The first twenty are kept."""
        text = str(problem)
        if text not in self._said and len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        self._said.add(text)

    def broken(self, problem: DefinitionError | None, *parts: Node) -> Node:
        """Keep a problem; the node that stands for the broken part and holds what can still be checked."""
        if problem is not None:
            self.add(problem)
        return Call(BROKEN, parts, ANY)

    def finish(self, where: str) -> None:
        """Raise all problems as one error.

        Raises:
            DefinitionError: there is at least one problem; ``problems`` holds every one.
        """
        if not self.problems:
            return
        count = "1 problem" if len(self._said) == 1 else f"{len(self._said)} problems"
        more = f", of which these are the first {MOST_PROBLEMS}" if len(self._said) > MOST_PROBLEMS else ""
        raise DefinitionError(f"the rule has {count}{more}", code="bad-rule", where=where, problems=self.problems)
