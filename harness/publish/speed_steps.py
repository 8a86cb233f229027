"""Where the speed steps along a series, in words: place by place, and kernel by kernel."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.judge.change_points import Step
from harness.judge.timings import Throughput
from harness.model import Case
from harness.publish.speed_words import name_kernel, say_ratio
from harness.publish.wording import NOTHING, make_visible

STEP_HEADER = ("Series", "Between", "Time after, to before", "Kernel", "Certain within")
HEADLINE_HEADER = ("Series", "Between", "Largest step", "In", "In other cases")


def list_steps(throughput: Throughput) -> tuple[tuple[str, ...], ...]:
    """Return a row for each step of each series and case, the largest first."""
    return tuple(
        tuple(
            map(
                make_visible,
                (
                    found.series,
                    found.between,
                    say_ratio(found.step),
                    f"{name_kernel(found.case)}{found.other_work}",
                    f"{found.step.first} – {found.step.last}",
                ),
            )
        )
        for found in _sort_steps(throughput)
    )


def list_headlines(throughput: Throughput) -> tuple[tuple[str, ...], ...]:
    """Return a row for each place where a series steps, whichever kernels do: the largest first."""
    places: dict[tuple[str, str], list[_Found]] = {}
    for found in _sort_steps(throughput):
        places.setdefault((found.series, found.between), []).append(found)
    return tuple(
        tuple(
            map(
                make_visible,
                (
                    series,
                    between,
                    say_ratio(largest.step),
                    f"{name_kernel(largest.case)}{largest.other_work}",
                    _summarize(others),
                ),
            )
        )
        for (series, between), (largest, *others) in places.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A step with where it was found."""

    series: str
    case: Case
    step: Step
    other_work: str

    @property
    def between(self) -> str:
        return f"{self.step.before} → {self.step.after}"


def _sort_steps(throughput: Throughput) -> list[_Found]:
    divides = {(one.case, one.arm): one.denominator for one in throughput.timed}
    found = []
    for (case, series), steps in throughput.steps.items():
        for step in steps:
            before, after = (divides.get((case, arm), "") for arm in (step.before, step.after))
            other = f"; other work: ÷ {before} → ÷ {after}" if before != after else ""
            found.append(_Found(series=series, case=case, step=step, other_work=other))
    # Rounded, so that what differs by the last bit is in one order on every machine.
    return sorted(
        found,
        key=lambda one: (
            -round(abs(math.log(one.step.ratio)), 6),
            one.series,
            one.case,
            one.between,
        ),
    )


def _summarize(others: Sequence[_Found]) -> str:
    if not others:
        return NOTHING
    ratios = sorted(one.step.ratio for one in others)
    least, most = f"{ratios[0]:.2f}", f"{ratios[-1]:.2f}"
    return f"{len(others)}: × {least}" + (f" to × {most}" if least != most else "")
