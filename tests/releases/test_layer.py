"""Layers: what a scenario requires, beside a release and never in it; by the real uv."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import EnvironmentBuildError
from harness.questions import SCENARIOS
from harness.releases.builds import Build
from harness.releases.catalogue import load_catalogue
from harness.releases.index import look_up
from harness.releases.layer import provide_layer
from harness.releases.provision import provide_build
from harness.releases.published import find_published
from tests.releases.small_index import File, Served
from tests.releases.small_releases import only_index, tensorflow

EXTRA = {"extra.py": "ANSWER = 42\n"}
FILES = [
    tensorflow("9.0.0", project="tensorflow-cpu"),
    tensorflow("9.0.0"),
    tensorflow("9.1.0"),
    File(project="numpy", version="0.2", uploaded="2026-06-01T00:00:00Z"),
    File(project="extra", version="1.0", modules=EXTRA, requires=["numpy", "Other_One"]),
    File(project="other-one", version="3.0", modules={"other.py": ""}, requires=["tensorflow"]),
    File(project="greedy", version="1.0", requires=["numpy>=0.2"]),
    File(project="rival", version="1.0", requires=["tensorflow>=9.1"]),
    File(project="squatter", version="1.0", modules={"scenarios/__init__.py": ""}),
]


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    with only_index(FILES, tmp_path, monkeypatch) as served:
        yield served


@pytest.fixture
def build(tmp_path: Path, served: Served) -> Build:
    """A release that was resolved when numpy 0.1 was the newest."""
    address = f"http://{served.address}/simple"
    release = find_published(
        load_catalogue(), "9.0.0", lambda name: look_up(name, [address]), lambda _: True
    )
    assert release.package == "tensorflow-cpu"
    build = provide_build(release, tmp_path / "builds")
    assert build.python, build.reason
    return build


def contents(build: Build) -> set[str]:
    assert build.python
    return {str(one) for one in build.python.parent.parent.rglob("*") if "pycache" not in str(one)}


def pins(layer: Path) -> list[str]:
    return (layer / "requirements.txt").read_text().splitlines()


def test_a_layer_holds_what_the_release_lacks_and_nothing_else(
    tmp_path: Path, build: Build
) -> None:
    before = contents(build)
    layer = provide_layer(tmp_path / "layers", build, ["extra"], SCENARIOS)
    assert pins(layer) == ["extra==1.0", "other-one==3.0"]
    assert {one.name for one in layer.iterdir() if one.suffix in {".py", ""}} >= {
        "extra.py",
        "other.py",
        "scenarios",
    }
    assert not list(layer.glob("numpy*"))
    assert not list(layer.glob("tensorflow*"))
    assert (layer / "scenarios" / "shared" / "draws.py").is_file()
    assert contents(build) == before


def test_a_layer_is_made_once_for_a_lock_and_its_requirements(
    tmp_path: Path, build: Build, served: Served
) -> None:
    folder = tmp_path / "layers"
    first = provide_layer(folder, build, ["extra", "other-one"], SCENARIOS)
    asked = len(served.asked)
    assert provide_layer(folder, build, ["other-one", "extra"], SCENARIOS) == first
    assert len(served.asked) == asked
    assert provide_layer(folder, build, ["extra"], SCENARIOS) != first
    assert [one.name for one in folder.iterdir() if one.name.startswith(".")] == []


def test_a_layer_that_was_not_finished_is_made_anew(tmp_path: Path, build: Build) -> None:
    folder = tmp_path / "layers"
    layer = provide_layer(folder, build, ["extra"], SCENARIOS)
    (layer / "requirements.txt").unlink()
    (layer / "extra.py").unlink()
    assert provide_layer(folder, build, ["extra"], SCENARIOS) == layer
    assert (layer / "extra.py").exists()
    assert (SCENARIOS / "dense_masking.py").exists()


def test_a_requirement_the_release_meets_already_adds_nothing(tmp_path: Path, build: Build) -> None:
    layer = provide_layer(tmp_path / "layers", build, ["numpy", "tensorflow>=9"], SCENARIOS)
    assert pins(layer) == []
    assert [one.name for one in layer.iterdir()].count("scenarios") == 1


@pytest.mark.parametrize(
    ("requirement", "why"),
    [
        ("greedy", "numpy"),
        ("numpy==0.2", "numpy"),
        ("rival", "tensorflow"),
        ("tensorflow==9.1.0", "tensorflow"),
        ("nowhere", "nowhere"),
        ("squatter", "'scenarios'"),
    ],
)
def test_what_would_change_the_release_is_refused(
    tmp_path: Path, build: Build, requirement: str, why: str
) -> None:
    before = contents(build)
    with pytest.raises(EnvironmentBuildError, match="beside this release") as caught:
        provide_layer(tmp_path / "layers", build, [requirement], SCENARIOS)
    assert why in caught.value.why
    assert contents(build) == before
    assert list((tmp_path / "layers").iterdir()) == []


def test_the_release_still_imports_its_own(tmp_path: Path, build: Build) -> None:
    layer = provide_layer(tmp_path / "layers", build, ["extra"], SCENARIOS)
    code = f"import sys; sys.path.append({str(layer)!r}); import numpy, extra; print(extra.ANSWER)"
    assert build.python
    done = subprocess.run([build.python, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "42\n"
