"""The releases between two ends, along one axis with the other held. Pure but for the index."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from packaging.version import Version

from harness.errors import UsageError
from harness.model import Release
from harness.releases.index import Look
from harness.releases.published import Member, Named, find_member, parse_name, pick_version

_HELD_FOR = "keras-3"
"""The series whose TensorFlow is held where two versions of Keras are named and nothing else."""
_SINCE = Version("3")
"""The first Keras that such a version may be: before, Keras came with TensorFlow or was held."""


class Axis(StrEnum):
    """What moves along a line."""

    TENSORFLOW = "tensorflow"
    KERAS = "keras"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Every published version from one end to the other, both included; ``held`` in words."""

    axis: Axis
    held: str
    members: tuple[Member, ...]


def build_line(
    catalogue: Sequence[Release],
    ends: tuple[str, str],
    axis: Axis | None,
    look: Look,
    is_here: Callable[[str], bool],
) -> Line:
    """Return the line between two ends, each an id or a version along the axis.

    UsageError where an end is unknown, the other axis is not held, or the ends do not go upwards.
    """
    parsed = [parse_name(end) for end in ends]
    axis = axis or _guess_axis(parsed)
    if axis is Axis.KERAS:
        first, last = _keras_ends(catalogue, ends, parsed, look)
    else:
        first, last = _tensorflow_ends(ends, parsed, look)
    if _held(first, axis) != _held(last, axis):
        raise UsageError(
            f"{first.id} and {last.id} differ in more than {axis}",
            why=f"one says {_held(first, axis)}, the other {_held(last, axis)}",
            do="Name two ends between which one axis is held.",
        )
    if _at(first, axis) == _at(last, axis):
        raise UsageError(f"both ends are {first.id}", do="Name two releases.")
    if _at(first, axis) > _at(last, axis):
        raise UsageError(
            f"{first.id} is not before {last.id}", do=f"Try: --from {ends[1]} --to {ends[0]}"
        )
    versions = _versions(first, axis, look)
    between = sorted({one for one in versions if _at(first, axis) < one < _at(last, axis)})
    names = [first, *(_move(first, axis, version) for version in between), last]
    members = tuple(find_member(catalogue, named, look, is_here) for named in names)
    for member in (members[0], members[-1]):
        if member.release is None:
            raise UsageError(f"{member.named.id} cannot be an end", why=member.absent)
    return Line(axis=axis, held=_held(first, axis), members=members)


def _guess_axis(parsed: Sequence[Named | None]) -> Axis:
    """Return Keras where both ends name one on the same TensorFlow; else TensorFlow."""
    first, last = parsed
    if first and last and first.keras and last.keras and first.tensorflow == last.tensorflow:
        return Axis.KERAS
    return Axis.TENSORFLOW


def _tensorflow_ends(
    ends: Sequence[str], parsed: Sequence[Named | None], look: Look
) -> list[Named]:
    versions = [one.version for one in look("tensorflow")]
    return [
        _known(named, Axis.TENSORFLOW, versions)
        if named
        else Named(tensorflow=pick_version(end, versions, "TensorFlow"))
        for end, named in zip(ends, parsed, strict=True)
    ]


def _keras_ends(
    catalogue: Sequence[Release],
    ends: Sequence[str],
    parsed: Sequence[Named | None],
    look: Look,
) -> list[Named]:
    """Return the ends on the Keras axis; the TensorFlow is that of an id, or of the catalogue."""
    held = next((named for named in parsed if named), None) or _usual_keras(catalogue)
    if not held.package:
        raise UsageError(
            f"{held.id} names no Keras",
            why="along this axis a release is a TensorFlow with a Keras chosen apart",
            do=f"Write {held.id}+keras-VERSION, or a version of Keras alone.",
        )
    versions = [one.version for one in look(held.package)]
    found = []
    for end, named in zip(ends, parsed, strict=True):
        if named:
            found.append(_known(named, Axis.KERAS, versions))
            continue
        version = pick_version(end, versions, "Keras")
        if held.package == "keras" and version < _SINCE and not any(parsed):
            raise UsageError(
                f"{end!r} alone does not say which TensorFlow is held",
                why="the usual one is that of Keras 3",
                do=f"Write it as an id: tf-1.15.5+keras-{version}",
            )
        found.append(replace(held, keras=version))
    return found


def _usual_keras(catalogue: Sequence[Release]) -> Named:
    for row in catalogue:
        if _HELD_FOR in row.series and (named := parse_name(row.id)):
            return named
    raise UsageError("the catalogue holds no TensorFlow for Keras", do="Write both ends as ids.")


def _known(named: Named, axis: Axis, versions: Sequence[Version]) -> Named:
    """Return the end named by an id, if the version that moves was ever published."""
    what = "TensorFlow" if axis is Axis.TENSORFLOW else "Keras"
    return _move(named, axis, pick_version(str(_at(named, axis)), versions, what))


def _versions(named: Named, axis: Axis, look: Look) -> list[Version]:
    project = "tensorflow" if axis is Axis.TENSORFLOW else named.package
    return [one.version for one in look(project)]


def _at(named: Named, axis: Axis) -> Version:
    found = named.tensorflow if axis is Axis.TENSORFLOW else named.keras
    if found is None:
        raise UsageError(f"{named.id} names no Keras", do=f"Write {named.id}+keras-VERSION.")
    return found


def _move(named: Named, axis: Axis, version: Version) -> Named:
    if axis is Axis.TENSORFLOW:
        return replace(named, tensorflow=version)
    return replace(named, keras=version)


def _held(named: Named, axis: Axis) -> str:
    if axis is Axis.KERAS:
        return f"TensorFlow {named.tensorflow}"
    return f"{named.package} {named.keras}" if named.package else "the Keras of each day"
