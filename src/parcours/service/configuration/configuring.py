"""What a workspace is defined by: checked, planned, applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from parcours.core.errors import InputError
from parcours.service import applying
from parcours.service.applying import Change, Definitions
from parcours.service.configuration import changing, planning
from parcours.service.configuration.folder import Configuration, configuration
from parcours.service.configuration.proposal import proposal
from parcours.service.configuration.records import Plan
from parcours.service.configuration.resources import Resources

if TYPE_CHECKING:
    from parcours.service.wiring import Parts


class Configuring:
    """Base of the workspace."""

    _parts: Parts
    _definitions_changed: Callable[[], None]

    def check(self, path: Definitions) -> list[Change]:
        """Check definitions; tells what :meth:`apply` would change.

        Raises:
            InputError: there are no definitions, or a file cannot be read.
            DefinitionError: ``problems`` holds everything that is wrong, with file, line and column.
        """
        found = self._configuration(path)
        proposed = proposal(found, self._parts, self._resources, prune=False)
        return applying.changes(proposed.found.items, self._parts)

    def plan(self, path: Definitions, *, prune: bool = False, lang: Literal["en", "fr"] = "en") -> Plan:
        """What :meth:`apply` would do, and who would move. Changes nothing.

        Members are those as of the last tick. Definitions are compared with the versions that are published.

        Args:
            path: see :meth:`apply`.
            prune: what is not among the definitions is deleted.
            lang: language of rules in words: ``en`` or ``fr``.

        Raises:
            InputError, DefinitionError: see :meth:`check`; with ``prune`` also what refers to something deleted.
        """
        return planning.plan(self._configuration(path), self._parts, self._resources, prune=prune, language=lang)

    def apply(
        self,
        path: Definitions | None = None,
        *,
        publish: bool = True,
        prune: bool = False,
        plan: Plan | Mapping[str, Any] | None = None,
    ) -> list[Change]:
        """Check definitions, then save and publish all of them, or on any problem none.

        They are evaluated as of the last tick when the call returns; before the first tick, with the first one;
        while :meth:`run` runs, as soon as their history has been read.

        Args:
            path: a YAML or JSON file, or a folder of them; a definition as plain data, or a journey built in Python
                (:class:`~parcours.flow.journeys.builder.Journey`); or several of these.
            publish: ``False`` saves drafts only.
            prune: delete what is not among them: segments, journeys and what they use. Who is inside a journey that
                is deleted is taken out.
            plan: do exactly what this plan says, in place of ``path`` and ``prune``.

        Raises:
            InputError, DefinitionError: see :meth:`check`. Nothing was changed.
            ConflictError: ``moved-on``: the workspace is not as it was when the plan was made. Nothing was changed.
        """
        if plan is not None and not isinstance(plan, Plan):
            plan = Plan.from_json(plan)
        if (path is None) is (plan is None):
            raise InputError("name definitions, or a plan", code="nothing-to-do", hint="parcours apply FOLDER")
        if plan is not None and not publish:
            raise InputError("a plan is about publishing: it cannot make drafts", code="usage")
        found = _planned(plan, self._resources) if plan is not None else self._configuration(path or ())
        prune = prune if plan is None else plan.prune
        done = changing.apply(found, self._parts, self._resources, publish=publish, prune=prune, plan=plan)
        self._definitions_changed()
        return done

    def _configuration(self, path: Definitions) -> Configuration:
        return configuration(path, list(self._resources))

    @property
    def _resources(self) -> Resources:
        """What there may be besides definitions."""
        return {}


def _planned(plan: Plan, resources: Resources) -> Configuration:
    return configuration(list(plan.documents), list(resources)) if plan.documents else Configuration([])
