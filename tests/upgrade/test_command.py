"""The verb as a person calls it: what it reads, what it writes, and its exit codes."""

import json
import os
import pty
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.errors import ExitCode
from harness.upgrade.command import place_scan
from harness.upgrade.sightings import Scan, Sighting

from .stores import SILENT, outcome, write_export, write_store

ROOT = Path(__file__).parents[2]
ENDS = ("tf-2.10.1", "tf-2.16.2")
FROM_TO = ("--from", "2.10.1", "--to", "2.16.2")
CODE = "import tensorflow as tf\n\nmodel = tf.keras.Sequential([tf.keras.layers.Masking()])\n"


def check(
    *words: str | Path, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "harness", "check", *map(str, words)],
        cwd=cwd or ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "GITHUB_STEP_SUMMARY": "",
            **(environment or {}),
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which one question changes silently, and nothing else."""
    return write_export(tmp_path_factory.mktemp("results"), ENDS, SILENT)


def test_an_upgrade(results: Path, tmp_path: Path) -> None:
    done = check(*FROM_TO, "--results", results, cwd=tmp_path)
    assert done.returncode == ExitCode.FINDINGS
    assert done.stderr == ""
    assert done.stdout.splitlines()[:2] == [
        "tf-2.10.1 (TensorFlow 2.10.1, Keras 2.10.0) → tf-2.16.2 (TensorFlow 2.16.2, Keras 3.4.1)",
        "Findings: 1 changed (1 silent), 118 the same, 0 unknown of 119 questions.",
    ]


def test_what_the_store_says_is_what_the_export_says(results: Path, tmp_path: Path) -> None:
    words = (*FROM_TO, "--format", "json", "--results")
    folder = write_store(tmp_path, ENDS, SILENT)
    store = check(*words, folder)
    assert store.returncode == ExitCode.FINDINGS, store.stderr
    assert "compatibility.json was left aside, since it is not there" in store.stdout
    # The commands name the store that is to be written to.
    said = store.stdout.replace(str(folder), str(results))
    assert outcome(said) == outcome(check(*words, results).stdout)


def test_an_export_behind_its_store_is_left_aside(tmp_path: Path) -> None:
    """The store has answers of a newer run; the export says what was true before."""
    write_export(tmp_path, ENDS)
    write_store(tmp_path, ENDS, SILENT)
    (tmp_path / "observations" / "tf-2.9.3--20991231T000000Z-ffff.parquet").write_bytes(
        next((tmp_path / "observations").glob("tf-2.10.1*")).read_bytes()
    )
    done = check(*FROM_TO, "--results", tmp_path)
    assert "the run 20991231T000000Z-ffff is newer" in done.stdout.replace("\n  ", " ")
    assert done.returncode == ExitCode.FINDINGS


@pytest.mark.parametrize(
    ("said", "words", "code"),
    [
        ({}, "", ExitCode.OK),
        (SILENT, "--fail-on silent", ExitCode.FINDINGS),
        ({("tf-2.16.2", "dense_masking.mask_value"): "raised"}, "", ExitCode.FINDINGS),
        ({("tf-2.16.2", "dense_masking.mask_value"): "raised"}, "--fail-on silent", ExitCode.OK),
        ({("tf-2.16.2", "dense_masking.mask_value"): None}, "", ExitCode.INCONCLUSIVE),
    ],
)
def test_exit_codes(
    tmp_path: Path, said: dict[tuple[str, str], str | None], words: str, code: ExitCode
) -> None:
    done = check(*FROM_TO, *words.split(), "--results", write_export(tmp_path, ENDS, said))
    assert done.returncode == code
    if code is ExitCode.INCONCLUSIVE:
        assert 'nox -s "matrix(tf-2.16.2)" -- --scenario dense_masking --again' in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "not said which release to upgrade from"),
        ("--from 2.10.9", "Did you mean 2.10.1"),
        ("--from 2.10.9", "measure it now: --measure"),
        ("--from 2.10.1 --again", "--again is said of what is measured"),
        ("--from 2.10.1 --scenario dense_maskin", "did you mean 'dense_masking'"),
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


def test_one_scenario_alone_is_compared(results: Path, tmp_path: Path) -> None:
    (tmp_path / "maskmatrix.toml").write_text('[expect]\n"dense_masking.mask_value" = "material"')
    words = (*FROM_TO, "--results", results, "--format", "json", "--scenario")
    one = json.loads(check(*words, "dense_masking", cwd=tmp_path).stdout)
    assert {row["question"] for row in one["changes"]} == {"dense_masking.loss_denominator"}
    assert sum(one["counts"].values()) == 5
    other = json.loads(check(*words, "batches", cwd=tmp_path).stdout)
    assert (other["changes"], other["unmet"]) == ([], [])


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


def test_a_project_and_its_decisions(results: Path, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("tensorflow==2.10.1\nnumpy<1.24\n")
    words = ("--requirements", "requirements.txt", "--to", "2.16.2", "--results", results)
    done = check(*words, cwd=tmp_path)
    assert done.returncode == ExitCode.FINDINGS
    assert "numpy<1.24 (requirements.txt:2) does NOT allow it" in done.stdout
    (tmp_path / "pyproject.toml").write_text(
        "[[tool.maskmatrix.accept]]\n"
        'question = "dense_masking.loss_denominator"\nreason = "scaled in March"\n'
    )
    done = check(*words, cwd=tmp_path)
    assert done.returncode == ExitCode.OK
    assert "scaled in March" in done.stdout
    (tmp_path / "maskmatrix.toml").write_text('[expect]\n"dense_masking.mask_value" = "material"')
    done = check(*words, cwd=tmp_path)
    assert done.returncode == ExitCode.FINDINGS
    assert "dense_masking.mask_value is expected to be material, and is immaterial" in done.stdout


@pytest.mark.parametrize("text", ["[project]\nname = 'x'\n", "[", "[tool]\nmaskmatrix = 3\n"])
def test_a_pyproject_without_decisions_decides_nothing(
    results: Path, tmp_path: Path, text: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    done = check(*FROM_TO, "--results", results, cwd=tmp_path)
    assert done.returncode == ExitCode.FINDINGS


def test_github_is_given_a_summary(results: Path, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    done = check(
        *FROM_TO,
        "--format",
        "github",
        "--results",
        results,
        environment={"GITHUB_STEP_SUMMARY": str(summary)},
    )
    assert "::error title=silent%3A dense_masking.loss_denominator::" in done.stdout
    assert summary.read_text().startswith("before\n### tf-2.10.1")


def test_a_summary_that_cannot_be_written_ends_with_2(results: Path, tmp_path: Path) -> None:
    environment = {"GITHUB_STEP_SUMMARY": str(tmp_path / "gone" / "summary.md")}
    done = check(*FROM_TO, "--format", "github", "--results", results, environment=environment)
    assert done.returncode == ExitCode.USAGE
    assert "summary.md cannot be written" in done.stderr


def test_whoever_stops_reading_has_read_enough() -> None:
    """The committed results have more to say than a pipe holds; nobody reads it here."""
    words = [sys.executable, "-m", "harness", "check", "--from", "1.4.1", "--format", "json"]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == ExitCode.FINDINGS


def test_code_is_read(results: Path, tmp_path: Path) -> None:
    pytest.importorskip("harness.upgrade.source_scan")
    code = tmp_path / "src" / "train.py"
    code.parent.mkdir()
    code.write_text(CODE)
    words = (*FROM_TO, "--results", results, "--source", "src")
    done = check(*words, cwd=tmp_path)
    assert done.returncode == ExitCode.FINDINGS
    assert "Here: src/train.py:3:" in done.stdout
    log = json.loads(check(*words, "--format", "sarif", cwd=tmp_path).stdout)
    (result,) = log["runs"][0]["results"]
    assert result["ruleId"] == "dense_masking.loss_denominator"
    code.write_text("import tensorflow as tf\n")
    done = check(*words, cwd=tmp_path)
    assert done.returncode == ExitCode.OK
    assert "silent: dense_masking.loss_denominator" in done.stdout


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("src", "src/a.py"),
        ("./src/", "src/a.py"),
        (".", "a.py"),
        ("src/../src", "src/a.py"),
        ("..", "../a.py"),
        ("/elsewhere", "/elsewhere/a.py"),
    ],
)
def test_paths_begin_where_the_verb_was_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, shown: str
) -> None:
    monkeypatch.chdir(tmp_path)
    scan = Scan((Sighting("a.py", 1, 1, "keras", "x"),), 1, (("b.py", "broken"),))
    placed = place_scan(scan, Path(source))
    assert placed.sightings[0].path == shown
    assert placed.skipped[0][0] == shown.replace("a.py", "b.py")


def test_on_a_terminal_it_is_in_colour(results: Path) -> None:
    parent, child = pty.openpty()
    words = [sys.executable, "-m", "harness", "check", *FROM_TO, "--results", str(results)]
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(
        words, cwd=ROOT, stdout=child, env={**environment, "TERM": "xterm", "COLUMNS": "70"}
    ) as process:
        os.close(child)
        text = b""
        try:
            while chunk := os.read(parent, 65536):
                text += chunk
        except OSError:  # the other side of a terminal that is closed reads as an error on Linux
            pass
    os.close(parent)
    assert process.returncode == ExitCode.FINDINGS
    assert b"\x1b[1;31mFindings: " in text


def test_the_committed_results_answer_within_a_second() -> None:
    """The whole catalogue, in processor time: what else the machine does is not counted."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = check(*FROM_TO)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == ExitCode.FINDINGS, done.stderr
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1


def test_nothing_heavy_is_loaded(results: Path) -> None:
    words = ["check", *FROM_TO, "--results", str(results)]
    code = f"import sys; from harness.__main__ import main; main({words!r}); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "harness.upgrade.check" in loaded
    assert not loaded & {"numpy", "pandas", "pyarrow", "scipy", "rich", "yaml", "nox"}


def test_nox_passes_the_code_on_and_reads_files_where_it_was_called(
    results: Path, tmp_path: Path
) -> None:
    (tmp_path / "requirements.txt").write_text("tensorflow==2.10.1")
    words = ["--requirements", "requirements.txt", "--to", "2.16.2", "--results", str(results)]
    done = subprocess.run(
        [sys.executable, "-m", "nox", "-f", str(ROOT / "noxfile.py"), "-s", "check", "--", *words],
        cwd=tmp_path,
        env=os.environ | {"NOX_SCRIPT_MODE": "none", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == ExitCode.FINDINGS, done.stderr
    assert done.stdout.startswith("tf-2.10.1 (TensorFlow 2.10.1")
