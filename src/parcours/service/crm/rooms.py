"""What the CRM adds to the workspace: ``workspace.crm``, and its rooms under names of their own."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from functools import cached_property, partial
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parcours.contacts.office import Office
    from parcours.service.crm.campaigns import Campaigns
    from parcours.service.crm.contacts import Contacts
    from parcours.service.crm.crm import Crm
    from parcours.service.crm.interactions import Interactions
    from parcours.service.crm.opportunities import Opportunities
    from parcours.service.crm.sending import Sent
    from parcours.service.crm.telling import Teller
    from parcours.service.crm.worksheets import Worksheets
    from parcours.service.wiring import Parts


class Rooms:
    """Base of the workspace. The CRM is imported when it is used: nobody without one waits for it."""

    _parts: Parts

    @cached_property
    def crm(self) -> Crm:
        """The CRM, in nobody's name: settings, codes, salespeople, users; ``crm.acting`` works as somebody."""
        from parcours.service.crm.crm import Crm
        from parcours.service.crm.desks import Desks

        return Crm(
            Desks(self._office, self._parts.clock, self._parts.moving, self._teller.tell, self.send_interactions)
        )

    @cached_property
    def _sending(self) -> Lock:
        """Held while interactions are delivered, so that two who ask for it do not send the same."""
        return Lock()

    @cached_property
    def _teller(self) -> Teller:
        from parcours.service.crm.telling import Teller

        return Teller(self._parts, self._office)

    @cached_property
    def _office(self) -> Office:
        from parcours.contacts.office import Office
        from parcours.service.crm import columns
        from parcours.service.crm.ruled import profiles_meeting

        columns.begin(self._parts)
        return Office(self._parts.catalogue, partial(profiles_meeting, self._parts))

    def _forget_contacts(self, profiles: Collection[str]) -> None:
        """Profiles are erased: so are the contacts that they are."""
        from parcours.service.crm.erasing import forget

        forget(self._parts, self._office, profiles)
        self._teller.tell()

    def send_interactions(self) -> Sent:
        """Deliver what logged interactions send, once: mails by the channel ``email``, letters merged for paper.

        Returns how many were delivered, failed, or are left for later.

        Raises:
            DefinitionError: the settings of the channel are wrong.
        """
        from parcours.service.crm.sending import Sender

        with self._sending, Sender(self._parts, self._office, self._parts.clock) as sender:
            return sender.send()

    def _attending(self) -> AbstractContextManager[None]:
        """While it lasts, what the CRM notes is told and delivered at once."""
        from parcours.service.crm.attending import attending

        return attending(self._parts.catalogue, self._teller.tell, self.send_interactions)

    @property
    def contacts(self) -> Contacts:
        """Companies and persons, and what hangs on them."""
        return self.crm.contacts

    @property
    def worksheets(self) -> Worksheets:
        """Segments that are worked by hand: filled by criteria, edited, logged."""
        return self.crm.worksheets

    @property
    def interactions(self) -> Interactions:
        """The interaction log, templates, attachments, logged segments."""
        return self.crm.interactions

    @property
    def campaigns(self) -> Campaigns:
        """Campaigns with their target groups, prices, entries and figures."""
        return self.crm.campaigns

    @property
    def opportunities(self) -> Opportunities:
        """Opportunities on their way through sales cycles, and tasks."""
        return self.crm.opportunities
