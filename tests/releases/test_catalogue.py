"""The catalogue: what the loader refuses, how a name finds its release, and what is committed."""

import re
import subprocess
import sys
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.version import Version

from harness.errors import UsageError
from harness.model import Release
from harness.releases.catalogue import (
    SERIES,
    find_release,
    load_catalogue,
    release_id,
    tagged_releases,
)
from harness.releases.lock import LOCKS, verify_lock

ROW = """\
[[release]]
id = "tf-2.10.1"
tensorflow = "2.10.1"
package = "tensorflow-cpu"
api = "tf.keras"
python = "3.9"
released = 2022-11-16
as_of = 2022-11-30
series = ["tensorflow"]
tags = ["tf2"]
"""
CATALOGUE = load_catalogue()
COMMITTED = pytest.mark.parametrize("release", CATALOGUE, ids=lambda release: release.id)


def load(folder: Path, text: str) -> tuple[Release, ...]:
    path = folder / "releases.toml"
    path.write_text(text, encoding="utf-8")
    return load_catalogue(path)


def test_a_row_becomes_a_release(tmp_path: Path) -> None:
    (release,) = load(tmp_path, ROW)
    assert (release.id, release.keras, release.series) == ("tf-2.10.1", None, ("tensorflow",))
    assert (release.as_of - release.released).days == 14


@pytest.mark.parametrize(
    ("right", "wrong", "why"),
    [
        ("python =", "pyhton =", "unknown key 'pyhton'; did you mean 'python'?"),
        ("python =", "zebra =", "unknown key 'zebra'"),
        ('tags = ["tf2"]', "", "it lacks tags"),
        ('python = "3.9"', "python = 3.9", "python must be a str"),
        ('python = "3.9"', 'python = "3.9.18"', "a minor version such as 3.9, not '3.9.18'"),
        ("as_of = 2022-11-30", 'as_of = "2022-11-30"', "as_of must be a date"),
        ("as_of = 2022-11-30", "as_of = 2022-11-30T00:00:00Z", "as_of must be a date"),
        ("as_of = 2022-11-30", "as_of = 2022-11-15", "as of a day before it was released"),
        ('tags = ["tf2"]', 'tags = "tf2"', "tags must be a list"),
        ('tags = ["tf2"]', "tags = [2]", "tags must be a list of strings"),
        ('["tensorflow"]', '["tensorlfow"]', "unknown series 'tensorlfow'"),
        ('"tf.keras"', '"tfkeras"', "unknown api 'tfkeras': it must be one of tf.keras, keras,"),
        ('"tensorflow-cpu"', '"tensorflow-gpu"', "unknown package 'tensorflow-gpu'"),
        ('id = "tf-2.10.1"', 'id = "tf-2.10.2"', "by its versions its id is tf-2.10.1"),
        ("tags =", 'keras = "keras==2.3.1"\ntags =', "its id is tf-2.10.1+keras-2.3.1"),
    ],
)
def test_a_row_that_is_not_valid_says_why(tmp_path: Path, right: str, wrong: str, why: str) -> None:
    assert right in ROW
    with pytest.raises(UsageError) as caught:
        load(tmp_path, ROW.replace(right, wrong, 1))
    assert why in caught.value.why
    assert str(tmp_path / "releases.toml") in caught.value.what
    assert re.search(r"row 1 \(tf-2\.10\.[12]\)", caught.value.what)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[[release]", "cannot be read"),
        ("", "must hold [[release]] tables and nothing else"),
        ("release = []", "must hold [[release]] tables and nothing else"),
        (ROW + "[extra]\n", "must hold [[release]] tables and nothing else"),
        ("release = [1]", "row 1 (1) is not valid"),
        ("[[release]]\n", "row 1 (which has no id) is not valid"),
        (ROW + ROW, "tf-2.10.1 is there twice"),
    ],
)
def test_a_file_that_is_not_a_catalogue_is_refused(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(UsageError, match=re.escape(what)):
        load(tmp_path, text)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_catalogue(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("tf-2.10.1", "tf-2.10.1"),
        ("2.16.2", "tf-2.16.2"),
        ("2.10", "tf-2.10.1"),
        ("2.1", "tf-2.1.4"),
        ("2.22", "tf-2.22.0rc0"),
        ("tf-2.16.2+keras-3.9.2", "tf-2.16.2+keras-3.9.2"),
    ],
)
def test_a_name_finds_its_release(name: str, found: str) -> None:
    assert find_release(CATALOGUE, name).id == found


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("2.10.0", "2.10.1"),
        ("tf-2.16.2+keras-3.9.1", "tf-2.16.2+keras-3.9.2"),
        ("2", "nox -l"),
        ("", "nox -l"),
    ],
)
def test_an_unknown_name_suggests_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_release(CATALOGUE, name)
    assert hint in caught.value.do


@given(st.text(max_size=20))
def test_a_name_is_that_of_its_release_or_refused(name: str) -> None:
    with suppress(UsageError):
        assert name in find_release(CATALOGUE, name).id


def test_a_tag_chooses_in_order() -> None:
    quick = [release.id for release in tagged_releases(CATALOGUE, "quick")]
    assert quick == ["tf-2.10.1", "tf-2.11.1", "tf-2.15.1", "tf-2.16.2", "tf-2.21.0"]


def test_an_unknown_tag_suggests_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        tagged_releases(CATALOGUE, "keras-3")
    assert "Did you mean 'keras3'?" in caught.value.do


def test_reading_the_catalogue_needs_the_standard_library_alone() -> None:
    """The noxfile reads it at every call, before the controller's environment is of any use."""
    code = "from harness.releases.catalogue import load_catalogue; load_catalogue()"
    home = Path(__file__).parents[2]
    subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            f"import sys; sys.path.insert(0, {str(home)!r}); {code}",
        ],
        check=True,
    )


# What is committed.


@COMMITTED
def test_every_release_has_a_lock_of_its_row(release: Release) -> None:
    pins = dict(
        re.findall(r"^([\w.-]+)==(\S+) \\$", verify_lock(release).read_text(), re.MULTILINE)
    )
    assert pins[release.package] == release.tensorflow
    if release.keras:
        name, version = release.keras.split("==")
        assert pins[name] == version


def test_every_lock_has_a_release() -> None:
    assert {lock.stem for lock in LOCKS.glob("*.txt")} == {release.id for release in CATALOGUE}


@COMMITTED
def test_every_release_is_in_a_series_and_can_be_chosen(release: Release) -> None:
    assert release.series
    assert release.tags
    assert release.id == release_id(release)


@COMMITTED
def test_the_api_is_where_the_package_puts_it(release: Release) -> None:
    name = Requirement(release.keras).name if release.keras else None
    assert release.api == {None: "tf.keras", "keras": "keras", "tf-keras": "tf_keras"}[name]


@COMMITTED
def test_the_small_package_is_taken_where_there_is_one(release: Release) -> None:
    small = Version(release.tensorflow) >= Version("2.1")
    assert release.package == ("tensorflow-cpu" if small else "tensorflow")


@pytest.mark.parametrize("series", SERIES)
def test_a_series_runs_along_its_axis(series: str) -> None:
    rows = [release for release in CATALOGUE if series in release.series]
    tensorflow = [Version(row.tensorflow) for row in rows]
    keras = [Version(row.keras.split("==")[1]) for row in rows if row.keras]
    axis = {"tensorflow": tensorflow, "tensorflow-at-keras-3": tensorflow}.get(series, keras)
    assert len(axis) == len(rows) > 2
    assert all(one < other for one, other in pairwise(axis))
    if series == "tensorflow":
        assert not keras
    if series == "tensorflow-at-keras-3":
        assert len(set(keras)) == 1
    if series == "keras-3":
        assert len(set(tensorflow)) == 1


def test_the_coverage_that_is_promised() -> None:
    main = [release for release in CATALOGUE if "tensorflow" in release.series]
    minors = {".".join(release.tensorflow.split(".")[:2]) for release in main}
    assert minors >= {f"2.{minor}" for minor in range(22)}
    assert minors >= {"1.4", "1.8", "1.12", "1.13", "1.14", "1.15"}
    keras = [row.keras or "" for row in CATALOGUE if "keras-3" in row.series]
    assert {name.rpartition(".")[0] for name in keras} == {f"keras==3.{n}" for n in range(16)}
    assert {row.python for row in CATALOGUE} == {f"3.{minor}" for minor in range(6, 14)}
    assert len(tagged_releases(CATALOGUE, "quick")) == 5
    for row in main:
        assert ("candidate" in row.tags) == Version(row.tensorflow).is_prerelease


@pytest.mark.parametrize(
    ("tag", "first", "last"),
    [("tf1", "1.0", "1.99"), ("tf2", "2.0", "2.99"), ("keras3", "2.16", "9")],
)
def test_tags_say_what_is_there(tag: str, first: str, last: str) -> None:
    for row in tagged_releases(CATALOGUE, tag):
        assert Version(first) <= Version(row.tensorflow) <= Version(last)
