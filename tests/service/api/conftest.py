"""A service over an empty workspace, and an administrator's key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import parcours
from parcours.testing.service import Client, Service, running_service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that runs; one for all tests of a module."""
    with (
        parcours.init(tmp_path_factory.mktemp("service") / "workspace") as workspace,
        running_service(workspace) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def client(service: Service) -> Client:
    """A program that may do everything."""
    return service.client
