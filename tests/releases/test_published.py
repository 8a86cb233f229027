"""Rows for releases outside the catalogue: made by the rules that the catalogue follows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from packaging.version import Version

from harness.errors import UsageError
from harness.model import Release
from harness.releases.catalogue import find_release, load_catalogue, release_id
from harness.releases.index_page import Published, Wheel
from harness.releases.published import (
    TWO_WEEKS,
    Named,
    find_member,
    find_published,
    parse_name,
    pick_version,
)

CATALOGUE = load_catalogue()
DAY = date(2023, 3, 1)


def published(version: str, *pythons: str, **changed: object) -> Published:
    wheels = tuple(Wheel(python=python, uploaded=DAY) for python in pythons)
    return replace(Published(version=Version(version), wheels=wheels), **changed)  # type: ignore[arg-type]


def looking(**projects: list[Published]) -> Callable[[str], tuple[Published, ...]]:
    return lambda name: tuple(projects.get(name.replace("-", "_"), ()))


def everywhere(_: str) -> bool:
    return True


def named(text: str) -> Named:
    found = parse_name(text)
    assert found
    return found


def member(text: str, **projects: list[Published]) -> Release | str:
    """Return the row of an id, or why there is none."""
    found = find_member(CATALOGUE, named(text), looking(**projects), everywhere)
    assert bool(found.release) != bool(found.absent)
    return found.release or found.absent


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.id)
def test_a_row_of_the_catalogue_stays_what_it_is(row: Release) -> None:
    assert member(row.id) == row
    assert named(row.id).id == row.id


def test_a_release_between_two_rows_follows_their_rules() -> None:
    row = member(
        "tf-2.10.0",
        tensorflow=[published("2.10.0", "3.8", "3.9", "3.10")],
        tensorflow_cpu=[published("2.10.0", "3.8", "3.9", "3.10")],
    )
    assert row == Release(
        id="tf-2.10.0",
        tensorflow="2.10.0",
        package="tensorflow-cpu",
        api="tf.keras",
        python=find_release(CATALOGUE, "2.10.1").python,
        released=DAY,
        as_of=DAY + TWO_WEEKS,
        series=(),
        tags=(),
    )
    assert row.id == release_id(row)


def test_without_a_wheel_of_the_cpu_package_the_whole_one_is_taken() -> None:
    only = [published("2.10.0", "3.9")]
    other = [published("2.10.0", "3.8")]
    for cpu in ([], other, [published("2.10.0", "3.9", yanked="broken")], [published("2.10.0")]):
        row = member("tf-2.10.0", tensorflow=only, tensorflow_cpu=cpu)
        assert isinstance(row, Release)
        assert (row.package, row.python) == ("tensorflow", "3.9")


@pytest.mark.parametrize("keras", ["keras-3.9.1", "keras-3.12.3"])
def test_a_keras_chosen_apart_is_resolved_as_of_the_day_its_neighbours_have(keras: str) -> None:
    name = "tf-2.16.2+" + keras
    version = keras.partition("-")[2]
    row = member(
        name,
        tensorflow_cpu=[published("2.16.2", "3.11")],
        keras=[published(version, "3", requires_python=">=3.9")],
    )
    neighbour = find_release(CATALOGUE, "tf-2.16.2+keras-3.9.2")
    assert isinstance(row, Release)
    assert (row.as_of, row.python, row.api) == (neighbour.as_of, neighbour.python, neighbour.api)
    assert (row.id, row.keras) == (name, f"keras=={version}")


def test_a_keras_that_came_later_moves_the_day() -> None:
    late = date(2040, 1, 1)
    keras = Published(version=Version("3.99.0"), wheels=(Wheel(python="3", uploaded=late),))
    row = member(
        "tf-2.16.2+keras-3.99.0", tensorflow_cpu=[published("2.16.2", "3.11")], keras=[keras]
    )
    assert isinstance(row, Release)
    assert (row.released, row.as_of) == (late, late + TWO_WEEKS)


def test_the_legacy_package_has_its_own_module() -> None:
    row = member(
        "tf-2.17.0+tf-keras-2.17.0",
        tensorflow_cpu=[published("2.17.0", "3.11", "3.12")],
        tf_keras=[published("2.17.0", "3")],
    )
    assert isinstance(row, Release)
    assert (row.api, row.keras) == ("tf_keras", "tf-keras==2.17.0")


def test_a_python_that_the_keras_does_not_take_is_passed_over() -> None:
    row = member(
        "tf-2.16.2+keras-3.9.1",
        tensorflow_cpu=[published("2.16.2", "3.10", "3.11", "3.12")],
        keras=[published("3.9.1", "3", requires_python=">=3.12")],
    )
    assert isinstance(row, Release)
    assert row.python == "3.12"


def test_only_a_python_that_is_here_is_taken() -> None:
    look = looking(tensorflow=[published("2.10.0", "3.8", "3.9", "3.10")])
    for here, expected in (("3.8", "3.8"), ("3.10", "3.10"), ("3.7", None)):
        found = find_member(CATALOGUE, named("tf-2.10.0"), look, here.__eq__)
        assert (found.release and found.release.python) == expected
    assert found.absent == "it has no wheel for a Python here, only 3.10, 3.9, 3.8"


@pytest.mark.parametrize(
    ("name", "projects", "why"),
    [
        ("tf-2.10.0", {}, "TensorFlow 2.10.0 was never published"),
        (
            "tf-2.10.0+keras-3.0.0",
            {"tensorflow": [published("2.10.0", "3.9")]},
            "keras 3.0.0 was never published",
        ),
        ("tf-2.10.0", {"tensorflow": [published("2.10.0")]}, "no wheel for Linux x86-64"),
        (
            "tf-2.10.0+keras-3.0.0",
            {"tensorflow": [published("2.10.0", "3.9")], "keras": [published("3.0.0")]},
            "no wheel for Linux x86-64",
        ),
        (
            "tf-2.10.0",
            {"tensorflow": [published("2.10.0", "3.9", yanked="a bad build")]},
            "it was yanked: a bad build",
        ),
        (
            "tf-2.10.0+keras-3.0.0",
            {
                "tensorflow": [published("2.10.0", "3.9")],
                "keras": [published("3.0.0", "3", yanked="a bad Keras")],
            },
            "it was yanked: a bad Keras",
        ),
    ],
)
def test_what_is_no_release_here_says_why(
    name: str, projects: dict[str, list[Published]], why: str
) -> None:
    said = member(name, **projects)
    assert isinstance(said, str)
    assert why in said


@pytest.mark.parametrize(
    "name", ["2.10.1", "tf-", "tf-2.x+keras", "tf-2.10.1+torch-2.0", "tf-two", "tf-2.1+keras-three"]
)
def test_what_is_no_id_is_none(name: str) -> None:
    assert parse_name(name) is None


def test_an_id_is_brought_to_its_normal_form() -> None:
    assert named("tf-2.11.0-rc1").id == "tf-2.11.0rc1"


VERSIONS = [Version(word) for word in ("2.9.3", "2.10.0rc1", "2.10.0", "2.10.1", "2.11.0rc2")]


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("2.10.0", "2.10.0"),
        ("2.10", "2.10.1"),
        ("2.11.0rc2", "2.11.0rc2"),
        ("2.11.0-rc2", "2.11.0rc2"),
        ("latest", "2.10.1"),
    ],
)
def test_the_version_meant_is_found(text: str, version: str) -> None:
    assert str(pick_version(text, VERSIONS, "TensorFlow")) == version


@pytest.mark.parametrize("text", ["2.10.7", "2.11", "2.10.", "tf-2.10.2+x"])
def test_an_unknown_version_suggests_the_nearest(text: str) -> None:
    with pytest.raises(UsageError, match="there is no TensorFlow") as caught:
        pick_version(text, VERSIONS, "TensorFlow")
    assert "2.10.1" in caught.value.do or "2.11.0rc2" in caught.value.do


def test_what_is_not_catalogued_is_looked_up_by_version_or_id() -> None:
    look = looking(tensorflow=[published("2.10.0", "3.9")])
    for name in ("2.10.0", "tf-2.10.0"):
        assert find_published(CATALOGUE, name, look, everywhere).id == "tf-2.10.0"
    for name in ("2.10", "2.10.1", "tf-2.10.1"):
        assert find_published(CATALOGUE, name, look, everywhere).id == "tf-2.10.1"
    with pytest.raises(UsageError, match=r"there is no TensorFlow '2\.10\.7'"):
        find_published(CATALOGUE, "2.10.7", look, everywhere)
    with pytest.raises(UsageError, match=r"tf-2\.10\.7 cannot be used") as caught:
        find_published(CATALOGUE, "tf-2.10.7", look, everywhere)
    assert caught.value.why == "TensorFlow 2.10.7 was never published"
