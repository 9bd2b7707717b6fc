"""A workspace that runs live delivers and tells what the CRM notes while it runs."""

from __future__ import annotations

from pathlib import Path

import parcours
from parcours.service.workspace import Workspace
from parcours.testing.smtp import SmtpSink
from tests.service.live import eventually, running

SETTINGS = """
tick_seconds = 0.05
[channels.email]
type = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
sender = "shop@shop.example"
"""


def test_a_logged_worksheet_is_mailed_and_moves_members(tmp_path: Path) -> None:
    with SmtpSink() as sink, parcours.init(tmp_path / "shop") as workspace:
        (tmp_path / "shop" / "parcours.toml").write_text(SETTINGS.format(port=sink.port))
    with SmtpSink(port=sink.port) as sink, parcours.open(tmp_path / "shop") as workspace:
        prepare(workspace)
        workspace.apply(
            {
                "segment": "written-to",
                "rule": {"event": "interaction", "where": {"field": "template_code", "is": "OFFER"}},
            }
        )
        with running(workspace):
            workspace.worksheets.log("S1", deliver=True)
            eventually(lambda: sink.messages)
            eventually(lambda: workspace.segments.members("written-to").height == 1)
            eventually(lambda: workspace.interactions.entries()["delivery_status"].to_list() == [""])
    assert b"Dear Ann" in sink.messages[0]


def prepare(workspace: Workspace) -> None:
    """A contact on a worksheet, with something to send."""
    workspace.crm.put_salesperson("SP1", name="Sam")
    workspace.contacts.create("C1", type="person", name="Ann", email="ann@example.org", salesperson_code="SP1")
    letter = workspace.interactions.attach("offer.html", b"<p>Dear {{ contact.name }}</p>", merge_source="liquid")
    workspace.interactions.create_template("OFFER", description="Offer", correspondence_type="email")
    workspace.interactions.put_template_language("OFFER", "ENU", attachment=letter["no"])
    workspace.interactions.change_template("OFFER", language_default="ENU")
    workspace.worksheets.create("S1", description="Offer")
    workspace.worksheets.set("S1", "interaction_template", "OFFER")
    workspace.worksheets.add_contacts("S1", {"contact": {"no": "C1"}})
