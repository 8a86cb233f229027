"""What the committed catalogue must cover, and what each series holds while it varies the rest."""

import re
from datetime import UTC, date, datetime

from packaging.version import Version

from harness.model import Release
from harness.releases.catalogue import CATALOGUE, load_catalogue, tagged_releases
from harness.releases.lock import LOCKS

COMMITTED = load_catalogue()


def minor(version: str) -> tuple[int, ...]:
    return Version(version).release[:2]


def in_series(series: str) -> list[Release]:
    return [release for release in COMMITTED if series in release.series]


def keras_version(release: Release) -> str:
    return (release.keras or "").partition("==")[2]


def test_there_are_enough_releases() -> None:
    assert len(COMMITTED) >= 34
    assert len(COMMITTED) == CATALOGUE.read_text().count("\n[[release]]\n")


def test_standalone_keras_is_covered() -> None:
    rows = in_series("standalone")
    versions = {keras_version(release) for release in rows}
    assert versions >= {"2.1.6", "2.2.4", "2.2.5", "2.3.1"}
    assert versions & {"2.0.8", "2.0.9"}
    assert all(Version(release.tensorflow).major == 1 for release in rows)


def test_keras_3_is_covered_with_the_rest_held() -> None:
    rows = in_series("keras-3")
    minors = [minor(keras_version(release)) for release in rows]
    assert set(minors) >= {(3, n) for n in (0, 3, 4, 6, 9, 11, 12, 13)}
    assert minors[-1] > (3, 13)
    assert len({(release.tensorflow, release.package, release.python) for release in rows}) == 1


def test_tensorflow_at_one_keras_is_covered_with_the_rest_held() -> None:
    rows = in_series("tensorflow-at-keras-3")
    assert [minor(release.tensorflow) for release in rows] == [(2, n) for n in range(16, 22)]
    assert len({(release.keras, release.python, release.as_of) for release in rows}) == 1


def test_the_legacy_package_goes_with_its_tensorflow() -> None:
    rows = in_series("legacy")
    finals = [row for row in in_series("tensorflow") if not Version(row.tensorflow).is_prerelease]
    assert minor(rows[0].tensorflow) == (2, 16)
    assert rows[-1].tensorflow == finals[-1].tensorflow
    assert all(minor(keras_version(row)) == minor(row.tensorflow) for row in rows)


def test_the_promised_tags_choose_what_they_say() -> None:
    for tag in ("quick", "tf1", "tf2", "keras3", "standalone", "legacy", "candidate"):
        assert tagged_releases(COMMITTED, tag)
    for row in COMMITTED:
        assert ("tf1" in row.tags) == (Version(row.tensorflow).major == 1)
        assert ("standalone" in row.tags) == (row.series == ("standalone",))
        assert ("legacy" in row.tags) == (row.series == ("legacy",))


def test_what_is_tagged_keras_3_is_locked_to_it() -> None:
    for row in COMMITTED:
        lock = (LOCKS / f"{row.id}.txt").read_text()
        found = re.search(r"^keras(?:-nightly)?==(\d+)", lock, re.MULTILINE)
        third = found is not None and found[1] == "3" and row.api != "tf_keras"
        assert ("keras3" in row.tags) == third, row.id


def test_the_quick_ones_lie_on_both_sides_of_keras_3() -> None:
    quick = tagged_releases(COMMITTED, "quick")
    assert len(quick) == 5
    assert {minor(row.tensorflow) < (2, 16) for row in quick} == {True, False}
    assert all(row.series == ("tensorflow",) for row in quick)


def test_no_release_is_resolved_as_of_a_day_to_come() -> None:
    """A day that is not over would be resolved otherwise tomorrow."""
    days = [
        date.fromisoformat(lock.read_text().split("# as of: ")[1][:10]) for lock in LOCKS.iterdir()
    ]
    assert max(days) < datetime.now(UTC).date()
