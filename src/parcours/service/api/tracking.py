"""Where links of messages lead: clicks, opens, and the page on which people unsubscribe.

``GET /c/<token>`` records a click and redirects, ``GET /o/<token>`` records an open and gives a picture of one pixel,
``GET /u/<token>`` asks whether to unsubscribe and ``POST`` there does it, also for mail programs (RFC 8058). A signal
is durable before the answer is given. A token that is none of ours, or of another door, is not found, and nothing is
recorded; nor is it for ``HEAD``, with which programs look where a link leads.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Sequence

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from parcours.core.clock import Clock
from parcours.core.errors import ParcoursError
from parcours.flow.delivery.tracking import Signal, Tracking
from parcours.service.keeping import deliveries_of, keep
from parcours.service.mailing import tracking_of
from parcours.service.signals import Recorder, Told
from parcours.service.workspace import Workspace

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
_PAGE_HEADERS = {
    **_HEADERS,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}
_WORDS = {
    "en": ("Unsubscribe", "No longer receive such messages?", "You will no longer receive such messages.", "Go on",
           "This link is not known.", "This did not work just now. Please try again later."),
    "fr": ("Se désinscrire", "Ne plus recevoir de tels messages ?", "Vous ne recevrez plus de tels messages.",
           "Continuer", "Ce lien est inconnu.", "Cela n'a pas fonctionné. Veuillez réessayer plus tard."),
}  # fmt: skip
_log = structlog.get_logger(__name__)


class Doors:
    """Answers requests for tracked links.

    Args:
        tracking: reads tokens.
        write: makes signals durable; called in a thread, one call at a time.
        known: whether there is a delivery with a key.
        clock: says when a signal came.
    """

    def __init__(
        self,
        tracking: Tracking,
        write: Callable[[Sequence[Told]], None],
        known: Callable[[str], bool],
        clock: Clock,
    ) -> None:
        self._tracking = tracking
        self._recorder = Recorder(write)
        self._known = known
        self._clock = clock

    def routes(self) -> list[Route]:
        """The routes of the three doors."""
        return [
            Route("/c/{token}", self.clicked),
            Route("/o/{token}", self.opened),
            Route("/u/{token}", self.unsubscribe, methods=["GET", "POST"]),
        ]

    async def clicked(self, request: Request) -> Response:
        """Record a click and lead to the link."""
        signal = self._signal(request, "clicked", "mirrored")
        if signal is None or not signal.url:
            return _not_found(request)
        await self._noted(request, signal)
        return RedirectResponse(signal.url, status_code=302, headers=_HEADERS)

    async def opened(self, request: Request) -> Response:
        """Record an open and give the picture."""
        signal = self._signal(request, "opened")
        if signal is None:
            return _not_found(request)
        await self._noted(request, signal)
        return Response(PIXEL, media_type="image/gif", headers=_HEADERS)

    async def unsubscribe(self, request: Request) -> Response:
        """Ask, or do it."""
        signal = self._signal(request, "unsubscribed")
        if signal is None or not await run_in_threadpool(self._known, signal.key):
            return _not_found(request)
        title, question, done, further, _, failed = _words(request)
        if request.method != "POST":
            button = f'<form method="post"><button>{html.escape(title)}</button></form>'
            return _page(title, html.escape(question) + button)
        try:
            await self._recorder.record(self._told(signal))
        except ParcoursError:
            _log.exception("a signal could not be recorded", signal=signal.kind)
            return _page(title, html.escape(failed), 503)
        link = f'<p><a href="{html.escape(signal.url)}">{html.escape(further)}</a>' if signal.url else ""
        return _page(title, html.escape(done) + link)

    async def _noted(self, request: Request, signal: Signal) -> None:
        """Record a signal. A full disk does not keep people from where they want to go."""
        if request.method != "GET":
            return
        try:
            await self._recorder.record(self._told(signal))
        except ParcoursError:
            _log.exception("a signal could not be recorded", signal=signal.kind)

    def _told(self, signal: Signal) -> Told:
        return Told(signal.key, signal.kind, signal.detail or None, self._clock.now())

    def _signal(self, request: Request, *kinds: str) -> Signal | None:
        """What the token stands for, if it belongs to this door."""
        signal = self._tracking.read(request.path_params["token"])
        return signal if signal is not None and signal.kind in kinds else None


def _not_found(request: Request) -> Response:
    title, *_, unknown, _ = _words(request)
    return _page(title, html.escape(unknown), 404)


def _page(title: str, body: str, status: int = 200) -> HTMLResponse:
    text = (
        '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title>"
        "<style>body{font:18px/1.5 sans-serif;max-width:30em;margin:20vh auto;padding:0 1em;text-align:center}"
        f"button{{font:inherit;margin-top:1em;padding:.5em 1.5em}}</style><p>{body}"
    )
    return HTMLResponse(text, status_code=status, headers=_PAGE_HEADERS)


def _words(request: Request) -> tuple[str, ...]:
    french = request.headers.get("accept-language", "").strip().lower().startswith("fr")
    return _WORDS["fr" if french else "en"]


def tracked_links(workspace: Workspace) -> list[Route]:
    """The routes of a workspace; none where the setting ``tracking`` is not used.

    Raises:
        DefinitionError: it is used, and there is no secret ``tracking``.
    """
    parts = workspace._parts
    tracking = tracking_of(parts.settings)
    if tracking is None:
        return []
    return Doors(
        tracking,
        write=lambda told: keep(parts, told),
        known=lambda key: bool(deliveries_of(parts, [key]).height),
        clock=parts.clock,
    ).routes()
