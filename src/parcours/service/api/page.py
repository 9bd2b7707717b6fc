"""One plain page that says what the workspace holds and does: segments, journeys, messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

#: Everything the page needs; also what ``/status.json`` gives.
Overview = Mapping[str, object]

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
p.note { opacity: .7; }
"""


def page(overview: Overview) -> str:
    """The overview as an HTML document in English; it loads itself anew every ten seconds."""
    tables = (
        ("Segments", overview["segments"]),
        ("Journeys", overview["journeys"]),
        ("Messages", overview["messages"]),
    )
    body = "".join(_table(title, rows) for title, rows in tables if isinstance(rows, Sequence))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Parcours</title>'
        '<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="10">'
        f"<style>{_STYLE}</style></head><body><h1>Parcours</h1>"
        f"<p>{escape(_summary(overview))}</p>{body}"
        '<p class="note">The same as data: <a href="/status.json">status.json</a></p></body></html>'
    )


def _summary(overview: Overview) -> str:
    state = "Running live" if overview["live"] else "Not running: showing the last state"
    last = str(overview["now"] or "none yet").replace("T", " ").replace("+00:00", " UTC")
    return f"{state}. Last tick: {last}. {overview['profiles']:,} profiles."


def _table(title: str, rows: Sequence[Mapping[str, object]]) -> str:
    if not rows:
        return f"<h2>{escape(title)}</h2><p class='note'>None yet.</p>"
    head = _cells("th", rows[0].keys(), rows[0].values())
    lines = "".join(f"<tr>{_cells('td', row.values(), row.values())}</tr>" for row in rows)
    return f"<h2>{escape(title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def _cells(tag: str, texts: Iterable[object], values: Iterable[object]) -> str:
    return "".join(_cell(tag, text, value) for text, value in zip(texts, values, strict=True))


def _cell(tag: str, text: object, value: object) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    shown = f"{text:,}" if isinstance(text, int | float) and not isinstance(text, bool) else str(text or "")
    return f"<{tag} class='number'>{escape(shown)}</{tag}>" if number else f"<{tag}>{escape(shown)}</{tag}>"
