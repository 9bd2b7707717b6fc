"""What came of a campaign (contact-segments.md, section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from parcours.contacts.campaigns import cards
from parcours.contacts.interactions.figures import live, sums
from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.office.desk import Desk
from parcours.contacts.tables import opportunities

OPPORTUNITIES = opportunities.opportunities
MOVES = opportunities.opportunity_entries


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures of a campaign, without canceled and postponed interactions.

    Attributes:
        targets_contacted, contacts_responded: interactions marked as target, and as response.
        response_rate_pct: responded per contacted in percent, with one decimal; 0 without contacts.
        cost, duration: of all interactions; minutes.
        avg_cost_per_response, avg_duration_per_response: 0 without responses.
        no_of_opportunities, estimated_value: opportunities of the campaign, and what they may be worth.
    """

    targets_contacted: int
    contacts_responded: int
    response_rate_pct: float
    cost: float
    duration: int
    avg_cost_per_response: float
    avg_duration_per_response: float
    no_of_opportunities: int
    estimated_value: float


def of_campaign(desk: Desk, no: str, since: date | None = None, until: date | None = None) -> Statistics:
    """The figures of a campaign within days, both included; opportunities by the day they were made.

    Raises:
        UnknownNameError: there is no such campaign.
    """
    campaign = cards.get(desk, no)["no"]
    tests = [INTERACTIONS.c.campaign_no == campaign, *live(since, until)]
    _, cost, duration = desk.con.execute(select(*sums()).where(*tests)).one()
    marks = (INTERACTIONS.c.campaign_target, INTERACTIONS.c.campaign_response)
    contacted, responded = (
        int(desk.con.execute(select(func.count()).where(*tests, mark)).scalar_one()) for mark in marks
    )
    made, value = _opportunities(desk, campaign, since, until)
    return Statistics(
        targets_contacted=contacted,
        contacts_responded=responded,
        response_rate_pct=_percent(responded, contacted),
        cost=cost,
        duration=int(duration),
        avg_cost_per_response=cost / responded if responded else 0.0,
        avg_duration_per_response=int(duration) / responded if responded else 0.0,
        no_of_opportunities=made,
        estimated_value=value,
    )


def _opportunities(desk: Desk, campaign: str, since: date | None, until: date | None) -> tuple[int, float]:
    active = (MOVES.c.opportunity_no == OPPORTUNITIES.c.no) & MOVES.c.active
    query = select(func.count(OPPORTUNITIES.c.no.distinct()), func.coalesce(func.sum(MOVES.c.estimated_value), 0))
    query = query.select_from(OPPORTUNITIES.outerjoin(MOVES, active)).where(OPPORTUNITIES.c.campaign_no == campaign)
    if since is not None:
        query = query.where(OPPORTUNITIES.c.creation_date >= since)
    if until is not None:
        query = query.where(OPPORTUNITIES.c.creation_date <= until)
    made, value = desk.con.execute(query).one()
    return int(made), value


def _percent(part: int, whole: int) -> float:
    """With one decimal, halves away from zero."""
    return (2_000 * part + whole) // (2 * whole) / 10 if whole else 0.0
