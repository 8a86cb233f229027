"""What is committed is what the stored observations say, and none of it is unknown by our fault."""

from pathlib import Path

import pytest

from harness.commands.beside import tell_beside
from harness.commands.stored import stored_matrix, stored_throughputs
from harness.model import Matrix, Status
from harness.publish.readme import HEADLINES, render_readme
from harness.publish.report import THROUGHPUT, render_files
from harness.publish.timed import CALIBRATION
from harness.store import write_timings
from tests.timed_runs import sitting

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "results"


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    return stored_matrix(RESULTS)


def test_the_readme_shows_the_stored_results(matrix: Matrix) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert render_readme(matrix, text) == text, "run: nox -s report"


def test_the_published_files_are_current(matrix: Matrix) -> None:
    calibration = CALIBRATION if (RESULTS / CALIBRATION).exists() else ""
    with tell_beside(RESULTS, matrix.releases) as timed:
        files = render_files(matrix, timed, calibration=calibration)
    for name, text in files.items():
        assert (RESULTS / name).read_text(encoding="utf-8") == text, "run: nox -s report"
    assert (RESULTS / THROUGHPUT).exists() == (THROUGHPUT in files), "run: nox -s report"


def test_every_release_was_measured(matrix: Matrix) -> None:
    states = {cell.status for cell in matrix.cells.values()}
    assert states <= {Status.ANSWERED, Status.RAISED, Status.NOT_APPLICABLE}


def test_the_headlines_are_questions_that_are_asked(matrix: Matrix) -> None:
    assert set(HEADLINES) <= {question.id for question in matrix.questions}


def test_stored_timings_are_judged_along_the_series(tmp_path: Path, matrix: Matrix) -> None:
    assert stored_throughputs(tmp_path, matrix.releases) is None
    write_timings(tmp_path / "timings", sitting({"tf-2.10.1": 1.0, "tf-2.11.1": 1.5}))
    throughputs = stored_throughputs(tmp_path, matrix.releases)
    assert throughputs
    (told,) = throughputs.told
    (steps,) = told.steps.values()
    assert [(one.before, one.after) for one in steps] == [
        ("tf-2.10.1", "tf-2.11.1"),
        ("tf-2.11.1", "tf-2.16.2"),
    ]
