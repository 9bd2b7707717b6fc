"""Who may use the service: accounts, sessions, keys, the audit log."""

from __future__ import annotations

from parcours.service.surface.operations import of

ACCOUNTS = of(
    "access.accounts",
    "access.accounts:Accounts",
    "access",
    ("list", "GET", "/accounts"),
    ("get", "GET", "/accounts/{account}", None, "show"),
    ("create", "POST", "/accounts", None, "add"),
    ("change", "PATCH", "/accounts/{account}"),
    ("reset_password", "POST", "/accounts/{account}/password", None, "password"),
    ("delete", "DELETE", "/accounts/{account}", None, "remove"),
)
SESSIONS = of(
    "access.sessions",
    "access.sessions:Sessions",
    "access",
    ("list", "GET", "/sessions"),
    ("revoke", "DELETE", "/sessions/{session}"),
    ("revoke_all", "POST", "/accounts/{account}/sign-out"),
)
KEYS = of(
    "access.keys",
    "access.keys:Keys",
    "access",
    ("list", "GET", "/keys"),
    ("create", "POST", "/keys", None, "add"),
    ("revoke", "POST", "/keys/{key}/revoke"),
    ("delete", "DELETE", "/keys/{key}", None, "remove"),
)
AUDIT = of("access.audit", "access.audit:Audit", "access", ("list", "GET", "/audit"))

GROUPS = {"accounts": ACCOUNTS, "sessions": SESSIONS, "keys": KEYS, "audit": AUDIT}
