"""Bisecting for real: a local index, the real uv, real workers, and changes that were planted."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from harness.errors import ExitCode
from harness.model import Observation
from harness.store import read_observations, write_observations
from tests.builders import declared, write_scenario
from tests.releases.small_index import ANY, File
from tests.releases.small_releases import ASKING, DIES, keras, only_index, tamper, tensorflow

ROOT = Path(__file__).parents[2]
RELEASES = [
    tensorflow("9.0.0"),
    tensorflow("9.1.0rc0"),
    tensorflow("9.1.0"),
    tensorflow("9.1.1", yanked="a bad\x1b[31m build"),
    tensorflow("9.2.0", tag="cp39-cp39-win_amd64"),
    tensorflow("9.3.0", more=DIES),
    tensorflow("9.4.0", "valid"),
    tensorflow("9.5.0", "valid"),
    tensorflow("9.6.0", requires=["nowhere"]),
    tensorflow("9.7.0", "valid"),
    tensorflow("9.8.0", "total"),
    tensorflow("9.9.0", "total"),
    keras("9.1.0"),
    keras("9.2.0", "valid"),
    keras("9.3.0", "valid"),
]
"""total up to 9.1.0, valid from 9.4.0 (nothing between answers), total again from 9.8.0."""


@dataclass(frozen=True, kw_only=True)
class Bisecting:
    """A folder with a scenario, a store and environments of its own."""

    folder: Path

    @property
    def observations(self) -> Path:
        return self.folder / "results" / "observations"

    def command(self, *words: str) -> list[str | Path]:
        command: list[str | Path] = [sys.executable, "-m", "harness", "bisect", *words]
        for option, folder in (("scenarios", "own"), ("results", "results"), ("builds", "builds")):
            command += [f"--{option}", self.folder / folder]
        return command

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words), cwd=ROOT, capture_output=True, text=True, check=False
        )

    def stored(self) -> list[Observation]:
        return list(read_observations(self.observations))


def measured(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return which releases were installed and measured, in their order."""
    return re.findall(r"^tf-(\S+): installing and measuring$", done.stderr, re.MULTILINE)


def write_mine(folder: Path, code: str = ASKING) -> Path:
    question = declared(kind="categorical", answers=["total", "valid"])
    return write_scenario(folder / "own", "mine", {"says": question}, code)


@pytest.fixture
def bisecting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bisecting]:
    write_mine(tmp_path)
    with only_index(RELEASES, tmp_path, monkeypatch):
        yield Bisecting(folder=tmp_path)


def test_a_change_is_found_and_what_cannot_be_measured_is_named(bisecting: Bisecting) -> None:
    done = bisecting.run("mine.says", "--from", "9.0.0", "--to", "9.7.0")
    assert done.returncode == ExitCode.OK, done.stderr
    assert (
        "changed in tf-9.4.0; tf-9.1.0 is the last before; "
        "untested between: tf-9.1.1, tf-9.2.0, tf-9.3.0  (total → valid)\n"
    ) in done.stdout
    assert "tf-9.0.0 to tf-9.7.0 along tensorflow, with the Keras of each day" in done.stdout
    for why in (
        "tf-9.1.1     stepped around: it was yanked: a bad\\x1b[31m build",
        "tf-9.2.0     stepped around: it has no wheel for Linux x86-64",
        "tf-9.3.0     stepped around: crashed: exit code 7",
    ):
        assert why in done.stdout
    assert len(measured(done)) == len(set(measured(done)))
    assert {one.provenance.release for one in bisecting.stored()} <= {
        f"tf-{version}" for version in measured(done)
    }


def test_an_environment_that_was_tampered_with_is_made_anew(bisecting: Bisecting) -> None:
    """Both ends would agree if what was written into one of them counted."""
    words = ("mine.says", "--from", "9.0.0", "--to", "9.4.0")
    first = bisecting.run(*words)
    tamper(bisecting.folder / "builds", "tf-9.0.0")
    second = bisecting.run(*words, "--again")
    assert "tf-9.0.0: installed anew, since it was changed: tensorflow: " in second.stderr
    changed = re.findall(r"^changed in .*$", first.stdout, re.MULTILINE)
    assert changed
    assert re.findall(r"^changed in .*$", second.stdout, re.MULTILINE) == changed


def test_the_same_command_again_measures_nothing(bisecting: Bisecting) -> None:
    words = ("mine.says", "--from", "9.0.0", "--to", "9.5.0")
    first, second = bisecting.run(*words), bisecting.run(*words)
    changed = re.findall(r"^changed in .*$", first.stdout, re.MULTILINE)
    assert changed
    assert re.findall(r"^changed in .*$", second.stdout, re.MULTILINE) == changed
    assert "tf-9.5.0: valid (stored)" in second.stderr
    # What crashed answers from the store, too, and is only named.
    assert set(measured(second)) <= {"9.3.0"}
    assert len(bisecting.stored()) == 2 * len(measured(first))
    third = bisecting.run(*words, "--again")
    assert measured(third) == measured(first)


def test_ends_that_agree_prove_nothing_and_every_release_does(bisecting: Bisecting) -> None:
    words = ("mine.says", "--from", "9.0.0", "--to", "9.9.0")
    done = bisecting.run(*words)
    assert done.returncode == ExitCode.INCONCLUSIVE
    assert "no change found" in done.stdout
    assert "--every" in done.stderr
    assert measured(done) == ["9.0.0", "9.9.0"]
    done = bisecting.run(*words, "--every")
    assert done.returncode == ExitCode.OK, done.stderr
    assert "the answer changes 2 times:\nchanged in tf-9.4.0; tf-9.1.0 is" in done.stdout
    assert "\nchanged in tf-9.8.0; tf-9.7.0 is the last before; untested between: none" in (
        done.stdout
    )
    assert "tf-9.6.0     stepped around: not installable: " in done.stdout
    # What is stored now divides the line, without being told to measure every release.
    again = bisecting.run(*words)
    assert "the answer changes 2 times:" in again.stdout


def test_what_another_machine_says_between_ends_that_agree_is_looked_into(
    bisecting: Bisecting,
) -> None:
    done = bisecting.run("mine.says", "--from", "9.5.0", "--to", "9.7.0")
    assert done.returncode == ExitCode.INCONCLUSIVE
    words = ("mine.says", "--from", "9.0.0", "--to", "9.9.0")
    move_to_another_machine(bisecting)
    done = bisecting.run(*words)
    assert done.returncode == ExitCode.OK, done.stderr
    assert "the answer changes 2 times:" in done.stdout
    assert {"9.5.0", "9.7.0"} & set(measured(done))


def move_to_another_machine(bisecting: Bisecting) -> None:
    """Store again what is there, as another machine would have; forget what this one measured."""
    seen = bisecting.stored()
    for file in bisecting.observations.glob("*.parquet"):
        file.unlink()
    for release in {one.provenance.release for one in seen}:
        rows = [
            replace(one, provenance=replace(one.provenance, machine="linux-x86_64-1cpu-elsewhere"))
            for one in seen
            if one.provenance.release == release
        ]
        write_observations(bisecting.observations, rows)


def test_keras_moves_with_tensorflow_held(bisecting: Bisecting) -> None:
    done = bisecting.run(
        "mine.says", "--from", "tf-9.0.0+keras-9.1.0", "--to", "tf-9.0.0+keras-9.3.0"
    )
    assert done.returncode == ExitCode.OK, done.stderr
    assert "along keras, with TensorFlow 9.0.0; published between: 1" in done.stdout
    assert (
        "changed in tf-9.0.0+keras-9.2.0; tf-9.0.0+keras-9.1.0 is the last before; "
        "untested between: none"
    ) in done.stdout


def test_an_interrupted_search_goes_on_where_it_was(bisecting: Bisecting) -> None:
    words = ("mine.says", "--from", "9.0.0", "--to", "9.5.0")
    command = bisecting.command(*words)
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        for line in process.stderr:
            if re.match(r"tf-9\.5\.0: valid", line):
                os.kill(process.pid, signal.SIGINT)
                break
        process.stderr.read()
    assert process.returncode == 130
    done = bisecting.run(*words)
    assert done.returncode == ExitCode.OK, done.stderr
    assert not {"9.0.0", "9.5.0"} & set(measured(done))
    assert "changed in tf-9.4.0" in done.stdout


def test_the_environment_of_a_release_lies_apart_from_the_matrix(bisecting: Bisecting) -> None:
    bisecting.run("mine.says", "--from", "9.0.0", "--to", "9.1.0")
    builds = bisecting.folder / "builds"
    assert [one.name for one in builds.iterdir()] == ["published"]
    names = {one.name for one in (builds / "published" / "environments").iterdir()}
    assert names == {"tf-9.0.0", "tf-9.1.0"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("mine.say --from 9.0.0 --to 9.5.0", 2, "Did you mean mine.says?"),
        ("nothing --from 9.0.0 --to 9.5.0", 2, "there is no question 'nothing'"),
        ("mine.says --from 9.0.0 --to 9.0.9", 2, "Did you mean 9."),
        ("mine.says --from 9.5.0 --to 9.0.0", 2, "Try: --from 9.0.0 --to 9.5.0"),
        ("mine.says --from 9.0.0 --to tf-9.0.0", 2, "both ends are tf-9.0.0"),
        ("mine.says --from 9.1.1 --to 9.5.0", 2, "it was yanked"),
        ("mine.says --from 9.0.0 --to 9.2.0", 2, "it has no wheel for Linux x86-64"),
        ("mine.says --from 9.0.0 --to 9.3.0", 4, "tf-9.3.0 gives no answer"),
        ("mine.says --from 9.0.0 --to 9.6.0", 5, "tf-9.6.0 cannot be installed here"),
        ("mine.says --from 9.0.0", 2, "--to"),
        ("mine.says --from 9.0.0 --to 9.5.0 --axis numpy", 2, "--axis: invalid"),
    ],
)
def test_bad_input_is_said_with_its_exit_code(
    bisecting: Bisecting, words: str, code: int, said: str
) -> None:
    done = bisecting.run(*words.split())
    assert said in done.stderr
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_an_index_that_does_not_answer_ends_with_5(
    bisecting: Bisecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://somebody:secret@127.0.0.1:9/simple")
    done = bisecting.run("mine.says", "--from", "9.0.0", "--to", "9.5.0")
    assert done.returncode == ExitCode.ENVIRONMENT
    assert "the package index cannot be read" in done.stderr
    assert "secret" not in done.stderr


def test_what_a_scenario_requires_is_there_and_the_release_is_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scenario's package is younger than the release, and brings a tensorflow of its own."""
    extra = File(
        project="extra",
        version="1.0",
        tag=ANY,
        uploaded="2026-06-01T00:00:00Z",
        modules={"extra.py": "WORD = 'valid'\n", "numpy/__init__.py": "raise SystemExit(1)\n"},
        requires=["numpy", "tensorflow"],
    )
    asking = """
        import sys

        def ask(probe):
            import extra
            assert any("layers" in entry for entry in sys.path), sys.path
            for rng in probe.draws():
                probe.observe("says", extra.WORD)
    """
    file = write_mine(tmp_path, asking)
    file.write_text(f"REQUIREMENTS = ['extra>=1']\n{file.read_text()}")
    with only_index([*RELEASES, extra], tmp_path, monkeypatch):
        bisecting = Bisecting(folder=tmp_path)
        done = bisecting.run("mine.says", "--from", "9.0.0", "--to", "9.1.0")
    assert "both ends and all that was measured between say valid" in done.stdout, done.stderr
    assert {one.provenance.numpy for one in bisecting.stored()} == {"0.1"}
    environments = tmp_path / "builds" / "published" / "environments"
    assert not list(environments.rglob("extra.py"))


def test_a_real_change_between_minors_of_keras_is_found(tmp_path: Path) -> None:
    """The ends differ by the published table; which of the two releases between did it is asked."""
    ends = "--from tf-2.16.2+keras-3.3.3 --to tf-2.16.2+keras-3.4.1"
    command = [sys.executable, "-m", "harness", "bisect", "merge_layers.concatenate"]
    command += [*ends.split(), "--results", str(tmp_path / "results")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.OK, done.stderr
    changed = r"^changed in (\S+); (\S+) is the last before; untested between: none"
    found = re.search(changed, done.stdout, re.MULTILINE)
    assert found, done.stdout
    names = [f"tf-2.16.2+keras-{version}" for version in ("3.3.3", "3.4.0", "3.4.1")]
    assert names.index(found[1]) == names.index(found[2]) + 1
    stored = list(read_observations(tmp_path / "results" / "observations"))
    answers = {
        one.provenance.release: (one.status, one.answer)
        for one in stored
        if one.question == "merge_layers.concatenate"
    }
    assert set(answers) == set(names)
    assert answers[found[1]] != answers[found[2]]
    assert {one.provenance.keras for one in stored} == {"3.3.3", "3.4.0", "3.4.1"}
