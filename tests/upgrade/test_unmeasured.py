"""Names that may be releases: by counting, and offline."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from harness.releases.catalogue import load_catalogue
from harness.upgrade.unmeasured import find_unmeasured, may_exist

CATALOGUE = load_catalogue()
KNOWN = list(map(Version, ("1.4.1", "1.8.0", "2.9.3", "2.10.1", "2.11.1", "2.12.0rc0")))


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("2.10.1", True),
        ("2.10.0", True),  # counted before 2.10.1
        ("2.10.1rc2", True),  # a candidate of it
        ("2.10.0.post1", True),
        ("2.10.2", False),  # the catalogue has each minor's last patch
        ("1.6.2", True),  # a minor between two that are known
        ("1.3.0", True),
        ("1.9.0", False),  # the first major is over
        ("2.11.2", True),  # newer than the newest that is out
        ("2.12.0", True),
        ("2.31.0", True),
        ("3.0.0", False),
        ("0.12.1", False),
    ],
)
def test_counting(text: str, *, may: bool) -> None:
    assert may_exist(KNOWN, Version(text)) is may


def test_a_major_of_candidates_only_may_be_out_by_now() -> None:
    assert may_exist([*KNOWN, Version("3.0.0rc0")], Version("3.0.0"))


VERSIONS = st.builds(
    lambda numbers: Version(".".join(map(str, numbers))),
    st.tuples(*[st.integers(0, 4)] * 3),
)


@given(st.sets(VERSIONS, min_size=1))
def test_what_was_published_in_order_is_never_refused(published: set[Version]) -> None:
    """Whatever gaps the counting had: a version below a known one of its minor may exist."""
    for version in published:
        assert may_exist(published, version)
        older = Version(f"{version.major}.{version.minor}.0")
        assert may_exist(published, older)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("2.10.0", "tf-2.10.0"),
        ("tf-2.10.0", "tf-2.10.0"),
        ("1.5", "tf-1.5"),
        ("tf-2.16.2+keras-3.4.0", "tf-2.16.2+keras-3.4.0"),
        ("tf-2.18.1+keras-3.0.5", "tf-2.18.1+keras-3.0.5"),
        ("tf-2.16.1+tf-keras-2.16.0", "tf-2.16.1+tf-keras-2.16.0"),
        ("tf-2.16.2+keras-3.8.1", None),
        ("tf-2.16.2+keras-9.0.0", None),
        ("2.10.9", None),
        ("2.10.1+cpu", None),
        ("2.22.0.dev20260101", None),
        ("1!2.10.0", None),
        ("2", None),
        ("two", None),
        ("", None),
        ("tf-", None),
        ("-1.2.3", None),
    ],
)
def test_names(name: str, found: str | None) -> None:
    named = find_unmeasured(CATALOGUE, name)
    assert (named.id if named else None) == found


@given(st.text())
def test_no_name_is_an_error(name: str) -> None:
    assert find_unmeasured(CATALOGUE, name) is None or name.strip()
