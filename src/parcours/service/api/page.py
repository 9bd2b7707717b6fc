"""One plain page that says what runs and what the workspace holds: segments, journeys, messages, web hooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

#: Everything the page needs; also what ``/status.json`` gives.
Overview = Mapping[str, object]

#: Of the page. It is light or dark as the reader's machine is.
STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
p.note { opacity: .7; }
"""
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "segments": "Segments",
        "journeys": "Journeys",
        "messages": "Messages",
        "hooks": "Web hooks",
        "none": "None yet.",
        "live": "Running live",
        "still": "Not running: showing the last state",
        "never": "none yet",
        "summary": "{state}. Last tick: {last}. {profiles} profiles.",
        "waiting": "{count} rows wait to be taken in.",
        "manual": "What the API offers",
        "data": "This page as data",
    },
    "fr": {
        "segments": "Segments",
        "journeys": "Parcours",
        "messages": "Messages",
        "hooks": "Webhooks",
        "none": "Rien pour l’instant.",
        "live": "En marche",
        "still": "À l’arrêt : dernier état connu",
        "never": "aucun",
        "summary": "{state}. Dernier tick : {last}. {profiles} profils.",
        "waiting": "{count} lignes attendent d’être prises en compte.",
        "manual": "Ce que l’API propose",
        "data": "Cette page sous forme de données",
    },
}


def language_of(accepted: str) -> str:
    """The language of pages for a header ``Accept-Language``: ``en`` or ``fr``, whichever stands first."""
    for part in accepted.lower().split(","):
        wanted = part.partition(";")[0].strip().partition("-")[0]
        if wanted in _WORDS:
            return wanted
    return "en"


def page(overview: Overview, language: str = "en") -> str:
    """The overview as an HTML document in English or French (``fr``); it loads itself anew every ten seconds."""
    words = _WORDS[language]
    tables = ((words[name], overview.get(name, ())) for name in ("segments", "journeys", "messages", "hooks"))
    body = "".join(_table(title, rows, words) for title, rows in tables if isinstance(rows, Sequence))
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Parcours</title>'
        '<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="10">'
        f"<style>{STYLE}</style></head><body><h1>Parcours</h1>"
        f"<p>{escape(_summary(overview, words))}</p>{body}"
        f'<p class="note"><a href="/docs">{words["manual"]}</a> · <a href="/status.json">{words["data"]}</a></p>'
        "</body></html>"
    )


def _summary(overview: Overview, words: Mapping[str, str]) -> str:
    state = words["live" if overview["live"] else "still"]
    last = str(overview["now"] or words["never"]).replace("T", " ").replace("+00:00", " UTC")
    told = words["summary"].format(state=state, last=last, profiles=f"{overview['profiles']:,}")
    waiting = overview.get("rows_waiting")
    return f"{told} {words['waiting'].format(count=f'{waiting:,}')}" if waiting else told


def _table(title: str, rows: Sequence[Mapping[str, object]], words: Mapping[str, str]) -> str:
    if not rows:
        return f"<h2>{escape(title)}</h2><p class='note'>{words['none']}</p>"
    head = _cells("th", rows[0].keys(), rows[0].values())
    lines = "".join(f"<tr>{_cells('td', row.values(), row.values())}</tr>" for row in rows)
    return f"<h2>{escape(title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def _cells(tag: str, texts: Iterable[object], values: Iterable[object]) -> str:
    return "".join(_cell(tag, text, value) for text, value in zip(texts, values, strict=True))


def _cell(tag: str, text: object, value: object) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    shown = f"{text:,}" if isinstance(text, int | float) and not isinstance(text, bool) else str(text or "")
    return f"<{tag} class='number'>{escape(shown)}</{tag}>" if number else f"<{tag}>{escape(shown)}</{tag}>"
