"""Questions about attributes: texts, numbers, dates, lists, objects, lists of objects."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import polars as pl

from bench.data import COUNTRIES
from bench.mixed.people import CITIES, DOMAINS, FIRST, INTERESTS, SYSTEMS
from bench.mixed.question import Part
from bench.mixed.times import EPOCH, at, moment
from parcours.core.clock import DAY

Draw = np.random.Generator


def texts(draw: Draw) -> Part:
    """Ends, beginnings, parts, patterns and choices of texts."""
    domain, city, name = (str(draw.choice(some)) for some in (DOMAINS, CITIES, FIRST))
    start, middle, digit = city[:2].lower(), name[1:3], int(draw.integers(10))
    some = [str(one) for one in draw.choice(CITIES, 3, replace=False)]
    pattern = f"^[{start[0]}-{max(start[0], 'r')}].*{digit}@[a-z]+[.]example$"
    choice = int(draw.integers(6))
    if choice == 0:
        return _fixed(
            "text",
            {
                "tree": {"attribute": "email", "ends_with": f"@{domain}"},
                "pql": f'email.endsWith("@{domain}")',
                "journey": f'endWith(#{{Parcours.Profile.email}}, "@{domain}")',
                "filter": ("email", f"*@{domain}"),
            },
            f"coalesce(ends_with(email, '@{domain}'), false)",
            pl.col("email").str.ends_with(f"@{domain}"),
        )
    if choice == 1:
        return _fixed(
            "text",
            {
                "tree": {"attribute": "city", "starts_with": start, "ignore_case": True},
                "journey": f'startWithIgnoreCase(#{{Parcours.Profile.city}}, "{start}")',
                "filter": ("city", f"@{start}*"),
            },
            f"coalesce(starts_with(lower(city), '{start}'), false)",
            pl.col("city").str.to_lowercase().str.starts_with(start),
        )
    if choice == 2:
        return _fixed(
            "text",
            {
                "tree": {"attribute": "first_name", "contains": middle},
                "pql": f'first_name.contains("{middle}")',
                "journey": f'contain(#{{Parcours.Profile.first_name}}, "{middle}")',
                "filter": ("first_name", f"*{middle}*"),
            },
            f"coalesce(contains(first_name, '{middle}'), false)",
            pl.col("first_name").str.contains(middle, literal=True),
        )
    if choice == 3:
        return _fixed(
            "text",
            {
                "tree": {"attribute": "email", "matches": pattern},
                "pql": f'email.matches("{pattern}")',
                "journey": f'matchRegExp(#{{Parcours.Profile.email}}, "{pattern}")',
            },
            f"coalesce(regexp_matches(email, '{pattern}'), false)",
            pl.col("email").str.contains(pattern),
        )
    if choice == 4:
        wild = f"{start[0]}%{digit}@%"
        return _fixed(
            "text",
            {"pql": f'email like "{wild}"', "filter": ("email", wild.replace("%", "*"))},
            f"coalesce(email LIKE '{wild}', false)",
            pl.col("email").str.contains(f"^{start[0]}.*{digit}@"),
        )
    return _fixed(
        "text",
        {
            "tree": {"attribute": "city", "in": some},
            "pql": f"city in {_listed(some)}",
            "journey": f"in(#{{Parcours.Profile.city}}, {_listed(some)})",
            "filter": ("city", "|".join(some)),
        },
        f"coalesce(city IN ({', '.join(map(_quoted, some))}), false)",
        pl.col("city").is_in(some),
    )


def numbers(draw: Draw) -> Part:
    """Ranges, thresholds, choices, flags."""
    low = int(draw.integers(16, 70))
    high = low + int(draw.integers(5, 25))
    points, country = int(draw.integers(500, 9_500)), str(draw.choice(COUNTRIES))
    choice = int(draw.integers(4))
    if choice == 0:
        return _fixed(
            "numbers",
            {
                "tree": {"attribute": "age", "between": [low, high]},
                "pql": f"age >= {low} and age <= {high}",
                "journey": f"#{{Parcours.Profile.age}} >= {low} and #{{Parcours.Profile.age}} <= {high}",
                "filter": ("age", f"{low}..{high}"),
            },
            f"coalesce(age BETWEEN {low} AND {high}, false)",
            pl.col("age").is_between(low, high),
        )
    if choice == 1:
        return _fixed(
            "numbers",
            {
                "tree": {"attribute": "points", "at_least": points},
                "pql": f"points >= {points}",
                "journey": f"#{{Parcours.Profile.points}} >= {points}",
                "filter": ("points", f">={points}"),
            },
            f"coalesce(points >= {points}, false)",
            pl.col("points") >= points,
        )
    if choice == 2:
        return _fixed(
            "numbers",
            {
                "tree": {"attribute": "country", "is": country},
                "pql": f'country = "{country}"',
                "journey": f'#{{Parcours.Profile.country}} == "{country}"',
                "filter": ("country", country),
            },
            f"coalesce(country = '{country}', false)",
            pl.col("country") == country,
        )
    return _fixed(
        "numbers",
        {
            "tree": {"attribute": "subscribed", "is": True},
            "pql": "subscribed",
            "journey": "#{Parcours.Profile.subscribed}",
            "filter": ("subscribed", "yes"),
        },
        "coalesce(subscribed, false)",
        pl.col("subscribed"),
    )


def dates(draw: Draw) -> Part:
    """Birthdays, ages of accounts, ends of trials."""
    choice = int(draw.integers(5))
    if choice == 0:
        day = date(int(draw.integers(1950, 2000)), 1, 1)
        return _fixed(
            "dates",
            {
                "tree": {"attribute": "birthday", "before": day.isoformat()},
                "pql": f"birthday < date({day.year}, 1, 1)",
                "filter": ("birthday", f"<{day.isoformat()}"),
            },
            f"coalesce(birthday < DATE '{day}', false)",
            pl.col("birthday") < day,
        )
    if choice == 1:
        number = int(draw.integers(1, 13))
        return _fixed(
            "dates",
            {
                "tree": {"call": "month", "args": [{"attribute": "birthday"}], "is": number},
                "pql": f"birthday.getMonth() = {number}",
            },
            f"coalesce(month(birthday) = {number}, false)",
            pl.col("birthday").dt.month() == number,
        )
    days = int(draw.choice([3, 7, 14, 30]))
    if choice == 2:
        return _anniversary(days)
    if choice == 3:
        return _soon(days)
    return _long_ago(int(draw.choice([30, 90, 180, 365])))


def _anniversary(days: int) -> Part:
    """The birthday comes again in the next days. By hand: whether its month and day are among theirs."""

    def coming(now: int) -> list[str]:
        today = (EPOCH + timedelta(microseconds=now)).date()
        return [(today + timedelta(days=ahead)).strftime("%m-%d") for ahead in range(1, days + 1)]

    return Part(
        "dates",
        {"tree": {"attribute": "birthday", "anniversary": {"in_next": f"{days} days"}}},
        lambda now: f"coalesce(strftime(birthday, '%m-%d') IN ({', '.join(map(_quoted, coming(now)))}), false)",
        lambda now, _: pl.col("birthday").dt.strftime("%m-%d").is_in(coming(now)),
    )


def _soon(days: int) -> Part:
    ends = "#{Parcours.Profile.trial_ends}"
    return Part(
        "dates",
        {
            "tree": {"attribute": "trial_ends", "in_next": f"{days} days"},
            "pql": f"trial_ends occurs after now and trial_ends occurs <= {days} days after now",
            "journey": f'{ends} > now() and {ends} <= nowWithDelta({days}, "days")',
        },
        lambda now: f"coalesce(trial_ends > {at(now)} AND trial_ends <= {at(now + days * DAY)}, false)",
        lambda now, _: (pl.col("trial_ends") > moment(now)) & (pl.col("trial_ends") <= moment(now + days * DAY)),
    )


def _long_ago(days: int) -> Part:
    return Part(
        "dates",
        {
            "tree": {"attribute": "signup", "more_than_ago": f"{days} days"},
            "journey": f'#{{Parcours.Profile.signup}} <= nowWithDelta(-{days}, "days")',
            "pql": f"signup occurs >= {days} days before now",
        },
        lambda now: f"coalesce(signup <= {at(now - days * DAY)}, false)",
        lambda now, _: pl.col("signup") <= moment(now - days * DAY),
    )


def lists(draw: Draw) -> Part:
    """Whether a list holds a text, one of several, or so many."""
    one, other = (str(word) for word in draw.choice(INTERESTS, 2, replace=False))
    choice, least = int(draw.integers(3)), int(draw.integers(2, 5))
    if choice == 0:
        return _fixed(
            "lists",
            {
                "tree": {"attribute": "interests", "contains": one},
                "pql": f'interests.includes("{one}")',
                "journey": f'in("{one}", #{{Parcours.Profile.interests}})',
            },
            f"coalesce(list_contains(interests, '{one}'), false)",
            pl.col("interests").list.contains(one),
        )
    if choice == 1:
        words = f"{_listed([one, other])}"
        return _fixed(
            "lists",
            {
                "tree": {"any_item": "interests", "where": {"item": True, "in": [one, other]}},
                "pql": f"exists x from interests where x in {words}",
                "journey": f"listSize(#{{Parcours.Profile.interests.all(in(currentDataPackField, {words}))}}) > 0",
            },
            f"coalesce(list_has_any(interests, ['{one}', '{other}']), false)",
            pl.col("interests").list.contains(one) | pl.col("interests").list.contains(other),
        )
    return _fixed(
        "lists",
        {
            "tree": {"call": "size", "args": [{"attribute": "interests"}], "at_least": least},
            "pql": f"interests.count() >= {least}",
            "journey": f"listSize(#{{Parcours.Profile.interests}}) >= {least}",
        },
        f"coalesce(len(interests) >= {least}, false)",
        pl.col("interests").list.len() >= least,
    )


def objects(draw: Draw) -> Part:
    """Fields of an object, and objects in a list of which one meets all conditions."""
    system, least, days = str(draw.choice(SYSTEMS)), int(draw.integers(4, 9)), int(draw.choice([7, 30, 60]))
    element, choice, prefix = pl.element().struct, int(draw.integers(4)), str(int(draw.integers(10, 99)))
    if choice == 0:
        return _fixed(
            "objects",
            {
                "tree": {"attribute": "address.zip", "starts_with": prefix},
                "pql": f'address.zip.startsWith("{prefix}")',
                "journey": f'startWith(#{{Parcours.Profile.address.zip}}, "{prefix}")',
                "filter": ("address.zip", f"{prefix}*"),
            },
            f"coalesce(starts_with(address.zip, '{prefix}'), false)",
            pl.col("address").struct.field("zip").str.starts_with(prefix),
        )
    if choice == 1:
        both = (element.field("os") == system) & (element.field("pushes") >= least)
        here = "currentDataPackField"
        return _fixed(
            "objects",
            {
                "tree": {
                    "any_item": "devices",
                    "where": {"all": [{"field": "os", "is": system}, {"field": "pushes", "at_least": least}]},
                },
                "pql": f'exists D from devices where D.os = "{system}" and D.pushes >= {least}',
                "journey": "listSize(#{Parcours.Profile.devices.all("
                f'{here}.os == "{system}" and {here}.pushes >= {least})}}) > 0',
            },
            f"coalesce(len(list_filter(devices, lambda d: d.os = '{system}' AND d.pushes >= {least})) > 0, false)",
            pl.col("devices").list.eval(both).list.any(),
        )
    if choice == 2:
        return _fixed(
            "objects",
            {
                "tree": {
                    "compare": {
                        "left": {"call": "size", "args": [{"each": "devices", "where": {"field": "os", "is": system}}]},
                        "op": ">=",
                        "right": 2,
                    }
                },
                "pql": f'devices[os = "{system}"].count() >= 2',
            },
            f"coalesce(len(list_filter(devices, lambda d: d.os = '{system}')) >= 2, false)",
            pl.col("devices").list.eval(element.field("os") == system).list.sum() >= 2,
        )

    def lately(now: int) -> pl.Expr:
        seen = (element.field("seen") > moment(now - days * DAY)) & (element.field("seen") <= moment(now))
        return pl.col("devices").list.eval((element.field("os") == system) & seen).list.any()

    return Part(
        "objects",
        {
            "tree": {
                "any_item": "devices",
                "where": {"all": [{"field": "os", "is": system}, {"field": "seen", "in_last": f"{days} days"}]},
            },
            "pql": f'devices.exists(os = "{system}" and seen occurs < {days} days before now)',
        },
        lambda now: (
            f"coalesce(len(list_filter(devices, lambda d: d.os = '{system}' AND d.seen > {at(now - days * DAY)} "
            f"AND d.seen <= {at(now)})) > 0, false)"
        ),
        lambda now, _: lately(now),
    )


def segment(other: str) -> Part:
    """Membership in an earlier segment."""
    return Part(
        "segments",
        {"tree": {"segment": other}, "pql": f'inSegment("{other}")', "journey": f'inSegment("{other}")'},
        lambda now: f"_profile IN (FROM m_{other})",
        lambda now, frames: pl.col("_profile").is_in(frames[f"m_{other}"]["_profile"].implode()),
    )


def _fixed(sort: str, said: dict[str, object], sql: str, held: pl.Expr) -> Part:
    """A question that does not look at the clock."""
    return Part(sort, said, lambda now: sql, lambda now, frames: held)


def _listed(some: list[str]) -> str:
    return "[" + ", ".join(f'"{one}"' for one in some) + "]"


def _quoted(text: str) -> str:
    return f"'{text}'"


ATTRIBUTES: tuple[tuple[Callable[[Draw], Part], float], ...] = (
    (texts, 0.3),
    (numbers, 0.2),
    (dates, 0.2),
    (lists, 0.15),
    (objects, 0.15),
)
