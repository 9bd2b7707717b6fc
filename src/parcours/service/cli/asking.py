"""``parcours explain``, ``membership``, ``sql`` and ``export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from parcours.core.errors import InputError
from parcours.service.cli.output import ROWS, answer, counted, rows, say, table
from parcours.service.cli.rules import Language, read_written
from parcours.service.cli.session import Lang, opened

export = App(name="export", help="Write what is known to files.")


def explain(
    *names: Annotated[str, Parameter(name="NAME")],
    rule: str | None = None,
    language: Language = None,
    lang: Lang = "en",
) -> None:
    """Say why a profile is in a segment or not, or whether a rule holds for it, and when that changes by time alone.

    Args:
        names: id of the segment and id of the profile; with --rule only that of the profile.
        rule: a rule in any language, instead of a segment.
        language: of the rule, where it cannot be guessed: journey, pql, filter or tree.
        lang: the language of sentences: en or fr.
    """
    wanted = 2 if rule is None else 1
    if len(names) != wanted:
        what = "a segment and a profile" if rule is None else "with --rule one profile"
        raise InputError(f"expected {what}, found {len(names)} names", code="usage", hint="parcours explain --help")
    with opened() as workspace:
        if rule is None:
            found = workspace.explain(*names, lang=lang)
        else:
            written, known = read_written(rule, language)
            found = workspace.rules.explain(written, names[0], known, lang)
    answer(found.to_json())
    say(str(found))


def membership(profile: str, /) -> None:
    """Show the segments a profile is or was in: realized, existing or exited, and since when.

    Args:
        profile: id of the profile.
    """
    import polars as pl

    with opened() as workspace:
        found = workspace.membership(profile)
    answer({"segmentMembership": found})
    flat = [{"segment": name, **entry} for entries in found.values() for name, entry in entries.items()]
    columns = ("segment", "status", "lastQualificationTime", "version")
    table(pl.DataFrame(flat, schema=None if flat else dict.fromkeys(columns, pl.String)), limit=None)


def sql(query: str, /, *, limit: int = ROWS) -> None:
    """Ask the log in SQL. It reads only; SHOW ALL TABLES lists what there is.

    Args:
        query: one statement.
        limit: how many rows to show.
    """
    with opened() as workspace:
        found = workspace.sql(query)
    answer(rows(found))
    table(found, limit=limit)


@export.command
def segment(
    segment: str, /, *, output: Annotated[Path, Parameter(name=["--output", "-o"])], at: str | None = None
) -> None:
    """Write the members of a segment with their attributes to a file.

    Args:
        segment: id of the segment.
        output: the file; its ending says the format: .parquet, .csv or .ndjson.
        at: the members at a past moment, for example 2017-06-30.
    """
    with opened() as workspace:
        count = workspace.export_segment(segment, output, at)
    answer({"ok": True, "members": count, "file": str(output)})
    say(f"{counted(count, 'member')} written to {output}")
