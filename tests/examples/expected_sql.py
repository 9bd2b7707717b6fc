"""What the example segments mean, a second time: plain SQL over the files of the data packages.

Every query is written by hand from the segment's description, reads the source files (not the example's loader)
and gives the ids of the members at the instant ``$now``. Nothing here uses Parcours, so that an error would have
to be made twice, in two languages, to stay unseen.

Money is DECIMAL, so sums are exact. A window "in the last 90 days" is ``happened > $now - INTERVAL 90 DAY``: an
event of exactly 90 days ago has just left; ``happened <= $now``: an event of this instant counts. Of two baskets of one
household in the same second (there are 84 such pairs) the one further down in the file is the later one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

NEW_YORK = "America/New_York"
DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- The Complete Journey ------------------------------------------------------------------------------

#: Tables over the Parquet files in folder {folder}.
COMPLETE_JOURNEY_TABLES = """
CREATE TEMP TABLE lines AS
    SELECT t.household_id::VARCHAR AS household, t.basket_id AS basket, t.store_id AS store,
           t.transaction_timestamp AT TIME ZONE 'UTC' AS happened,
           t.file_row_number AS line, t.sales_value::DECIMAL(12, 2) AS value,
           t.coupon_disc::DECIMAL(12, 2) AS coupon_discount,
           p.department, p.brand, p.product_category AS category, p.product_type AS type
    FROM read_parquet('{folder}/transactions.parquet', file_row_number = true) AS t
    LEFT JOIN read_parquet('{folder}/products.parquet') AS p USING (product_id);
CREATE TEMP TABLE baskets AS
    SELECT household, basket, store, happened, min(line) AS line,
           sum(value) AS total, sum(coupon_discount) AS coupon_discount
    FROM lines GROUP BY household, basket, store, happened;
CREATE TEMP TABLE mailings AS
    SELECT c.household_id::VARCHAR AS household, c.campaign_id AS campaign,
           d.start_date::TIMESTAMP AT TIME ZONE 'America/New_York' AS happened
    FROM read_parquet('{folder}/campaigns.parquet') AS c
    JOIN read_parquet('{folder}/campaign_descriptions.parquet') AS d USING (campaign_id);
CREATE TEMP TABLE redemptions AS
    SELECT household_id::VARCHAR AS household, campaign_id AS campaign,
           redemption_date::TIMESTAMP AT TIME ZONE 'America/New_York' AS happened
    FROM read_parquet('{folder}/coupon_redemptions.parquet');
CREATE TEMP TABLE demographics AS
    SELECT household_id::VARCHAR AS household, * EXCLUDE (household_id)
    FROM read_parquet('{folder}/demographics.parquet');
CREATE TEMP TABLE households AS
    SELECT household FROM lines UNION SELECT household FROM mailings
    UNION SELECT household FROM redemptions UNION SELECT household FROM demographics;
"""

_SILVER = """
    SELECT household FROM baskets WHERE happened > $now - INTERVAL 90 DAY AND happened <= $now
    GROUP BY household HAVING sum(total) >= 300 AND sum(total) < 700
"""
_GOLD = """
    SELECT household FROM baskets WHERE happened > $now - INTERVAL 90 DAY AND happened <= $now
    GROUP BY household HAVING sum(total) >= 700
"""
_PARENTS = "SELECT household FROM demographics WHERE kids_count IN ('1', '2', '3+') AND $now IS NOT NULL"
_BABY_BUYERS = """
    SELECT household FROM lines
    WHERE happened > $now - INTERVAL 60 DAY AND happened <= $now
      AND category IN ('BABY FOODS', 'BABYFOOD', 'INFANT FORMULA', 'DIAPERS & DISPOSABLES', 'BABY HBC',
                       'INFANT CARE PRODUCTS')
    GROUP BY household HAVING sum(value) >= 20
"""

#: Segment -> query over the tables above, with parameter ``$now``.
COMPLETE_JOURNEY: Mapping[str, str] = {
    "silver": _SILVER,
    "gold": _GOLD,
    "lapsing": """
        SELECT household FROM baskets
        WHERE happened > $now - INTERVAL 118 DAY AND happened <= $now - INTERVAL 28 DAY
        GROUP BY household HAVING count(*) >= 6
        EXCEPT
        SELECT household FROM baskets WHERE happened > $now - INTERVAL 28 DAY AND happened <= $now
    """,
    "new": """
        SELECT household FROM baskets WHERE happened <= $now
        GROUP BY household HAVING min(happened) > $now - INTERVAL 30 DAY
    """,
    "returning": """
        SELECT household FROM baskets WHERE happened > $now - INTERVAL 14 DAY AND happened <= $now
        INTERSECT
        SELECT household FROM baskets WHERE happened <= $now - INTERVAL 74 DAY
        EXCEPT
        SELECT household FROM baskets WHERE happened > $now - INTERVAL 74 DAY AND happened <= $now - INTERVAL 14 DAY
    """,
    "coupon-lovers": """
        SELECT household FROM redemptions WHERE happened > $now - INTERVAL 120 DAY AND happened <= $now
        GROUP BY household HAVING count(*) >= 3
        UNION
        SELECT household FROM baskets WHERE happened > $now - INTERVAL 60 DAY AND happened <= $now
        GROUP BY household HAVING sum(coupon_discount) >= 10
    """,
    "organic-buyers": """
        SELECT household FROM lines
        WHERE happened > $now - INTERVAL 90 DAY AND happened <= $now
          AND (category LIKE '%ORGANIC%' OR type LIKE '%ORGANIC%')
        GROUP BY household HAVING count(*) >= 5
    """,
    "baby-buyers": _BABY_BUYERS,
    "big-basket": """
        SELECT DISTINCT household FROM baskets
        WHERE happened > $now - INTERVAL 60 DAY AND happened <= $now AND total >= 150
    """,
    "steady-shoppers": """
        SELECT household FROM baskets WHERE happened > $now - INTERVAL 90 DAY AND happened <= $now
        GROUP BY household HAVING count(*) >= 4 AND sum(total) >= 40 * count(*) AND min(total) >= 10
    """,
    "weekend-shoppers": """
        SELECT household FROM baskets WHERE happened > $now - INTERVAL 90 DAY AND happened <= $now
        GROUP BY household
        HAVING count(*) >= 5
           AND count(*) FILTER (isodow(happened AT TIME ZONE 'America/New_York') IN (6, 7)) * 2 > count(*)
    """,
    "private-label-fans": """
        SELECT household FROM lines WHERE happened > $now - INTERVAL 90 DAY AND happened <= $now
        GROUP BY household
        HAVING sum(value) >= 50 AND 2 * sum(CASE WHEN brand = 'Private' THEN value ELSE 0 END) >= sum(value)
    """,
    "parents": _PARENTS,
    "well-off-couples": """
        SELECT household FROM demographics
        WHERE marital_status = 'Married' AND home_ownership = 'Homeowner' AND household_size = '2'
          AND kids_count = '0' AND $now IS NOT NULL
          AND income NOT IN ('Under 15K', '15-24K', '25-34K', '35-49K', '50-74K')
    """,
    "silver-not-mailed": f"""
        ({_SILVER})
        EXCEPT
        SELECT household FROM mailings WHERE happened > $now - INTERVAL 30 DAY AND happened <= $now
    """,
    "gold-parents": f"({_GOLD}) INTERSECT (({_PARENTS}) UNION ({_BABY_BUYERS}))",
    "monthly-regulars": """
        SELECT household FROM baskets
        WHERE happened <= $now
          AND date_trunc('month', happened AT TIME ZONE 'America/New_York')
            = date_trunc('month', $now::TIMESTAMPTZ AT TIME ZONE 'America/New_York')
        GROUP BY household HAVING count(*) >= 8
    """,
    "last-month-spenders": """
        SELECT household FROM baskets
        WHERE date_trunc('month', happened AT TIME ZONE 'America/New_York')
            = date_trunc('month', $now::TIMESTAMPTZ AT TIME ZONE 'America/New_York') - INTERVAL 1 MONTH
        GROUP BY household HAVING sum(total) >= 400
    """,
    "explorers": """
        SELECT household FROM lines
        WHERE happened <= $now
          AND date_trunc('month', happened AT TIME ZONE 'America/New_York')
            >= date_trunc('month', $now::TIMESTAMPTZ AT TIME ZONE 'America/New_York') - INTERVAL 2 MONTH
        GROUP BY household HAVING count(DISTINCT department) >= 12
    """,
    "store-loyal": """
        SELECT household FROM baskets WHERE happened > $now - INTERVAL 90 DAY AND happened <= $now
        GROUP BY household HAVING count(*) >= 10 AND min(store) = max(store)
    """,
    "spring-redeemers": """
        SELECT DISTINCT household FROM redemptions
        WHERE happened <= $now AND date_trunc('month', happened AT TIME ZONE 'America/New_York')
          IN ('2017-03-01', '2017-04-01', '2017-05-01')
    """,
    "trading-down": """
        WITH recent AS (SELECT * FROM baskets WHERE happened > $now - INTERVAL 90 DAY AND happened <= $now)
        SELECT household FROM recent GROUP BY household
        HAVING count(*) >= 8 AND 8 * list(total ORDER BY happened, line)[-1] < max(total)
    """,
    "grown-customers": """
        SELECT household FROM baskets WHERE happened <= $now
        GROUP BY household HAVING list(total ORDER BY happened, line)[1] < 10
        INTERSECT
        SELECT household FROM baskets WHERE happened > $now - INTERVAL 60 DAY AND happened <= $now
        GROUP BY household HAVING sum(total) >= 50 * count(*)
    """,
    "fuel-stops": """
        WITH visits AS (
            SELECT household, basket FROM lines WHERE happened > $now - INTERVAL 30 DAY AND happened <= $now
            GROUP BY household, basket HAVING count(*) = count(*) FILTER (department = 'FUEL')
        )
        SELECT household FROM visits GROUP BY household HAVING count(*) >= 3
    """,
    "fish-lovers": """
        SELECT household FROM lines
        WHERE happened > $now - INTERVAL 60 DAY AND happened <= $now AND department IN ('SEAFOOD', 'SEAFOOD-PCKGD')
        GROUP BY household HAVING count(DISTINCT basket) >= 3
    """,
    "campaign-responders": """
        SELECT household FROM mailings WHERE happened > $now - INTERVAL 60 DAY AND happened <= $now
        INTERSECT
        SELECT household FROM redemptions WHERE happened > $now - INTERVAL 60 DAY AND happened <= $now
    """,
}


#: Household 1946 leaves gold when its basket of this instant turns 90 days old.
_LEAVES_GOLD = _utc("2017-05-01T00:47:52") + 90 * DAY
#: Household 1449 starts lapsing when its basket of this instant turns 28 days old.
_STARTS_LAPSING = _utc("2017-09-01T00:53:27") + 28 * DAY

#: Twelve moments of the year: ends of months (in UTC and in New York), and the very edges of windows.
COMPLETE_JOURNEY_MOMENTS: tuple[datetime, ...] = (
    _utc("2017-03-01T05:00:00"),  # March begins in New York
    _utc("2017-04-01T03:59:59.999999"),  # the last microsecond of March in New York
    _utc("2017-05-01T00:00:00"),
    _utc("2017-06-01T04:00:00"),
    _LEAVES_GOLD - MICROSECOND,
    _LEAVES_GOLD,
    _LEAVES_GOLD + MICROSECOND,
    _STARTS_LAPSING - MICROSECOND,
    _STARTS_LAPSING,
    _utc("2017-11-01T04:00:00"),
    _utc("2017-12-01T00:00:00"),
    _utc("2018-01-01T05:00:00"),  # the year is over in New York
)

#: Segment, household, and the two neighbouring moments between which the household changes sides.
COMPLETE_JOURNEY_EDGES = (
    ("gold", "1946", _LEAVES_GOLD - MICROSECOND, _LEAVES_GOLD),
    ("silver", "1946", _LEAVES_GOLD - MICROSECOND, _LEAVES_GOLD),
    ("lapsing", "1449", _STARTS_LAPSING - MICROSECOND, _STARTS_LAPSING),
)


# --- CDNOW ---------------------------------------------------------------------------------------------

#: Table over the text file {folder}/CDNOW_master.txt: four columns with blanks between them.
CDNOW_TABLES = """
CREATE TEMP TABLE purchases AS
    SELECT part[1] AS customer, strptime(part[2], '%Y%m%d') AT TIME ZONE 'UTC' AS happened,
           part[3]::INTEGER AS cds, part[4]::DECIMAL(12, 2) AS amount
    FROM (SELECT string_split_regex(trim(text), ' +') AS part
          FROM read_csv('{folder}/CDNOW_master.txt', skip = 1, header = false, delim = '', quote = '',
                        columns = {{'text': 'VARCHAR'}}));
"""

_RECENT = "SELECT customer FROM purchases WHERE happened > $now - INTERVAL 60 DAY AND happened <= $now"
_SLIPPING = """
    SELECT customer FROM purchases WHERE happened <= $now
    GROUP BY customer
    HAVING max(happened) <= $now - INTERVAL 60 DAY AND max(happened) > $now - INTERVAL 180 DAY
"""
_FREQUENT = """
    SELECT customer FROM purchases WHERE happened > $now - INTERVAL 365 DAY AND happened <= $now
    GROUP BY customer HAVING count(DISTINCT happened) >= 4
"""
_BIG_SPENDERS = """
    SELECT customer FROM purchases WHERE happened > $now - INTERVAL 365 DAY AND happened <= $now
    GROUP BY customer HAVING sum(amount) >= 250
"""

#: Segment -> query over the table above, with parameter ``$now``.
CDNOW: Mapping[str, str] = {
    "recent": _RECENT,
    "slipping": _SLIPPING,
    "dormant": """
        SELECT customer FROM purchases WHERE happened <= $now
        GROUP BY customer HAVING max(happened) <= $now - INTERVAL 180 DAY
    """,
    "one-timers": """
        SELECT customer FROM purchases WHERE happened <= $now
        GROUP BY customer HAVING min(happened) = max(happened) AND max(happened) <= $now - INTERVAL 30 DAY
    """,
    "frequent": _FREQUENT,
    "regular-quarters": """
        SELECT customer FROM purchases
        WHERE date_trunc('quarter', happened) = date_trunc('quarter', $now::TIMESTAMPTZ) - INTERVAL 3 MONTH
        INTERSECT
        SELECT customer FROM purchases
        WHERE date_trunc('quarter', happened) = date_trunc('quarter', $now::TIMESTAMPTZ) - INTERVAL 6 MONTH
    """,
    "big-spenders": _BIG_SPENDERS,
    "premium-baskets": """
        SELECT customer FROM purchases WHERE happened <= $now
        GROUP BY customer HAVING count(*) >= 2 AND sum(amount) >= 60 * count(*)
    """,
    "collectors": """
        SELECT customer FROM purchases
        WHERE happened <= $now AND date_trunc('year', happened) = date_trunc('year', $now::TIMESTAMPTZ)
        GROUP BY customer HAVING sum(cds) >= 20
    """,
    "christmas-shoppers": """
        SELECT customer FROM purchases
        WHERE happened <= $now AND happened >= '1997-11-15 00:00:00Z' AND happened < '1998-01-01 00:00:00Z'
        GROUP BY customer HAVING sum(amount) >= 50
    """,
    "best": f"({_RECENT}) INTERSECT ({_FREQUENT}) INTERSECT ({_BIG_SPENDERS})",
    "at-risk": f"(({_FREQUENT}) UNION ({_BIG_SPENDERS})) INTERSECT ({_SLIPPING})",
}

#: Purchases carry days, so every midnight is the very edge of some window; beside them, a microsecond off.
CDNOW_MOMENTS: tuple[datetime, ...] = (
    _utc("1997-02-01T00:00:00"),
    _utc("1997-04-01T00:00:00"),
    _utc("1997-05-31T23:59:59.999999"),
    _utc("1997-07-01T00:00:00"),
    _utc("1997-09-30T12:00:00"),
    _utc("1997-11-15T00:00:00"),
    _utc("1997-12-31T23:59:59.999999"),
    _utc("1998-01-01T00:00:00"),
    _utc("1998-01-01T00:00:00.000001"),
    _utc("1998-03-02T00:00:00"),
    _utc("1998-04-30T00:00:00"),
    _utc("1998-06-30T00:00:00"),
)

#: Segment, customer, and the two neighbouring moments between which the customer changes sides.
CDNOW_EDGES = (
    ("frequent", "00133", _utc("1998-03-02T00:00:00") - MICROSECOND, _utc("1998-03-02T00:00:00")),
    ("slipping", "01589", _utc("1998-03-02T00:00:00") - MICROSECOND, _utc("1998-03-02T00:00:00")),
    ("collectors", "08797", _utc("1998-03-02T00:00:00") - MICROSECOND, _utc("1998-03-02T00:00:00")),
)


class Source:
    """A DuckDB with the tables of one data set. Opening takes about a second.

    Args:
        tables: SQL that makes them.
        queries: segment -> query with ``$now``.
        folder: where the files lie.
    """

    def __init__(self, tables: str, queries: Mapping[str, str], folder: Path) -> None:
        self.queries = queries
        self._connection = duckdb.connect()
        self._connection.execute("SET TimeZone = 'UTC'")
        self._connection.execute(tables.format(folder=folder))

    def members(self, segment: str, now: datetime) -> set[str]:
        """The ids of the profiles that are members of ``segment`` at the instant ``now`` (aware)."""
        return {row[0] for row in self.rows(self.queries[segment], now=now)}

    def rows(self, query: str, **parameters: object) -> list[tuple[object, ...]]:
        return self._connection.execute(query, parameters).fetchall()
