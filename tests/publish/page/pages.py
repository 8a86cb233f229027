"""Pages to look at: a small one that is hostile, and one of the size that is promised."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from harness.commands.stored import stored_matrix
from harness.judge.attribution import attribute_changes
from harness.judge.intervals import build_intervals
from harness.model import Matrix, Question, Release, Status
from harness.publish.page.render import render_page
from harness.publish.timed import Chart
from tests.publish.matrices import example

ROOT = Path(__file__).parents[3]
ATTACK = "</script><script>window.hacked = 1</script><img src=x onerror=window.hacked=1>"
VERSION = "0" * 64
Row = TypeVar("Row", Release, Question)


DRAWING = Chart(
    run_id="20261120T120000Z-00000001",
    title="Elements a second",
    svg='<svg role="img" aria-label="a line" viewBox="0 0 9 9"><path d="M0 9L9 0"/></svg>',
    caption="It rises.",
)


def hostile() -> Matrix:
    """Return the example, with an exception, a title and an API name that try to run.

    The candidate lacks an API, too, which earlier releases raised over.
    """
    made = example()
    cells = {
        key: replace(cell, reason=f"ValueError: {ATTACK}") if cell.status is Status.RAISED else cell
        for key, cell in made.cells.items()
    }
    last = "tf-2.17.0rc0", "lstm_return_sequences.sequences_loss_denominator"
    cells[last] = replace(cells[last], status=Status.NOT_APPLICABLE, reason="no such layer")
    questions = tuple(
        replace(one, title=f"{one.title} {ATTACK}", concerns=(*one.concerns, ATTACK))
        for one in made.questions
    )
    return replace(made, questions=questions, cells=cells)


def enlarge(made: Matrix, releases: int, questions: int) -> Matrix:
    """Return a matrix of that many releases and questions: more of what is there already."""
    rows = tuple(_grow(made.releases, releases))
    asked = tuple(_grow(made.questions, questions))
    cells = {
        (row.id, one.id): replace(
            made.cells[_origin(row.id), _origin(one.id)], release=row.id, question=one.id
        )
        for row in rows
        for one in asked
    }
    provenances = {row.id: made.provenances[_origin(row.id)] for row in rows}
    intervals = build_intervals(rows, asked, cells)
    return replace(
        made,
        releases=rows,
        questions=asked,
        cells=cells,
        provenances=provenances,
        intervals=tuple(attribute_changes(intervals, cells, provenances)),
    )


def _origin(name: str) -> str:
    return name.removesuffix("_again")


def _grow(values: tuple[Row, ...], size: int) -> Iterator[Row]:
    yield from values[:size]
    for one in values[len(values) - max(0, size - len(values)) :]:
        yield replace(one, id=f"{one.id}_again")


def large() -> Matrix:
    """Return what is stored, grown to the size for which the page's limits are promised."""
    return enlarge(stored_matrix(ROOT / "results"), 60, 150)


def write_page(folder: Path, made: Matrix) -> Path:
    """Write a page and what it links to, as it lies in the results folder."""
    path = folder / "results" / "compatibility.html"
    path.parent.mkdir(parents=True)
    page = render_page(made, data_version=VERSION, charts=[DRAWING])
    path.write_text(page, encoding="utf-8")
    return path
