"""``workspace.crm``: the CRM as one person works in it."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from parcours.contacts.office import Person
from parcours.contacts.people.fields import as_day
from parcours.service.crm.campaigns import Campaigns
from parcours.service.crm.contacts import Contacts
from parcours.service.crm.interactions import Interactions
from parcours.service.crm.opportunities import Opportunities
from parcours.service.crm.setup import Setup
from parcours.service.crm.worksheets import Worksheets


class Crm(Setup):
    """Contacts, worksheets, interactions, campaigns, opportunities, and what is set up for them.

    ``workspace.crm`` works in nobody's name, on the day of the workspace's clock. To work as somebody::

        anna = workspace.crm.acting("ANNA", work_date="2026-01-28")
        anna.worksheets.create(description="Fair visitors")
    """

    def acting(
        self,
        user: str = "",
        *,
        work_date: date | str | None = None,
        role: str = "",
        salesperson_code: str | None = None,
    ) -> Crm:
        """The same CRM as somebody works in it.

        Args:
            user: the name that operations are recorded under.
            work_date: the day the user has set; by default that of :meth:`put_user`, else the actual day.
            role: blank (may do everything), ``team_member`` or ``business_manager``.
            salesperson_code: the salesperson that the user is; by default that of :meth:`put_user`.

        Raises:
            InputError: ``bad-value``, the work date is no date.
        """
        person = Person(user, salesperson_code, role)
        return Crm(self._desks.acting(person, as_day("work_date", work_date)))

    @cached_property
    def contacts(self) -> Contacts:
        """Companies and persons, and what hangs on them."""
        return Contacts(self._desks)

    @cached_property
    def worksheets(self) -> Worksheets:
        """Segments that are worked by hand."""
        return Worksheets(self._desks)

    @cached_property
    def interactions(self) -> Interactions:
        """The interaction log, templates, attachments, logged segments."""
        return Interactions(self._desks)

    @cached_property
    def campaigns(self) -> Campaigns:
        """Campaigns with their target groups, prices, entries and figures."""
        return Campaigns(self._desks)

    @cached_property
    def opportunities(self) -> Opportunities:
        """Opportunities, sales cycles, tasks and teams."""
        return Opportunities(self._desks)
