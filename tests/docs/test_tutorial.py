"""The tutorials work as they are written: their files are made, their commands run, their output is what comes.

In a page, ``<!-- file: NAME -->`` in front of a fenced block makes it a file. A ``console`` block holds commands
(``$ …``) and what they print; a ``python`` block is a program, and a ``text`` block after it what that prints. A line
``…`` stands for any lines, ``…`` inside a line for any characters. A command with ``&`` at its
end runs until ``kill %1``.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, Block, blocks

#: The ports of the mail server and of the service in the pages; others where they are tried.
PORTS = ("8025", "8711")
TUTORIALS = sorted((DOCS / "tutorial").glob("*.md"))


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a console block, each with the lines that are shown behind it."""
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)
    for part in parts[1:]:
        command, *shown = part.rstrip("\n").split("\n")
        yield command, shown


def pattern(shown: list[str]) -> re.Pattern[str]:
    """What the output must look like, without blanks at the ends of lines."""
    lines = []
    for line in shown:
        if line.strip() == "…":
            lines.append(r"(?:.*\n)*?")
        else:
            lines.append(".*?".join(re.escape(part) for part in line.rstrip().split("…")) + r"\n")
    return re.compile("".join(lines))


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def surroundings(folder: Path) -> dict[str, str]:
    """The environment of commands."""
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "COLUMNS": "120",
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",  # in the order of a terminal
    }


class Behind:
    """A command that runs behind the others, until it is stopped as ``kill`` does it; it must end well."""

    def __init__(self, command: str, folder: Path, port: str) -> None:
        words = ["bash", "-c", f"exec {command.rstrip('& ')}"]
        self._process = subprocess.Popen(words, cwd=folder, env=surroundings(folder))
        end = time.monotonic() + 120
        while not self._listens(int(port)) and self._process.poll() is None and time.monotonic() < end:
            time.sleep(0.1)

    @staticmethod
    def _listens(port: int) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def stop(self) -> None:
        """Have it end."""
        self._process.terminate()
        assert self._process.wait(120) == 0

    def kill(self) -> None:
        """End it, in whatever state it is."""
        self._process.kill()
        self._process.wait()


def run(words: list[str], folder: Path) -> str:
    """What the command prints, both streams together."""
    env = surroundings(folder)
    done = subprocess.run(
        words, cwd=folder, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    assert done.returncode == 0, f"{words[-1]}\n{done.stdout}"
    return done.stdout


def compare(where: Block, what: str, shown: list[str], printed: str) -> None:
    lines = "".join(f"{line.rstrip()}\n" for line in printed.strip("\n").splitlines())
    if any(line.strip() for line in shown):
        while shown and not shown[-1].strip():
            shown = shown[:-1]
        assert pattern(shown).fullmatch(lines), f"{where}: {what} prints\n{lines}"


@pytest.mark.slow
@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: str(page.relative_to(ROOT)))
def test_tutorial(page: Path, tmp_path: Path) -> None:
    ports = {port: str(free_port()) for port in PORTS}
    (tmp_path / "examples").symlink_to(ROOT / "examples")  # tutorials may start in a copy of the repository
    behind: list[Behind] = []
    try:
        _follow(page, tmp_path, ports, behind)
    finally:
        for each in behind:
            each.kill()


def _follow(page: Path, folder: Path, ports: dict[str, str], behind: list[Behind]) -> None:
    printed = ""
    for block in blocks(page):
        if block.file is not None:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text)
        elif block.kind == "console":
            for command, shown in commands(_with(ports, block.text)):
                if command.startswith("cd "):
                    folder = folder / command[3:]
                elif command.endswith(" &"):
                    behind.append(Behind(command, folder, ports["8711"]))
                elif command == "kill %1":
                    behind.pop().stop()
                else:
                    compare(block, command, shown, run(["bash", "-c", command], folder))
        elif block.kind == "python":
            printed = run([sys.executable, "-c", block.text], folder)
        elif block.kind == "text" and printed:
            compare(block, "the program", block.text.splitlines(), printed)
            printed = ""


def _with(ports: dict[str, str], text: str) -> str:
    for shown, actual in ports.items():
        text = text.replace(shown, actual)
    return text


def test_the_comparison_can_fail() -> None:
    assert pattern(["members  …", "…", "end"]).fullmatch("members  12\na\nb\nend\n")
    assert not pattern(["members  1"]).fullmatch("members  12\n")
