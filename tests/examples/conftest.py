"""The two example data sets, loaded once, and the independent SQL beside them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.examples import expected_sql

EXAMPLES = Path(__file__).parents[2] / "examples"


def example(folder: str) -> ModuleType:
    """The module examples/<folder>/load.py, which belongs to no package."""
    name = f"example_{folder.replace('-', '_')}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, EXAMPLES / folder / "load.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def complete_journey():
    return example("complete-journey").load()


@pytest.fixture(scope="session")
def cdnow():
    return example("cdnow").load()


@pytest.fixture(scope="session")
def complete_journey_sql():
    folder = example("complete-journey").data_folder()
    return expected_sql.Source(expected_sql.COMPLETE_JOURNEY_TABLES, expected_sql.COMPLETE_JOURNEY, folder)


@pytest.fixture(scope="session")
def cdnow_sql():
    folder = example("cdnow").data_file().parent
    return expected_sql.Source(expected_sql.CDNOW_TABLES, expected_sql.CDNOW, folder)
