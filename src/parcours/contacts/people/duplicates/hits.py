"""Possible duplicates: contacts of one type with many search strings in common, and what people decided on them."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl
from sqlalchemy import select

from parcours.contacts.office import Desk
from parcours.contacts.office import setup as settings
from parcours.contacts.office.desk import in_chunks
from parcours.contacts.people import finding
from parcours.contacts.people.duplicates.strings import STRINGS
from parcours.contacts.people.finding import CONTACTS
from parcours.contacts.tables import contacts
from parcours.core.errors import Refused

DECISIONS = contacts.duplicate_decisions
#: Strings that more contacts than this have in common bring nobody together; they count where others do.
COMMON = 50
#: Contacts whose pairs are looked at together, so that memory stays small.
BATCH = 20_000
_KEY = ["field", "part", "string"]
_STRINGS = {"contact_no": pl.String, "field": pl.String, "part": pl.String, "string": pl.String}
#: Pairs: ``contact_no`` lies before ``other_no``; ``share`` is in percent.
HITS = {"contact_no": pl.String, "other_no": pl.String, "equal": pl.Int64, "share": pl.Float64}


def hits(desk: Desk, nos: Collection[str] | None = None, *, decided: bool = False) -> pl.DataFrame:
    """Pairs of contacts that may be the same, most alike first, in the columns of :data:`HITS`.

    The share is that of equal strings among those of the contact that has fewer, so that a card with little on it is
    found, too; two strings at least must be equal.

    Args:
        desk: where.
        nos: only pairs with one of these contacts; ``None``: all pairs.
        decided: whether pairs that somebody has kept apart come, too.
    """
    strings = _strings(desk, nos)
    least = float(settings.get(desk, "duplicate_hit_pct"))
    rare = strings.filter(pl.len().over(_KEY).is_between(2, COMMON))
    firsts = rare["contact_no"].unique().sort()
    parts = [
        _alike(strings, _together(rare, firsts[start : start + BATCH], nos), least)
        for start in range(0, len(firsts), BATCH)
    ]
    found = _of_one_type(desk, pl.concat([pl.DataFrame(schema=HITS), *parts]))
    if not decided:
        found = found.join(_kept_apart(desk), on=["contact_no", "other_no"], how="anti")
    return found.sort("share", "equal", "contact_no", "other_no", descending=[True, True, False, False])


def _strings(desk: Desk, nos: Collection[str] | None) -> pl.DataFrame:
    """All strings, or those of some contacts and of whoever has one of theirs."""
    columns = [STRINGS.c[name] for name in _STRINGS]
    if nos is None:
        return desk.frame(select(*columns), _STRINGS)
    own = _of_contacts(desk, nos)
    candidates = set(own["contact_no"].unique().to_list())
    for field, part, string in own.select(_KEY).unique().rows():
        test = (STRINGS.c.field == field, STRINGS.c.part == part, STRINGS.c.string == string)
        holders = desk.con.execute(select(STRINGS.c.contact_no).where(*test).limit(COMMON + 1)).scalars().all()
        if len(holders) <= COMMON:
            candidates.update(holders)
    return _of_contacts(desk, candidates)


def _of_contacts(desk: Desk, nos: Collection[str]) -> pl.DataFrame:
    query = select(*(STRINGS.c[name] for name in _STRINGS))
    frames = [desk.frame(query.where(STRINGS.c.contact_no.in_(part)), _STRINGS) for part in in_chunks(sorted(nos))]
    return pl.concat([pl.DataFrame(schema=_STRINGS), *frames])


def _together(rare: pl.DataFrame, firsts: pl.Series, nos: Collection[str] | None) -> pl.DataFrame:
    """Pairs that have a rare string in common, of which one of ``firsts`` is the first."""
    own = rare.filter(pl.col("contact_no").is_in(firsts.implode()))
    pairs = own.join(rare, on=_KEY, suffix="_other").select("contact_no", other_no="contact_no_other")
    pairs = pairs.filter(pl.col("contact_no") < pl.col("other_no")).unique()
    if nos is None:
        return pairs
    wanted = list(nos)
    return pairs.filter(pl.col("contact_no").is_in(wanted) | pl.col("other_no").is_in(wanted))


def _alike(strings: pl.DataFrame, pairs: pl.DataFrame, least: float) -> pl.DataFrame:
    """Of these pairs those with so many equal strings, in the columns of :data:`HITS`."""
    one = pairs.join(strings, on="contact_no")
    same = one.join(strings, left_on=["other_no", *_KEY], right_on=["contact_no", *_KEY], how="semi")
    equal = same.group_by("contact_no", "other_no").agg(pl.len().cast(pl.Int64).alias("equal"))
    counts = strings.group_by("contact_no").agg(pl.len().cast(pl.Int64).alias("count"))
    both = equal.filter(pl.col("equal") >= 2).join(counts, on="contact_no").join(
        counts, left_on="other_no", right_on="contact_no", suffix="_other"
    )  # fmt: skip
    share = pl.col("equal") * 100.0 / pl.min_horizontal("count", "count_other")
    return both.with_columns(share.alias("share")).filter(pl.col("share") >= least).select(*HITS)


def _of_one_type(desk: Desk, found: pl.DataFrame) -> pl.DataFrame:
    nos = {*found["contact_no"].to_list(), *found["other_no"].to_list()}
    query = select(CONTACTS.c.no, CONTACTS.c.type)
    schema = {"contact_no": pl.String, "type": pl.String}
    parts = [desk.frame(query.where(CONTACTS.c.no.in_(part)), schema) for part in in_chunks(sorted(nos))]
    types = pl.concat([pl.DataFrame(schema=schema), *parts])
    both = found.join(types, on="contact_no").join(types, left_on="other_no", right_on="contact_no", suffix="_other")
    return both.filter(pl.col("type") == pl.col("type_other")).select(*HITS)


def _kept_apart(desk: Desk) -> pl.DataFrame:
    query = select(DECISIONS.c.contact_no, DECISIONS.c.other_no).where(DECISIONS.c.decision == "separate")
    return desk.frame(query, {"contact_no": pl.String, "other_no": pl.String})


def keep_apart(desk: Desk, no: str, other: str) -> None:
    """Two contacts are not the same: the pair is not offered any more.

    Raises:
        UnknownNameError: one of them does not exist.
        Refused: ``same-contact``.
    """
    first, second = _pair(desk, no, other)
    if desk.first(DECISIONS, contact_no=first, other_no=second) is None:
        desk.add(DECISIONS, contact_no=first, other_no=second, decision="separate")
    desk.describe("contact", first, f"not the same as {second}")


def reconsider(desk: Desk, no: str, other: str) -> bool:
    """Offer a pair that was kept apart again. Returns ``False`` when it was not.

    Raises:
        UnknownNameError: one of them does not exist.
        Refused: ``same-contact``.
    """
    first, second = _pair(desk, no, other)
    desk.describe("contact", first, f"perhaps the same as {second}")
    both = (DECISIONS.c.contact_no == first, DECISIONS.c.other_no == second)
    return bool(desk.remove_many(DECISIONS, *both))


def _pair(desk: Desk, no: str, other: str) -> tuple[str, str]:
    first, second = sorted((finding.get(desk, no)["no"], finding.get(desk, other)["no"]))
    if first == second:
        raise Refused(f"{first} is one contact", code="same-contact")
    return first, second
