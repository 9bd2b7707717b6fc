"""Transactions of the CRM: who reads or changes anything stands at a :class:`~parcours.contacts.office.desk.Desk`."""

from __future__ import annotations

from parcours.contacts.office.desk import Desk, Row
from parcours.contacts.office.office import Office
from parcours.contacts.office.questions import Answers, Form, Program, Questions
from parcours.contacts.office.who import Days, Person

__all__ = ["Answers", "Days", "Desk", "Form", "Office", "Person", "Program", "Questions", "Row"]
