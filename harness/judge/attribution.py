"""Whether Keras or TensorFlow brought a change: hold the one, move the other, and look. Pure.

Along the main series both move at once. Other releases hold one of them still; where the same
change is seen among them, the one that moves there brings it by itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from packaging.version import Version

from harness.model import Cause, Cell, Change, Interval, Provenance, Status

Outcome = tuple[Status, str | None]
"""What a release says: that it raises, or lacks the API, is an outcome too."""

Versions = Mapping[Cause, Version]
"""The version of each axis, by the cause that it may be."""

_Ladder = list[tuple[Version, list[str]]]
"""Releases by the version that climbs from low to high, while the other axis is held."""

_AXES = (Cause.KERAS, Cause.TENSORFLOW)
_KERAS_SPLIT = Version("2.6")
"""The first TensorFlow whose tf.keras is a package of its own; source: its release notes.

Before, Keras was a part of TensorFlow and its version a label (1.13.2 and 1.14.0 both say 2.2.4-tf,
over different code), so that it can neither be held nor moved: such a version is not known.
"""


def attribute_changes(
    intervals: Iterable[Interval],
    cells: Mapping[tuple[str, str], Cell],
    provenances: Mapping[str, Provenance],
) -> Iterator[Interval]:
    """Yield the intervals, each with the change that it began with.

    They come in the order in which they are built. The versions are those of ``provenances``,
    which were really there; of releases that differ in neither version the first one is named.
    """
    versions = {name: known for name, there in provenances.items() if (known := _read(there))}
    ladders = {axis: _build_ladders(versions, axis) for axis in _AXES}
    for (_, question), group in groupby(intervals, key=lambda one: (one.series, one.question)):
        says = {
            name: (cell.status, cell.answer)
            for name in versions
            if (cell := cells[name, question]).status.known
        }
        before: Interval | None = None
        for interval in group:
            if not interval.status.known:
                yield interval
                continue
            if before and _outcome(before) != _outcome(interval):
                yield replace(interval, began=_explain(before, interval, says, versions, ladders))
            else:
                yield interval
            before = interval


def _outcome(interval: Interval) -> Outcome:
    return interval.status, interval.answer


def _read(there: Provenance) -> Versions | None:
    """Return both versions; None where one of them is not known, for then nothing is held."""
    try:
        tensorflow, keras = Version(there.tensorflow), Version(there.keras)
    except ValueError:  # no version, or one of more digits than Python reads
        return None
    if there.keras_api == "tf.keras" and tensorflow < _KERAS_SPLIT:
        return None
    return {Cause.TENSORFLOW: tensorflow, Cause.KERAS: keras}


def _build_ladders(versions: Mapping[str, Versions], axis: Cause) -> list[_Ladder]:
    """Return a ladder for each version of the other axis that is held by several releases."""
    (held,) = set(_AXES) - {axis}
    ladders: dict[Version, dict[Version, list[str]]] = {}
    for name, there in versions.items():
        ladders.setdefault(there[held], {}).setdefault(there[axis], []).append(name)
    return [sorted(rungs.items()) for rungs in ladders.values() if len(rungs) > 1]


def _explain(
    before: Interval,
    after: Interval,
    says: Mapping[str, Outcome],
    versions: Mapping[str, Versions],
    ladders: Mapping[Cause, Sequence[_Ladder]],
) -> Change:
    """Return the change between two intervals, with the pairs of releases that show its cause.

    Where only one axis moved, the two releases themselves are the pair. Nothing is looked for
    where an axis moved down: a series climbs, and a pair across it would show the reverse.
    """
    start, end = versions.get(before.last), versions.get(after.first)
    pairs: dict[Cause, tuple[str, str] | None] = {}
    if start and end:
        moved = [axis for axis in _AXES if start[axis] != end[axis]]
        if len(moved) == 1:
            pairs[moved[0]] = before.last, after.first
        elif all(start[axis] < end[axis] for axis in moved):
            for axis in moved:
                span, change = (start[axis], end[axis]), (_outcome(before), _outcome(after))
                pairs[axis] = _find_pair(ladders[axis], span, change, says)
    return Change(
        after=before.last,
        keras=pairs.get(Cause.KERAS),
        tensorflow=pairs.get(Cause.TENSORFLOW),
    )


def _find_pair(
    ladders: Iterable[_Ladder],
    span: tuple[Version, Version],
    change: tuple[Outcome, Outcome],
    says: Mapping[str, Outcome],
) -> tuple[str, str] | None:
    """Return the releases of the first ladder that shows the change across the span.

    They stand on the lowest rung at or above its end, and on the highest at or below its start or,
    if there is none, the lowest within it. A rung whose releases disagree says nothing.
    """
    start, end = span
    for ladder in ladders:
        rungs = [(at, asked) for at, names in ladder if (asked := [n for n in names if n in says])]
        below = [names for at, names in rungs if at <= start]
        within = [names for at, names in rungs if start < at < end]
        above = [names for at, names in rungs if at >= end]
        pair = [*(below[-1:] or within[:1]), *above[:1]]
        if [{says[name] for name in names} for names in pair] == [{said} for said in change]:
            return pair[0][0], pair[1][0]
    return None
