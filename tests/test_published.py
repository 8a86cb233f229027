"""What is committed is what the stored observations say, and none of it is unknown by our fault."""

from pathlib import Path

import pytest

from harness.__main__ import stored_matrix
from harness.model import Matrix, Status
from harness.publish.readme import HEADLINES, render_readme
from harness.publish.report import render_files

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "results"


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    return stored_matrix(RESULTS)


def test_the_readme_shows_the_stored_results(matrix: Matrix) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert render_readme(matrix, text) == text, "run: nox -s report"


def test_the_published_files_are_current(matrix: Matrix) -> None:
    for name, text in render_files(matrix).items():
        assert (RESULTS / name).read_text(encoding="utf-8") == text, "run: nox -s report"


def test_every_release_was_measured(matrix: Matrix) -> None:
    states = {cell.status for cell in matrix.cells.values()}
    assert states <= {Status.ANSWERED, Status.RAISED, Status.NOT_APPLICABLE}


def test_the_headlines_are_questions_that_are_asked(matrix: Matrix) -> None:
    assert set(HEADLINES) <= {question.id for question in matrix.questions}
