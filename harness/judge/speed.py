"""From timed processes to comparisons: faster, slower, same or undecided. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from harness.judge.blocks import fit_blocks
from harness.judge.discoveries import find_discoveries, next_level
from harness.judge.evidence import ALPHA, Evidence, critical_values, join_evidence, look
from harness.judge.processes import Process, tabulate_processes
from harness.judge.sequential import Floats, Looks
from harness.model import Speed

POWER = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One arm beside the reference in one case; ratios are of times, above 1 for slower.

    ``low`` and ``high`` are the repeated interval of this comparison alone, at 95 %; ``p_value``
    (against no difference) is valid at whatever look it stopped, but alone too; ``outcome`` counts
    all the comparisons of the run. ``minimum_detectable_effect`` is a ratio less 1: the smallest
    slowdown that this look would have called so, four times in five, at the level the run uses.
    Before the first look nothing is known: 0 to infinity, 1, undecided, infinity.
    """

    case: str
    arm: str
    blocks: int
    ratio: float
    low: float
    high: float
    p_value: float
    outcome: Speed
    minimum_detectable_effect: float


class Sentinel(StrEnum):
    """Whether the run could tell same from same."""

    HELD = "held"
    OPEN = "open"
    FAILED = "failed"


def compare_arms(
    processes: Iterable[Process],
    *,
    planned: Mapping[str, Sequence[str]],
    reference: str,
    looks: Looks,
) -> tuple[Comparison, ...]:
    """Return each arm that is planned beside the reference, case by case.

    ``planned`` are the arms of each case, without the reference. Outcomes count all comparisons of
    the run, those that have no process yet as well: else the first arms would be judged as if they
    were the only ones. The looks are gone through again block by block, so that the intervals and
    p-values of an arm are those of its own looks. Raises ValueError as ``tabulate_processes``
    does, and for more blocks than planned.
    """
    if not planned:
        return ()
    arms = {case: (reference, *others) for case, others in planned.items()}
    tables = tabulate_processes(processes, arms)
    evidence = join_evidence(_gather_cases([one.log_seconds for one in tables.values()], looks))
    level = float(next_level(find_discoveries(evidence.p_differs, ALPHA), ALPHA))
    columns = (
        evidence.counts,
        np.exp(evidence.log_ratios),
        np.exp(evidence.low),
        np.exp(evidence.high),
        evidence.p_differs,
        detectable_effects(evidence, looks, level),
    )
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return tuple(
        Comparison(
            case=case,
            arm=arm,
            blocks=int(blocks),
            ratio=ratio,
            low=low,
            high=high,
            p_value=p_value,
            outcome=Speed(outcome),
            minimum_detectable_effect=effect,
        )
        for (case, arm), (blocks, ratio, low, high, p_value, effect), outcome in zip(
            [(case, arm) for case, others in planned.items() for arm in others],
            rows,
            find_outcomes(evidence),
            strict=True,
        )
    )


def _gather_cases(tables: Sequence[Floats], looks: Looks) -> list[Evidence]:
    """Return the evidence of each case; those of one shape are gone through at once, for speed."""
    alike: dict[tuple[int, ...], list[int]] = {}
    for number, table in enumerate(tables):
        alike.setdefault(table.shape, []).append(number)
    found: dict[int, Evidence] = {}
    for numbers in alike.values():
        together = gather_evidence(np.stack([tables[number] for number in numbers]), looks)
        parts = {one.name: getattr(together, one.name) for one in fields(Evidence)}
        for place, number in enumerate(numbers):
            found[number] = Evidence(**{name: part[place] for name, part in parts.items()})
    return [found[number] for number in range(len(tables))]


def gather_evidence(log_seconds: Floats, looks: Looks) -> Evidence:
    """Look after each block; values of shape (..., blocks, arms), the reference first."""
    *runs, blocks, arms = log_seconds.shape
    evidence = Evidence.none((*runs, arms - 1))
    for block in range(blocks):
        evidence = look(evidence, fit_blocks(log_seconds[..., : block + 1, :]), looks)
    return evidence


def find_outcomes(evidence: Evidence) -> NDArray[np.str_]:
    """Return the outcomes of the comparisons on the last axis; leading axes are runs.

    A difference that is certain, and certainly within the margin, is called same.
    """
    differs = find_discoveries(evidence.p_differs, ALPHA)
    same = find_discoveries(evidence.p_same, ALPHA)
    side = np.where(evidence.above < evidence.below, Speed.SLOWER, Speed.FASTER)
    return np.where(same, Speed.SAME, np.where(differs, side, Speed.UNDECIDED))


def detectable_effects(evidence: Evidence, looks: Looks, level: float) -> Floats:
    """Return the ratios less 1 that are found with chance ``POWER`` at a two-sided level.

    The bound of the last look plus the quantile of t for the power, in standard errors: the usual
    approximation of the non-central t. Shape (..., arms).
    """
    effects = np.full(evidence.counts.shape, np.inf)
    for blocks in range(looks.first, looks.planned + 1):
        at = (evidence.counts == blocks) & np.isfinite(evidence.standard_errors)
        freedom = evidence.freedom[at]
        reach = critical_values(looks, blocks, freedom, level) + stdtrit(freedom, POWER)
        effects[at] = np.expm1(reach * evidence.standard_errors[at])
    return effects


def find_unfinished(comparisons: Iterable[Comparison], looks: Looks) -> tuple[tuple[str, str], ...]:
    """Return the (case, arm) that need more blocks and may still have them."""
    return tuple(
        (one.case, one.arm)
        for one in comparisons
        if one.outcome is Speed.UNDECIDED and one.blocks < looks.planned
    )


def judge_sentinel(comparisons: Iterable[Comparison], sentinel: str) -> Sentinel:
    """Return whether the second installation of the reference is the same in every case.

    One case that differs fails it; one that is undecided, or no sentinel at all, leaves it open.
    """
    outcomes = {one.outcome for one in comparisons if one.arm == sentinel}
    if outcomes & {Speed.FASTER, Speed.SLOWER}:
        return Sentinel.FAILED
    return Sentinel.HELD if outcomes == {Speed.SAME} else Sentinel.OPEN
