"""The public names of the package: sorted, resolvable, documented, few, and loaded only when asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

import parcours

#: What `import parcours` alone may not load: each costs more than the rest of the start.
HEAVY = ("polars", "numpy", "duckdb", "sqlalchemy", "pydantic", "liquid", "rich")


def test_the_list_is_sorted_and_short() -> None:
    assert list(parcours.__all__) == sorted(set(parcours.__all__))
    assert 5 <= len(parcours.__all__) <= 24


def test_every_public_name_resolves_and_says_what_it_is() -> None:
    for name in parcours.__all__:
        thing = getattr(parcours, name)

        assert name in dir(parcours)
        assert not callable(thing) or (thing.__doc__ or "").strip(), f"{name} has no docstring"


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        parcours.no_such_name  # noqa: B018


def test_import_loads_nothing_heavy() -> None:
    script = f"import sys, parcours; print([name for name in {HEAVY!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "[]"
