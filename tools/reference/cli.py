"""The command line, from the commands themselves."""

from __future__ import annotations

from parcours.service.cli.main import app, load_commands

INTRODUCTION = """\
# Command line

`parcours COMMAND --help` prints the same on the terminal. Answers are tables and sentences, or data with `--json`.
Problems go to standard error, with a hint; the exit code is 0 when all went well.

"""


def page() -> str:
    load_commands()
    text = str(app.generate_docs(output_format="markdown", heading_level=2))
    # Groups of commands have no name of their own for the library, which then takes how this program was started.
    return INTRODUCTION + text.replace(" -m tools.docs", "")
