"""The web application: files that were built from ``web/``, and its page at every address that is one of its own.

Which pages there are only the application knows: an address that no other route has, asked for by a browser that
wants a page, gets the application, and that shows its page or says that there is none.
"""

from __future__ import annotations

import re
from mimetypes import guess_type
from pathlib import Path

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

import parcours
from parcours.service.api.door import hash_of

#: Where the build puts the application. Not in git; in the wheel.
STATIC = Path(parcours.__file__).parent / "_static"
#: What builds it in a checkout.
COMMAND = "make web"
#: Paths below these are never pages.
_OTHERS = ("/api/", "/v1/", "/assets/", "/docs")
#: How a file may be compressed, and how its name ends then; the best first.
_ENCODINGS = {"br": ".br", "gzip": ".gz"}
_FOREVER = "public, max-age=31536000, immutable"


def built(folder: Path = STATIC) -> bool:
    """Whether the application is there."""
    return (folder / "index.html").is_file()


def add_web(app: FastAPI, folder: Path) -> None:
    """Serve the application.

    Args:
        app: serves it; all its other routes are there already.
        folder: with ``index.html`` and ``assets``, see :func:`built`.
    """
    text = (folder / "index.html").read_text()
    headers = {"Content-Security-Policy": _policy(text), "Cache-Control": "no-cache"}
    app.mount("/assets", _Assets(directory=folder / "assets"), name="assets")

    async def index(_: Request) -> HTMLResponse:
        return HTMLResponse(text, headers=headers)

    app.add_route("/", index, include_in_schema=False)
    missing = app.router.default

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _is_page(scope):
            await HTMLResponse(text, headers=headers)(scope, receive, send)
            return
        await missing(scope, receive, send)

    app.router.default = page


class _Assets(StaticFiles):
    """Their names say what is in them, so they stay as they are. They lie there compressed, too."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, as small as the browser can read it."""
        accepted = Headers(scope=scope).get("accept-encoding", "")
        for encoding, ending in _ENCODINGS.items():
            if encoding in accepted and not path.endswith(ending) and self.lookup_path(path + ending)[1] is not None:
                answer = await super().get_response(path + ending, scope)
                answer.headers["Content-Encoding"] = encoding
                answer.headers["Content-Type"] = guess_type(path)[0] or "application/octet-stream"
                break
        else:
            answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = _FOREVER
        answer.headers["Vary"] = "Accept-Encoding"
        return answer


def _is_page(scope: Scope) -> bool:
    accepted = dict(scope["headers"]).get(b"accept", b"")
    own = not scope["path"].startswith(_OTHERS)
    return scope["method"] in ("GET", "HEAD") and b"text/html" in accepted and own


def _policy(text: str) -> str:
    """What the page may load: our own files. Styles are made while it runs, so they cannot be named beforehand."""
    inline = re.findall(r"<script>(.*?)</script>", text, re.S)
    scripts = " ".join(["'self'", *map(hash_of, inline)])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; "
        "frame-src 'self' blob:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
