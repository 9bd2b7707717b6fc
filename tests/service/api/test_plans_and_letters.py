"""Tracking plans and dead letters over HTTP: set, violated by a client, mended and sent again."""

from __future__ import annotations

from pathlib import Path

from parcours.service.workspace import Workspace
from parcours.testing.service import running_service
from tests.service.live import eventually, running
from tests.service.requests import send, track


def test_a_plan_is_set_violated_mended_and_kept(tmp_path: Path) -> None:
    with Workspace.init(tmp_path / "shop") as workspace, running_service(workspace) as service, running(workspace):
        client = service.client
        schema = {"required": ["total"], "properties": {"total": {"type": "number"}}}
        saved = client.did("PUT", "/plans/Order Completed".replace(" ", "%20"), {"schema": schema})
        assert saved["event"] == "order_completed"
        send(workspace, track("Order Completed", "1", total="12,50"), track("Order Completed", "2", total=1))
        workspace._parts.arrived()
        eventually(lambda: client.did("GET", "/letter-counts")["items"])
        (letter,) = client.did("GET", "/letters?code=violates-plan")["items"]
        assert letter["event"] == "order_completed"
        whole = client.did("GET", f"/letters/{letter['letter']}")
        assert whole["payload"]["call"]["properties"] == {"total": "12,50"}
        (violation,) = client.did("GET", "/plan-violations?event=order_completed")["items"]
        assert (violation["property"], violation["rule"], violation["count"]) == ("total", "type", 1)
        mended = client.did("POST", "/letters/mend", {"letters": [letter["letter"]], "values": {"properties.total": 3}})
        assert mended == 1
        assert client.did("POST", "/letters/replay", {"code": "violates-plan"})["replayed"] == 1
        eventually(lambda: workspace.sql("SELECT count(*) FROM order_completed").item() == 2)
        assert client.did("GET", "/letters")["items"] == []
