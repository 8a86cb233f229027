"""``check`` beyond what is stored: releases outside the catalogue, own scenarios, open cells."""

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ExitCode
from harness.measure.on_demand import Measured
from harness.model import Cell, Status
from harness.questions import gather_scenarios, load_scenarios
from harness.releases.builds import Build
from harness.releases.catalogue import find_release, load_catalogue
from harness.store import read_observations
from harness.upgrade.measuring import add_scenarios, amend, empty_record, include, list_open
from tests.builders import LOCK, declared, observation, write_scenario
from tests.releases.small_releases import ASKING, only_index, tamper, tensorflow

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "harness", "check")
ENDS = ("--from", "9.0.0", "--to", "9.4.0")
CATALOGUE = load_catalogue()
RELEASE = find_release(CATALOGUE, "tf-2.10.1")
QUESTION = "dense_masking.loss_denominator"
ANSWERED = {"status": Status.ANSWERED, "answer": "valid"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Two releases that nobody catalogued, and a scenario that tells them apart."""
    question = declared(kind="categorical", answers=["total", "valid"])
    write_scenario(tmp_path / "own", "mine", {"says": question}, ASKING)
    files = [tensorflow("9.0.0"), tensorflow("9.4.0", "valid"), tensorflow("9.5.0", requires=["x"])]
    with only_index(files, tmp_path, monkeypatch):
        yield tmp_path


def check(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *words, "--format", "json"]
    for option, name in (("scenarios", "own"), ("results", "results"), ("builds", "builds")):
        command += [f"--{option}", str(folder / name)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def changes(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    found = json.loads(done.stdout)
    return {change["question"]: change for change in found["changes"]}


def test_what_nobody_catalogued_is_installed_measured_and_compared(folder: Path) -> None:
    """The small releases answer no question of TensorFlow, so that one's own alone can change."""
    done = check(folder, *ENDS, "--measure")
    assert done.returncode == ExitCode.FINDINGS, done.stderr
    assert set(changes(done)) == {"mine.says"}
    stored = list(read_observations(folder / "results" / "observations"))
    assert {one.provenance.release for one in stored} == {"tf-9.0.0", "tf-9.4.0"}
    again = check(folder, *ENDS, "--measure")
    assert changes(again) == changes(done)
    assert list(read_observations(folder / "results" / "observations")) == stored


def test_an_environment_that_was_tampered_with_is_made_anew(folder: Path) -> None:
    """Both ends would agree if what was written into one of them counted."""
    first = check(folder, *ENDS, "--measure")
    tamper(folder / "builds", "tf-9.0.0")
    again = check(folder, *ENDS, "--measure", "--again", "--scenario", "mine")
    assert "tf-9.0.0: installed anew, since it was changed: tensorflow: " in again.stderr
    assert set(changes(again)) == set(changes(first)) == {"mine.says"}


def test_what_is_printed_measures_again(folder: Path) -> None:
    """Pasted, it leads to another run of both ends, and to the same change."""
    first = check(folder, *ENDS, "--measure")
    words = shlex.split(changes(first)["mine.says"]["measure_again"])
    assert words[:4] == ["nox", "-s", "check", "--"]
    done = subprocess.run(
        [*COMMAND, *words[4:], "--format", "json", "--builds", str(folder / "builds")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert set(changes(done)) == {"mine.says"}, done.stderr
    stored = read_observations(folder / "results" / "observations")
    seen = [one.provenance.release for one in stored if one.question == "mine.says"]
    # Two draws a time.
    assert sorted(seen) == ["tf-9.0.0"] * 4 + ["tf-9.4.0"] * 4


def test_without_being_told_to_nothing_is_installed(folder: Path) -> None:
    done = check(folder, *ENDS)
    assert done.returncode in {ExitCode.USAGE, ExitCode.INCONCLUSIVE}
    assert not (folder / "builds").exists()
    assert not (folder / "results").exists()


def test_an_end_that_cannot_be_installed_leaves_all_of_it_open(folder: Path) -> None:
    done = check(folder, "--from", "9.0.0", "--to", "9.5.0", "--measure")
    assert done.returncode == ExitCode.INCONCLUSIVE
    assert "tf-9.5.0: not_installable: " in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "9.0.1", "--to", "9.4.0"), "there is no TensorFlow '9.0.1'"),
        (("--from", "9.4.0", "--to", "9.0.0"), "comes after"),
        (("--from", "9.0.0", "--to", "tf-9.0.0"), "nothing to compare"),
    ],
)
def test_bad_ends_are_said_before_anything_is_installed(
    folder: Path, words: tuple[str, ...], said: str
) -> None:
    done = check(folder, *words, "--measure")
    assert said in done.stderr
    assert done.returncode == ExitCode.USAGE
    assert not (folder / "builds").exists()


def test_an_empty_record_knows_nothing() -> None:
    record = empty_record(load_scenarios())
    assert set(record.versions) == {release.id for release in CATALOGUE}
    assert len(list_open(record, RELEASE.id)) == len(record.matrix.questions)


def test_a_release_that_is_included_is_open_throughout() -> None:
    new = replace(RELEASE, id="tf-2.10.0", tensorflow="2.10.0", series=(), tags=())
    record = include(empty_record(load_scenarios()), new)
    assert record.releases["tf-2.10.0"] == new
    assert list_open(record, "tf-2.10.0") == list_open(record, RELEASE.id)
    assert record.versions["tf-2.10.0"].keras == ""


def measured(**cell: Any) -> Measured:
    one = Cell(release=RELEASE.id, question=QUESTION, **cell)
    build = Build(release=RELEASE.id, lock_sha256=LOCK)
    return Measured(release=RELEASE, build=build, cells={QUESTION: one})


def test_what_was_measured_closes_its_cell_and_says_what_was_there() -> None:
    record = empty_record(load_scenarios())
    evidence = (observation(numpy="1.23.5", keras="2.10.0", python="3.9.18"),)
    amended = amend(record, measured(**ANSWERED, evidence=evidence))
    assert list_open(record, RELEASE.id) - list_open(amended, RELEASE.id) == {QUESTION}
    assert amended.versions[RELEASE.id].keras == "2.10.0"
    assert amended.versions[RELEASE.id].python == "3.9.18"


def test_what_is_known_already_stays() -> None:
    record = amend(empty_record(load_scenarios()), measured(**ANSWERED))
    later = amend(record, measured(status=Status.ANSWERED, answer="total"))
    assert later.matrix.cells[RELEASE.id, QUESTION].answer == "valid"


def test_own_questions_stand_beside_the_published_ones(tmp_path: Path) -> None:
    write_scenario(tmp_path, "mine", {"says": declared()}, ASKING)
    own = gather_scenarios(tmp_path)[-1:]
    record = add_scenarios(empty_record(load_scenarios()), own, ())
    assert record.matrix.questions[-1].id == "mine.says"
    assert all((row.id, "mine.says") in record.matrix.cells for row in CATALOGUE)
    assert {one.question for one in record.matrix.intervals} >= {"mine.says"}
