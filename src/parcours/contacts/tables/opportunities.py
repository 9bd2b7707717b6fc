"""Opportunities with their sales cycles, and tasks (contact-segments.md, section 20)."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint

from parcours.contacts.tables.base import amount, code, day, flag, link, moment, named, rows, text, version, whole

sales_cycles = named("crm_sales_cycles", "code", text("description"), code("probability_calculation"), flag("blocked"))

sales_cycle_stages = rows(
    "crm_sales_cycle_stages",
    code("sales_cycle_code"),
    whole("stage"),
    text("description"),
    amount("completed_pct"),
    amount("chances_pct"),
    code("activity_code"),
    flag("quote_required"),
    flag("allow_skip"),
    code("date_formula"),
    UniqueConstraint("sales_cycle_code", "stage"),
)

opportunities = named(
    "crm_opportunities",
    "no",
    text("description"),
    code("salesperson_code"),
    code("contact_no", index=True),
    code("contact_company", index=True),
    code("campaign_no", index=True),
    code("segment_no", index=True),
    code("sales_cycle_code"),
    code("priority"),
    code("status"),  # not_started, in_progress, won, lost
    day("creation_date"),
    flag("closed"),
    day("date_closed"),
    code("quote_no"),
    link("interaction"),  # the interaction it was made from
    version(),
)

#: Every move makes a new active entry.
opportunity_entries = rows(
    "crm_opportunity_entries",
    code("opportunity_no", index=True),
    flag("active"),
    code("action"),  # first, next, previous, skip, jump, update, won, lost
    code("sales_cycle_code"),
    whole("stage"),
    whole("previous_stage"),
    day("date_of_change"),
    day("date_closed"),
    whole("days_open"),
    amount("estimated_value"),
    amount("chances_pct"),
    amount("completed_pct"),
    amount("probability_pct"),
    day("estimated_close_date"),
    code("close_code"),
)

#: Activities: steps (tasks) that a stage makes.
activity_steps = rows(
    "crm_activity_steps",
    code("activity_code", index=True),
    whole("step"),
    code("type"),
    text("description"),
    code("date_formula"),
)

teams = named("crm_teams", "code", text("name"))
team_members = rows(
    "crm_team_members", code("team_code"), code("salesperson_code"), UniqueConstraint("team_code", "salesperson_code")
)

tasks = named(
    "crm_tasks",
    "no",
    code("organizer_no"),  # the task this one was made from, for a member of a team or a contact of a segment
    code("type"),  # "", meeting, phone_call
    text("description"),
    code("salesperson_code", index=True),
    code("team_code"),
    code("contact_no", index=True),
    code("contact_company"),
    code("campaign_no", index=True),
    code("segment_no", index=True),
    code("opportunity_no", index=True),
    whole("stage"),
    code("status"),  # not_started, in_progress, completed, waiting, postponed
    code("priority"),  # low, normal, high
    day("date"),
    day("ending_date"),
    flag("closed"),
    day("date_closed"),
    flag("canceled"),
    moment("last_modified"),
    version(),
)
