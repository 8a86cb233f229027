"""Through nox, on real releases: what a person types, and what is stored and published then."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import ExitCode
from harness.model import Kind, Observation, Status
from harness.questions import load_scenarios
from harness.store import read_observations

ROOT = Path(__file__).parent.parent
BEFORE, BETWEEN, AFTER = "tf-2.10.1", "tf-2.15.1", "tf-2.21.0"
"""Releases on both sides of two changes: of the denominator (2.11), and to Keras 3 (2.16)."""


def run_nox(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run nox as a person would: it must build all it needs by itself."""
    # What the outer session has set for itself is not for the inner one.
    outer = {name: value for name, value in os.environ.items() if not name.startswith("NOX")}
    return subprocess.run(
        [sys.executable, "-m", "nox", *words],
        cwd=checkout,
        env=outer,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the store of one real run over the three releases."""
    folder = tmp_path_factory.mktemp("results")
    chosen = [f"matrix({release})" for release in (BEFORE, BETWEEN, AFTER)]
    done = run_nox(ROOT, "-s", *chosen, "--", "--results", str(folder))
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def observations(results: Path) -> list[Observation]:
    return list(read_observations(results / "observations"))


def answers(observations: list[Observation], question: str) -> dict[str, str | None]:
    """Return each release's answer; both draws were shown to agree by the status of the cell."""
    return {o.provenance.release: o.answer for o in observations if o.question == question}


def test_each_question_is_asked_on_each_draw_of_each_release(
    observations: list[Observation],
) -> None:
    asked = {(o.provenance.release, o.question, o.draw) for o in observations}
    questions = [q.id for scenario in load_scenarios() for q in scenario.questions]
    assert asked == {
        (release, question, draw)
        for release in (BEFORE, BETWEEN, AFTER)
        for question in questions
        for draw in (0, 1)
    }
    assert len(observations) == len(asked)


def test_the_release_that_was_asked_for_is_the_one_that_answered(
    observations: list[Observation],
) -> None:
    assert {f"tf-{o.provenance.tensorflow}" for o in observations} == {BEFORE, BETWEEN, AFTER}
    for seen in observations:
        assert seen.provenance.release == f"tf-{seen.provenance.tensorflow}"


def test_releases_answer_or_say_why_not(observations: list[Observation]) -> None:
    states = {o.status for o in observations}
    assert states <= {Status.ANSWERED, Status.RAISED, Status.NOT_APPLICABLE}
    assert all(o.reason for o in observations if o.status is not Status.ANSWERED)


def test_every_numeric_answer_is_proved_by_its_own_evidence(
    observations: list[Observation],
) -> None:
    tolerance = {q.id: q.tolerance for scenario in load_scenarios() for q in scenario.questions}
    proved = [o for o in observations if o.status is Status.ANSWERED and o.kind is Kind.NUMERIC]
    assert proved
    for seen in proved:
        assert seen.observed is not None
        away = {
            name: abs(seen.observed - value) / abs(value) for name, value in seen.hypotheses.items()
        }
        assert seen.answer is not None
        assert away.pop(seen.answer) <= tolerance[seen.question]
        assert min(away.values()) > 99 * tolerance[seen.question]


def test_the_change_that_seed_1_asks_about_is_seen(observations: list[Observation]) -> None:
    # Seed 1 printed 0.6017 on TensorFlow 2.7, where the sum over valid steps is 6 * 1.00283: it
    # was divided by all 10 steps. The losses of Keras 2.11 were rewritten to divide by the valid.
    by_release = answers(observations, "dense_masking.loss_denominator")
    assert by_release[BEFORE] == "total"
    assert by_release[BETWEEN] == by_release[AFTER] == "valid"
    assert answers(observations, "dense_masking.gradient_denominator") == by_release
    assert answers(observations, "dense_masking.seed_program") == by_release


def test_keras_3_takes_weights_along_another_axis(observations: list[Observation]) -> None:
    # Keras 3 broadcasts (batch,) weights against a loss of shape (batch, timesteps) as numpy does.
    by_release = answers(observations, "weighted_metrics.sample_weight_axis")
    assert by_release == {BEFORE: "samples", BETWEEN: "samples", AFTER: "timesteps"}


def test_what_is_published_has_the_three_releases(results: Path) -> None:
    export = json.loads((results / "compatibility.json").read_text())
    measured = {release["id"] for release in export["releases"] if release["measured"]}
    assert measured == {BEFORE, BETWEEN, AFTER}
    assert "÷ valid" in (results / "COMPATIBILITY.md").read_text()


def test_a_second_run_measures_nothing(results: Path) -> None:
    before = sorted((results / "observations").iterdir())
    done = run_nox(ROOT, "-s", f"matrix({BEFORE})", "--", "--results", str(results))
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    assert "everything is measured already" in done.stdout + done.stderr
    assert sorted((results / "observations").iterdir()) == before


def test_a_release_that_cannot_be_installed_is_stated_and_ends_with_5(tmp_path: Path) -> None:
    clone, results = tmp_path / "clone", tmp_path / "results"
    ignored = shutil.ignore_patterns(".nox", ".venv*", ".git", "results", "__pycache__")
    shutil.copytree(ROOT, clone, ignore=ignored)
    lock = clone / "harness" / "releases" / "locks" / "tf-1.4.1.txt"
    lock.write_text(re.sub("sha256:[0-9a-f]{64}", "sha256:" + "0" * 64, lock.read_text()))
    done = run_nox(clone, "-s", "matrix(tf-1.4.1)", "--", "--results", str(results))
    assert done.returncode == ExitCode.ENVIRONMENT, done.stdout + done.stderr
    states = {(o.status, o.provenance.release) for o in read_observations(results / "observations")}
    assert states == {(Status.NOT_INSTALLABLE, "tf-1.4.1")}
    assert "1 to install: about 1 GB" in done.stdout + done.stderr
