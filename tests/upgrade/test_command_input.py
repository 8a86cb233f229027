"""What the verb refuses, or cannot answer: the words, the exit code, and nothing on its output."""

from pathlib import Path

import pytest

from harness.errors import ExitCode

from .calling import ENDS, FROM_TO, ROOT, check
from .stores import SILENT, write_export


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which one question changes silently, and nothing else."""
    return write_export(tmp_path_factory.mktemp("results"), ENDS, SILENT)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "not said which release to upgrade from"),
        ("--from 2.10.9", "Did you mean 2.10.1"),
        (f"--from {'9' * 5000}", "there is no release"),
        ("--from 2.10.9", "measure it now: --measure"),
        ("--from 2.10.1 --again", "--again is said of what is measured"),
        ("--from 2.10.1 --scenario dense_maskin", "Did you mean 'dense_masking'"),
        ("--from 2.10.1 --to 2.16.9", "Did you mean 2.16.2"),
        ("--from 2.16.2 --to 2.10.1", "Did you mean --from tf-2.10.1 --to tf-2.16.2?"),
        ("--from 2.10.1 --to tf-2.10.1", "there is nothing to compare"),
        ("--from 2.10.1 --padding 1", "less than 1"),
        ("--from 2.10.1 --padding x", "--padding"),
        ("--from 2.10.1 --fail-on loudly", "invalid choice: 'loudly'"),
        ("--from 2.10.1 --format xml", "invalid choice: 'xml'"),
        ("--from 2.10.1 --format sarif", "--format sarif needs --source"),
        ("--requirements gone.txt", "gone.txt cannot be read"),
        ("--requirements plain.txt", "plain.txt does not name TensorFlow"),
        ("--requirements ring.txt", "ring.txt includes itself"),
        ("--requirements nowhere.txt", "gone.txt cannot be read"),
        ("--requirements other.txt", "--from tf-2.16.2"),
        ("--from 2.10.1 --policy gone.toml", "gone.toml cannot be read"),
        ("--from 2.10.1 --policy wrong.toml", "Did you mean 'dense_masking.loss_denominator'?"),
    ],
)
def test_bad_input_ends_with_2(results: Path, tmp_path: Path, words: str, said: str) -> None:
    (tmp_path / "plain.txt").write_text("numpy")
    (tmp_path / "ring.txt").write_text("-r ring.txt")
    (tmp_path / "nowhere.txt").write_text("tensorflow\n-r gone.txt")
    (tmp_path / "other.txt").write_text("tensorflow==2.16.9")
    (tmp_path / "wrong.toml").write_text('[expect]\n"dense_masking.loss_denominater" = "valid"')
    done = check(*words.split(), "--results", results, cwd=tmp_path)
    assert done.returncode == ExitCode.USAGE
    assert said in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("--from 2.10.0 --to 2.16.2", "--from 2.10.0 --to 2.16.2 --measure"),
        ("--from 2.10.1 --to 2.31.0", "--from tf-2.10.1 --to 2.31.0 --measure"),
        ("--from 2.10.0 --legacy-keras", "--from 2.10.0 --to latest --measure --legacy-keras"),
        ("--requirements pinned.txt --to 2.16.2", "--from tf-2.10.0 --to 2.16.2 --measure"),
        ("--requirements range.txt --to 2.16.1", "--from tf-2.10.1 --to 2.16.1 --measure"),
        ("--requirements here.txt --to 2.16.1", "--from tf-2.10.1 --to 2.16.1 --measure"),
    ],
)
def test_what_may_be_a_release_ends_with_4(
    results: Path, tmp_path: Path, words: str, command: str
) -> None:
    (tmp_path / "pinned.txt").write_text("tensorflow==2.10.0")
    (tmp_path / "here.txt").write_text("tensorflow==2.10.1")
    (tmp_path / "range.txt").write_text("tensorflow>=2.9,<2.11")
    done = check(*words.split(), "--results", results, cwd=tmp_path)
    assert done.returncode == ExitCode.INCONCLUSIVE
    assert "nothing is known of" in done.stderr
    said = f"nox -f {ROOT}/noxfile.py -s check -- {command} --results {results}"
    assert done.stderr.endswith(f"To have it installed and measured now: {said}\n")
    assert done.stdout == ""


def test_an_empty_store_ends_with_4(tmp_path: Path) -> None:
    done = check(*FROM_TO, "--results", tmp_path)
    assert done.returncode == ExitCode.INCONCLUSIVE
    assert "there is nothing to compare" in done.stderr


@pytest.mark.parametrize("text", ["{", "[]", '{"schema_version": 3}', "\x00"])
def test_an_export_that_is_none_ends_with_4(tmp_path: Path, text: str) -> None:
    (tmp_path / "compatibility.json").write_text(text)
    done = check(*FROM_TO, "--results", tmp_path)
    assert done.returncode == ExitCode.INCONCLUSIVE
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", ["[project]\nname = 'x'\n", "[", "[tool]\nmaskmatrix = 3\n"])
def test_a_pyproject_without_decisions_decides_nothing(
    results: Path, tmp_path: Path, text: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    done = check(*FROM_TO, "--results", results, cwd=tmp_path)
    assert done.returncode == ExitCode.FINDINGS


def test_a_summary_that_cannot_be_written_ends_with_2(results: Path, tmp_path: Path) -> None:
    environment = {"GITHUB_STEP_SUMMARY": str(tmp_path / "gone" / "summary.md")}
    done = check(*FROM_TO, "--format", "github", "--results", results, environment=environment)
    assert done.returncode == ExitCode.USAGE
    assert "summary.md cannot be written" in done.stderr
