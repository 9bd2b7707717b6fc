"""The pins name every package exactly once, by version alone, and are what is installed."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.+!]+)")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(path: str) -> dict[str, str]:
    lines = [line for line in (ROOT / path).read_text().splitlines() if line and not line.startswith("#")]
    found = [PIN.fullmatch(line) for line in lines]
    assert all(found), [line for line, match in zip(lines, found, strict=True) if not match]
    assert len({canonical(match[1]) for match in found if match}) == len(lines)
    return {canonical(match[1]): match[2] for match in found if match}


def requirements() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"]]
    for more in (project["project"]["optional-dependencies"], project["dependency-groups"]):
        asked += [line for lines in more.values() for line in lines]
    return {canonical(re.split(r"[<>=!~;\[ ]", line)[0]) for line in asked}


def test_every_requirement_is_pinned() -> None:
    assert requirements() - set(pins("constraints.txt")) == set()


def test_the_pins_are_what_is_installed() -> None:
    different = {}
    for name, wanted in {**pins("constraints.txt"), **pins("examples/requirements.txt")}.items():
        try:
            if version(name) != wanted:
                different[name] = (wanted, version(name))
        except PackageNotFoundError:
            continue  # the build tools live in their own environment; others come with some Python versions only
    assert different == {}
