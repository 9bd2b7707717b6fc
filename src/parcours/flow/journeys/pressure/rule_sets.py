"""Rule sets: quiet hours and caps as plain data, read into frozen structs (journeys.md, section 19).

The plain form, with one or several rules::

    rule_set: evenings
    state: active                      # active | inactive
    global: false                      # true: for all messages and journeys, named or not
    rules:
      - {type: quiet_hours, zone: profile, weekly: [{days: [mon, tue], from: "21:00", to: "09:00"}],
         dates: [{from: 2026-12-24, until: 2026-12-27}], channels: [email, push], handling: queue, hold: 7 days}
      - {type: channel_cap, channels: [email, sms], cap: 3, period: weekly, kind: calendar, zone: Europe/Paris}
      - {type: journey_entry_cap, cap: 1, period: 2 days, kind: rolling, look_ahead: members}
      - {type: journey_concurrency_cap, cap: 2}

A set of one rule may be written as that rule: ``{type: channel_cap, channels: [email], cap: 2, period: daily}``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, ClassVar, Literal, TypeAlias

import msgspec

from parcours.core.clock import DAY, duration
from parcours.core.errors import DefinitionError, InputError, ParcoursError, UnknownNameError, nearest
from parcours.core.ids import checked_name
from parcours.core.reading import join, read_settings
from parcours.flow.journeys.pressure.local import Place, clock_time, local_time
from parcours.flow.journeys.pressure.periods import Period, read_period
from parcours.flow.journeys.problems import duration_problem, missing_setting, wrong_value
from parcours.language.functions.zones import zone_of

Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: The channels that quiet hours are for when a rule does not say (journeys.md, section 19).
CHANNELS = ("email", "sms", "push", "whatsapp")
LONGEST_HOLD = 366 * DAY
#: A zone that is read from each person.
OF_PROFILE = "profile"


class Weekly(msgspec.Struct, frozen=True, kw_only=True):
    """Every week on ``days``, from a local time to the next such time after it; over midnight it belongs to its first
    day. The end is not part of it. ``24:00`` is the midnight that ends the day."""

    from_: str = msgspec.field(name="from")
    to: str
    days: tuple[Weekday, ...] = WEEKDAYS


class Dates(msgspec.Struct, frozen=True, kw_only=True):
    """From a local date or date-time to another one that is not part of it; one with an offset is that instant."""

    from_: str = msgspec.field(name="from")
    until: str


class QuietHours(msgspec.Struct, frozen=True, kw_only=True):
    """When nothing is sent: held until the end (``queue``, at most ``hold``) or left out (``discard``)."""

    type: ClassVar[str] = "quiet_hours"

    zone: str = OF_PROFILE
    weekly: tuple[Weekly, ...] = ()
    dates: tuple[Dates, ...] = ()
    channels: tuple[str, ...] = CHANNELS
    handling: Literal["queue", "discard"] = "queue"
    hold: str | int | float = "7 days"

    @property
    def longest(self) -> int:
        """``hold`` in microseconds."""
        return duration(self.hold)

    def check(self, where: str) -> Iterator[ParcoursError]:
        yield from _zone_problems(self.zone, where)
        yield from duration_problem(join(where, "hold"), self.hold, least=0)
        if _is_length(self.hold) and self.longest > LONGEST_HOLD:
            yield DefinitionError("nobody is held for more than a year", code="bad-duration", where=join(where, "hold"))
        if not self.weekly and not self.dates:
            yield wrong_value(where, "quiet hours need a period: weekly or dates")
        for index, weekly in enumerate(self.weekly):
            yield from _weekly_problems(weekly, join(where, f"weekly[{index}]"))
        for index, dates in enumerate(self.dates):
            yield from _dates_problems(dates, join(where, f"dates[{index}]"))
        yield from _list_problems(self.channels, join(where, "channels"))


class _Capped(msgspec.Struct, frozen=True, kw_only=True):
    """At most ``cap`` per person in a ``period``: a calendar window in ``zone`` or the time just before."""

    cap: int
    period: str = "daily"
    kind: Literal["calendar", "rolling"] = "calendar"
    zone: str = "UTC"

    @property
    def length(self) -> Period:
        """``period`` as read."""
        return read_period(self.period) or Period(1, "day")

    def check(self, where: str) -> Iterator[ParcoursError]:
        yield from _cap_problems(self.cap, where)
        if read_period(self.period) is None:
            yield DefinitionError(
                f"{self.period!r} is not a period",
                code="bad-period",
                where=join(where, "period"),
                hint="hour, daily, weekly (from Sunday), monthly, or several: 6 hours, 3 days, 2 weeks, 3 months",
            )
        yield from _zone_problems(self.zone, where)


class ChannelCap(_Capped, frozen=True, kw_only=True):
    """How many messages a person gets over these channels together."""

    type: ClassVar[str] = "channel_cap"

    channels: tuple[str, ...]

    def check(self, where: str) -> Iterator[ParcoursError]:
        yield from super().check(where)
        yield from _list_problems(self.channels, join(where, "channels"))


class EntryCap(_Capped, frozen=True, kw_only=True):
    """How often a person enters, over all journeys that name the set.

    With ``look_ahead`` one entry is kept for each journey of higher priority that names the set and whose scheduled
    read comes in the same period: for ``all`` people, or only for those who are ``members`` of its segment at present.
    """

    type: ClassVar[str] = "journey_entry_cap"

    look_ahead: Literal["all", "members", "none"] = "all"


class ConcurrencyCap(msgspec.Struct, frozen=True, kw_only=True):
    """In how many runs a person is at once, over all journeys that name the set."""

    type: ClassVar[str] = "journey_concurrency_cap"

    cap: int

    def check(self, where: str) -> Iterator[ParcoursError]:
        yield from _cap_problems(self.cap, where)


Rule: TypeAlias = QuietHours | ChannelCap | EntryCap | ConcurrencyCap
KINDS: Mapping[str, type[Rule]] = {kind.type: kind for kind in (QuietHours, ChannelCap, EntryCap, ConcurrencyCap)}


class RuleSet(msgspec.Struct, frozen=True, kw_only=True):
    """Rules under one name. An ``inactive`` set stops nobody; what was counted stays."""

    name: str
    rules: tuple[Rule, ...]
    state: Literal["active", "inactive"] = "active"
    everywhere: bool = msgspec.field(name="global", default=False)
    description: str = ""

    @property
    def active(self) -> bool:
        return self.state == "active"

    def to_json(self) -> dict[str, object]:
        """Plain data from which :func:`read_rule_set` makes the same set."""
        rules = [{"type": rule.type, **msgspec.to_builtins(rule)} for rule in self.rules]
        head = {"rule_set": self.name, "state": self.state, "global": self.everywhere}
        return {**head, **({"description": self.description} if self.description else {}), "rules": rules}


class _Head(msgspec.Struct, frozen=True, kw_only=True):
    rules: list[Any]
    rule_set: str = ""
    name: str = ""
    state: Literal["active", "inactive"] = "active"
    everywhere: bool = msgspec.field(name="global", default=False)
    description: str = ""


def read_rule_set(shape: object, name: str | None = None, where: str = "") -> RuleSet:
    """The rule set that ``shape`` writes.

    Args:
        shape: plain data as above, or a single rule.
        name: name of the set, where ``shape`` does not say it.
        where: path of ``shape``, put in front of the places of problems.

    Raises:
        DefinitionError: it cannot be accepted; ``problems`` holds every one.
    """
    problems: list[ParcoursError] = []
    found = _read(shape, name, where, problems)
    if found is None or problems:
        raise _refusal(problems)
    return found


def read_rule_sets(shapes: Mapping[str, object], where: str = "rule_sets") -> dict[str, RuleSet]:
    """Rule sets by name. Raises as :func:`read_rule_set`, with the problems of all sets."""
    problems: list[ParcoursError] = []
    found = {name: _read(shape, name, join(where, name), problems) for name, shape in shapes.items()}
    if problems:
        raise _refusal(problems)
    return {name: rule_set for name, rule_set in found.items() if rule_set is not None}


def unknown_rule_sets(names: Iterable[str], known: Collection[str], where: str) -> Iterator[ParcoursError]:
    """A problem for each name in a list at ``where`` that no set has."""
    for index, name in enumerate(names):
        if name not in known:
            yield UnknownNameError(
                f"there is no rule set {name!r}", where=f"{where}[{index}]", hint=nearest(name, known)
            )


def _refusal(problems: list[ParcoursError]) -> DefinitionError:
    count = len(problems)
    return DefinitionError(
        f"the rule set has {count} problem{'s' if count != 1 else ''}", code="bad-rule-set", problems=problems
    )


def _read(shape: object, name: str | None, where: str, problems: list[ParcoursError]) -> RuleSet | None:
    if not isinstance(shape, Mapping):
        problems.append(wrong_value(where, "expected settings (name: value) here"))
        return None
    places = None
    if "type" in shape and "rules" not in shape:
        rule = {key: value for key, value in shape.items() if key not in _OF_SET}
        shape, places = {**{key: shape[key] for key in _OF_SET & shape.keys()}, "rules": [rule]}, [where]
    head = read_settings(_Head, shape, where, problems)
    if head is None:
        return None
    places = places or [join(where, f"rules[{index}]") for index in range(len(head.rules))]
    called = name or head.rule_set or head.name
    problems.extend(_name_problems(called, join(where, "rule_set")))
    rules = [_rule(rule, place, problems) for rule, place in zip(head.rules, places, strict=True)]
    return RuleSet(
        name=called,
        rules=tuple(rule for rule in rules if rule is not None),
        state=head.state,
        everywhere=head.everywhere,
        description=head.description,
    )


#: What a set written as its only rule may say of itself.
_OF_SET = frozenset({"rule_set", "state", "global", "description"})


def _rule(shape: object, where: str, problems: list[ParcoursError]) -> Rule | None:
    if not isinstance(shape, Mapping):
        problems.append(wrong_value(where, "expected settings (name: value) here"))
        return None
    if "type" not in shape:
        problems.append(missing_setting(join(where, "type"), "types are: " + ", ".join(KINDS)))
        return None
    kind = KINDS.get(str(shape["type"]))
    if kind is None:
        hint = nearest(str(shape["type"]), KINDS)
        message = f"there is no type of rule {str(shape['type'])!r}"
        problems.append(UnknownNameError(message, where=join(where, "type"), hint=hint))
        return None
    rule: Rule | None = read_settings(kind, _as_texts(shape), where, problems, also=frozenset({"type"}))
    if rule is not None:
        problems.extend(rule.check(where))
    return rule


def _as_texts(shape: Mapping[Any, Any]) -> dict[str, Any]:
    """YAML reads an unquoted ``21:00`` as 1260 and ``2026-12-24`` as a date: both are given back as texts."""
    plain = {str(name): value for name, value in shape.items()}
    for setting in ("weekly", "dates"):
        if isinstance(plain.get(setting), list):
            plain[setting] = [_edges_as_texts(item) for item in plain[setting]]
    return plain


def _edges_as_texts(item: object) -> object:
    if not isinstance(item, Mapping):
        return item
    return {name: _as_text(value) if name in ("from", "to", "until") else value for name, value in item.items()}


def _as_text(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1440:
        return f"{value // 60:02d}:{value % 60:02d}"
    return value


def _name_problems(name: str, where: str) -> Iterator[ParcoursError]:
    try:
        checked_name(name, "a rule set")
    except InputError as error:
        yield DefinitionError(error.message, code=error.code, where=where, hint=error.hint)


def _zone_problems(zone: str, where: str) -> Iterator[ParcoursError]:
    if zone != OF_PROFILE and zone_of(zone) is None:
        yield DefinitionError(
            f"{zone!r} is not a time zone",
            code="unknown-zone",
            where=join(where, "zone"),
            hint="a name like Europe/Paris, UTC, or profile for the zone of each person",
        )


def _is_length(text: str | int | float) -> bool:
    return next(duration_problem("", text, least=0), None) is None


def _cap_problems(cap: int, where: str) -> Iterator[ParcoursError]:
    if cap < 0:
        yield DefinitionError("a cap cannot be negative", code="bad-cap", where=join(where, "cap"))


def _list_problems(names: tuple[str, ...], where: str) -> Iterator[ParcoursError]:
    if not names:
        yield wrong_value(where, "name at least one channel")


def _weekly_problems(weekly: Weekly, where: str) -> Iterator[ParcoursError]:
    for setting, text in (("from", weekly.from_), ("to", weekly.to)):
        if clock_time(text) is None:
            yield _bad_time(text, join(where, setting), 'write it as "21:00"')
    if not weekly.days:
        yield wrong_value(join(where, "days"), "name at least one day: " + ", ".join(WEEKDAYS))


def _dates_problems(dates: Dates, where: str) -> Iterator[ParcoursError]:
    read: list[Place | None] = []
    for setting, text in (("from", dates.from_), ("until", dates.until)):
        read.append(local_time(text))
        if read[-1] is None:
            yield _bad_time(text, join(where, setting), 'write it as "2026-12-24" or "2026-12-24T18:00"')
    first, last = read
    if first is not None and last is not None and not first.before(last):
        yield DefinitionError("the period ends before it begins", code="bad-period", where=where)


def _bad_time(text: str, where: str, hint: str) -> DefinitionError:
    return DefinitionError(f"{text!r} is not a date or time", code="bad-time", where=where, hint=hint)
