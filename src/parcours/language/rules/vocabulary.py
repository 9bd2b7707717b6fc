"""The words of the rule tree: one table each, read by the parser, the printer, the JSON Schema and the docs test."""

from __future__ import annotations

from collections.abc import Mapping

from parcours.core.clock import DAY

#: Keys that join rules.
GROUPS = ("all", "any", "none", "not")

#: Keys that test the elements of a list, and the kind of quantifier.
QUANTIFIERS: Mapping[str, str] = {"any_item": "any", "all_items": "all", "no_item": "none"}

#: Keys that name what a condition is about; the value is what stands behind the key.
SUBJECTS: Mapping[str, str] = {
    "attribute": "an attribute of the profile; dots step into objects",
    "field": "a property of the row at hand: of the event, or of the list element inside it",
    "event_field": "inside a list element: a property of the event around it",
    "item": "true: the list element itself, in lists of texts or numbers",
    "event": "a value computed from the profile's events of this type",
    "segment_status": "how the profile stands to this segment: realized, exited or never",
    "call": "a function of the registry, with its arguments in args",
    "value": "a constant",
    "each": "a list made of a list: its elements that meet where, or a value of each, or them grouped or sorted",
    "object": "an object made of named values",
    "part": "a part of the object (or of every object of the list) that stands behind of",
    "all_events": "all events of the profile, or those of a list of types: objects with eventType and timestamp",
    "now": "true: the instant of evaluation",
    "given": "a value from beside the profile: an event of the journey, a data source, a parameter",
    "fetched": "a value of a data source that is asked with parameters, which stand in with",
    "random": "a random number from 0 to below 1; equal numbers behind the key are drawn once",
    "uuid": "a random UUID; equal numbers behind the key are drawn once",
}

#: What is made of the list behind ``each``, and the kind of node; the value of the key is evaluated for each element.
EACH: Mapping[str, str] = {
    "where": "filter",
    "give": "map",
    "group_by": "group",
    "sort_by": "ascending",
    "sort_down_by": "descending",
}

#: What is computed from the events; the value of the key is a property or a VALUE.
AGGREGATES = ("count", "sum", "average", "min", "max", "first", "last", "distinct")

#: Other names of aggregates: ``last: month`` is a window, ``latest: month`` the latest value of property ``month``.
AGGREGATE_ALIASES: Mapping[str, str] = {"earliest": "first", "latest": "last"}
AGGREGATE_KEYS = (*AGGREGATES, *AGGREGATE_ALIASES)

#: Comparators of two values and the function each one becomes.
COMPARISONS: Mapping[str, str] = {
    "is": "eq",
    "is_not": "ne",
    "at_least": "ge",
    "more_than": "gt",
    "at_most": "le",
    "less_than": "lt",
    "from": "ge",
    "after": "gt",
    "before": "lt",
    "until": "lt",
    "contains": "contains",
    "starts_with": "starts_with",
    "ends_with": "ends_with",
    "matches": "matches",
    "fits": "fits",
}
#: What they become with ``ignore_case: true``.
ANY_CASE: Mapping[str, str] = {
    "is": "equals_ignore_case",
    "contains": "contains_ignore_case",
    "starts_with": "starts_with_ignore_case",
    "ends_with": "ends_with_ignore_case",
    "fits": "fits_ignore_case",
}
#: The comparators of texts, whose case can be ignored.
TEXT_COMPARATORS = (*ANY_CASE, "is_not", "in", "not_in", "matches")

#: Comparators of dates; :data:`COMPARISONS` says what they become.
DATE_COMPARISONS = ("from", "after", "before", "until")

#: Comparators with a form of their own.
SPECIAL_COMPARATORS = ("between", "in", "not_in", "is_set", "anniversary")

#: Signs of ``compare`` and the function each one becomes.
SIGNS: Mapping[str, str] = {
    "==": "eq",
    "=": "eq",
    "!=": "ne",
    "<>": "ne",
    ">": "gt",
    ">=": "ge",
    "<": "lt",
    "<=": "le",
}

#: Windows that move with the clock.
MOVING_WINDOWS = (
    "in_last",
    "in_next",
    "between_ages",
    "more_than_ago",
    "more_than_ahead",
    "this",
    "last",
    "next",
    "last_units",
    "next_units",
    "units",
    "previous",
    "window",
)
#: Windows that only dates of the profile can lie in: events lie in the past.
FUTURE_WINDOWS = ("in_next", "more_than_ahead", "next", "next_units")
#: Windows counted in calendar units, so that a time zone matters.
CALENDAR_WINDOWS = ("this", "last", "previous", "next", "last_units", "next_units", "units")
#: Ends of a free window: whether it is the start, and whether the instant itself is inside.
EDGES: Mapping[str, tuple[bool, bool]] = {
    "from": (True, True),
    "after": (True, False),
    "to": (False, True),
    "before": (False, False),
}
#: Windows of fixed dates, for events; on a date attribute these two are comparisons.
FIXED_WINDOWS = ("from", "until")

CALENDAR_UNITS = ("day", "week", "month", "quarter", "year")

#: Keys that change how others are read.
MODIFIERS = ("ignore_case", "zone")

#: Ten thousand years: further away than any date that can be written, so "more than … ago" needs no window of its own.
FOREVER = 3_652_425 * DAY

COMPARATORS = (*COMPARISONS, *SPECIAL_COMPARATORS)
