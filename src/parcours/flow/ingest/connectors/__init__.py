"""Connectors: what brings events and profiles from elsewhere while the service runs.

To add one: a module with a settings type and a class that has ``run``, and a line here.
"""

from __future__ import annotations

from collections.abc import Mapping

from parcours.core.errors import DefinitionError, InputError, ParcoursError, nearest
from parcours.core.reading import read_settings
from parcours.core.secrets import Secrets
from parcours.flow.ingest.connectors.base import Connector, ConnectorSettings, Line, Stopped
from parcours.flow.ingest.connectors.kafka import KafkaSettings
from parcours.flow.ingest.connectors.nats import NatsSettings
from parcours.flow.ingest.connectors.postgres import PostgresSettings

__all__ = ["CONNECTORS", "Connector", "Line", "Stopped", "connector_of", "settings_of"]

#: Kind of source -> type of its settings, which makes the connector.
CONNECTORS: dict[str, type[ConnectorSettings]] = {
    "kafka": KafkaSettings,
    "nats": NatsSettings,
    "postgres": PostgresSettings,
}


def settings_of(kind: str, shape: Mapping[str, object]) -> ConnectorSettings:
    """The settings of a source, checked.

    Raises:
        InputError: there is no such kind of connector.
        DefinitionError: ``bad-settings``; ``problems`` holds everything that is wrong.
    """
    if kind not in CONNECTORS:
        raise InputError(f"{kind!r} is no connector", code="unknown-connector", hint=nearest(kind, CONNECTORS))
    problems: list[ParcoursError] = []
    settings = read_settings(CONNECTORS[kind], shape, "", problems)
    if settings is not None:
        problems += settings.problems()
    if settings is None or problems:
        raise DefinitionError(f"the settings of a {kind} source are wrong", code="bad-settings", problems=problems)
    return settings


def connector_of(kind: str, shape: Mapping[str, object], source: str, secrets: Secrets) -> Connector:
    """The connector of a source.

    Raises:
        InputError, DefinitionError: see :func:`settings_of`.
        ParcoursError: ``missing-package``, the client library of this kind is not installed.
    """
    return settings_of(kind, shape).connector(source, secrets)
