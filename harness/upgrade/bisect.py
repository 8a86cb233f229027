"""The exact release in which an answer changed: measure the ends, then halve what lies between.

What is stored already divides the line from the start; what is measured is stored at once, so that
the same command goes on where it was interrupted.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import EnvironmentBuildError, InconclusiveError, UsageError
from harness.measure.matrix import Settings
from harness.measure.on_demand import measure_release, narrow, stored_cells
from harness.model import Cell, Observation, Question, Release, Status
from harness.names import suggest_several
from harness.publish.wording import make_visible, name_status, say_cell
from harness.questions import Scenario
from harness.releases.builds import Build
from harness.releases.environment import require_space
from harness.releases.lock import lock_sha256
from harness.releases.provision import find_build, find_lock, published_folder
from harness.upgrade.halving import Boundary, Search
from harness.upgrade.line import Line

Outcome = tuple[Status, str | None]
Tell = Callable[[str], None]
"""Takes a line that a person is told meanwhile."""
_UNBUILT = {Status.NOT_INSTALLABLE, Status.NO_INTERPRETER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bisection:
    """What was found; positions are those of the line's members.

    ``cells`` are the releases that answered, ``holes`` says why others did not; ``measured`` were
    measured just now, ``skipped`` not at all, since the releases around them agree.
    """

    question: Question
    line: Line
    cells: Mapping[int, Cell]
    holes: Mapping[int, str]
    boundaries: tuple[Boundary, ...]
    skipped: tuple[int, ...]
    measured: tuple[int, ...]


def find_question(scenarios: Iterable[Scenario], name: str) -> Question:
    """Return the question of an id; UsageError suggests the nearest."""
    known = {one.id: one for scenario in scenarios for one in scenario.questions}
    if name not in known:
        hint = suggest_several(name, known, otherwise="A question is SCENARIO.QUESTION.")
        raise UsageError(f"there is no question {name!r}", do=hint)
    return known[name]


@dataclass(slots=True, kw_only=True)
class _Oracle:
    """Asks one question of one release after the other, and keeps all that was said."""

    question: Question
    scenarios: Sequence[Scenario]
    settings: Settings
    builds: Path
    stored: Mapping[str, list[Observation]]
    line: Line
    tell: Tell
    cells: dict[int, Cell] = field(default_factory=dict)
    holes: dict[int, str] = field(default_factory=dict)
    unbuilt: set[int] = field(default_factory=set)
    measured: list[int] = field(default_factory=list)

    def release(self, position: int) -> Release | None:
        """Return the release at a position, if it is one here."""
        return self.line.members[position].release

    def recall(self, position: int, *, anywhere: bool = False) -> Cell | None:
        """Return what is stored of a position and would not be measured again, if it is known."""
        release = self.release(position)
        lock = find_lock(release, self.builds) if release else None
        if release is None or lock is None or self.settings.again:
            return None
        sha256 = lock_sha256(lock)
        build = find_build(release, sha256, self.builds)
        build = build or Build(release=release.id, lock_sha256=sha256)
        seen = self.stored.get(release.id, [])
        cells = stored_cells(seen, release, build, self.scenarios, anywhere=anywhere)
        cell = cells[self.question.id]
        return cell if cell.status.known else None

    def is_installed(self, position: int) -> bool:
        """Say whether the environment of a position is there."""
        release = self.release(position)
        lock = find_lock(release, self.builds) if release else None
        return bool(release and lock and find_build(release, lock_sha256(lock), self.builds))

    def ask(self, position: int) -> Outcome | None:
        """Install and measure a position; None where it gives no answer: that makes a hole."""
        member = self.line.members[position]
        if member.release is None:
            return None
        self.tell(f"{member.named.id}: installing and measuring")
        started = time.monotonic()
        measured = measure_release(
            member.release,
            self.scenarios,
            self.settings,
            self.builds,
            stored=self.stored.get(member.release.id, []),
            warn=self.tell,
        )
        if measured.faults:
            raise UsageError("the scenario is wrong", why="; ".join(measured.faults))
        cell = measured.cells[self.question.id]
        self.measured.append(position)
        if cell.status in _UNBUILT:
            self.unbuilt.add(position)
        if not cell.status.known:
            words = name_status(cell.status)
            self.step_around(position, f"{words}: {cell.reason}" if cell.reason else words)
            return None
        self.cells[position] = cell
        took_s = time.monotonic() - started
        self.tell(f"{cell.release}: {say_cell(self.question, cell)} ({took_s:.0f} s)")
        return cell.status, cell.answer

    def step_around(self, position: int, why: str) -> None:
        """Keep a position as a hole, and say why."""
        self.holes[position] = make_visible(why)
        name = self.line.members[position].named.id
        self.tell(f"{name}: stepped around: {self.holes[position]}")


def run_bisection(
    question: Question,
    line: Line,
    scenarios: Sequence[Scenario],
    settings: Settings,
    builds: Path,
    *,
    every: bool = False,
    tell: Tell = lambda *_: None,
) -> Bisection:
    """Verify both ends, and find each change between them that there is a reason to look for.

    EnvironmentBuildError where an end cannot be installed or the disk is too small,
    InconclusiveError where an end gives no answer.
    """
    stored: dict[str, list[Observation]] = {}
    for seen in settings.stored():
        if seen.scenario == question.scenario:
            stored.setdefault(seen.provenance.release, []).append(seen)
    oracle = _Oracle(
        question=question,
        scenarios=narrow(scenarios, {question.id}),
        settings=settings,
        builds=builds,
        stored=stored,
        line=line,
        tell=tell,
    )
    positions = range(len(line.members))
    for position in positions:
        if line.members[position].release is None:
            oracle.step_around(position, line.members[position].absent)
        elif cell := oracle.recall(position):
            oracle.cells[position] = cell
            tell(f"{cell.release}: {say_cell(question, cell)} (stored)")
    for end in (0, positions[-1]):
        if end not in oracle.cells and oracle.ask(end) is None:
            raise _refuse_end(
                line.members[end].named.id, oracle.holes[end], unbuilt=end in oracle.unbuilt
            )
    elsewhere = {p: cell for p in positions if (cell := oracle.recall(p, anywhere=True))}
    search = Search(
        known={p: (cell.status, cell.answer) for p, cell in oracle.cells.items()},
        hints={p: (cell.status, cell.answer) for p, cell in elsewhere.items()},
        holes=set(oracle.holes),
        ready={p for p in positions if oracle.is_installed(p)},
        every=every,
    )
    left = search.most_left()
    missing = sum(not oracle.is_installed(p) for p in positions if p not in search.known)
    tell(f"one change takes at most {left} more, where each answers")
    # uv links what two environments share, so that this is the most it can take.
    tell(require_space(published_folder(builds), min(left, missing)))
    search.run(oracle.ask)
    return Bisection(
        question=question,
        line=line,
        cells=dict(sorted(oracle.cells.items())),
        holes=dict(sorted(oracle.holes.items())),
        boundaries=search.boundaries(),
        skipped=search.skipped(),
        measured=tuple(oracle.measured),
    )


def _refuse_end(name: str, why: str, *, unbuilt: bool) -> EnvironmentBuildError | InconclusiveError:
    do = "Take a neighbour of it for that end."
    if unbuilt:
        what = f"{name} cannot be installed here, and it is an end of the search"
        return EnvironmentBuildError(what, why=why, do=do)
    what = f"{name} gives no answer, and it is an end of the search"
    return InconclusiveError(what, why=why, do=do)
