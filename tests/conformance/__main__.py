"""``python -m tests.conformance KIND FILE…``: run files of cases, list the failures; exit code 1 if any."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.conformance.files import Case, CaseFileError, load
from tests.conformance.kinds import KINDS, Kind
from tests.conformance.outcome import Failure

USAGE = "usage: python -m tests.conformance KIND FILE…\nkinds: "


def main(args: Sequence[str]) -> int:
    """Run the files named; the number printed last is what counts."""
    if len(args) < 2 or args[0] not in KINDS:
        print(USAGE + ", ".join(KINDS), file=sys.stderr)
        return 2
    try:
        cases = [case for file in args[1:] for case in load(Path(file))]
    except CaseFileError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    return _run(KINDS[args[0]], cases)


def _run(kind: Kind, cases: Sequence[Case]) -> int:
    failed, alone = 0, list[str]()
    for case in cases:
        result = kind.run(case)
        if result.failures:
            failed += 1
            print(_told(kind, case, result.failures))
        if result.alone is not None:
            alone.append(f"  {case.id}: {result.alone}")
    if alone:
        print("on the reference alone:", *alone, sep="\n")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


def _told(kind: Kind, case: Case, failures: Sequence[Failure]) -> str:
    lines = [f"FAILED {case.id}", f"  {kind.shown(case)}", f"  expected: {kind.expected(case)}"]
    lines += [f"  {failure.engine}: {failure.got}" for failure in failures]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
