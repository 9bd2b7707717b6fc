"""``/docs``: what the API offers, as a plain page made from its description. It needs no script and loads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from parcours.service.api.docs import STYLE, contents
from parcours.service.api.door import policy
from parcours.service.api.page import language_of

_WORDS: Mapping[str, tuple[str, str, str]] = {
    "en": ("The API of Parcours", "As OpenAPI, for programs", "The texts are in English."),
    "fr": ("L’API de Parcours", "Au format OpenAPI, pour les programmes", "Les textes sont en anglais."),
}


def add_manual(app: FastAPI) -> None:
    """Add the page to an application."""

    @cache
    def written(language: str) -> str:
        return "".join(_page(app.openapi(), language))

    async def manual(request: Request) -> Response:
        text = await run_in_threadpool(written, language_of(request.headers.get("accept-language", "")))
        return HTMLResponse(text, headers={"Content-Security-Policy": policy(STYLE), "Vary": "Accept-Language"})

    async def elsewhere(request: Request) -> Response:
        return RedirectResponse("/docs")

    app.add_route("/docs", manual, include_in_schema=False)
    app.add_route("/api/docs", elsewhere, include_in_schema=False)


def _page(description: Mapping[str, Any], language: str) -> Iterator[str]:
    title, data, remark = _WORDS[language]
    yield f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
    yield f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body><h1>{title}</h1>'
    yield f'<p><a href="/api/openapi.json">{data}</a>. {remark if language != "en" else ""}</p><div lang="en">'
    yield from contents(description)
    yield "</div></body></html>"
