"""Journeys: their versions and lives, what happens in them, and what is tried before they are published."""

from __future__ import annotations

from parcours.service.surface.operations import of

JOURNEYS = of(
    "journeys",
    "journeys:Journeys",
    "journeys",
    ("list", "GET", "/journeys"),
    ("get", "GET", "/journeys/{journey}"),
    ("save", "PUT", "/journeys/{journey}"),
    ("statuses", "GET", "/journeys/{journey}/statuses"),
    ("versions", "GET", "/journeys/{journey}/versions"),
    ("history", "GET", "/journeys/{journey}/history"),
    ("report", "GET", "/journeys/{journey}/report"),
    ("summary", "GET", "/journeys/{journey}/summary"),
    ("drawing", "GET", "/journeys/{journey}/drawing"),
    ("trace", "GET", "/journeys/{journey}/trace/{profile}"),
    ("diff", "GET", "/journeys/{journey}/diff"),
    ("export", "GET", "/journeys/{journey}/export"),
    ("import_", "POST", "/journeys/import"),
    ("publish", "POST", "/journeys/{journey}/publish"),
    ("close", "POST", "/journeys/{journey}/close"),
    ("stop", "POST", "/journeys/{journey}/stop"),
    ("pause", "POST", "/journeys/{journey}/pause"),
    ("resume", "POST", "/journeys/{journey}/resume"),
    ("set_attribute_exit", "POST", "/journeys/{journey}/attribute-exit"),
    ("test_on", "POST", "/journeys/{journey}/test-on"),
    ("test_off", "POST", "/journeys/{journey}/test-off"),
    ("dry_run_on", "POST", "/journeys/{journey}/dry-run-on"),
    ("dry_run_off", "POST", "/journeys/{journey}/dry-run-off"),
    ("reopen", "POST", "/journeys/{journey}/reopen"),
    ("roll_back", "POST", "/journeys/{journey}/roll-back"),
    ("new_version", "POST", "/journeys/{journey}/new-version"),
    ("migrate", "POST", "/journeys/{journey}/migrate"),
    ("retry", "POST", "/journeys/{journey}/retry"),
    ("edit_texts", "POST", "/journeys/edit-texts"),
    ("delete", "DELETE", "/journeys/{journey}"),
    ("backtest", "POST", "/journeys/backtest"),
    ("play", "POST", "/journeys/play"),
    ("deliveries", "GET", "/delivery-counts"),
    reading=("backtest", "play"),
)

GROUPS = {"journeys": JOURNEYS}
