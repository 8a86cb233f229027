"""A row for any release that was ever published, beside those of the catalogue. Pure.

The row follows the rules by which the catalogue is written: the CPU package where it has a wheel;
resolved as of two weeks after the upload, or where Keras is chosen apart as of the day its
neighbours in the catalogue have, so that along them nothing but one axis moves; and the Python of
the nearest neighbour, or the newest that is here and has a wheel.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from packaging.version import Version

from harness.errors import UsageError
from harness.model import Release
from harness.names import suggest_several
from harness.releases.catalogue import MAIN_SERIES, PACKAGES, find_release
from harness.releases.index import Look
from harness.releases.index_page import Published

TWO_WEEKS = timedelta(days=14)
"""How long after its upload a release is resolved: its first bad companions are mended by then."""
APIS = {"keras": "keras", "tf-keras": "tf_keras"}
"""Where Keras is, by the package that it was chosen as."""
_NAME = re.compile(r"tf-([^+\s]+)(?:\+((?:tf-)?keras)-([^+\s]+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a name stands for: a TensorFlow, and a Keras chosen apart from it, if any."""

    tensorflow: Version
    package: str = ""
    keras: Version | None = None

    @property
    def id(self) -> str:
        """The id that a release of these versions has."""
        return f"tf-{self.tensorflow}" + (f"+{self.package}-{self.keras}" if self.keras else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A published version as a release, or why it is none here: ``release`` is None then."""

    named: Named
    release: Release | None = None
    absent: str = ""


def parse_name(name: str) -> Named | None:
    """Return what an id ("tf-2.16.2+keras-3.9.2") stands for; None where it is no id."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    try:
        keras = Version(match[3]) if match[3] else None
        return Named(tensorflow=Version(match[1]), package=match[2] or "", keras=keras)
    except ValueError:  # no version, or one of more digits than Python reads
        return None


def find_published(
    catalogue: Sequence[Release], name: str, look: Look, is_here: Callable[[str], bool]
) -> Release:
    """Return the release of the catalogue, or else the one published under an id or a version.

    UsageError names the nearest versions where there is none, or says why it cannot be used.
    """
    try:
        return find_release(catalogue, name)
    except UsageError:
        versions = [one.version for one in look("tensorflow")]
        named = parse_name(name) or Named(tensorflow=pick_version(name, versions, "TensorFlow"))
    member = find_member(catalogue, named, look, is_here)
    if member.release is None:
        raise UsageError(f"{name} cannot be used", why=member.absent)
    return member.release


def pick_version(text: str, versions: Sequence[Version], what: str) -> Version:
    """Return the version meant: one in full, the last final patch of "2.10", or of all: "latest".

    UsageError names the nearest that were published.
    """
    final = [version for version in versions if not version.is_prerelease]
    if text == "latest" and final:
        return max(final)
    # Before the exact one, since 2.10 equals 2.10.0.
    patches = [version for version in final if ".".join(map(str, version.release[:2])) == text]
    if patches:
        return max(patches)
    with suppress(ValueError, StopIteration):
        exact = Version(text)
        return next(version for version in versions if version == exact)
    raise UsageError(
        f"there is no {what} {text!r}",
        do=suggest_several(text, map(str, versions), otherwise=f"The index has no {what} like it."),
    )


def find_member(
    catalogue: Sequence[Release], named: Named, look: Look, is_here: Callable[[str], bool]
) -> Member:
    """Return a version as a release: the row of the catalogue where it has one.

    ``is_here`` says whether a minor version of Python is on this machine.
    """
    for row in catalogue:
        if row.id == named.id:
            return Member(named=named, release=row)
    keras = _find(look(named.package), named.keras) if named.package else None
    choices = [
        (package, published)
        for package in reversed(PACKAGES)
        if (published := _find(look(package), named.tensorflow))
    ]
    absent = _why_absent(named, choices, keras)
    if absent:
        return Member(named=named, absent=absent)
    wanted = list(dict.fromkeys(python for _, one in choices for python in one.pythons()))
    neighbours = _neighbours(catalogue, named)
    for python in filter(is_here, [*(row.python for row in neighbours[:1]), *wanted]):
        for package, published in choices:
            days = [one.uploaded_for(python) for one in (published, keras) if one]
            if not published.yanked and None not in days:
                # Of a Keras that is held, the day is that of all rows that hold it.
                as_of = [row.as_of for row in neighbours] if named.package else []
                uploaded = max(day for day in days if day)
                row = Release(
                    id=named.id,
                    tensorflow=str(named.tensorflow),
                    package=package,
                    api=APIS.get(named.package, "tf.keras"),
                    python=python,
                    released=uploaded,
                    as_of=max([uploaded + TWO_WEEKS, *as_of]),
                    series=(),
                    tags=(),
                    keras=f"{named.package}=={named.keras}" if named.package else None,
                )
                return Member(named=named, release=row)
    return Member(named=named, absent=f"it has no wheel for a Python here, only {_list(wanted)}")


def _find(versions: Sequence[Published], version: Version | None) -> Published | None:
    return next((one for one in versions if one.version == version), None)


def _why_absent(
    named: Named, choices: Sequence[tuple[str, Published]], keras: Published | None
) -> str:
    if not choices:
        return f"TensorFlow {named.tensorflow} was never published"
    if named.package and keras is None:
        return f"{named.package} {named.keras} was never published"
    if yanked := (keras and keras.yanked) or all(one.yanked for _, one in choices):
        why = yanked if isinstance(yanked, str) else choices[0][1].yanked
        return f"it was yanked: {why}"
    if not any(one.wheels for _, one in choices) or (keras and not keras.wheels):
        return "it has no wheel for Linux x86-64"
    return ""


def _list(words: Sequence[str]) -> str:
    return ", ".join(words) or "others"


def _neighbours(catalogue: Sequence[Release], named: Named) -> list[Release]:
    """Return the rows beside which a release stands, the nearest first.

    With a Keras chosen apart, those with the same package on the same TensorFlow, or at the same
    Keras. Without one the main series, from the version itself upwards, or else its last row.
    """
    if named.package:
        return [row for row in catalogue if _shares(row, named)]
    main = [row for row in catalogue if MAIN_SERIES in row.series]
    return [row for row in main if Version(row.tensorflow) >= named.tensorflow] or main[-1:]


def _shares(row: Release, named: Named) -> bool:
    package, _, keras = (row.keras or "").partition("==")
    same = row.tensorflow == str(named.tensorflow) or keras == str(named.keras)
    return package == named.package and same
