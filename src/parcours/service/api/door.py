"""The page for people whom nobody knows yet: signing in, and changing a one-time password. It says nothing else."""

from __future__ import annotations

import base64
import hashlib

from starlette.responses import HTMLResponse

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 22rem; margin: 15vh auto; padding: 0 1rem; }
label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit; }
input, button { margin: .25rem 0 1rem; padding: .5rem; }
[role=alert] { min-height: 1.5em; color: #b00020; }
"""
_SCRIPT = """
const form = document.forms[0], alert = document.querySelector("[role=alert]");
const fields = form.elements, again = document.getElementById("again");
let csrf = null;
async function ask(path, body) {
  const headers = {"Content-Type": "application/json"};
  if (csrf) headers["Parcours-CSRF"] = csrf;
  const answer = await fetch(path, {method: "POST", headers, body: JSON.stringify(body)});
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.message + (found.hint ? ": " + found.hint : ""));
  csrf = found.csrf;
  return found;
}
form.addEventListener("submit", async event => {
  event.preventDefault();
  alert.textContent = "";
  try {
    const password = fields.password.value;
    const found = again.hidden
      ? await ask("/api/session", {email: fields.email.value, password})
      : await ask("/api/password", {current: password, new: fields.fresh.value});
    if (!found.must_change_password) return location.reload();
    again.hidden = false;
    fields.fresh.required = true;
    fields.fresh.focus();
  } catch (problem) { alert.textContent = problem.message; }
});
"""


def door(provider: bool) -> HTMLResponse:
    """The page.

    Args:
        provider: whether people may sign in with an identity provider.
    """
    elsewhere = '<p><a href="/api/oidc/login">Sign in with your organisation</a></p>' if provider else ""
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Parcours</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><h1>Parcours</h1>'
        '<form><label>E-mail <input name="email" type="email" autocomplete="username" required autofocus></label>'
        '<label>Password <input name="password" type="password" autocomplete="current-password" required></label>'
        '<div id="again" hidden><p>This password works once. Choose one of twelve characters or more.</p>'
        '<label>New password <input name="fresh" type="password" autocomplete="new-password" minlength="12"></label>'
        f'</div><button>Sign in</button><p role="alert"></p></form>{elsewhere}'
        '<p>Programs: <a href="/docs">what the API offers</a></p>'
        f"<script>{_SCRIPT}</script></body></html>"
    )
    return HTMLResponse(text, headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"})


def policy(style: str, script: str = "") -> str:
    """A content security policy for a page with this style and script, and nothing from elsewhere."""
    scripts = f"script-src {hash_of(script)}; connect-src 'self'; " if script else ""
    return (
        f"default-src 'none'; style-src {hash_of(style)}; {scripts}"
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def hash_of(content: str) -> str:
    """How a policy names a script or style that stands in the page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


_POLICY = policy(_STYLE, _SCRIPT)
