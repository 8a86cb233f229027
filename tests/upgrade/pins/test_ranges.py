"""Poetry's and conda's ranges, as their documentation spells them out."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from harness.upgrade.pins.ranges import read_conda_range, read_poetry_range


def ranges(*texts: str) -> tuple[SpecifierSet, ...]:
    return tuple(map(SpecifierSet, texts))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("^1.2.3", [">=1.2.3,<2"]),
        ("^1.2", [">=1.2,<2"]),
        ("^1", [">=1,<2"]),
        ("^0.2.3", [">=0.2.3,<0.3"]),
        ("^0.0.3", [">=0.0.3,<0.0.4"]),
        ("^0.0", [">=0.0,<0.1"]),
        ("^0", [">=0,<1"]),
        ("~1.2.3", [">=1.2.3,<1.3"]),
        ("~1.2", [">=1.2,<1.3"]),
        ("~1", [">=1,<2"]),
        ("~=1.2.3", ["~=1.2.3"]),
        ("*", [""]),
        ("1.*", ["==1.*"]),
        ("1.2.*", ["==1.2.*"]),
        ("1.2.3", ["==1.2.3"]),
        ("==1.2.3", ["==1.2.3"]),
        (">= 1.2.0", [">=1.2.0"]),
        (">=1.2,<1.5", [">=1.2,<1.5"]),
        (">= 1.2, != 1.3.*", [">=1.2,!=1.3.*"]),
        (">=1.2 <1.5", [">=1.2,<1.5"]),
        ("^2.10 || 2.16.2", [">=2.10,<3", "==2.16.2"]),
        ("<2.0|>=2.1", ["<2.0", ">=2.1"]),
    ],
)
def test_poetry(text: str, meant: list[str]) -> None:
    assert read_poetry_range(text) == ranges(*meant)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", [""]),
        ("*", [""]),
        ("=2.10", ["==2.10.*"]),
        ("2.10*", ["==2.10.*"]),
        ("2.10.*", ["==2.10.*"]),
        ("=2.10.*", ["==2.10.*"]),
        ("2.10.1", ["==2.10.1"]),
        ("==2.10.1", ["==2.10.1"]),
        (">=2.10,<2.12", [">=2.10,<2.12"]),
        (">=2.10.*", [">=2.10"]),
        ("!=2.10.*", ["!=2.10.*"]),
        ("~=2.10", ["~=2.10"]),
        ("2.10.1|2.11.1", ["==2.10.1", "==2.11.1"]),
    ],
)
def test_conda(text: str, meant: list[str]) -> None:
    assert read_conda_range(text) == ranges(*meant)


@pytest.mark.parametrize("read", [read_poetry_range, read_conda_range])
@pytest.mark.parametrize("text", ["^x", "~", "two", "=>2", "^"])
def test_what_is_no_range(read: type, text: str) -> None:
    with pytest.raises(ValueError, match="Invalid"):
        read(text)


versions = st.lists(st.integers(0, 30), min_size=1, max_size=4)


@settings(deadline=None)  # the machine may be busy
@given(versions)
def test_a_caret_and_a_tilde_allow_what_they_begin_with(numbers: list[int]) -> None:
    text = ".".join(map(str, numbers))
    for sign in "^~":
        (found,) = read_poetry_range(f"{sign}{text}")
        assert found.contains(Version(text))
        assert not found.contains(Version(f"{numbers[0] + 1}.1"))


@settings(deadline=None)  # the machine may be busy
@given(st.text())
def test_whatever_is_written(text: str) -> None:
    for read in (read_poetry_range, read_conda_range):
        with suppress(ValueError):
            assert read(text)
