"""Who may use the service, as the newest migration leaves it: accounts, sessions, keys, the audit log, failed sign-ins.

Nothing here can be used to sign in: passwords are argon2id hashes, tokens of sessions and keys SHA-256 digests.
Instants are microseconds in UTC.
"""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, String, Table, false

from parcours.store.catalogue.tables import metadata

#: People. ``email`` is normalised and unique; ``password`` is blank where only the identity provider knows one;
#: ``issuer`` and ``subject`` say who it is there. ``crm_user`` and ``salesperson_code`` are who it is in the CRM.
accounts = Table(
    "access_accounts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("email", String(320), nullable=False),
    Column("name", String, nullable=False),
    Column("role", String(16), nullable=False),
    Column("password", String, nullable=False),
    Column("must_change", Boolean, nullable=False, server_default=false()),
    Column("disabled", Boolean, nullable=False, server_default=false()),
    Column("crm_user", String(64), nullable=False, server_default=""),
    Column("salesperson_code", String(64), nullable=False, server_default=""),
    Column("issuer", String, nullable=False, server_default=""),
    Column("subject", String, nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("signed_in_at", BigInteger, nullable=True),
    Index("ix_access_accounts_email", "email", unique=True),
)

#: Who is signed in. ``id`` is shown to people; ``token`` is the digest of what the browser holds.
sessions = Table(
    "access_sessions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("token", String(64), nullable=False),
    Column("account", String(32), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("used_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("agent", String, nullable=False),
    Column("address", String(64), nullable=False),
    Index("ix_access_sessions_token", "token", unique=True),
    Index("ix_access_sessions_account", "account"),
)

#: Programs. ``prefix`` is the beginning of the key, by which people recognise it; ``token`` its digest.
keys = Table(
    "access_keys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String, nullable=False),
    Column("prefix", String(16), nullable=False),
    Column("token", String(64), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("disabled", Boolean, nullable=False, server_default=false()),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=True),
    Column("used_at", BigInteger, nullable=True),
    Index("ix_access_keys_token", "token", unique=True),
)

#: Who asked the service to change what; rows are never changed. ``outcome`` is the status of the answer.
audit = Table(
    "access_audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("caller", String(32), nullable=False),
    Column("name", String, nullable=False),
    Column("operation", String, nullable=False),
    Column("target", String, nullable=False),
    Column("outcome", Integer, nullable=False),
    Column("address", String(64), nullable=False),
    Column("request", String(64), nullable=False),
    Index("ix_access_audit_at", "at"),
)

#: Failed sign-ins of the last hour, by what they tried: ``account:<digest of the e-mail>`` and ``address:<ip>``.
failures = Table(
    "access_failures",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("subject", String(96), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_access_failures_subject", "subject", "at"),
)
