"""The command line, from the commands themselves."""

from __future__ import annotations

from parcours.service.cli.main import app

INTRODUCTION = """\
# Command line

`parcours COMMAND --help` prints the same on the terminal.

"""


def page() -> str:
    return INTRODUCTION + str(app.generate_docs(output_format="markdown", heading_level=2))
