"""What a kind of cases is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.conformance.files import Case
from tests.conformance.outcome import Result


@dataclass(frozen=True)
class Kind:
    """How cases of a kind are run, and how they are shown when they fail.

    Attributes:
        run, shown, expected: of one case.
        configured: makes the kind with the options of the command line, where it has any.
        file: name of the files of cases, where it is not that of the kind.
    """

    run: Callable[[Case], Result]
    shown: Callable[[Case], str]
    expected: Callable[[Case], str]
    configured: Callable[..., Kind] | None = None
    file: str = ""
