"""All that the page shows but for its charts, as values that the templates only lay out."""

from dataclasses import dataclass
from itertools import groupby

from harness.model import Matrix, Question
from harness.publish.answers import ANSWERS
from harness.publish.counts import Counts, count_cells
from harness.publish.export import SCHEMA_VERSION
from harness.publish.findings import list_series
from harness.publish.page.anchors import name_question, name_release
from harness.publish.page.environments import COLUMNS, Environment, list_environments
from harness.publish.page.evidence import Evidence, build_evidence
from harness.publish.page.lookup import list_tags
from harness.publish.page.shades import LegendEntry, list_answers, list_legend
from harness.publish.page.story import StoryLine, tell_story
from harness.publish.page.strips import Strip, build_strips
from harness.publish.wording import (
    REDUCTIONS,
    SERIES,
    Reduction,
    make_visible,
    name_status,
    reproduce,
    say_answer,
)

PLACEHOLDER = "RELEASE"
"""What stands for the release in a command that holds for every release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """One row: the question, its strips, and the evidence of each cell."""

    anchor: str
    name: str
    title: str
    why: str
    remedy: str
    answers: tuple[str, ...]
    concerns: tuple[str, ...]
    strips: tuple[Strip, ...]
    evidence: Evidence
    source: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The page. ``unknown`` counts the cells of every state that tells nothing of a release."""

    counts: Counts
    unknown: tuple[tuple[str, int], ...]
    machines: tuple[str, ...]
    runs: tuple[str, ...]
    schema_version: int
    legend: tuple[LegendEntry, ...]
    story: tuple[StoryLine, ...]
    scenarios: tuple[tuple[str, tuple[QuestionView, ...]], ...]
    environments: tuple[Environment, ...]
    columns: tuple[str, ...]
    choices: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    tags: tuple[tuple[str, str], ...]
    widths: tuple[int, ...]
    reductions: tuple[Reduction, ...]
    answers: tuple[tuple[str, str], ...]

    @property
    def measured_on(self) -> str:
        """The day, or the first and the last, in UTC."""
        first, last = self.counts.first, self.counts.last
        if first is None:
            return "never"
        return f"{first}" if first == last else f"{first} to {last}"


def build_view(matrix: Matrix) -> View:
    """Return what the page shows of a matrix."""
    counts = count_cells(matrix)
    releases = {release.id: release for release in matrix.releases}
    strips = build_strips(list_series(matrix), releases)
    asked = [_question(matrix, question, strips) for question in matrix.questions]
    scenarios = [make_visible(question.scenario) for question in matrix.questions]
    grouped = groupby(zip(scenarios, asked, strict=True), key=lambda pair: pair[0])
    offered = list_answers(matrix)
    return View(
        counts=counts,
        unknown=tuple(
            (name_status(status), count)
            for status, count in counts.states.items()
            if not status.known
        ),
        machines=tuple(map(make_visible, matrix.machines)),
        runs=tuple(map(make_visible, matrix.run_ids)),
        schema_version=SCHEMA_VERSION,
        legend=list_legend(counts),
        story=tell_story(matrix),
        scenarios=tuple((name, tuple(one for _, one in pairs)) for name, pairs in grouped),
        environments=list_environments(matrix),
        columns=COLUMNS,
        choices=_list_choices(matrix),
        tags=tuple(list_tags(matrix).items()),
        widths=_list_widths(strips),
        reductions=tuple(one for one in REDUCTIONS if one.name in offered),
        answers=tuple((name, means) for name, means in ANSWERS.items() if name in offered),
    )


def _question(
    matrix: Matrix, question: Question, strips: dict[str, tuple[Strip, ...]]
) -> QuestionView:
    return QuestionView(
        anchor=name_question(question.id),
        name=make_visible(question.id.removeprefix(f"{question.scenario}.")),
        title=make_visible(question.title),
        why=make_visible(question.why),
        remedy=make_visible(question.remedy),
        answers=tuple(say_answer(question, answer) for answer in question.answers),
        concerns=tuple(map(make_visible, question.concerns)),
        strips=strips.get(question.id, ()),
        evidence=build_evidence(matrix, question),
        source=f"../scenarios/{name_question(question.scenario)}.py",
        command=make_visible(reproduce(PLACEHOLDER, question.scenario, folder=question.folder)),
    )


def _list_widths(strips: dict[str, tuple[Strip, ...]]) -> tuple[int, ...]:
    drawn = [strip for found in strips.values() for strip in found]
    return tuple(sorted({piece.width for strip in drawn for piece in strip.pieces}))


def _list_choices(matrix: Matrix) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return the releases to choose from as (anchor, name), each under its first series."""
    present = {name for release in matrix.releases for name in release.series}
    names = [name for name in SERIES if name in present] + sorted(present.difference(SERIES))
    groups: dict[str, list[tuple[str, str]]] = {name: [] for name in names}
    for release in matrix.releases:
        name = next((one for one in names if one in release.series), "no series")
        pair = name_release(release.id), make_visible(release.id)
        groups.setdefault(name, []).append(pair)
    return tuple((make_visible(name), tuple(pairs)) for name, pairs in groups.items() if pairs)
