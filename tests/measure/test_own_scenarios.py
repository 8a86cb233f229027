"""Scenarios of one's own, measured beside the built-in ones: what they require, and where it goes."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from harness.measure import matrix
from harness.measure.collect import Collected
from harness.measure.plan import Measurement
from harness.model import Status
from harness.questions import Scenario, gather_scenarios
from harness.releases.builds import Build
from harness.store import read_observations
from tests.builders import LOCK
from tests.measure.bench import RELEASE, SAYS_VALID, Bench
from tests.releases.small_index import File

NEEDS_EXTRA = """
    def ask(probe):
        import extra
        for rng in probe.draws():
            probe.observe("loss", extra.NUMBER, {"valid": 2.0, "total": 1.0})
"""
LOOKS_FOR_EXTRA = """
    def ask(probe):
        try:
            import extra
            said = 1.0
        except ImportError:
            said = 2.0
        for rng in probe.draws():
            probe.observe("loss", said, {"valid": 2.0, "total": 1.0})
"""


@pytest.fixture(autouse=True)
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is all uv knows: no index, no configuration, a cache of its own."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    wheel = File(project="extra", version="1.0", modules={"extra.py": "NUMBER = 2.0\n"})
    (folder / wheel.name).write_bytes(wheel.build())
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))


def write(bench: Bench, name: str, code: str, *requirements: str) -> None:
    file = bench.write(name, code)
    file.write_text(f"REQUIREMENTS = {list(requirements)}\n{file.read_text()}")


def own(bench: Bench) -> list[Scenario]:
    """Return what the folder adds to the built-in scenarios, which the stand-in cannot run."""
    return [one for one in gather_scenarios(bench.scenarios) if one.file.parent == bench.scenarios]


def settings(bench: Bench) -> matrix.Settings:
    return replace(bench.settings, layers=bench.folder / "layers")


def plan(bench: Bench, where: matrix.Settings) -> list[Measurement]:
    build = Build(release=RELEASE.id, lock_sha256=LOCK, python=bench.python)
    return matrix.plan_run(where, [(RELEASE, build)], own(bench))


def run(bench: Bench) -> list[Collected]:
    where = settings(bench)
    return matrix.run_measurements(where, plan(bench, where), lambda *_: None)


def test_only_the_scenario_that_requires_a_package_sees_it(bench: Bench) -> None:
    write(bench, "needing", NEEDS_EXTRA, "extra")
    write(bench, "looking", LOOKS_FOR_EXTRA)
    bench.write("plain", SAYS_VALID)
    assert [len(measurement.tasks) for measurement in plan(bench, settings(bench))] == [2, 1]
    run(bench)
    valid = [("answered", "valid")] * 2
    assert bench.said() == {f"{name}.loss": valid for name in ("needing", "looking", "plain")}
    runs = {o.question: o.provenance.run_id for o in bench.stored()}
    assert runs["looking.loss"] == runs["plain.loss"] != runs["needing.loss"]
    assert plan(bench, settings(bench)) == []


def test_a_scenario_that_requires_a_package_still_reaches_what_scenarios_share(
    bench: Bench,
) -> None:
    code = NEEDS_EXTRA.replace("import extra", "import extra, scenarios.shared.reductions")
    write(bench, "needing", code, "extra")
    run(bench)
    assert bench.said() == {"needing.loss": [("answered", "valid")] * 2}


def test_what_cannot_be_installed_is_stated_and_the_others_are_measured(bench: Bench) -> None:
    write(bench, "needing", NEEDS_EXTRA, "extra>=2")
    bench.write("plain", SAYS_VALID)
    collected = run(bench)
    said = {(o.question, o.status) for o in bench.stored()}
    assert said == {
        ("needing.loss", Status.NOT_INSTALLABLE),
        ("plain.loss", Status.ANSWERED),
    }
    build = Build(release=RELEASE.id, lock_sha256=LOCK, python=bench.python)
    (line,) = matrix.absences([(RELEASE, build)], collected)
    assert line.startswith(f"{RELEASE.id}: needing: what a scenario requires cannot be installed")
    assert "extra" in line
    assert matrix.absences([(RELEASE, build)], []) == []


def test_what_is_stored_beside_counts_and_is_left_alone(bench: Bench) -> None:
    bench.write("masking")
    bench.run()
    (before,) = bench.settings.observations.iterdir()
    elsewhere = matrix.Settings(results=bench.folder / "local", beside=(bench.settings.results,))
    # The hash of an own scenario is that of a built-in one where no module lies beside it.
    assert plan(bench, elsewhere) == []
    bench.write("weights")
    matrix.run_measurements(elsewhere, plan(bench, elsewhere), lambda *_: None)
    stored = list(read_observations(elsewhere.observations))
    assert {one.question for one in stored} == {"weights.loss"}
    assert list(bench.settings.observations.iterdir()) == [before]
    assert len(list(elsewhere.stored())) == len(stored) + len(bench.stored())


def requirements(measurements: Sequence[Measurement]) -> list[tuple[str, ...]]:
    return [one.requirements for one in measurements]


def test_scenarios_that_require_the_same_share_a_process(bench: Bench) -> None:
    write(bench, "a", NEEDS_EXTRA, "extra")
    write(bench, "b", NEEDS_EXTRA, "extra")
    write(bench, "c", NEEDS_EXTRA, "extra==1.0")
    due = plan(bench, replace(settings(bench), workers=1))
    assert requirements(due) == [("extra",), ("extra==1.0",)]
    assert len({one.provenance.run_id for one in due}) == 2
