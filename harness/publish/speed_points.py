"""What the charts of speed show: points along a series, their intervals, and the limit. Pure.

An arm's speed is that of the reference divided by the ratio of their times: the ratio was taken in
blocks that both were in, and has an interval, while a median over an arm's own blocks would also
show how fast the machine happened to be in those.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from harness.judge.timings import Throughput, Timed
from harness.model import Case, Release, Status
from harness.publish.speed import sort_timed
from harness.publish.speed_export import DIGITS
from harness.publish.speed_words import say_number, say_outcome
from harness.publish.wording import make_visible

FEWEST = 8
"""Timed releases that a series must have for plots of its own, beside the one that has most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One release in one mode, in elements per second; no bounds where nothing is known of them.

    ``stretch`` counts the runs of neighbours that were timed, so that no line crosses a gap;
    ``alike`` is whether it divides by what the reference divides by.
    """

    release: str
    mode: str
    speed: float
    low: float | None = None
    high: float | None = None
    alike: bool = True
    stretch: int = 0
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One kernel and shape along one series; ``limit`` is in elements per second.

    ``held`` is the TensorFlow that all of the series has, blank where it moves; ``releases`` are
    the labels of the whole series, timed or not.
    """

    case: Case
    series: str
    held: str
    releases: tuple[str, ...]
    modes: tuple[str, ...]
    points: tuple[Point, ...]
    limit: float | None

    @property
    def fastest(self) -> float:
        """The largest speed that is shown, an interval's end included."""
        return max(point.high or point.speed for point in self.points)

    @property
    def slowest(self) -> float:
        """The smallest speed that is shown, an interval's end included."""
        return min(point.low or point.speed for point in self.points)


def list_plots(throughput: Throughput, releases: Sequence[Release]) -> Iterator[Plot]:
    """Yield a plot for each kernel and shape along each series with enough timed releases."""
    members: dict[str, list[str]] = {}
    for release in releases:
        for name in release.series:
            members.setdefault(name, []).append(release.id)
    timed = [
        one
        for one in sort_timed(throughput.timed, [release.id for release in releases])
        if one.case.batch and one.arm == one.release and one.status is Status.ANSWERED
    ]
    chosen = _choose_series(members, {one.release for one in timed})
    for _, group in groupby(timed, key=_shape):
        rows = list(group)
        for name in chosen:
            there = [one for one in rows if one.release in members[name]]
            if there:
                references = {one.case.mode: one for one in rows if one.arm == throughput.reference}
                yield _plot(name, members[name], there, references)


def _shape(one: Timed) -> tuple[str, int, int]:
    return one.case.kernel, one.case.batch, one.case.timesteps


def _choose_series(members: Mapping[str, Sequence[str]], timed: set[str]) -> list[str]:
    counts = {name: len(timed.intersection(names)) for name, names in members.items()}
    largest = max(counts, key=counts.__getitem__, default=None)
    return [name for name, count in counts.items() if count >= FEWEST or name == largest]


def _plot(
    series: str, members: Sequence[str], rows: Sequence[Timed], references: Mapping[str, Timed]
) -> Plot:
    held, labels = _label(members)
    modes = sorted({one.case.mode for one in rows})
    limits = [limit for one in references.values() if (limit := _limit(one))]
    return Plot(
        case=rows[0].case,
        series=make_visible(series),
        held=held,
        releases=tuple(labels.values()),
        modes=tuple(map(make_visible, modes)),
        points=tuple(
            point
            for mode in modes
            for point in _list_points(
                {one.release: one for one in rows if one.case.mode == mode},
                references.get(mode),
                labels,
            )
        ),
        limit=_round(max(limits)) if limits else None,
    )


def _label(members: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Return what all of the ids begin with, if that is a whole part, and the rest of each."""
    short = {name: make_visible(name.removeprefix("tf-")) for name in members}
    heads = {name.partition("+")[0] for name in short.values()}
    if len(heads) == 1 and all("+" in name for name in short.values()):
        return heads.pop(), {one: name.partition("+")[2] for one, name in short.items()}
    return "", short


def _list_points(
    rows: Mapping[str, Timed], reference: Timed | None, labels: Mapping[str, str]
) -> Iterator[Point]:
    stretch = 0
    for release, label in labels.items():
        if release in rows:
            yield _point(rows[release], reference, label, stretch)
        else:
            stretch += 1


def _point(one: Timed, reference: Timed | None, label: str, stretch: int) -> Point:
    speed, low, high = one.elements_per_s, None, None
    found = one.comparison
    if reference and found and found.blocks:
        speed = reference.elements_per_s / found.ratio
        if math.isfinite(found.high) and 0 < found.low <= found.high:
            low = reference.elements_per_s / found.high
            high = reference.elements_per_s / found.low
    says = [f"{label} {make_visible(one.case.mode)}", f"{say_number(speed)} elements per second"]
    if low and high:
        says[1] += f", {say_number(low)} to {say_number(high)}"
    if found:
        says.append(f"beside the reference {say_outcome(found)}")
    if one.unlike:
        says.append(f"divides by {make_visible(one.denominator) or 'something else'}")
    return Point(
        release=label,
        mode=make_visible(one.case.mode),
        speed=_round(speed),
        low=_round(low) if low else None,
        high=_round(high) if high else None,
        alike=not one.unlike,
        stretch=stretch,
        says="; ".join(says),
    )


def _limit(reference: Timed) -> float | None:
    """Return the speed at which a call would move all that it must as fast as memory copies."""
    share = reference.bandwidth_share
    return reference.elements_per_s / share if share > 0 else None


def _round(value: float) -> float:
    """Return what linear algebra gives on every machine, so that the same data draws the same."""
    return float(f"{value:.{DIGITS}g}")
