"""Who may do what: accounts and roles, sessions, API keys with scopes, the audit log."""
