"""Every ``parcours`` command shown in the documentation exists, with the options it is shown with."""

from __future__ import annotations

import re
import shlex

import pytest

from parcours.service.cli.main import app, load_commands
from tests.docs.pages import Block, blocks, pages

SHOWN = [
    (block, line)
    for page in pages()
    for block in blocks(page, "console")
    for line in re.findall(r"^\$ (parcours .*)$", block.text, flags=re.MULTILINE)
]


@pytest.mark.parametrize(("block", "line"), SHOWN, ids=str)
def test_the_command_exists(block: Block, line: str) -> None:
    load_commands()
    words = shlex.split(line, comments=True)
    words = words[: words.index(">")] if ">" in words else words

    app.parse_args(words[1:], exit_on_error=False, print_error=False)


def test_the_check_can_fail() -> None:
    with pytest.raises(Exception, match="no-such-command"):
        app.parse_args(["no-such-command"], exit_on_error=False, print_error=False)
