"""One call to the outside with its retries: when to call again, and what came of it (journeys.md, section 17).

Pure. Whoever makes the calls tells an :class:`Attempts` what happened at which instant and asks what is next; so
the live sender and the virtual world of tests and backtests follow one rule:

* There is one budget of time for the call and its retries, from the first call on.
* No answer within the budget: ``timedout``. The first call has then used all of it, so there is no retry.
* An error before that: retries, each with a slot of its own (J20: none free, the error of the last answer stands),
  at once or behind a pause (J17); their number may depend on the status.
* No slot for the first call: ``capped``, and no call was made.

Instants and lengths of time are microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from parcours.core.clock import MINUTE, SECOND

#: What became of a call that was not made because the run was ended from without.
WITHDRAWN = "withdrawn"
#: The end of runs whose person was erased. No step says so: none are left.
ERASED = "erased"
#: Time for a call and its retries unless the journey or the action says otherwise.
DEFAULT_BUDGET = 30 * SECOND
#: Answers that would be the same the next time (section 17).
NOT_RETRIED: Mapping[int, int] = {401: 0, 403: 0, 404: 0}


class RetryRules(msgspec.Struct, frozen=True, kw_only=True):
    """When a failed call is tried again. The defaults are those of the reference product.

    Attributes:
        most: retries behind the first call.
        by_status: retries for answers with these HTTP statuses instead.
        pause: time between the answer and the first retry.
        factor: how much longer each further pause is.
        longest: the longest pause.
    """

    most: int = 3
    by_status: Mapping[int, int] = msgspec.field(default_factory=lambda: dict(NOT_RETRIED))
    pause: int = 0
    factor: float = 2.0
    longest: int = MINUTE

    def retries(self, status: int | None) -> int:
        """How many retries a call may have in all when its last answer had this status; ``None``: no answer came."""
        return self.most if status is None else self.by_status.get(status, self.most)

    def pause_behind(self, tries: int) -> int:
        """Time to wait behind attempt number ``tries``, which counts from 1."""
        return min(round(self.pause * self.factor ** (tries - 1)), self.longest) if self.pause else 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from one call.

    Attributes:
        status: the HTTP status; ``None``: no answer, the connection failed.
        body: the body as JSON text, if it is JSON.
        detail: why there was no answer, in words.
        took: time from call to answer; read in virtual time only.
    """

    status: int | None
    body: str | None = None
    detail: str = ""
    took: int = 0

    @property
    def result(self) -> str:
        """``ok``, ``http_<code>`` or ``error``. Everything above 2xx is an error; redirects were followed before."""
        if self.status is None:
            return "error"
        return "ok" if 200 <= self.status < 300 else self.code

    @property
    def code(self) -> str:
        """``http_<code>``; empty where there is no answer."""
        return "" if self.status is None else f"http_{self.status}"


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of a call in the end: result, attempts, started, time, answer and detail of an outcome row.

    Attributes:
        result: ``ok``, ``http_<code>`` of the last answer, ``timedout``, ``capped`` (no call was made), ``error``, or
            ``withdrawn`` (the run was ended before a call was made).
        attempts: calls made.
        started: when the first call began; when it was refused, if none was made.
        time: when this was known.
        answer: body of the last answer as JSON text, of a failure too; ``None`` when time was out.
        detail: of an error in words; when time was out, the error of the attempt before (origin error), if any; when
            all went well, ``http_<code>``; of a call that was withdrawn, how the run ended.
    """

    result: str
    attempts: int
    started: int
    time: int
    answer: str | None = None
    detail: str = ""


class Attempts:
    """The state of one call. It starts with :meth:`begin`; then, as long as :attr:`settled` is ``None``:

    * at :attr:`due` ask for a slot and say so with :meth:`attempt`; if that is true, make the call;
    * when it is answered say so with :meth:`answered`; when :attr:`deadline` passes before, with :meth:`expired`.

    Args:
        rules: when to try again.
        budget: time for the call and its retries.
        retry_capped: an attempt without a slot is tried again like one that failed (``on_capped: retry``).

    Attributes:
        due: the instant of the next attempt; ``None`` while a call is under way or all is settled.
        settled: what came of it, once that is known.
        made: calls made so far.
    """

    __slots__ = ("_began", "_last", "_started", "_tries", "budget", "due", "made", "retry_capped", "rules", "settled")

    def __init__(self, rules: RetryRules, budget: int = DEFAULT_BUDGET, *, retry_capped: bool = False) -> None:
        self.rules = rules
        self.budget = budget
        self.retry_capped = retry_capped
        self.due: int | None = None
        self.settled: Settled | None = None
        self.made = 0
        self._tries = 0
        self._began = 0
        self._started: int | None = None
        self._last: Answer | None = None

    def begin(self, at: int) -> None:
        """The first call may be made at ``at``: the time in a queue before that does not count."""
        self._began = self.due = at

    def out_of_queue(self, came: int, at: int) -> None:
        """The call stood in a queue from ``came`` until its time there was out at ``at``; no call was made."""
        self._began = came
        self._settle("timedout", at, detail="queue")

    @property
    def deadline(self) -> int:
        """When the budget is used up. An answer at this very instant still counts."""
        return self._began + self.budget

    @property
    def started(self) -> int | None:
        """When the first call began; ``None`` before."""
        return self._started

    @property
    def first(self) -> bool:
        """Whether no attempt has been made yet."""
        return self._tries == 0

    def attempt(self, at: int, free: bool) -> bool:
        """An attempt is due at ``at``; ``free``: there is a slot for it. Returns whether to make the call."""
        self.due = None
        self._tries += 1
        if free:
            self.made += 1
            self._started = at if self._started is None else self._started
        elif not (self.retry_capped and self._again(at, self.rules.most)):
            self._settle_last(at)
        return free

    def answered(self, at: int, answer: Answer) -> None:
        """The call that is under way was answered at ``at``."""
        if at > self.deadline:
            self.expired()
            return
        self._last = answer
        if answer.result == "ok" or not self._again(at, self.rules.retries(answer.status)):
            self._settle_last(at)

    def impossible(self, at: int, detail: str) -> None:
        """The call that is under way cannot be made at all, now or later."""
        self._settle("error", at, detail=detail)

    def expired(self) -> None:
        """The budget is used up while a call is under way."""
        origin = "" if self._last is None else self._last.result
        self._settle("timedout", self.deadline, detail=origin)

    def withdraw(self, at: int, end: str) -> bool:
        """The run was ended at ``at``; whether that is in time, because no call was made yet."""
        if self._started is not None:
            return False
        self._began, self.due = at, None
        self._settle(WITHDRAWN, at, detail=end)
        return True

    def _again(self, at: int, retries: int) -> bool:
        """Plan another attempt, if one is allowed and its pause ends within the budget."""
        due = at + self.rules.pause_behind(self._tries)
        if self._tries > retries or due > self.deadline:
            return False
        self.due = due
        return True

    def _settle_last(self, at: int) -> None:
        """The last answer stands; without any the call was capped."""
        last = self._last
        if last is None:
            self._settle("capped", at)
        else:
            self._settle(last.result, at, last.body, last.detail or (last.code if last.result == "ok" else ""))

    def _settle(self, result: str, at: int, answer: str | None = None, detail: str = "") -> None:
        started = self._began if self._started is None else self._started
        self.settled = Settled(result, self.made, started, at, answer, detail)
