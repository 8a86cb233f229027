"""What a reader wants of the matrix first: how much is known, and where the answers change.

Both the terminal and the Markdown are made from these values; the words are chosen here, the
layout and the escaping there. Texts from outside have been made visible, on one line.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby

from harness.model import Interval, Matrix, Question, Status
from harness.publish.wording import SERIES, STATES, make_visible, say

_UNMEASURED = {
    Status.CRASHED,
    Status.TIMED_OUT,
    Status.NOT_INSTALLABLE,
    Status.NO_INTERPRETER,
    Status.NOT_RUN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What is known and what is not; ``states`` has every state, also where it is 0."""

    releases: int
    questions: int
    cells: int
    measured: int
    states: Mapping[Status, int]
    machines: int
    runs: int
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """An interval in words: the releases it covers, and what they say."""

    covers: str
    says: str
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One question along one series, from its first release to its last."""

    question: Question
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesLines:
    """The intervals of one series; ``changing`` counts the questions with more than one answer."""

    name: str
    meaning: str
    releases: tuple[str, ...]
    lines: tuple[Line, ...]
    changing: int

    @property
    def extent(self) -> str:
        """How far the series goes, and what ``→`` reaches to."""
        if len(self.releases) == 1:
            return f"1 release, {self.releases[0]}"
        return f"{len(self.releases)} releases, {self.releases[0]} to {self.releases[-1]}"

    @property
    def by_scenario(self) -> list[tuple[str, list[Line]]]:
        """The lines under the scenario that asks them."""
        grouped = groupby(self.lines, key=lambda line: line.question.scenario)
        return [(scenario, list(lines)) for scenario, lines in grouped]


def to_utc(moment: datetime) -> datetime:
    """Return the moment in UTC; a naive one is taken as UTC, never as local time."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def count_cells(matrix: Matrix) -> Counts:
    """Return how much is known; a cell is measured where the release itself gave its state."""
    found = Counter(cell.status for cell in matrix.cells.values())
    moments = {seen.recorded_at for cell in matrix.cells.values() for seen in cell.evidence}
    days = sorted({to_utc(moment).date() for moment in moments})
    return Counts(
        releases=len(matrix.releases),
        questions=len(matrix.questions),
        cells=len(matrix.cells),
        measured=sum(found[status] for status in STATES if status not in _UNMEASURED),
        states={status: found[status] for status in STATES},
        machines=len(matrix.machines),
        runs=len(matrix.run_ids),
        first=days[0] if days else None,
        last=days[-1] if days else None,
    )


def list_series(matrix: Matrix) -> tuple[SeriesLines, ...]:
    """Return the intervals of every series that a release is in, question by question."""
    present = dict.fromkeys(name for release in matrix.releases for name in release.series)
    names = [name for name in SERIES if name in present]
    names += [name for name in present if name not in SERIES]
    intervals: dict[tuple[str, str], list[Interval]] = {}
    for interval in matrix.intervals:
        intervals.setdefault((interval.series, interval.question), []).append(interval)
    return tuple(_series_lines(matrix, name, intervals) for name in names)


def _series_lines(
    matrix: Matrix, name: str, intervals: Mapping[tuple[str, str], list[Interval]]
) -> SeriesLines:
    members = tuple(release.id for release in matrix.releases if name in release.series)
    place = {release: index for index, release in enumerate(members)}
    lines, changing = [], 0
    for question in matrix.questions:
        found = intervals.get((name, question.id), [])
        segments = []
        for interval in found:
            covered = members[place[interval.first] : place[interval.last] + 1]
            reasons = [matrix.cells[release, question.id].reason for release in covered]
            says = say(question, interval.status, interval.answer, reasons)
            covers = _name_extent(covered, members)
            segments.append(Segment(covers=covers, says=says, known=interval.status.known))
        lines.append(Line(question=question, segments=tuple(segments)))
        known = {(item.status, item.answer) for item in found if item.status.known}
        changing += len(known) > 1
    return SeriesLines(
        name=make_visible(name),
        meaning=SERIES.get(name, ""),
        releases=tuple(map(make_visible, members)),
        lines=tuple(lines),
        changing=changing,
    )


def _name_extent(covered: tuple[str, ...], members: tuple[str, ...]) -> str:
    first, last = make_visible(covered[0]), make_visible(covered[-1])
    if covered[-1] == members[-1]:
        return f"{first} →"
    return first if first == last else f"{first} – {last}"
