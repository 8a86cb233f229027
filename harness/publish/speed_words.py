"""The words of everything published about speed: ratios, outcomes, kernels, the sentinel."""

import math
from collections.abc import Collection, Iterable
from itertools import groupby

from harness.judge.change_points import Step
from harness.judge.speed import Comparison, Sentinel
from harness.judge.timings import Throughput, Timed
from harness.model import Case, Speed
from harness.publish.wording import NOTHING, make_visible

SENTINEL = {
    Sentinel.HELD: "held: the reference, installed twice, is the same as itself in every case",
    Sentinel.OPEN: "open: the reference, installed twice, is not shown to be the same as itself in "
    "every case, and differs from itself no more than chance brings about",
    Sentinel.FAILED: "failed: the reference, installed twice, differs from itself; what is called "
    "faster or slower by no more than that is not to be believed",
}
"""What became of the second installation of the reference."""
NO_SENTINEL = "none: the reference was not installed twice, and nothing proves the run"
_UNITS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def say_outcome(one: Comparison) -> str:
    """Return the outcome; beside "same" and "undecided" the smallest change that would show."""
    said = one.outcome.value
    if one.outcome in {Speed.SAME, Speed.UNDECIDED}:
        effect = one.minimum_detectable_effect
        said += (
            f", {say_percent(effect, digits=1)} would show"
            if math.isfinite(effect)
            else ", too few blocks"
        )
    return said


def say_ratio(one: Comparison | Step) -> str:
    """Return a ratio of times with its interval, as much of it as is known."""
    if isinstance(one, Comparison) and not one.blocks:
        return NOTHING
    if not math.isfinite(one.high):
        return f"× {one.ratio:.2f}"
    if one.low > one.high:
        return f"× {one.ratio:.2f} (the looks contradict each other)"
    return f"× {one.ratio:.2f} ({one.low:.2f} to {one.high:.2f})"


def say_percent(share: float, *, digits: int = 0) -> str:
    """Return a share in percent."""
    return f"{100 * share:.{digits}f} %"


def say_share(share: float) -> str:
    """Return a share of the bandwidth, the small ones of small kernels too, in two digits."""
    return say_percent(share, digits=0 if share >= 0.1 else 1 if share >= 0.01 else 2)  # noqa: PLR2004


def say_number(number: float) -> str:
    """Return three digits and the letter of a thousand, a million or more."""
    number = float(f"{number:.3g}")
    for size, unit in _UNITS:
        if number >= size:
            return f"{number / size:.3g} {unit}"
    return f"{number:.3g}"


def name_kernel(case: Case) -> str:
    """Return a case in words: the kernel, its mode, and its shape where it has one."""
    shape = f", {case.batch} × {case.timesteps}" if case.batch else ""
    return f"{case.kernel}{f' {case.mode}' if case.mode else ''}{shape}"


def name_cases(cases: Collection[Case], everything: Collection[Case]) -> str:
    """Return cases in words, as few as say it: all, all of a mode, all of a kernel in a mode."""
    if len(cases) == len(everything):
        return "everything"
    names: list[str] = []
    for mode, kinds in groupby(_by_mode(cases), key=lambda case: case.mode):
        chosen = list(kinds)
        if mode and len(chosen) == sum(case.mode == mode for case in everything):
            names.append(f"{mode}: every kernel")
            continue
        for kernel, shapes in groupby(chosen, key=lambda case: case.kernel):
            some = list(shapes)
            whole = sum((case.mode, case.kernel) == (mode, kernel) for case in everything)
            if mode and len(some) == whole:
                names.append(f"{kernel} {mode}")
            else:
                names += map(name_kernel, some)
    return make_visible("; ".join(names))


def _by_mode(cases: Iterable[Case]) -> list[Case]:
    return sorted(cases, key=lambda case: (case.mode, case))


def say_sentinel(throughput: Throughput) -> str:
    """Return what became of the sentinel, with the counts, and what it differs by if it does."""
    if not throughput.twin:
        return NO_SENTINEL
    own = [one for one in throughput.timed if one.arm == throughput.twin and one.comparison]
    said = f"{SENTINEL[throughput.sentinel]} ({count_outcomes(own)})"
    odd = [
        f"{name_kernel(one.case)}: {say_ratio(one.comparison)}"
        for one in own
        if one.comparison and one.comparison.outcome in {Speed.FASTER, Speed.SLOWER}
    ]
    return make_visible("; ".join([said, *odd]))


def count_outcomes(timed: Iterable[Timed]) -> str:
    """Return how many comparisons there are, and what they came to."""
    outcomes = [one.comparison.outcome for one in timed if one.comparison]
    counts = ", ".join(f"{outcomes.count(speed):,} {speed.value}" for speed in Speed)
    return f"{len(outcomes):,} comparisons: {counts}"


def count_samples(timed: Iterable[Timed]) -> str:
    """Return how many samples there are, taken beside other work, and void."""
    all_of_them = list(timed)
    loaded = sum(one.loaded for one in all_of_them)
    voided = sum(one.voided for one in all_of_them)
    samples = sum(one.samples for one in all_of_them)
    return f"{samples:,}; {loaded:,} of them taken beside other work; {voided:,} more void"
