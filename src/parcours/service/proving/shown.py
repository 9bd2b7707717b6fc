"""What came of tests: as text, as plain data, and as JUnit XML, which build servers read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as Xml

from parcours.service.proving.trying import Failure, Proved

#: Lines of an explanation that are shown.
_LONGEST = 30


def text(proved: Proved) -> str:
    """A test: its name, and everything that was wrong."""
    return "\n".join(_lines(proved))


def _lines(proved: Proved) -> Iterator[str]:
    yield f"{'ok    ' if proved.passed else 'FAILED'}  {proved.name}  ({proved.seconds:.1f} s)"
    if proved.passed:
        return
    yield f"        {proved.place}"
    for failure in proved.failures:
        yield f"    {failure.at + ': ' if failure.at else ''}{failure.message}"
        for line in _cut(failure.why):
            yield f"        {line}"


def _cut(lines: Sequence[str]) -> Sequence[str]:
    return lines if len(lines) <= _LONGEST else [*lines[:_LONGEST], f"… and {len(lines) - _LONGEST} more lines"]


def summary(proved: Sequence[Proved]) -> str:
    """``3 passed, 1 failed``."""
    failed = sum(not one.passed for one in proved)
    passed = f"{len(proved) - failed:,} passed"
    return f"{passed}, {failed:,} failed" if failed else passed


def plain(proved: Sequence[Proved]) -> dict[str, object]:
    """For programs."""
    return {
        "ok": all(one.passed for one in proved),
        "tests": [
            {
                "name": one.name,
                "place": one.place,
                "passed": one.passed,
                "seconds": round(one.seconds, 3),
                "failures": [{"at": each.at, "message": each.message, "why": list(each.why)} for each in one.failures],
            }
            for one in proved
        ],
    }


def junit(proved: Sequence[Proved]) -> bytes:
    """JUnit XML."""
    failed = sum(not one.passed for one in proved)
    seconds = sum(one.seconds for one in proved)
    counts = {"tests": str(len(proved)), "failures": str(failed), "errors": "0", "time": f"{seconds:.3f}"}
    suites = Xml.Element("testsuites", counts)
    suite = Xml.SubElement(suites, "testsuite", {"name": "parcours", **counts})
    for one in proved:
        file = one.place.partition(":")[0]
        names = {"name": _printable(one.name), "classname": _printable(file), "time": f"{one.seconds:.3f}"}
        case = Xml.SubElement(suite, "testcase", {**names, "file": file})
        if not one.passed:
            message = _printable(one.failures[0].message)
            Xml.SubElement(case, "failure", {"message": message}).text = _printable(_told(one.failures))
    found: bytes = Xml.tostring(suites, encoding="utf-8", xml_declaration=True)
    return found


def _told(failures: Sequence[Failure]) -> str:
    return "\n".join("\n    ".join([f"{one.at} {one.message}".strip(), *one.why]) for one in failures)


def _printable(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(sign for sign in text if sign in "\t\n\r" or (sign >= " " and sign not in "\ufffe\uffff"))
