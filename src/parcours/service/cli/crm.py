"""The groups of commands of the CRM: ``parcours contacts …``, ``worksheets …`` and their like.

Every command is an operation of :mod:`parcours.service.surface.groups.crm`; its options are made from what the
operation takes when the command is first used, so that the command line starts without the CRM.
"""

from __future__ import annotations

from cyclopts import App

from parcours.service.surface.groups.crm import GROUPS

_COMMANDS = "parcours.service.cli.crm_commands"


def _group(name: str, help: str) -> App:
    app = App(name=name.rpartition(".")[2], help=help)
    for operation in GROUPS[name]:
        app.command(f"{_COMMANDS}:{name.replace('.', '__')}__{operation.method}", name=operation.name)
    return app


contacts = _group("contacts", "Companies and persons, and what hangs on them.")
contacts.command(_group("contacts.duplicates", "Contacts that may be the same: find, keep apart, merge."))
contacts.command(_group("contacts.questionnaires", "Profile questionnaires, their answers, classification, ratings."))
contacts.command(_group("contacts.notes", "Notes on contacts, campaigns, interactions and others."))
worksheets = _group("worksheets", "Segments worked by hand: fill, refine, go back, log.")
interactions = _group("interactions", "What was done with contacts, templates, attachments.")
campaigns = _group("campaigns", "Campaigns with targets, prices and figures.")
opportunities = _group("opportunities", "Opportunities in sales cycles, and tasks.")
crm = _group("crm", "What the CRM is set up with, and its audit trail.")
