"""Which measured release a person names, by a version or an id. Pure."""

from dataclasses import dataclass

from packaging.version import Version

from harness.errors import UsageError
from harness.judge.differences import CANDIDATE
from harness.model import Release
from harness.releases.catalogue import MAIN_SERIES, find_release
from harness.upgrade.pins.pin import LEGACY_KERAS, Pin
from harness.upgrade.record import Record
from harness.upgrade.unmeasured import UnmeasuredError, find_unmeasured

LATEST = "latest"
FIRST_OF_ITS_OWN = 3
"""From this Keras on, TensorFlow asks for no highest version of it, and tf-keras stands apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One side of a comparison: a release, what was said, and what had to be read into it.

    ``pins`` are those it was found by; none where it was named.
    """

    release: Release
    said: str
    notes: tuple[str, ...] = ()
    pins: tuple[Pin, ...] = ()


def name_end(record: Record, name: str, *, legacy: bool = False) -> End:
    """Return the release of an id or a version; "2.10" is its last patch, "latest" the newest.

    ``legacy`` (TF_USE_LEGACY_KERAS) takes it with tf-keras where its Keras would be Keras 3.
    UsageError names the nearest; UnmeasuredError where it may be a release all the same.
    """
    catalogue = record.matrix.releases
    try:
        release = _find_latest(record) if name == LATEST else find_release(catalogue, name)
    except UsageError as error:
        if find_unmeasured(catalogue, name):
            raise UnmeasuredError(name, near=error.do) from None
        other = "Or have the index asked for it, and measure it now: --measure"
        raise UsageError(error.what, why=error.why, do=f"{error.do} {other}") from None
    if legacy and brings_keras_3(record, release):
        release = _find_legacy(record, release, latest=name == LATEST)
    notes = []
    if name not in {release.id, release.tensorflow}:
        notes.append(f"{name} is taken as {release.id}")
    if CANDIDATE in release.tags:
        notes.append(f"{release.id} is a candidate: the release itself may be another")
    return End(release=release, said=name, notes=tuple(notes))


def _find_latest(record: Record) -> Release:
    """Return the last release of the main series that is out, and measured if any is."""
    out = [
        release
        for release in record.matrix.releases
        if MAIN_SERIES in release.series and CANDIDATE not in release.tags
    ]
    measured = [release for release in out if record.is_measured(release.id)]
    return (measured or out)[-1]


def _find_legacy(record: Record, release: Release, *, latest: bool) -> Release:
    apart = [row for row in record.matrix.releases if package(row) == LEGACY_KERAS]
    if latest and apart:
        return apart[-1]
    for row in apart:
        if row.tensorflow == release.tensorflow:
            return row
    raise UsageError(
        f"{release.tensorflow} is not measured with tf-keras",
        do=f"There are: {', '.join(row.id for row in apart) or 'none'}.",
    )


def brings_keras_3(record: Record, release: Release) -> bool:
    """Whether a release came with Keras 3, so that tf.keras may be another by a switch."""
    keras = read_version(record.versions[release.id].keras)
    return release.keras is None and keras is not None and keras.major >= FIRST_OF_ITS_OWN


def order(record: Record, release: Release) -> tuple[Version, Version]:
    """Return what releases are ordered by where they are in no common series."""
    keras = read_version(record.versions[release.id].keras)
    return Version(release.tensorflow), keras or Version("0")


def package(release: Release) -> str:
    """Return the package of a Keras that was chosen apart; blank for that of its day."""
    return (release.keras or "").partition("==")[0]


def read_version(text: str) -> Version | None:
    """Return a version; None for a label like that of a Keras built into TensorFlow."""
    try:
        return Version(text)
    except ValueError:  # no version, or one of more digits than Python reads
        return None


def find_series(before: Release, after: Release) -> str:
    """Return the series that both ends are in; blank where they share none."""
    return next((name for name in before.series if name in after.series), "")


def check_order(record: Record, before: End, after: End) -> None:
    """Raise UsageError where the ends are the same release, or stand the wrong way round."""
    old, new = before.release, after.release
    if old == new:
        raise UsageError(
            f"both ends are {old.id}: there is nothing to compare",
            why=f"{before.said} and {after.said}" if before.said != after.said else "",
            do="Name another release with --from or --to.",
        )
    if find_series(old, new):
        place = list(record.releases)
        backwards = place.index(old.id) > place.index(new.id)
    elif package(old) == package(new):
        backwards = order(record, old) > order(record, new)
    else:
        backwards = Version(old.tensorflow) > Version(new.tensorflow)
    if backwards:
        raise UsageError(
            f"{old.id} comes after {new.id}",
            why="an upgrade goes from an older release to a newer one",
            do=f"Did you mean --from {new.id} --to {old.id}?",
        )
