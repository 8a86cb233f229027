"""The template: written once, read like any scenario, and running as it is on a real release."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import ExitCode, UsageError
from harness.measure import matrix
from harness.measure.on_demand import measure_release, narrow
from harness.model import Status
from harness.questions import SCENARIOS, gather_scenarios
from harness.releases.catalogue import find_release, load_catalogue
from harness.upgrade.new_scenario import write_new_scenario

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"


def test_the_template_is_a_scenario_of_its_name(tmp_path: Path) -> None:
    file = write_new_scenario("our_loss", tmp_path / "own")
    assert file == tmp_path / "own" / "our_loss.py"
    (own,) = [one for one in gather_scenarios(file.parent) if one.name == "our_loss"]
    assert [question.id for question in own.questions] == ["our_loss.loss"]
    assert own.requirements == ()
    assert "$" not in file.read_text()


@pytest.mark.parametrize("folder", [EXAMPLES, None])
def test_it_runs_on_the_oldest_python(tmp_path: Path, folder: Path | None) -> None:
    for file in (folder or write_new_scenario("our_loss", tmp_path).parent).glob("*.py"):
        tree = ast.parse(file.read_text(), feature_version=(3, 6))
        imported = {
            name.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in [getattr(node, "module", None) or node.names[0].name]
        }
        assert imported <= {"numpy", "scenarios"}


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "our_loss.py").write_text("precious")
    with pytest.raises(UsageError, match="is there already"):
        write_new_scenario("our_loss", tmp_path)
    assert (tmp_path / "our_loss.py").read_text() == "precious"


@pytest.mark.parametrize(
    "name", ["", "Loss", "our-loss", "../loss", "our.loss", "1loss", "class", "dense_masking", "_x"]
)
def test_a_name_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="scenario"):
        write_new_scenario(name, tmp_path)
    assert not list(tmp_path.rglob("*"))


def test_the_verb_writes_where_it_is_told(tmp_path: Path) -> None:
    # Without what is installed: nothing but Python is needed for it.
    command = [sys.executable, "-S", "-m", "harness", "new-scenario", "our_loss"]
    command += ["--folder", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.OK, done.stderr
    assert (tmp_path / "our_loss.py").is_file()
    assert f"--scenarios {tmp_path} --scenario our_loss" in done.stdout
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert again.returncode == ExitCode.USAGE


def answers(folder: Path, question: str, results: Path, builds: Path) -> dict[str, str | None]:
    """Return what real releases on both sides of a change say to a question of one's own."""
    scenarios = narrow(gather_scenarios(folder), {question})
    settings = matrix.Settings(results=results)
    said = {}
    for version in ("2.10.1", "2.15.1"):
        release = find_release(load_catalogue(), version)
        measured = measure_release(release, scenarios, settings, builds)
        assert measured.faults == ()
        cell = measured.cells[question]
        assert cell.status is Status.ANSWERED, cell.reason
        said[version] = cell.answer
    return said


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The environments that nox has made, or else new ones."""
    made = ROOT / ".nox" / "maskmatrix"
    return made if made.exists() else tmp_path_factory.mktemp("builds")


def test_the_template_and_the_example_measure_what_changed_in_keras_2_11(
    tmp_path: Path, builds: Path
) -> None:
    """Its losses were rewritten to divide by the steps that a mask keeps, no more by all.

    A function that returns one number is the same: under the mask, that number is averaged over
    all steps before, and over the kept ones since.
    """
    write_new_scenario("our_loss", tmp_path)
    expected = {"2.10.1": "total", "2.15.1": "valid"}
    assert answers(tmp_path, "our_loss.loss", tmp_path / "results", builds) == expected
    assert answers(EXAMPLES, "own_masked_loss.loss", tmp_path / "results", builds) == expected


def test_the_example_stands_apart_like_a_scenario() -> None:
    assert SCENARIOS.parent == EXAMPLES.parent
    assert [file.name for file in EXAMPLES.glob("*.py")] == ["own_masked_loss.py"]
