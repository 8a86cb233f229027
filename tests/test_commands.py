"""The verbs as a person calls them: bad input, each with a message and its exit code."""

import gc
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness.commands.report import uncollected
from harness.errors import ExitCode
from harness.model import Status
from harness.releases.builds import Build, write_build
from harness.releases.catalogue import load_catalogue

ROOT = Path(__file__).parents[1]


def call(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *map(str, words)],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def snapshot(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "required: VERB"),
        ("mesure", "invalid choice: 'mesure'"),
        ("measure tf-2.10.9", "Did you mean tf-2.10.1"),
        ("measure 2.10.9", "Did you mean 2.10.1"),
        ("measure", "no release is installed here"),
        ("measure tf-2.10.1", "tf-2.10.1 is not installed here"),
        ("measure --timeout 0", "--timeout: must be more than 0"),
        ("measure --timeout nan", "--timeout: must be more than 0"),
        ("measure --timeout soon", "--timeout"),
        ("measure --python PYTHON", "--python is the environment of one release"),
        ("measure --python PYTHON 2.10.1 2.11.1", "--python is the environment of one release"),
        ("measure --python PYTHON 2.10.1 --scenario dense_maskin", "Did you mean 'dense_masking'?"),
    ],
)
def test_bad_words_to_measure_end_with_2(tmp_path: Path, words: str, said: str) -> None:
    arguments = [sys.executable if word == "PYTHON" else word for word in words.split()]
    if arguments[:1] == ["measure"]:
        arguments += ["--results", str(tmp_path), "--builds", str(tmp_path)]
    done = call("harness", *arguments)
    assert said in done.stderr
    assert done.returncode == ExitCode.USAGE
    assert "Traceback" not in done.stderr
    assert not snapshot(tmp_path)


@pytest.mark.parametrize("name", ["python", "environment/bin/python"])
def test_an_interpreter_that_is_not_there_ends_with_2(tmp_path: Path, name: str) -> None:
    python, results = tmp_path / name, tmp_path / "results"
    done = call("harness", "measure", "2.10.1", "--python", python, "--results", results)
    assert done.returncode == ExitCode.USAGE
    assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_a_record_that_cannot_be_read_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "tf-2.10.1.json").write_text("{")
    done = call("harness", "measure", "--builds", tmp_path, "--results", tmp_path / "results")
    assert "tf-2.10.1.json cannot be read" in done.stderr
    assert done.returncode == ExitCode.USAGE


def test_a_release_that_could_not_be_installed_ends_with_5(tmp_path: Path) -> None:
    """It is stated and stored, and what is stored can be published."""
    release, folder = load_catalogue()[0], tmp_path / "builds"
    absent, reason = Status.NO_INTERPRETER, "no Python 3.6"
    write_build(
        folder, Build(release=release.id, lock_sha256="0" * 64, absent=absent, reason=reason)
    )
    done = call("harness", "measure", "--builds", folder, "--results", tmp_path / "results")
    assert f"{release.id}: no_interpreter: no Python 3.6" in done.stderr
    assert done.returncode == ExitCode.ENVIRONMENT


def test_a_report_of_nothing_ends_with_4(tmp_path: Path) -> None:
    done = call("harness", "report", "--results", tmp_path)
    assert done.returncode == ExitCode.INCONCLUSIVE
    assert "there is nothing to publish" in done.stderr
    assert not snapshot(tmp_path)


def test_a_store_that_cannot_be_read_ends_with_2(tmp_path: Path) -> None:
    stored = tmp_path / "observations"
    stored.mkdir()
    (stored / "one.parquet").write_bytes(b"PAR1 and no more")
    done = call("harness", "report", "--results", tmp_path)
    assert "one.parquet" in done.stderr
    assert done.returncode == ExitCode.USAGE
    assert snapshot(tmp_path) == {stored, stored / "one.parquet"}


def test_a_report_of_less_than_before_ends_with_1_unless_it_is_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "observations"
    folder.mkdir()
    for release in ("tf-2.10.1", "tf-2.16.2"):
        for file in (ROOT / "results" / "observations").glob(f"{release}--*.parquet"):
            (folder / file.name).symlink_to(file)
    words = ["harness", "report", "--results", str(tmp_path)]
    assert call(*words).returncode == ExitCode.OK
    published = (tmp_path / "compatibility.json").read_bytes()
    for file in folder.glob("tf-2.16.2--*"):
        file.unlink()
    done = call(*words)
    assert done.returncode == ExitCode.FINDINGS
    assert re.search(r"^ +tf-2\.16\.2, .*: it was \w+, and is not_run$", done.stderr, re.MULTILINE)
    assert "--allow-shrink" in done.stderr
    assert (tmp_path / "compatibility.json").read_bytes() == published
    assert call(*words, "--allow-shrink").returncode == ExitCode.OK
    assert (tmp_path / "compatibility.json").read_bytes() != published


@pytest.fixture
def nowhere(tmp_path: Path) -> dict[str, str]:
    """An environment without interpreters, so that no committed lock can be written."""
    places = ("PATH", "HOME", "PYENV_ROOT", "XDG_DATA_HOME", "UV_PYTHON_INSTALL_DIR")
    return dict.fromkeys(places, str(tmp_path))


@pytest.mark.parametrize("words", ["", "tf-2.10.9", "2.10.1 nonsense"])
def test_a_lock_of_an_unknown_release_ends_with_2(nowhere: dict[str, str], words: str) -> None:
    assert call("harness", "lock", *words.split(), **nowhere).returncode == ExitCode.USAGE


def test_a_lock_without_its_interpreter_ends_with_5(nowhere: dict[str, str]) -> None:
    done = call("harness", "lock", "tf-1.4.1", **nowhere)
    assert "Python 3.6 is not here" in done.stderr
    assert done.returncode == ExitCode.ENVIRONMENT


@pytest.mark.parametrize("verb", ["measure", "report", "check", "bisect", "new-scenario", "lock"])
def test_every_verb_explains_itself(verb: str) -> None:
    done = call("harness", verb, "--help")
    assert done.returncode == ExitCode.OK
    assert f"python -m harness {verb}" in done.stdout


def test_nox_lists_a_session_for_each_release() -> None:
    done = call("nox", "-l", NOX_SCRIPT_MODE="none", NO_COLOR="1")
    assert done.returncode == ExitCode.OK, done.stderr
    listed = re.findall(r"^. matrix\(([^)]+)\)(?: \[(.*?)\])? -> .+$", done.stdout, re.MULTILINE)
    assert listed == [(row.id, ",".join(row.tags)) for row in load_catalogue()]
    for session in ("measure", "report", "check", "bisect", "lock", "tests", "lint", "faults"):
        assert re.search(rf"^. {session} -> \S+", done.stdout, re.MULTILINE)
    assert re.findall(r"^\* (\w+)", done.stdout, re.MULTILINE) == ["tests", "lint"]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["-s", "matrix(tf-2.10.9)"], "tf-2.10.1"),
        (["-s", "matrix(2.10)"], 'nox -s "matrix(tf-2.10.1)"'),
        (["-s", "matrix", "-t", "keras-3"], "'keras3'"),
    ],
)
def test_an_unknown_release_or_tag_is_answered_with_the_nearest(
    words: list[str], meant: str
) -> None:
    done = call("nox", "--list", *words, NOX_SCRIPT_MODE="none", NO_COLOR="1")
    assert done.returncode == ExitCode.USAGE
    assert meant in done.stderr


def test_nox_itself_answers_for_an_unknown_session() -> None:
    done = call("nox", "-s", "matirx", NOX_SCRIPT_MODE="none", NO_COLOR="1")
    assert done.returncode == 3


@pytest.mark.parametrize("tag", ["keras3", "quick"])
def test_a_tag_selects_the_releases_that_carry_it(tag: str) -> None:
    words = ["--list", "-s", "matrix", "-t", tag]
    done = call("nox", *words, NOX_SCRIPT_MODE="none", NO_COLOR="1")
    chosen = re.findall(r"^\* matrix\(([^)]+)\)", done.stdout, re.MULTILINE)
    assert chosen == [row.id for row in load_catalogue() if tag in row.tags]


def test_garbage_is_looked_for_again_after_a_report() -> None:
    with uncollected():
        inside = gc.isenabled()
    assert (inside, gc.isenabled()) == (False, True)
