"""Which release a name means, and which way round two of them stand."""

import pytest

from harness.errors import UsageError
from harness.upgrade.versions import check_order, find_series, name_end

from .records import QUESTIONS, end, record, small_matrix


@pytest.mark.parametrize(
    ("name", "legacy", "meant"),
    [
        ("2.10.1", False, "tf-2.10.1"),
        ("2.10", False, "tf-2.10.1"),
        ("tf-2.10.1", False, "tf-2.10.1"),
        ("tf-2.16.2+keras-3.9.2", False, "tf-2.16.2+keras-3.9.2"),
        ("latest", False, "tf-2.16.2"),
        ("2.17", False, "tf-2.17.0rc0"),
        ("2.16.2", True, "tf-2.16.2+tf-keras-2.16.0"),
        ("latest", True, "tf-2.17.0rc0+tf-keras-2.17.0"),
        ("2.10", True, "tf-2.10.1"),
        ("tf-2.16.2+keras-3.9.2", True, "tf-2.16.2+keras-3.9.2"),
    ],
)
def test_names(*, name: str, legacy: bool, meant: str) -> None:
    assert name_end(record(), name, legacy=legacy).release.id == meant


@pytest.mark.parametrize(
    ("name", "notes"),
    [
        ("2.10.1", ()),
        ("2.10", ("2.10 is taken as tf-2.10.1",)),
        ("tf-2.17.0rc0", ("tf-2.17.0rc0 is a candidate: the release itself may be another",)),
    ],
)
def test_what_is_read_into_a_name_is_said(name: str, notes: tuple[str, ...]) -> None:
    assert name_end(record(), name).notes == notes


def test_the_latest_is_one_that_was_measured() -> None:
    nothing = {("tf-2.16.2", question.id): None for question in QUESTIONS}
    assert name_end(record(small_matrix(nothing)), "latest").release.id == "tf-2.11.1"


@pytest.mark.parametrize(("name", "near"), [("2.10.9", "2.10.1"), ("tf-2.11.2", "tf-2.11.1")])
def test_an_unknown_name_is_answered_with_the_nearest(name: str, near: str) -> None:
    with pytest.raises(UsageError) as caught:
        name_end(record(), name)
    assert near in caught.value.do


def test_a_release_that_is_not_measured_with_tf_keras() -> None:
    with pytest.raises(UsageError, match="is not measured with tf-keras") as caught:
        name_end(record(small_matrix(releases=record().matrix.releases[:8])), "2.17", legacy=True)
    assert "tf-2.16.2+tf-keras-2.16.0" in caught.value.do


@pytest.mark.parametrize(
    ("before", "after", "series"),
    [
        ("tf-2.10.1", "tf-2.16.2", "tensorflow"),
        ("tf-2.16.2+keras-3.0.5", "tf-2.16.2+keras-3.9.2", "keras-3"),
        ("tf-2.10.1", "tf-2.16.2+keras-3.9.2", ""),
    ],
)
def test_the_series_of_two(before: str, after: str, series: str) -> None:
    found = record()
    check_order(found, end(found, before), end(found, after))
    assert find_series(found.releases[before], found.releases[after]) == series


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tf-2.16.2", "tf-2.10.1"),
        ("tf-2.16.2+keras-3.9.2", "tf-2.16.2+keras-3.0.5"),
        ("tf-2.16.2+keras-3.0.5", "tf-2.10.1"),
    ],
)
def test_the_wrong_way_round(before: str, after: str) -> None:
    found = record()
    with pytest.raises(UsageError, match=r"comes after") as caught:
        check_order(found, end(found, before), end(found, after))
    assert f"--from {after} --to {before}" in caught.value.do


def test_from_keras_3_to_tf_keras_is_no_way_back() -> None:
    found = record()
    check_order(found, end(found, "tf-2.16.2"), end(found, "tf-2.16.2+tf-keras-2.16.0"))


def test_the_same_release_twice() -> None:
    found = record()
    with pytest.raises(UsageError, match=r"both ends are tf-2\.10\.1") as caught:
        check_order(found, end(found, "tf-2.10.1"), name_end(found, "2.10"))
    assert caught.value.why == "tf-2.10.1 and 2.10"
