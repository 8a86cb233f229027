"""The story in a few lines: the steps of the main series that touch the most user code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harness.judge.differences import Grade, grade_difference
from harness.model import Cause, Interval, Matrix, Question, Release
from harness.publish.page.anchors import link_comparison, name_cell
from harness.publish.readme import HEADLINES
from harness.publish.wording import CAUSES, SERIES, make_visible, say_cell

MOST_STEPS = 6
MOST_EXAMPLES = 3
MOST_TOUCHED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One question whose answer changes at a step; the link is to the first cell that differs."""

    link: str
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """What one step changes: ``silent`` answers without an error, ``breaks`` that are gone.

    ``touches`` names the most concerned APIs, and ``more`` counts the others.
    """

    link: str
    release: str
    after: str
    released: str
    causes: str
    silent: int
    breaks: int
    others: int
    touches: tuple[str, ...]
    more: int
    examples: tuple[Example, ...]


def tell_story(matrix: Matrix) -> tuple[StoryLine, ...]:
    """Return the steps that touch the most user code, newest first; none where nothing changes.

    How much they touch is the number of API names that the questions concern whose answer changes
    there. The series is the first of ``SERIES`` that is in the catalogue.
    """
    releases = {release.id: release for release in matrix.releases}
    series = {name for release in matrix.releases for name in release.series}
    main = next((name for name in SERIES if name in series), None)
    steps: dict[tuple[str, str], list[Interval]] = {}
    for interval in matrix.intervals:
        if interval.series == main and interval.began:
            steps.setdefault((interval.began.after, interval.first), []).append(interval)
    questions = {question.id: question for question in matrix.questions}
    order = {release: place for place, release in enumerate(releases)}
    widest = sorted(
        steps.items(),
        key=lambda step: (-len(_count_concerns(step[1], questions)), -order[step[0][1]]),
    )[:MOST_STEPS]
    newest_first = sorted(widest, key=lambda step: order[step[0][1]], reverse=True)
    return tuple(
        _line(matrix, releases[after], before, [questions[one.question] for one in found], found)
        for (before, after), found in newest_first
    )


def _count_concerns(
    intervals: Iterable[Interval], questions: Mapping[str, Question]
) -> dict[str, int]:
    counts: dict[str, int] = {}
    for interval in intervals:
        for name in questions[interval.question].concerns:
            counts[name] = counts.get(name, 0) + 1
    return counts


def _line(
    matrix: Matrix,
    release: Release,
    before: str,
    changed: list[Question],
    intervals: list[Interval],
) -> StoryLine:
    grades = {question.id: _grade(matrix, question, before, release.id) for question in changed}
    counts = _count_concerns(intervals, {question.id: question for question in changed})
    touched = sorted(counts, key=lambda name: (-counts[name], name))
    causes = {one.began.cause for one in intervals if one.began} - {Cause.NOT_SEPARATED}
    said = list(grades.values())
    return StoryLine(
        link=link_comparison(before, release.id),
        release=make_visible(release.tensorflow),
        after=make_visible(before.removeprefix("tf-")),
        released=f"{release.released:%Y-%m}",
        causes=" and ".join(sorted(CAUSES[cause] for cause in causes)),
        silent=said.count(Grade.SILENT),
        breaks=said.count(Grade.BREAKS),
        others=len(said) - said.count(Grade.SILENT) - said.count(Grade.BREAKS),
        touches=tuple(map(make_visible, touched[:MOST_TOUCHED])),
        more=len(touched[MOST_TOUCHED:]),
        examples=_choose_examples(matrix, release.id, before, changed, grades),
    )


def _grade(matrix: Matrix, question: Question, before: str, after: str) -> Grade:
    old, new = matrix.cells[before, question.id], matrix.cells[after, question.id]
    return grade_difference(old.status, new.status)


def _choose_examples(
    matrix: Matrix,
    after: str,
    before: str,
    changed: Iterable[Question],
    grades: Mapping[str, Grade],
) -> tuple[Example, ...]:
    """Return the gravest changes; of those as grave, the headlines of the README first."""
    headlines = {name: place for place, name in enumerate(HEADLINES)}
    order = list(Grade)
    chosen = sorted(
        changed,
        key=lambda one: (
            one.id not in headlines,
            order.index(grades[one.id]),
            headlines.get(one.id, 0),
        ),
    )[:MOST_EXAMPLES]
    return tuple(
        Example(
            link=f"#{name_cell(after, question.id)}",
            title=make_visible(question.title),
            before=say_cell(question, matrix.cells[before, question.id]),
            after=say_cell(question, matrix.cells[after, question.id]),
        )
        for question in chosen
    )
