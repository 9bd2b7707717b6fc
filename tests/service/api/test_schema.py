"""Every operation keeps to the description of the API, whatever it is sent: generated requests, a few for each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import booleans
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import parcours
from parcours.testing.service import Service, running_service
from tests.service import shop

#: Requests of each operation; more with the environment variable.
EXAMPLES = int(os.environ.get("PARCOURS_EXAMPLES", "4"))
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
#: What there is in the shop: half of the requests are about these.
KNOWN = {
    "segment": "big",
    "journey": "hello",
    "profile": "p1",
    "event": "purchase",
    "attribute": "age",
    "property": "total",
    "kind": "segment",
    "id": "adult",
    "no": "C0001",
    "contact": "C0001",
}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def service(replayed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over the shop, with a CRM."""
    folder = shop.copied(replayed, tmp_path_factory.mktemp("schema"))
    with parcours.open(folder) as workspace, running_service(workspace) as running:
        workspace.crm.put_series("CONT", "C0001")
        workspace.crm.contacts.create(type="company", name="Alpha")
        yield running


def operations(service: Service) -> list[Any]:
    schema = schemathesis.openapi.from_url(
        f"{service.address}api/openapi.json", headers={"authorization": f"Bearer {service.key}"}
    )
    found = [result.ok() for result in schema.get_all_operations()]
    return [one for one in found if not streams(one.definition.raw)]


def streams(raw: dict[str, Any]) -> bool:
    answer = raw["responses"].get("200", {})
    return "text/event-stream" in answer.get("content", {})


def problems_of(operation: Any, service: Service) -> str:
    """What is wrong with an operation; blank: nothing."""

    @given(case=operation.as_strategy(), known=booleans())
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def asked(case: Any, known: bool) -> None:
        if known:
            case.path_parameters = {name: KNOWN.get(name, value) for name, value in case.path_parameters.items()}
        case.call_and_validate(headers={"authorization": f"Bearer {service.key}"}, checks=CHECKS)

    try:
        asked()
    except (Exception, FailureGroup) as error:
        return f"{operation.label}: {error}"
    return ""


def test_every_operation_keeps_to_the_description(service: Service) -> None:
    found = [problem for each in operations(service) if (problem := problems_of(each, service))]
    assert not found, "\n\n".join(found)
