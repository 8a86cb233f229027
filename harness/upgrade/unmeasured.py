"""Which names may be releases that exist, though nothing was measured of them. Pure.

What was published is known to the index, which is not asked offline. What can be told without it:
versions are counted without gaps, and the catalogue holds the last patch of each minor. So
whatever stands before a catalogued version of its own minor was published, and so were the minors
between two that are catalogued; what is newer than the newest that is out may be out by now.
Anything else, such as a patch after the last one of an old minor, is taken for a mistake.
"""

import re
from collections.abc import Iterable, Sequence

from packaging.version import Version

from harness.errors import InconclusiveError
from harness.model import Release
from harness.releases.published import Named, parse_name

_WHY = "whether it exists and what it does, only the index and a measurement can tell"
_FORM = re.compile(r"[0-9]+\.[0-9]+(?:\.[0-9]+)?(?:rc[0-9]+|\.post[0-9]+)?")
"""A version as TensorFlow and Keras have them; a minor alone means its last patch."""


class UnmeasuredError(InconclusiveError):
    """A name that may be a release, of which nothing is known; ``near`` tells of those that are."""

    def __init__(self, name: str, *, near: str, command: str = "") -> None:
        do = f"{near} To have it installed and measured now: {command or '--measure'}".lstrip()
        super().__init__(f"nothing is known of {name}: it was never measured", why=_WHY, do=do)
        self.name = name
        self.near = near


def find_unmeasured(catalogue: Sequence[Release], name: str) -> Named | None:
    """Return the versions that a name stands for; None where it can be no release."""
    named = parse_name(name) or _parse_version(name)
    if named is None or not _FORM.fullmatch(str(named.tensorflow)):
        return None
    if not may_exist([Version(row.tensorflow) for row in catalogue], named.tensorflow):
        return None
    if named.keras and not may_exist(_list_keras(catalogue, named.package), named.keras):
        return None
    return named


def may_exist(known: Iterable[Version], version: Version) -> bool:
    """Say whether a version was published, or may have been since, by those that are known."""
    known = list(known)
    kin = [one for one in known if one.major == version.major]
    if version in known or not kin:
        return version in known
    out = [one for one in kin if not one.is_prerelease]
    if not out or version > max(out):
        return version.major == max(one.major for one in known)
    minor = [one for one in kin if one.minor == version.minor]
    return not minor or version < max(minor)


def _parse_version(text: str) -> Named | None:
    try:
        return Named(tensorflow=Version(text)) if _FORM.fullmatch(text) else None
    except ValueError:  # no version, or one of more digits than Python reads
        return None


def _list_keras(catalogue: Iterable[Release], package: str) -> list[Version]:
    pinned = ((row.keras or "").partition("==") for row in catalogue)
    return [Version(version) for name, _, version in pinned if name == package]
