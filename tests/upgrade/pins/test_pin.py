"""A pin: what it allows, where it counts, and what cannot be one."""

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from harness.errors import UsageError
from harness.upgrade.pins.pin import Pin, find_line, read_requirement, read_wheel


def pin(*ranges: str) -> Pin:
    return Pin(name="keras", ranges=tuple(map(SpecifierSet, ranges)), text="x", file="f", line=3)


@pytest.mark.parametrize(
    ("ranges", "exact"),
    [
        (["==2.10.1"], True),
        (["==2.10.1,!=2.10.0"], True),
        (["==2.10.1", "==2.16.2"], True),
        (["==2.10.*"], False),
        ([">=2.10"], False),
        ([""], False),
        (["==2.10.1", ">=2.16"], False),
    ],
)
def test_what_is_exact(ranges: list[str], exact: bool) -> None:  # noqa: FBT001 - a column of the table
    assert pin(*ranges).exact is exact


def test_any_of_the_ranges_will_do() -> None:
    both = pin("<2.11", ">=2.16")
    assert [both.allows(Version(one)) for one in ("2.10.1", "2.12", "2.16")] == [True, False, True]


def test_a_candidate_is_allowed_where_it_is_named() -> None:
    assert not pin(">=2.16").allows(Version("2.22.0rc0"))
    assert pin("==2.22.0rc0").allows(Version("2.22.0rc0"))


def test_where_a_pin_stands() -> None:
    assert pin("").where == "f:3"


@pytest.mark.parametrize(
    ("marker", "holds"),
    [
        ("sys_platform == 'linux'", True),
        ("sys_platform == 'win32'", False),
        ("extra == 'gpu'", True),
        ("extra == 'gpu' and sys_platform == 'win32'", False),
        ("python_version < '3.9'", True),
    ],
)
def test_where_a_pin_counts(marker: str, holds: bool) -> None:  # noqa: FBT001 - a column of the table
    found = read_requirement(f"tensorflow==2.10.1; {marker}", "f", 1)
    assert found
    environment = {"sys_platform": "linux", "python_version": "3.8"}
    assert found.holds(environment) is holds


def test_others_are_of_no_interest() -> None:
    assert read_requirement("requests==2.0", "f", 1) is None
    assert read_wheel("wheels/requests-2.0-py3-none-any.whl", "f", 1) is None


@pytest.mark.parametrize(
    "text",
    [
        "tensorflow @ https://example.org/tensorflow-2.10.1-cp39-cp39-linux_x86_64.whl",
        "TensorFlow_CPU==2.10.1",
        "tensorflow[and-cuda]==2.10.1",
    ],
)
def test_the_ways_to_name_a_version(text: str) -> None:
    found = read_requirement(text, "f", 1)
    assert found
    assert found.exact
    assert found.allows(Version("2.10.1"))
    assert not found.allows(Version("2.10.0"))


@pytest.mark.parametrize(
    "text", ["tensorflow @ git+https://example.org/tensorflow", "keras @ file:///keras.tar.gz"]
)
def test_an_address_names_no_version(text: str) -> None:
    with pytest.raises(UsageError, match=r"f:7: .* names no version") as caught:
        read_requirement(text, "f", 7)
    assert "--from" in caught.value.do


def test_the_address_of_another_package_does_not_matter() -> None:
    assert read_requirement("numpy @ git+https://example.org/numpy", "f", 1) is None


def test_lines_are_found() -> None:
    assert [find_line("a\nbb\nc", words) for words in ("a", "bb", "c", "d")] == [1, 2, 3, 0]
    assert find_line("x\ny\nx", "x", behind="y") == 3
    assert find_line("x", "x", behind="y") == 1


@pytest.mark.parametrize("marker", ["os_name ~= 'posix'", "python_version ~= '3'", "'x' in extras"])
def test_a_marker_that_compares_what_cannot_be_compared(marker: str) -> None:
    found = read_requirement(f"tensorflow==2.10.1; {marker}", "f", 7)
    assert found
    environment = {"os_name": "posix", "python_version": "3.8"}
    with pytest.raises(UsageError, match=r"f:7: .* does not say where it counts") as caught:
        found.holds(environment)
    assert "--from" in caught.value.do


def test_a_version_that_is_too_long_to_be_read() -> None:
    with pytest.raises(UsageError, match="f:7: tensorflow names a version that cannot be read"):
        read_requirement(f"tensorflow=={'9' * 5000}", "f", 7)
