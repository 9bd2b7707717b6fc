"""Make the checkout ready to work: a virtual environment in ``.venv`` with everything pinned.

``make`` runs this before every target. It needs nothing but Python and a package registry, does nothing
when ``.venv`` already holds what ``pyproject.toml``, ``constraints.txt`` and ``examples/requirements.txt``
ask for, and starts over by itself when the interpreter of ``.venv`` has gone. ``tools/setup.py bench`` then installs
that group of ``pyproject.toml``, too.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".parcours-setup"
INPUTS = ("pyproject.toml", "constraints.txt", "examples/requirements.txt", "tools/setup.py")

NO_VENV = """\
This Python cannot make a virtual environment: its module `ensurepip` or `venv` is missing.

  Debian, Ubuntu:  apt-get install python3-venv
  elsewhere:       install Python 3.11 or newer with its standard library complete

or name another interpreter: make PYTHON=/path/to/python3 …
"""


def main(groups: Sequence[str] = ()) -> int:
    """Make it ready, then install further groups; the code to exit with."""
    failed = _ready()
    if failed or not groups:
        return failed
    wanted = [requirement for group in groups for requirement in _requirements(group)]
    return 0 if _run([*_pip(), *wanted]).returncode == 0 else _stop("pip says above why this could not be installed.")


def _ready() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 (this file is run by whatever Python there is)
        return _stop(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]} ({sys.executable})")
    wanted = _fingerprint()
    if _python().exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return 0
    if not _python_runs() and not _make_environment():
        return _stop(NO_VENV)
    print(f"Installing Parcours and its tools into {VENV.relative_to(ROOT)} …", flush=True)
    if not _install():
        return _stop("The packages could not be installed: pip says why above. Nothing outside .venv was changed.")
    STAMP.write_text(wanted)
    return 0


def _stop(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


def _python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for name in INPUTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _python_runs() -> bool:
    """Whether ``.venv`` holds a working interpreter with pip, of the version that runs this."""
    probe = "import sys, pip; print(sys.version_info[:2])"
    found = _run([_python(), "-c", probe], quiet=True) if _python().exists() else None
    return found is not None and found.returncode == 0 and found.stdout.strip() == str(sys.version_info[:2])


def _make_environment() -> bool:
    """Make ``.venv`` afresh: with ``venv``, else with ``virtualenv``, else with a pip from outside."""
    shutil.rmtree(VENV, ignore_errors=True)
    attempts = (
        [[sys.executable, "-m", "venv", VENV]],
        [[sys.executable, "-m", "virtualenv", "--quiet", VENV]],
        [
            [sys.executable, "-m", "venv", "--without-pip", VENV],
            [sys.executable, "-m", "pip", "--python", _python(), "install", "--quiet", "pip"],
        ],
    )
    for commands in attempts:
        if all(_run(command, quiet=True).returncode == 0 for command in commands) and _python_runs():
            return True
        shutil.rmtree(VENV, ignore_errors=True)
    return False


def _install() -> bool:
    project = [*_pip(), "--editable", f"{ROOT}[demo]", *_requirements("dev")]
    data = [*_pip(), "--no-deps", "--requirement", ROOT / "examples/requirements.txt"]
    return all(_run(command).returncode == 0 for command in (project, data))


def _pip() -> list[object]:
    return [_python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


def _requirements(group: str) -> list[str]:
    """A group of ``pyproject.toml``, read here because only pip 25.1 and newer know groups."""
    import tomllib

    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    return [str(requirement) for requirement in groups[group]]


def _run(command: Sequence[object], *, quiet: bool = False) -> subprocess.CompletedProcess[str]:
    pins = str(ROOT / "constraints.txt")
    # Two names: older pips apply the first to builds as well, newer ones want the second for that.
    env = {**os.environ, "PIP_CONSTRAINT": pins, "PIP_BUILD_CONSTRAINT": pins}
    words = [str(part) for part in command]
    return subprocess.run(words, cwd=ROOT, env=env, text=True, capture_output=quiet, check=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
