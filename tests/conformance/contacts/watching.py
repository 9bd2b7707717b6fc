"""The state after the last step, in the words of the README (``expect``)."""

from __future__ import annotations

from dataclasses import asdict
from email import message_from_bytes
from email.utils import getaddresses
from typing import Any

from parcours.core.errors import UnknownNameError
from tests.conformance.contacts.playing import Stage

Facts = dict[str, Any]
#: Fields of interactions whose columns have other names.
_INTERACTION = {"contact": "contact_no", "contact_company": "company_no", "template": "template_code"}
_OPPORTUNITY = {"contact": "contact_no"}


class Watcher:
    """Reads what a scenario asks for, and nothing else."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.crm = stage.crm
        self.played = stage.played
        self.aliases = {no: alias for alias, no in self.played.numbers.items()}

    def segment(self, alias: str) -> Facts:
        """A segment with its lines, criteria and sums."""
        if alias not in self.played.numbers or not self._exists(alias):
            return {"exists": False}
        no = self.played.numbers[alias]
        sheets = self.crm.worksheets
        header, lines = sheets.get(no), sheets.lines(no)
        contacts = lines["contact_no"].to_list()
        once = [row for row in lines.to_dicts() if contacts.count(row["contact_no"]) == 1]
        criteria = sheets.criteria(no)
        return {
            **header,
            "exists": True,
            "lines": contacts,
            "lines_in_order": contacts,
            "line_nos": lines["line_no"].to_list(),
            "criteria": [{"action": one["action"], "filters": list(one["filters"])} for one in criteria],
            "line_fields": {row["contact_no"]: row for row in once},
        }

    def _exists(self, alias: str) -> bool:
        try:
            self.crm.worksheets.get(self.played.numbers[alias])
        except UnknownNameError:
            return False
        return alias not in self.played.gone

    def interactions(self) -> list[Facts]:
        """The whole log."""
        return [
            {
                **row,
                **{name: row[column] for name, column in _INTERACTION.items()},
                "segment": self._alias(row["segment_no"], row["logged_segment"]),
                "logged_segment": self._logged(row["logged_segment"]),
            }
            for row in self.crm.interactions.entries().to_dicts()
        ]

    def logged_segments(self) -> list[Facts]:
        """Every logged segment with its counts."""
        rows = self.crm.interactions.logged_segments().to_dicts()
        return [{**row, "segment": self._alias(row["segment_no"], row["id"])} for row in rows]

    def campaign_entries(self) -> list[Facts]:
        """Every campaign entry with its sums."""
        return [
            {
                **row,
                "segment": self._alias(row["segment_no"], row["logged_segment"]),
                "logged_segment": self._logged(row["logged_segment"]),
            }
            for row in self.crm.campaigns.entries().to_dicts()
        ]

    def _alias(self, segment_no: str, logged: int | None) -> str:
        """The alias of a number; that of the logged segment where several segments had the number in turn."""
        alias = self.played.logged.get(logged) if logged is not None else None
        if alias is not None and self.played.numbers[alias] == segment_no:
            return alias
        return self.aliases.get(segment_no, segment_no)

    def _logged(self, entry: int | None) -> str:
        return "" if entry is None else self.played.logged.get(entry, f"logged segment {entry}")

    def target_group(self, campaign: str) -> list[list[str]]:
        """Who gets the prices of a campaign."""
        return [[row["kind"], row["no"]] for row in self.crm.campaigns.targets(campaign).to_dicts()]

    def mailing_group_members(self, code: str) -> list[str]:
        """The contacts of a mailing group."""
        return list(self.crm.contacts.members("mailing_group", code))

    def profile_answers(self, contact: str) -> list[list[Any]]:
        """The answers of a contact."""
        return [
            [row["questionnaire_code"], row["line_no"]]
            for row in self.crm.contacts.questionnaires.answers(contact).to_dicts()
        ]

    def contact(self, no: str) -> Facts:
        """A contact with its figures."""
        try:
            return {"exists": True, **self.crm.contacts.statistics(no)}
        except UnknownNameError:
            return {"exists": False}

    def campaign_statistics(self, campaign: str) -> Facts:
        """The figures of a campaign."""
        return asdict(self.crm.campaigns.statistics(campaign))

    def opportunities(self) -> list[Facts]:
        """Every opportunity."""
        return [
            {
                **row,
                **{name: row[column] for name, column in _OPPORTUNITY.items()},
                "segment": self._alias(row["segment_no"], None),
            }
            for row in self.crm.opportunities.list().to_dicts()
        ]

    def mails(self) -> list[Facts]:
        """What the mail server has taken: one mail per recipient."""
        messages = [message_from_bytes(content) for content in self.stage.world.sink.messages]
        return [{"to": to} for mail in messages for _, to in getaddresses(mail.get_all("To", []))]

    def attachment(self, no: str) -> bool:
        """Whether an attachment is still stored."""
        return no in set(self.crm.interactions.attachments()["no"])
