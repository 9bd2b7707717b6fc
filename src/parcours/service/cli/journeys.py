"""``parcours journeys``."""

from __future__ import annotations

from cyclopts import App

from parcours.service.cli.definitions import moved
from parcours.service.cli.output import answer, pairs, rows, table
from parcours.service.cli.session import opened

journeys = App(name="journeys", help="Journeys: who is where, and what became of messages.")


@journeys.command(name="list")
def list_() -> None:
    """List all journeys with how many entered, are inside, and ended."""
    with opened() as workspace:
        found = workspace.journeys.list()
    answer(rows(found))
    table(found, limit=None)


@journeys.command
def show(journey: str, /) -> None:
    """Show a journey: how many arrived at each activity, wait there, and went which way; and its messages.

    Args:
        journey: id of the journey.
    """
    with opened() as workspace:
        definition = workspace.journeys.get(journey)
        funnel = workspace.journeys.report(journey)
        sent = workspace.journeys.deliveries(journey).drop("journey")
    shape = {
        "journey": definition.id,
        "name": definition.name,
        "state": str(definition.state),
        "version": definition.version,
    }
    answer({**shape, "funnel": rows(funnel), "deliveries": rows(sent)})
    pairs(shape)
    table(funnel, limit=None)
    table(sent, limit=None)


@journeys.command
def publish(journey: str, /) -> None:
    """Open the newest version for entry: a draft, or a journey that was stopped.

    Args:
        journey: id of the journey.
    """
    with opened() as workspace:
        done = workspace.journeys.publish(journey)
    moved(done, "is published")


@journeys.command
def stop(journey: str, /) -> None:
    """End everybody inside a journey, and let nobody in.

    Args:
        journey: id of the journey.
    """
    with opened() as workspace:
        done = workspace.journeys.stop(journey)
    moved(done, "is stopped")


@journeys.command
def delete(journey: str, /) -> None:
    """Stop a journey and take it out of use for good.

    Args:
        journey: id of the journey.
    """
    with opened() as workspace:
        done = workspace.journeys.delete(journey)
    moved(done, "is deleted")
