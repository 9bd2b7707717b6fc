"""``python -m tests.conformance KIND FILE…``: run files of cases, list the failures; exit code 1 if any."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.conformance.files import BrokenLine, Case, CaseFileError, load
from tests.conformance.kinds import KINDS, Kind
from tests.conformance.outcome import Failure, Result

USAGE = "usage: python -m tests.conformance KIND FILE…\nkinds: "


def main(args: Sequence[str]) -> int:
    """Run the files named; the line printed last is what counts. A line that is no case is one that failed."""
    if len(args) < 2 or args[0] not in KINDS:
        print(USAGE + ", ".join(KINDS), file=sys.stderr)
        return 2
    try:
        cases = [case for file in args[1:] for case in load(Path(file))]
    except CaseFileError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    return _run(KINDS[args[0]], cases)


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
    if isinstance(case, Case) and "journey" in case.content:
        lines.append(f"  {kind.shown(case)}")
    lines += [f"  {failure.engine}: {failure.got}" for failure in failures]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
