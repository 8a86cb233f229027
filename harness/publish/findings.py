"""Where the answers change, series by series.

Both the terminal and the Markdown are made from these values; the words are chosen here, the
layout and the escaping there. Texts from outside have been made visible, on one line.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from harness.model import Cause, Interval, Matrix, Question
from harness.publish.steps import Step, list_steps
from harness.publish.wording import CAUSES, SERIES, make_visible, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """An interval in words: the releases it covers, what they say, and what brought it.

    ``mark`` is blank where nothing changed or the cause is not separated; ``releases`` are the
    ids of all it covers.
    """

    interval: Interval
    releases: tuple[str, ...]
    covers: str
    says: str
    known: bool
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One question along one series, from its first release to its last."""

    question: Question
    segments: tuple[Segment, ...]

    @property
    def known(self) -> bool:
        """Whether any release of the series has an outcome."""
        return any(segment.known for segment in self.segments)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesLines:
    """The intervals of one series, and the steps between them.

    ``changing`` counts the questions with more than one answer.
    """

    name: str
    meaning: str
    releases: tuple[str, ...]
    lines: tuple[Line, ...]
    steps: tuple[Step, ...]
    changing: int

    @property
    def extent(self) -> str:
        """How far the series goes, and what ``→`` reaches to."""
        if len(self.releases) == 1:
            return f"1 release, {self.releases[0]}"
        return f"{len(self.releases)} releases, {self.releases[0]} to {self.releases[-1]}"

    @property
    def varying(self) -> tuple[Line, ...]:
        """The lines that change or have a gap."""
        return tuple(line for line in self.lines if line.known and len(line.segments) > 1)

    @property
    def constant(self) -> tuple[Line, ...]:
        """The lines that say the same from the first release to the last."""
        return tuple(line for line in self.lines if line.known and len(line.segments) == 1)

    @property
    def about(self) -> str:
        """How many questions change along it, and of how many nothing is known."""
        unknown = sum(not line.known for line in self.lines)
        if unknown == len(self.lines):
            return "Nothing of it is measured yet."
        changing = (
            f"Of {len(self.lines)} questions, {self.changing} have more than one answer "
            "(an exception counts as one)."
        )
        return f"{changing} Nothing is known of {unknown}." if unknown else changing


def group_by_scenario(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """Return the lines under the scenario that asks them."""
    grouped = groupby(lines, key=lambda line: line.question.scenario)
    return [(scenario, list(found)) for scenario, found in grouped]


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
            segment = Segment(
                interval=interval,
                releases=covered,
                covers=covers,
                says=says,
                known=interval.status.known,
                mark=_mark(interval),
            )
            segments.append(segment)
        lines.append(Line(question=question, segments=tuple(segments)))
        outcomes = {(item.status, item.answer) for item in found if item.status.known}
        changing += len(outcomes) > 1
    return SeriesLines(
        name=make_visible(name),
        meaning=SERIES.get(name, ""),
        releases=tuple(map(make_visible, members)),
        lines=tuple(lines),
        steps=list_steps(matrix, name),
        changing=changing,
    )


def _name_extent(covered: tuple[str, ...], members: tuple[str, ...]) -> str:
    first, last = make_visible(covered[0]), make_visible(covered[-1])
    if covered[-1] == members[-1]:
        return f"{first} →"
    return first if first == last else f"{first} – {last}"


def _mark(interval: Interval) -> str:
    cause = interval.began.cause if interval.began else Cause.NOT_SEPARATED
    return "" if cause is Cause.NOT_SEPARATED else f"({CAUSES[cause]})"
