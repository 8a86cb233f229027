"""One release asked now: what is stored counts, what is not is measured."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.measure import matrix
from harness.measure.on_demand import Measured, measure_release, narrow, stored_cells
from harness.model import Cell, Status
from harness.questions import Scenario, gather_scenarios
from harness.releases.catalogue import load_catalogue
from harness.releases.index import open_index
from harness.releases.interpreters import has_interpreter
from harness.releases.provision import provide_build
from harness.releases.published import find_published
from tests.builders import declared, write_scenario
from tests.releases.small_index import Served
from tests.releases.small_releases import ASKING, only_index, tensorflow

TWO = """
    def ask(probe):
        for rng in probe.draws():
            probe.observe("says", probe.get("SAYS"))

    def other(probe):
        for rng in probe.draws():
            probe.observe("more", "valid")
            probe.observe("same", "total")
"""


@pytest.fixture(autouse=True)
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    files = [tensorflow("9.0.0"), tensorflow("9.1.0", requires=["nowhere"])]
    with only_index(files, tmp_path, monkeypatch) as served:
        yield served


def scenarios(folder: Path, code: str = ASKING, *more: str) -> tuple[Scenario, ...]:
    """Return one scenario of our own, alone."""
    question = declared(kind="categorical", answers=["total", "valid"])
    questions = {"says": question} | {name: question | {"experiment": "other"} for name in more}
    write_scenario(folder / "own", "mine", questions, code)
    return gather_scenarios(folder / "own")[-1:]


def ask(folder: Path, version: str = "9.0.0", *, again: bool = False) -> Measured:
    settings = matrix.Settings(results=folder / "results", again=again)
    release = find_published(load_catalogue(), version, open_index(), has_interpreter)
    return measure_release(release, scenarios(folder), settings, folder / "builds")


def test_a_release_that_nobody_catalogued_is_installed_and_measured(tmp_path: Path) -> None:
    measured = ask(tmp_path)
    cell = measured.cells["mine.says"]
    assert (cell.status, cell.answer) == (Status.ANSWERED, "total")
    assert measured.release.id == cell.release == "tf-9.0.0"
    assert len(measured.observations) == 2
    assert {one.provenance.lock_sha256 for one in cell.evidence} == {measured.build.lock_sha256}


def test_what_is_stored_is_not_measured_again(tmp_path: Path) -> None:
    first, second = ask(tmp_path), ask(tmp_path)
    assert second.observations == ()
    said = [
        (one.cells["mine.says"].status, one.cells["mine.says"].answer) for one in (first, second)
    ]
    assert said == [(Status.ANSWERED, "total")] * 2
    again = ask(tmp_path, again=True)
    assert len(again.observations) == 2
    assert again.cells["mine.says"].answer == "total"


def test_what_cannot_be_installed_has_cells_and_is_not_stored(tmp_path: Path) -> None:
    measured = ask(tmp_path, "9.1.0")
    cell = measured.cells["mine.says"]
    assert cell.status is Status.NOT_INSTALLABLE
    assert "nowhere" in cell.reason
    assert measured.observations == ()
    assert not (tmp_path / "results").exists()


def test_only_what_would_not_be_measured_again_counts(tmp_path: Path) -> None:
    measured = ask(tmp_path)
    build = provide_build(measured.release, tmp_path / "builds")
    own = scenarios(tmp_path)

    def recalled(changed: str = "", *, anywhere: bool = False) -> Cell:
        other: dict[str, Any] = {changed: "another"} if changed else {}
        seen = [
            replace(one, provenance=replace(one.provenance, **other))
            for one in measured.observations
        ]
        cells = stored_cells(seen, measured.release, build, own, anywhere=anywhere)
        return cells["mine.says"]

    assert recalled().answer == "total"
    for name in ("machine", "worker_sha256", "python"):
        assert recalled(name).status is Status.NOT_RUN
        assert recalled(name, anywhere=True).answer == "total"
    for name in ("lock_sha256", "release"):
        assert recalled(name, anywhere=True).status is Status.NOT_RUN
    changed_scenario = [replace(one, scenario_sha256="0" * 64) for one in measured.observations]
    cells = stored_cells(changed_scenario, measured.release, build, own, anywhere=True)
    assert cells["mine.says"].status is Status.NOT_RUN


def test_narrowing_keeps_whole_experiments(tmp_path: Path) -> None:
    (own,) = scenarios(tmp_path, TWO, "more", "same")
    for asked, kept in (
        ({"mine.says"}, ["mine.says"]),
        ({"mine.more"}, ["mine.more", "mine.same"]),
        ({"mine.says", "mine.same"}, ["mine.says", "mine.more", "mine.same"]),
    ):
        (narrowed,) = narrow([own], asked)
        assert [question.id for question in narrowed.questions] == kept
        assert narrowed.sha256 == own.sha256
    assert narrow([own], {"dense_masking.loss_denominator"}) == ()
