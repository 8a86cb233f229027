"""Lines: every published version between two ends, along one axis with the other held."""

from datetime import date

import pytest
from packaging.version import Version

from harness.errors import UsageError
from harness.releases.catalogue import load_catalogue
from harness.releases.index_page import Published, Wheel
from harness.upgrade.line import Axis, Line, build_line

CATALOGUE = load_catalogue()
TENSORFLOW = ("2.10.0rc0", "2.10.0", "2.10.1", "2.11.0rc1", "2.11.0", "2.11.1", "2.12.0", "2.16.2")
KERAS = ("2.3.1", "2.15.0", "3.9.2", "3.10.0", "3.11.0", "3.11.1", "3.12.4")


def look(project: str) -> tuple[Published, ...]:
    """Every version has a wheel that Python 3.9 takes, but 2.11.0, which has none."""
    versions = {"tensorflow": TENSORFLOW, "keras": KERAS}.get(project, ())
    python = "3.9" if project == "tensorflow" else "3"
    day = date(2023, 1, 1)
    return tuple(
        Published(
            version=Version(version),
            wheels=() if version == "2.11.0" else (Wheel(python=python, uploaded=day),),
        )
        for version in versions
    )


def build(first: str, last: str, axis: Axis | None = None) -> Line:
    return build_line(CATALOGUE, (first, last), axis, look, lambda _: True)


def ids(line: Line) -> list[str]:
    return [member.named.id for member in line.members]


def test_all_that_was_published_between_the_ends_is_there() -> None:
    line = build("2.10.1", "2.11.1")
    assert ids(line) == ["tf-2.10.1", "tf-2.11.0rc1", "tf-2.11.0", "tf-2.11.1"]
    assert (line.axis, line.held) == (Axis.TENSORFLOW, "the Keras of each day")
    absent = {member.named.id: member.absent for member in line.members if not member.release}
    assert absent == {"tf-2.11.0": "it has no wheel for Linux x86-64"}


@pytest.mark.parametrize(
    ("first", "last"), [("2.10", "2.11"), ("tf-2.10.1", "2.11.1"), ("tf-2.10", "tf-2.11")]
)
def test_a_minor_means_its_last_patch_and_ids_and_versions_mix(first: str, last: str) -> None:
    line = build(first, last)
    assert (ids(line)[0], ids(line)[-1]) == ("tf-2.10.1", "tf-2.11.1")


def test_neighbours_have_nothing_between() -> None:
    assert ids(build("2.12.0", "latest")) == ["tf-2.12.0", "tf-2.16.2"]


@pytest.mark.parametrize(
    ("first", "last", "axis"),
    [
        ("3.10.0", "3.12.4", Axis.KERAS),
        ("tf-2.16.2+keras-3.10.0", "tf-2.16.2+keras-3.12.4", None),
        ("tf-2.16.2+keras-3.10.0", "3.12", Axis.KERAS),
        ("3.10", "tf-2.16.2+keras-3.12.4", Axis.KERAS),
    ],
)
def test_keras_moves_and_tensorflow_is_held(first: str, last: str, axis: Axis | None) -> None:
    line = build(first, last, axis)
    assert ids(line) == [
        f"tf-2.16.2+keras-{version}" for version in ("3.10.0", "3.11.0", "3.11.1", "3.12.4")
    ]
    assert (line.axis, line.held) == (Axis.KERAS, "TensorFlow 2.16.2")


def test_a_tensorflow_of_one_s_own_is_held() -> None:
    line = build("tf-2.12.0+keras-3.10.0", "tf-2.12.0+keras-3.11.0")
    assert ids(line)[0] == "tf-2.12.0+keras-3.10.0"
    assert line.held == "TensorFlow 2.12.0"


def test_tensorflow_moves_at_one_keras() -> None:
    line = build("tf-2.12.0+keras-3.12.4", "tf-2.16.2+keras-3.12.4")
    assert (line.axis, line.held) == (Axis.TENSORFLOW, "keras 3.12.4")


@pytest.mark.parametrize(
    ("first", "last", "axis", "said"),
    [
        ("2.11.1", "2.10.1", None, "Try: --from 2.10.1 --to 2.11.1"),
        ("2.10.1", "tf-2.10.1", None, "both ends are tf-2.10.1"),
        ("2.10.1", "2.10", None, "both ends are tf-2.10.1"),
        ("2.10.7", "2.11.1", None, "2.10.1"),
        ("tf-2.10.7", "2.11.1", None, "there is no TensorFlow '2.10.7'"),
        ("2.10.1", "2.11.0", None, "no wheel for Linux"),
        ("2.10.1", "tf-2.16.2+keras-3.12.4", None, "differ in more than tensorflow"),
        ("tf-2.12.0+keras-3.9.2", "tf-2.16.2+keras-3.12.4", Axis.KERAS, "differ in more than"),
        ("3.9.1", "3.10.0", Axis.KERAS, "3.9.2"),
        ("tf-2.16.2+keras-3.9.1", "3.10.0", Axis.KERAS, "there is no Keras '3.9.1'"),
        ("2.3.1", "3.10.0", Axis.KERAS, "tf-1.15.5+keras-2.3.1"),
        ("tf-2.16.2", "3.10.0", Axis.KERAS, "tf-2.16.2+keras-VERSION"),
        ("3.9.2", "tf-2.16.2", Axis.KERAS, "tf-2.16.2+keras-VERSION"),
        ("tf-2.16.2+keras-3.9.2", "tf-2.16.2", Axis.KERAS, "tf-2.16.2+keras-VERSION"),
        ("3.12.4", "3.9.2", Axis.KERAS, "Try: --from 3.9.2 --to 3.12.4"),
        ("", "2.10.1", None, "there is no TensorFlow ''"),
        ("tf-2.12.0+tf-keras-2.12.0", "tf-2.12.0+tf-keras-2.13.0", None, "there is no Keras"),
    ],
)
def test_bad_ends_are_said(first: str, last: str, axis: Axis | None, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        build(first, last, axis)
    assert said in str(caught.value)
