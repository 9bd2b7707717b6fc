"""PostgreSQL: the rows of a query, again and again.

With a cursor column (``updated_at``, an id that counts up) only rows are read that came since the last time. Without
one all rows are read each time, and only those that are new or have changed are taken: hashes of them are remembered.
The server makes JSON of the rows, so every type comes as PostgreSQL itself writes it. Each row has an id of its key
and its cursor (or its content), so a row that is read again changes nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from cronsim import CronSim, CronSimError

from parcours.core.clock import duration, is_zone
from parcours.core.errors import InputError, ParcoursError
from parcours.core.reading import bad_setting
from parcours.core.secrets import Secret, Secrets
from parcours.flow.ingest.clients.portion import RowMapping
from parcours.flow.ingest.connectors.base import Connector, ConnectorSettings, missing_package
from parcours.flow.ingest.connectors.messages import problems_of_rows

_MOST = 50_000


class PostgresSettings(ConnectorSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A query of a PostgreSQL database.

    Attributes:
        url: the database, ``postgresql://user@host:5432/name``, without the password.
        password: ``{secret: NAME}``.
        query: a SELECT; or
        table: a table or view, all columns of it.
        mapping: which column is what.
        key: the columns that tell a row from all others.
        cursor: a column that is greater in rows that are new or have changed; without it all rows are read each time.
        overlap: how far to look back behind the cursor, for rows that were committed late: a length of time, or a
            number where the cursor counts.
        every: time between two reads.
        cron: instead of it, when to read, as crontab lines say it.
        zone: time zone of ``cron``.
        timeout: seconds that the database may take to answer.
        portion: most rows taken at once.
    """

    url: str
    mapping: RowMapping
    password: Secret | None = None
    query: str = ""
    table: str = ""
    key: tuple[str, ...] = ()
    cursor: str = ""
    overlap: str = ""
    every: str = "5 minutes"
    cron: str = ""
    zone: str = "UTC"
    timeout: float = 60.0
    portion: int = 5_000

    def problems(self) -> list[ParcoursError]:
        """What cannot be: neither query nor table, no key where rows are compared, an impossible schedule."""
        found = problems_of_rows(self.mapping)
        parts = urlsplit(self.url)
        if not parts.scheme.startswith("postgres"):
            found.append(bad_setting("url", "expected an address such as postgresql://user@host:5432/name"))
        if parts.password:
            found.append(bad_setting("url", "expected no password in it", "password = {secret = …}"))
        if bool(self.query.strip()) == bool(self.table.strip()):
            found.append(bad_setting("query", "expected a query, or a table, and not both"))
        if not self.key and not self.cursor:
            found.append(bad_setting("key", "expected the columns that tell a row from all others"))
        if not 1 <= self.portion <= _MOST:
            found.append(bad_setting("portion", f"expected a number from 1 to {_MOST:,}"))
        if self.timeout <= 0:
            found.append(bad_setting("timeout", "expected a number of seconds"))
        return found + self._problems_of_times()

    def _problems_of_times(self) -> list[ParcoursError]:
        found: list[ParcoursError] = []
        if not is_zone(self.zone):
            found.append(bad_setting("zone", f"{self.zone!r} is not a time zone", "for example Europe/Paris"))
        try:
            CronSim(self.cron or "* * * * *", datetime(2026, 1, 1, tzinfo=UTC))
        except CronSimError as error:
            found.append(bad_setting("cron", f"expected a crontab line: {error}", "0 6 * * 1 is Mondays at six"))
        for name in ("every", "overlap"):
            text = getattr(self, name)
            try:
                good = not text or duration(text) > 0 or (name == "overlap" and text.isdigit())
            except InputError:
                good = name == "overlap" and text.isdigit()
            if not good:
                found.append(bad_setting(name, "expected a length of time, such as 5 minutes"))
        return found

    def connector(self, source: str, secrets: Secrets) -> Connector:
        """See :meth:`ConnectorSettings.connector`."""
        try:
            import psycopg  # noqa: F401 - said here and not later in a thread
        except ImportError:
            raise missing_package("psycopg", "postgres") from None
        from parcours.flow.ingest.connectors.querying import PostgresConnector

        return PostgresConnector(self, source, secrets)
