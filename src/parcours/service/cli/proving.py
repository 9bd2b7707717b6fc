"""``parcours test``."""

from __future__ import annotations

from pathlib import Path

from parcours.service.cli.output import answer, note, say


def prove(path: Path, /, *, only: str = "", definitions: Path | None = None, junit: Path | None = None) -> int:
    """Do the tests that a folder of definitions brings along, in a workspace of their own.

    Ends with 0 when everything is as it has to be, else with 1.

    Args:
        path: the folder; its tests stand in folders tests inside it. Or one file with tests.
        only: do the tests with this in their names.
        definitions: the definitions, where they are not the folder itself.
        junit: write what came of it to this file as JUnit XML.
    """
    from parcours.service.proving import shown, trying
    from parcours.service.proving.form import read_trials

    trials = read_trials(path)
    around = path.absolute().parent.parent if path.is_file() else path
    found = trying.prove(trials, definitions or around, only, watch=lambda one: say(shown.text(one)))
    answer(shown.plain(found))
    say(shown.summary(found))
    if junit is not None:
        junit.write_bytes(shown.junit(found))
        note(f"written to {junit}")
    return 0 if all(one.passed for one in found) else 1
