"""How fast the releases are, in words: a row an arm and mode, start-up, and what has no time.

The texts are visible but not escaped: reasons and names are whatever was stored.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from harness.judge.timings import Throughput, Timed
from harness.model import Case, Status
from harness.publish.speed_words import (
    name_cases,
    say_number,
    say_outcome,
    say_ratio,
    say_share,
)
from harness.publish.wording import NOTHING, make_visible, name_status

KERNELS = {
    "reduction_raw": "TensorFlow's operations alone: sum(loss × mask) / sum(mask)",
    "reduction_loss_object": "Keras's own mean absolute error, given the mask",
    "evaluate_step": "a compiled model with Masking, one batch evaluated",
    "train_step": "a compiled model with Masking, one batch trained",
    "import": "importing TensorFlow and Keras",
    "first_call": "the first call of the loss object in a graph: tracing",
}
"""What each kernel does, in the order in which they are published."""
HEADER = ("Release", "Mode", "Elements/s", "Of bandwidth", "Time, to the reference's", "Says")
START_HEADER = (
    "Release",
    "Import",
    "To the reference's",
    "First call",
    "To the reference's",
    "Peak memory",
)
MISSING_HEADER = ("Releases", "Kernels", "State", "Reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedTable:
    """All arms and modes of one kernel at one shape; ``about`` says what the kernel does."""

    title: str
    about: str
    rows: tuple[tuple[str, ...], ...]


def sort_timed(
    timed: Iterable[Timed], order: Sequence[str], *, by_arm: bool = False
) -> list[Timed]:
    """Return them by kernel, shape, arm (in the ``order`` of the catalogue) and mode.

    ``by_arm`` puts the arm first.
    """
    places = {name: place for place, name in enumerate(order)}
    kernels = list(KERNELS)

    def place(one: Timed) -> tuple[tuple[int | str, ...], ...]:
        case = one.case
        known = kernels.index(case.kernel) if case.kernel in kernels else len(kernels)
        what = known, case.kernel, case.batch, case.timesteps
        who = places.get(one.release, len(places)), one.release, one.arm
        return (who, what, (case.mode,)) if by_arm else (what, who, (case.mode,))

    return sorted(timed, key=place)


def list_tables(throughput: Throughput, order: Sequence[str]) -> tuple[SpeedTable, ...]:
    """Return a table for each kernel and shape, its arms in the ``order`` of the catalogue."""
    kernels = [one for one in throughput.timed if one.case.batch]
    return tuple(
        SpeedTable(
            title=make_visible(f"{kernel}, {batch} × {steps}"),
            about=KERNELS.get(kernel, ""),
            rows=tuple(_row(one, throughput.reference) for one in group),
        )
        for (kernel, batch, steps), group in groupby(
            sort_timed(kernels, order),
            key=lambda one: (one.case.kernel, one.case.batch, one.case.timesteps),
        )
    )


def _row(one: Timed, reference: str) -> tuple[str, ...]:
    arm, mode = make_visible(one.arm), make_visible(one.case.mode)
    if one.status is not Status.ANSWERED:
        return arm, mode, NOTHING, NOTHING, NOTHING, name_status(one.status)
    share = NOTHING if math.isnan(one.bandwidth_share) else say_share(one.bandwidth_share)
    ratio = say_ratio(one.comparison) if one.comparison else NOTHING
    says = _says(one, is_reference=one.arm == reference)
    return arm, mode, say_number(one.elements_per_s), share, ratio, says


def _says(one: Timed, *, is_reference: bool) -> str:
    compared = say_outcome(one.comparison) if one.comparison else "not compared"
    parts = ["the reference" if is_reference else compared]
    if one.unlike:
        divides = make_visible(one.denominator) or "something else"
        parts.append(f"other work: it divides by {divides}")
    if one.loaded:
        parts.append(f"{one.loaded} of {one.samples} samples beside other work")
    if one.voided:
        parts.append(f"{one.voided} samples void: it traced anew")
    if one.lost:
        parts.append(f"no sample in {one.lost} of {one.lost + one.blocks} blocks")
    return "; ".join(parts)


def list_start_up(throughput: Throughput, order: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return a row for each arm: import, first call, and the peak of its memory."""
    once = {(one.arm, one.case.kernel): one for one in throughput.timed if not one.case.batch}
    peaks: dict[str, int] = {}
    for one in sort_timed(throughput.timed, order, by_arm=True):
        peaks[one.arm] = max(peaks.get(one.arm, 0), one.peak_rss_bytes)
    return tuple(
        (
            make_visible(arm),
            *_start(once.get((arm, "import")), throughput.reference),
            *_start(once.get((arm, "first_call")), throughput.reference),
            f"{peak / 1e6:,.0f} MB" if peak else NOTHING,
        )
        for arm, peak in peaks.items()
    )


def _start(one: Timed | None, reference: str) -> tuple[str, str]:
    if one is None:
        return NOTHING, NOTHING
    if one.status is not Status.ANSWERED:
        return NOTHING, name_status(one.status)
    says = _says(one, is_reference=one.arm == reference)
    ratio = f"{say_ratio(one.comparison)}, {says}" if one.comparison else says
    return f"{one.seconds:.2f} s", ratio


def list_missing(throughput: Throughput, order: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return what has no time, each state and reason once, with its releases and kernels."""
    alike: dict[tuple[str, str], dict[str, set[Case]]] = {}
    for one in sort_timed(throughput.timed, order, by_arm=True):
        if one.status is Status.ANSWERED and not one.lost:
            continue
        state = "in some blocks" if one.status is Status.ANSWERED else name_status(one.status)
        arms = alike.setdefault((state, make_visible(one.reason)), {})
        arms.setdefault(one.arm, set()).add(one.case)
    everything = {one.case for one in throughput.timed}
    rows = []
    for (state, reason), arms in alike.items():
        together: dict[frozenset[Case], list[str]] = {}
        for arm, cases in arms.items():
            together.setdefault(frozenset(cases), []).append(arm)
        rows += [
            (make_visible(", ".join(names)), name_cases(cases, everything), state, reason)
            for cases, names in together.items()
        ]
    return tuple(rows)
