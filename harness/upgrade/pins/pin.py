"""A pin: which versions of a package a project allows, when, and where it says so."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from packaging.markers import Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import (
    InvalidWheelFilename,
    canonicalize_name,
    parse_wheel_filename,
)
from packaging.version import Version

from harness.errors import UsageError

TENSORFLOW = frozenset(
    {
        "tensorflow",
        "tensorflow-aarch64",
        "tensorflow-cpu",
        "tensorflow-cpu-aws",
        "tensorflow-gpu",
        "tensorflow-intel",
        "tensorflow-macos",
        "intel-tensorflow",
    }
)
"""Builds of one TensorFlow for other machines; their versions are TensorFlow's."""
KERAS, LEGACY_KERAS, PYTHON = "keras", "tf-keras", "python"
ASKED = ("numpy", "protobuf")
"""What a release is known to be picky about."""
NAMES = TENSORFLOW | {KERAS, LEGACY_KERAS, PYTHON, *ASKED}
"""The packages that are looked at; of all others nothing is kept."""
_EXTRA = re.compile(r"extra\s*==\s*[\"']([^\"']*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One statement on one package: any of ``ranges`` will do, wherever ``marker`` holds.

    ``text`` is the statement as it stands in ``file`` at ``line``, which is 0 where the format
    has none; all three are the user's own words. UsageError where a range names a version that is
    too long to be read.
    """

    name: str
    ranges: tuple[SpecifierSet, ...]
    marker: Marker | None = None
    text: str
    file: str
    line: int = 0

    def __post_init__(self) -> None:
        """Refuse a version of more digits than Python reads, which packaging looks at only now."""
        try:
            hash(self.ranges)
        except ValueError as error:
            raise UsageError(
                f"{self.where}: {self.name} names a version that cannot be read",
                why=str(error),
                do="Say the release that is installed: --from 2.10.1",
            ) from None

    @property
    def where(self) -> str:
        """The file and, where there is one, the line."""
        return f"{self.file}:{self.line}" if self.line else self.file

    @property
    def exact(self) -> bool:
        """Whether it allows one version and no other."""
        return all(
            any(one.operator in {"==", "==="} and "*" not in one.version for one in range_)
            for range_ in self.ranges
        )

    def allows(self, version: Version) -> bool:
        """Whether a version is in one of the ranges; a candidate only if the range names one."""
        # Said each time, since what packaging does without a word differs between its versions.
        return any(
            range_.contains(version, prereleases=bool(range_.prereleases)) for range_ in self.ranges
        )

    def holds(self, environment: Mapping[str, str]) -> bool:
        """Whether the pin counts there, with none of the extras or with one that it names.

        UsageError where the marker compares what cannot be compared.
        """
        if self.marker is None:
            return True
        extras = ("", *_EXTRA.findall(str(self.marker)))
        try:
            return any(self.marker.evaluate({**environment, "extra": extra}) for extra in extras)
        except (UndefinedComparison, UndefinedEnvironmentName) as error:
            raise UsageError(
                f"{self.where}: {self.text!r} does not say where it counts",
                why=str(error),
                do="Say the release that is installed: --from 2.10.1",
            ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one file says: its pins, the files it goes on in, and how many lines say nothing."""

    pins: tuple[Pin, ...]
    includes: tuple[str, ...] = ()
    skipped: int = 0


def read_requirement(text: str, file: str, line: int) -> Pin | None:
    """Return the pin of a requirement as PEP 508 writes it; None for a package of no interest.

    InvalidRequirement where it is none; UsageError where it is one, of TensorFlow or Keras, and
    the version cannot be told: one taken from an address that is no wheel.
    """
    requirement = Requirement(text)
    name = canonicalize_name(requirement.name)
    if name not in NAMES:
        return None
    specifier = _read_wheel(requirement.url) if requirement.url else requirement.specifier
    if specifier is None:
        refuse(name, text, file, line, "it is taken from an address, not by version")
        return None
    return Pin(
        name=name,
        ranges=(specifier,),
        marker=requirement.marker,
        text=" ".join(text.split()),
        file=file,
        line=line,
    )


def read_wheel(path: str, file: str, line: int) -> Pin | None:
    """Return the pin that the file name of a wheel is; None for any other path."""
    specifier = _read_wheel(path)
    if specifier is None:
        return None
    name = canonicalize_name(path.replace("\\", "/").rpartition("/")[2].partition("-")[0])
    if name not in NAMES:
        return None
    return Pin(name=name, ranges=(specifier,), text=f"{name}{specifier}", file=file, line=line)


def _read_wheel(address: str) -> SpecifierSet | None:
    name = address.partition("#")[0].replace("\\", "/").rpartition("/")[2]
    try:
        return SpecifierSet(f"=={parse_wheel_filename(name)[1].public}")
    except InvalidWheelFilename:
        return None


def refuse(name: str, text: str, file: str, line: int, why: str) -> None:
    """Raise UsageError for a pin that cannot be read, if the comparison hangs on it."""
    if name in TENSORFLOW | {KERAS, LEGACY_KERAS}:
        where = f"{file}:{line}" if line else file
        raise UsageError(
            f"{where}: {text!r} names no version that can be compared",
            why=why,
            do="Say the release that is installed: --from 2.10.1",
        )


def find_line(text: str, words: str, *, behind: str = "") -> int:
    """Return the first line of a text that holds some words, ``behind`` others; 0 where none."""
    place = text.find(words, max(text.find(behind), 0))
    return text.count("\n", 0, place) + 1 if place >= 0 else 0


def try_requirement(text: str, file: str, line: int) -> tuple[Pin | None, bool]:
    """Return the pin of a requirement, and whether it could be read at all."""
    try:
        return read_requirement(text, file, line), True
    except InvalidRequirement as error:
        name = canonicalize_name(_leading_name(text))
        if name in NAMES:
            refuse(name, text, file, line, " ".join(str(error).split()))
        return None, False


def _leading_name(text: str) -> str:
    end = next((at for at, sign in enumerate(text) if not (sign.isalnum() or sign in "-_.")), None)
    return text[:end]
