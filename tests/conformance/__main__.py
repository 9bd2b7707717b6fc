"""``python -m tests.conformance KIND FILE…``: run files of cases, list the failures; exit code 1 if any.

The kind ``contacts`` has options: ``--catalogue URL`` keeps the catalogue on PostgreSQL (``postgres`` in the place of a
URL starts a server), ``--reference`` follows the reference system in every scenario, not only where a quirk is pinned.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from tests.conformance.files import BrokenLine, Case, CaseFileError, load
from tests.conformance.kinds import KINDS, Kind
from tests.conformance.outcome import Failure, Result

USAGE = "usage: python -m tests.conformance KIND [--catalogue URL] [--reference] FILE…\nkinds: "


def main(args: Sequence[str]) -> int:
    """Run the files named; the line printed last is what counts. A line that is no case is one that failed."""
    try:
        kind, files = _read(args)
        cases = [case for file in files for case in load(Path(file))]
    except _Usage:
        print(USAGE + ", ".join(KINDS), file=sys.stderr)
        return 2
    except CaseFileError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    return _run(kind, cases)


class _Usage(Exception):
    """The command line cannot be understood."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Usage(message)


def _read(args: Sequence[str]) -> tuple[Kind, list[str]]:
    """The kind, with its options, and the files."""
    parser = _Parser(add_help=False)
    parser.add_argument("kind", choices=list(KINDS))
    parser.add_argument("files", nargs="+")
    parser.add_argument("--catalogue", dest="url", default="")
    parser.add_argument("--reference", action="store_true")
    found = vars(parser.parse_args(args))
    kind, files = KINDS[found.pop("kind")], found.pop("files")
    if not any(found.values()):
        return kind, files
    if kind.configured is None:
        raise _Usage("this kind has no options")
    return kind.configured(**found), files


def _run(kind: Kind, cases: Sequence[Case | BrokenLine]) -> int:
    failed, alone = 0, list[str]()
    for case in cases:
        result = _result(kind, case)
        if result.failures:
            failed += 1
            print(_told(kind, case, result.failures))
        if result.alone is not None:
            alone.append(f"  {case.id}: {result.alone}")
    if alone:
        print("on the reference alone:", *alone, sep="\n")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


def _result(kind: Kind, case: Case | BrokenLine) -> Result:
    if isinstance(case, BrokenLine):
        return Result((Failure("file", case.problem),))
    try:
        return kind.run(case)
    except Exception as problem:  # a case that cannot be run must not keep the others from running
        return Result((Failure("case", f"cannot be run: {type(problem).__name__}: {problem}"),))


def _told(kind: Kind, case: Case | BrokenLine, failures: Sequence[Failure]) -> str:
    lines = [f"FAILED {case.id}"]
    if isinstance(case, Case) and {"expr", "expect"} <= case.content.keys():
        lines += [f"  {kind.shown(case)}", f"  expected: {kind.expected(case)}"]
    elif isinstance(case, Case):
        lines.append(f"  {kind.shown(case)}")
    lines += [f"  {failure.engine}: {failure.got}" for failure in failures]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
