"""The life of a definition: draft, published, inactive, deleted (segment-membership.md, section 3).

::

    (none) --save--> draft --publish--> published <--publish-- inactive
                                        published --deactivate--> inactive
    draft, published, inactive --delete--> deleted --save--> draft
                                           deleted --restore--> draft, published or inactive, as before

Saving makes a new version and leaves the state: a published definition stays published with the version it
has, until the new one is published as well. An id that was deleted can be taken again; versions count on.
Only published definitions are evaluated. What was deleted can be restored as it was: with its versions, and published
again where it was.
"""

from __future__ import annotations

from enum import StrEnum

from parcours.core.errors import DefinitionError


class State(StrEnum):
    """Where a definition stands in its life."""

    DRAFT = "draft"
    PUBLISHED = "published"
    INACTIVE = "inactive"
    DELETED = "deleted"


class Action(StrEnum):
    """What can be done to a definition."""

    SAVE = "save"
    PUBLISH = "publish"
    DEACTIVATE = "deactivate"
    DELETE = "delete"
    RESTORE = "restore"


#: Restoring is no step of this table: what follows is what was before.
_NEXT: dict[Action, dict[State, State]] = {
    Action.SAVE: {
        State.DRAFT: State.DRAFT,
        State.PUBLISHED: State.PUBLISHED,
        State.INACTIVE: State.INACTIVE,
        State.DELETED: State.DRAFT,
    },
    Action.PUBLISH: {
        State.DRAFT: State.PUBLISHED,
        State.PUBLISHED: State.PUBLISHED,
        State.INACTIVE: State.PUBLISHED,
    },
    Action.DEACTIVATE: {State.PUBLISHED: State.INACTIVE, State.INACTIVE: State.INACTIVE},
    Action.DELETE: {
        State.DRAFT: State.DELETED,
        State.PUBLISHED: State.DELETED,
        State.INACTIVE: State.DELETED,
        State.DELETED: State.DELETED,
    },
}
_HINTS = {
    (Action.PUBLISH, State.DELETED): "restore it first, or save it again: that makes a new draft",
    (Action.DEACTIVATE, State.DRAFT): "a draft is not evaluated anyway; publish it first, or delete it",
    (Action.DEACTIVATE, State.DELETED): "it is not evaluated any more; save it again to bring it back",
}


def next_state(action: Action, state: State, what: str) -> State:
    """The state that follows when ``action`` is done in ``state``.

    Raises:
        DefinitionError: code ``wrong-state``; this cannot be done in this state.
    """
    following = _NEXT[action].get(state)
    if following is None:
        raise DefinitionError(
            f"{what} is {state}: it cannot be {_PAST[action]}", code="wrong-state", hint=_HINTS.get((action, state))
        )
    return following


_PAST = {
    Action.SAVE: "saved",
    Action.PUBLISH: "published",
    Action.DEACTIVATE: "deactivated",
    Action.DELETE: "deleted",
    Action.RESTORE: "restored",
}
