"""What an upgrade changes and how grave it is: the values that every format tells. Pure."""

from dataclasses import dataclass

from harness.errors import ExitCode
from harness.model import Cell, Question, Speed
from harness.upgrade.asks import Asked
from harness.upgrade.effects import Effect
from harness.upgrade.gravity import FAILING, Gravity
from harness.upgrade.policy import Acceptance
from harness.upgrade.sightings import Scan, Sighting
from harness.upgrade.speeds import SpeedChange, Speeds
from harness.upgrade.versions import End
from harness.upgrade.ways import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionChange:
    """One question to which the target has another outcome.

    ``steps`` are where on the way it changed; none where the ends share no series. ``sightings``
    are the places in the user's code that it is about, None where no code was read. ``accepted``
    is the project's decision that covers it, ``expired`` one that no longer does.
    """

    question: Question
    gravity: Gravity
    before: Cell
    after: Cell
    effect: Effect | None
    steps: tuple[Step, ...]
    sightings: tuple[Sighting, ...] | None = None
    accepted: Acceptance | None = None
    expired: Acceptance | None = None

    @property
    def counts(self) -> bool:
        """Whether it may fail the check: not accepted, and seen where the code was read."""
        return self.accepted is None and self.sightings != ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A question that cannot be compared: ``cells`` are those of which nothing is known."""

    question: Question
    cells: tuple[Cell, ...]
    counts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """An answer that the project counts on, and the target does not give.

    Where the target's cell is not ``known``, nobody can say whether it would.
    """

    question: Question
    expected: str
    after: Cell

    @property
    def known(self) -> bool:
        """Whether the target's outcome is known."""
        return self.after.status.known


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All that is said of an upgrade.

    ``same`` counts the questions with one outcome at both ends; ``detours`` are those of them
    that have another on the way. ``stay`` is the last release before the first silent change with
    the one that brings it, None where there is none or ``series``, what both ends are in, is
    blank. ``idle`` are accepted changes that are none here.
    """

    before: End
    after: End
    keras: tuple[str, str]
    series: str
    changes: tuple[QuestionChange, ...]
    speeds: Speeds
    unknown: tuple[Unknown, ...]
    unmet: tuple[Unmet, ...]
    same: int
    detours: tuple[str, ...]
    stay: tuple[str, str] | None
    asked: tuple[Asked, ...]
    idle: tuple[Acceptance, ...]
    notes: tuple[str, ...]
    padding: float
    scan: Scan | None = None

    def of(self, gravity: Gravity) -> tuple[QuestionChange, ...]:
        """Return the changes of one grade, accepted ones too."""
        return tuple(one for one in self.changes if one.gravity is gravity)

    @property
    def slower(self) -> tuple[SpeedChange, ...]:
        """The cases that take longer at the target."""
        return tuple(one for one in self.speeds.changes if one.outcome is Speed.SLOWER)

    @property
    def compared(self) -> int:
        """How many questions could be compared."""
        return self.same + len(self.changes)


def decide(verdict: Verdict, fail_on: Gravity) -> ExitCode:
    """Return the exit code: findings at or above a grade, or an unmet expectation, come first.

    Where there is none, something unknown leaves it open. What is accepted counts neither way,
    nor what was not seen in the code that was read.
    """
    failing = FAILING[: FAILING.index(fail_on) + 1]
    found = {one: any(change.counts for change in verdict.of(one)) for one in FAILING}
    found[Gravity.SLOWER] = bool(verdict.slower)
    if any(found[one] for one in failing) or any(one.known for one in verdict.unmet):
        return ExitCode.FINDINGS
    if not verdict.compared or any(one.counts for one in verdict.unknown) or verdict.unmet:
        return ExitCode.INCONCLUSIVE
    return ExitCode.OK
