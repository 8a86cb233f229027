"""Who takes part in a run of timings, and who all are compared with."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from harness.errors import EnvironmentBuildError, UsageError
from harness.measure import arms
from harness.measure.arms import choose_reference, gather_arms
from harness.model import Release, Status
from harness.releases.builds import Build
from tests.builders import LOCK
from tests.publish.matrices import release

OLD = replace(release("tf-2.10.1"), series=("tensorflow",), released=date(2022, 11, 16))
NEW = replace(release("tf-2.20.0"), series=("tensorflow",), released=date(2025, 8, 19))
ASIDE = replace(release("tf-2.16.2"), series=("keras-3",), released=date(2026, 1, 1))
COMING = replace(NEW, id="tf-2.22.0rc0", tags=("candidate",), released=date(2026, 11, 1))


def builds(*releases: Release, absent: Release | None = None) -> dict[Release, Build]:
    found = {
        one: Build(release=one.id, lock_sha256=LOCK, python=Path("python")) for one in releases
    }
    if absent:
        found[absent] = Build(release=absent.id, lock_sha256="", absent=Status.NO_INTERPRETER)
    return found


def test_the_newest_of_the_main_series_is_the_reference() -> None:
    assert choose_reference(builds(OLD, NEW, ASIDE, COMING), None) == NEW
    assert choose_reference(builds(OLD, ASIDE, absent=NEW), None) == OLD
    assert choose_reference(builds(ASIDE, COMING), None) == COMING


def test_another_may_be_asked_for() -> None:
    assert choose_reference(builds(OLD, NEW), OLD) == OLD


def test_a_reference_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match="is not among the releases that are timed") as caught:
        choose_reference(builds(OLD, absent=NEW), NEW)
    assert 'nox -s "matrix(tf-2.20.0)"' in str(caught.value)


def test_without_a_release_there_is_no_run() -> None:
    with pytest.raises(UsageError, match="no release is installed here"):
        choose_reference(builds(absent=NEW), None)


def test_the_reference_takes_part_twice_and_the_absent_not_at_all(
    standin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = []
    monkeypatch.setattr(arms, "verify_lock", lambda release: Path(f"{release.id}.txt"))
    monkeypatch.setattr(arms, "lock_sha256", lambda lock: LOCK)
    monkeypatch.setattr(arms, "find_interpreter", lambda version: Path("/bin/python"))
    folders = []

    def create_environment(folder: Path, python: Path) -> Path:
        folders.append(folder)
        return standin

    monkeypatch.setattr(arms, "create_environment", create_environment)
    monkeypatch.setattr(arms, "install_lock", lambda *words: installed.append(words))
    found = gather_arms(builds(OLD, NEW, absent=ASIDE), NEW, tmp_path)
    assert [(arm.name, arm.release) for arm in found] == [
        ("tf-2.10.1", OLD),
        ("tf-2.20.0", NEW),
        ("tf-2.20.0 again", NEW),
    ]
    assert found[-1].build.python == standin
    assert folders == [tmp_path / "sentinel-tf-2.20.0"]
    assert installed == [(standin, Path("tf-2.20.0.txt"))]
    monkeypatch.setattr(arms, "find_interpreter", lambda version: None)
    with pytest.raises(EnvironmentBuildError, match="cannot be installed a second time"):
        gather_arms(builds(OLD, NEW), NEW, tmp_path)
