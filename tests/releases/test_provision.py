"""Environments for releases that nobody catalogued, resolved and installed by the real uv."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.model import Release, Status
from harness.releases.builds import Build, write_build
from harness.releases.catalogue import find_release, load_catalogue
from harness.releases.environment import create_environment
from harness.releases.lock import lock_head, lock_sha256, verify_lock
from harness.releases.provision import (
    find_build,
    find_lock,
    install_release,
    provide_build,
    published_folder,
)
from tests.releases.small_index import HERE, Served
from tests.releases.small_releases import only_index, tensorflow

RELEASE = Release(
    id="tf-9.0.0",
    tensorflow="9.0.0",
    package="tensorflow",
    api="tf.keras",
    python=HERE,
    released=date(2026, 1, 1),
    as_of=date(2026, 1, 15),
    series=(),
    tags=(),
)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    files = [tensorflow("9.0.0"), tensorflow("9.1.0", requires=["nowhere"])]
    with only_index(files, tmp_path, monkeypatch) as served:
        yield served


@pytest.fixture
def builds(tmp_path: Path) -> Path:
    return tmp_path / "builds"


@pytest.mark.usefixtures("served")
def test_a_release_is_resolved_installed_and_recorded_apart(builds: Path) -> None:
    build = provide_build(RELEASE, builds)
    assert build.python
    folder = published_folder(builds)
    assert build.python.is_relative_to(folder / "environments" / "tf-9.0.0")
    lock = find_lock(RELEASE, builds)
    assert lock
    assert lock.is_relative_to(folder / "locks")
    assert lock.read_text().startswith(lock_head(RELEASE))
    assert build.lock_sha256 == lock_sha256(lock)
    assert find_build(RELEASE, build.lock_sha256, builds) == build
    assert not list(builds.glob("*.json"))
    assert json.loads((folder / "tf-9.0.0.json").read_text())["release"] == "tf-9.0.0"


def test_what_is_there_is_used_without_asking_the_index(builds: Path, served: Served) -> None:
    build = provide_build(RELEASE, builds)
    served.asked.clear()
    assert provide_build(RELEASE, builds) == build
    assert served.asked == []


@pytest.mark.usefixtures("served")
def test_another_row_is_resolved_anew(builds: Path) -> None:
    provide_build(RELEASE, builds)
    later = replace(RELEASE, as_of=date(2026, 2, 1))
    assert find_lock(later, builds) is None
    build = provide_build(later, builds)
    assert build.python
    lock = find_lock(later, builds)
    assert lock
    assert lock.read_text().startswith(lock_head(later))


@pytest.mark.usefixtures("served")
def test_an_environment_that_is_gone_is_made_anew(builds: Path) -> None:
    build = provide_build(RELEASE, builds)
    assert build.python
    build.python.unlink()
    assert find_build(RELEASE, build.lock_sha256, builds) is None
    assert provide_build(RELEASE, builds) == build
    assert build.python.exists()


@pytest.mark.usefixtures("served")
def test_what_cannot_be_installed_is_said_and_tried_again(builds: Path) -> None:
    impossible = replace(RELEASE, id="tf-9.1.0", tensorflow="9.1.0")
    build = provide_build(impossible, builds)
    assert (build.python, build.absent) == (None, Status.NOT_INSTALLABLE)
    assert "nowhere" in build.reason
    assert find_build(impossible, build.lock_sha256, builds) is None
    assert not list(published_folder(builds).glob("*.json"))


@pytest.mark.usefixtures("served")
def test_without_its_interpreter_a_release_is_absent(
    builds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "PYENV_ROOT", "XDG_DATA_HOME", "UV_PYTHON_INSTALL_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "never")
    build = provide_build(replace(RELEASE, python="3.5"), builds)
    assert (build.python, build.absent) == (None, Status.NO_INTERPRETER)
    assert "3.5" in build.reason


def test_a_release_that_nox_has_built_is_used_as_it_is(builds: Path, tmp_path: Path) -> None:
    release = find_release(load_catalogue(), "tf-2.10.1")
    python = tmp_path / "environment" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    sha256 = lock_sha256(verify_lock(release))
    built = Build(release=release.id, lock_sha256=sha256, python=python)
    write_build(builds, built)
    assert provide_build(release, builds) == built
    assert find_lock(release, builds) == verify_lock(release)
    assert find_build(release, "0" * 64, builds) is None


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("absent", [Status.NOT_INSTALLABLE, Status.NO_INTERPRETER])
def test_what_cannot_be_installed_from_its_lock_is_told(
    tmp_path: Path, absent: Status, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index here has no such TensorFlow; where nox found no Python, there is none to fetch."""
    release = find_release(load_catalogue(), "tf-2.10.1")
    python = None
    if absent is Status.NOT_INSTALLABLE:
        python = create_environment(tmp_path / "made", Path(sys.executable))
    for name in ("HOME", "PATH", "PYENV_ROOT", "XDG_DATA_HOME", "UV_PYTHON_INSTALL_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "never")
    told: list[str] = []
    build = install_release(release, python, tmp_path / "fetched", told.append)
    assert (build.python, build.absent) == (None, absent)
    assert build.lock_sha256 == lock_sha256(verify_lock(release))
    assert build.reason
    assert len(told) == 1
    assert "  do:  " in told[0]


def test_another_row_than_that_of_its_lock_is_refused(tmp_path: Path) -> None:
    release = replace(find_release(load_catalogue(), "tf-2.10.1"), as_of=date(2026, 1, 1))
    with pytest.raises(UsageError):
        install_release(release, None, tmp_path, print)
