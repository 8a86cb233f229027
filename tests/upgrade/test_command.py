"""The verb as a person calls it: what it reads, what it answers, and its exit codes."""

import json
from pathlib import Path

import pytest

from harness.errors import ExitCode

from .calling import ENDS, FROM_TO, check
from .stores import SILENT, outcome, write_export, write_store

CODE = "import tensorflow as tf\n\nmodel = tf.keras.Sequential([tf.keras.layers.Masking()])\n"


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


def test_one_scenario_alone_is_compared(results: Path, tmp_path: Path) -> None:
    (tmp_path / "maskmatrix.toml").write_text('[expect]\n"dense_masking.mask_value" = "material"')
    words = (*FROM_TO, "--results", results, "--format", "json", "--scenario")
    one = json.loads(check(*words, "dense_masking", cwd=tmp_path).stdout)
    assert {row["question"] for row in one["changes"]} == {"dense_masking.loss_denominator"}
    assert sum(one["counts"].values()) == 5
    other = json.loads(check(*words, "batches", cwd=tmp_path).stdout)
    assert (other["changes"], other["unmet"]) == ([], [])


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
