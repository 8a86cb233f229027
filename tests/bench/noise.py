"""The proof of the statistics on simulated noise: ``python -m tests.bench.noise``.

Ten thousand runs of each kind, some minutes: how often what is the same is called different, and
how often what differs is found, beside two rules in common use on the same samples.
"""

import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from harness.judge.blocks import Fit
from harness.judge.change_points import find_steps
from harness.judge.common_rules import judge_by_mann_whitney, judge_by_student
from harness.judge.evidence import ALPHA, Evidence, join_evidence
from harness.judge.replay import over_cases, play_runs
from harness.judge.sequential import Floats, Looks
from harness.judge.speed import detectable_effects, find_outcomes, gather_evidence
from harness.model import Speed
from tests.bench.simulated import Noise, count_blocks, draw_rounds

RUNS = 10_000
CHUNK = 1_000
LOOKS = Looks(first=4, planned=15)
MORE = Looks(first=4, planned=30)
CASES = 2
NOISES = {
    "3 % / 1 %": Noise(between=0.03, within=0.01),
    "5 % / 2 %": Noise(between=0.05, within=0.02),
}
HARD = {
    "heavy tails (t with 4)": Noise(between=0.03, within=0.01, tails=4.0),
    "every second arm 6 %": Noise(between=0.03, within=0.01, unequal=2.0),
    "cases fully dependent": Noise(between=0.03, within=0.01, shared=1.0),
}
EQUAL = np.ones(10)
PLANTED = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.02, 1.03, 1.05, 1.10])
"""The reference, the sentinel, four that are the same, and four slowdowns."""


def main() -> None:
    """Print the tables; each row draws from the same seed."""
    started = time.perf_counter()
    print(f"{RUNS} runs of each kind; noise is the spread between / within processes")
    print("\nA pair alone. Student and Mann-Whitney see the rounds of all planned blocks.")
    print("noise      blocks ratio | different   same | blocks    MDE | Student M-W 10 %")
    for name, noise in NOISES.items():
        for looks in (LOOKS, MORE):
            for ratio in (1.0, 1.02, 1.05, 1.10):
                print(
                    f"{name:10} {looks.planned:6} {ratio:5.2f} {_play_pairs(noise, ratio, looks)}"
                )
    print(f"\nRuns of {CASES} cases x {len(EQUAL) - 1} arms, four and the reference in a block.")
    for name, noise in (NOISES | HARD).items():
        print(f"\n{name}, nothing planted", *_play_equal(noise), sep="\n  ")
    for name, noise in NOISES.items():
        print(f"\n{name}, slowdowns planted", *_play_planted(noise), sep="\n  ")
    print(f"\n{time.perf_counter() - started:.0f} s")


def _play_pairs(noise: Noise, ratio: float, looks: Looks) -> str:
    rng = np.random.default_rng(1)
    rounds = draw_rounds(rng, noise, (RUNS, 1, looks.planned, 2))
    rounds[:, :, :, 1] += np.log(ratio)
    log_seconds = np.median(rounds, axis=-1)
    evidence, _ = play_runs(log_seconds, rng, looks)
    outcomes = find_outcomes(over_cases(evidence))
    whole = gather_evidence(log_seconds[:CHUNK], looks)
    first, second = (np.exp(rounds[:, 0, :, arm].reshape(RUNS, -1)) for arm in (0, 1))
    student, mann_whitney = (
        np.mean(rule(first, second) != 0) for rule in (judge_by_student, judge_by_mann_whitney)
    )
    return (
        f"| {np.mean(_differs(outcomes)):9.2%} {np.mean(outcomes == Speed.SAME):6.1%} "
        f"| {np.mean(evidence.counts):6.1f} {np.median(detectable_effects(whole, looks, ALPHA)):6.1%} "
        f"| {student:7.1%} {mann_whitney:8.1%}"
    )


def _play_equal(noise: Noise) -> Iterator[str]:
    evidence, fits = _play(noise, EQUAL)
    outcomes = find_outcomes(evidence)
    false = _differs(outcomes)
    alone = evidence.p_differs <= ALPHA
    missed = (evidence.low > 0) | (evidence.high < 0)
    yield f"one comparison under 5 % at some look: {alone.mean():.2%} of all"
    yield f"interval without the truth: {missed.mean():.2%} of all"
    yield f"called faster or slower in the run: {false.mean():.2%} of all"
    yield f"runs with any such finding: {_interval(np.any(false, axis=1))}"
    yield f"called same: {np.mean(outcomes == Speed.SAME):.1%}; {_cost(evidence)}"
    yield f"cases with a false step: {_interval(np.array([_steps(fit) > 0 for fit in fits]))}"


def _play_planted(noise: Noise) -> Iterator[str]:
    evidence, _ = _play(noise, PLANTED)
    outcomes = find_outcomes(evidence)
    found = _differs(outcomes)
    planted = np.tile(PLANTED[1:], CASES)
    false = found & (planted == 1)
    share = false.sum(axis=-1) / np.maximum(found.sum(axis=-1), 1)
    wrong = (outcomes == Speed.SAME) & (planted >= 1.03)
    said_same = np.maximum((outcomes == Speed.SAME).sum(axis=-1), 1)
    yield f"false among what is called faster or slower, mean over runs: {share.mean():.2%}"
    yield f"false among what is called same: {np.mean(wrong.sum(axis=-1) / said_same):.2%}"
    yield f"{_cost(evidence)}"
    for ratio in (1.0, 1.02, 1.03, 1.05, 1.10):
        said = outcomes[:, planted == ratio]
        yield (
            f"ratio {ratio:.2f}: slower {np.mean(said == Speed.SLOWER):6.1%}, "
            f"faster {np.mean(said == Speed.FASTER):5.2%}, same {np.mean(said == Speed.SAME):6.1%}, "
            f"blocks {np.mean(evidence.counts[:, planted == ratio]):4.1f}"
        )


def _play(noise: Noise, ratios: Floats) -> tuple[Evidence, list[Fit]]:
    """Return the evidence of all runs, shape (runs, cases x arms), and some cases' last fits."""
    rng = np.random.default_rng(2)
    shape = (CHUNK, CASES, count_blocks(len(ratios), LOOKS), len(ratios))
    parts: list[Evidence] = []
    for _ in range(RUNS // CHUNK):
        log_seconds = np.median(draw_rounds(rng, noise, shape), axis=-1) + np.log(ratios)
        evidence, fit = play_runs(log_seconds, rng, LOOKS)
        parts.append(over_cases(evidence))
    fits = [_select(fit, run) for run in range(CHUNK)]
    return join_evidence(parts, axis=0), fits


def _select(fit: Fit, run: int) -> Fit:
    """Return the fit of one run's first case."""
    return Fit(**{one: getattr(fit, one)[run, 0] for one in Fit.__dataclass_fields__})


def _steps(fit: Fit) -> int:
    names = [str(arm) for arm in range(len(fit.counts))]
    return len(find_steps(fit, names, names))


def _differs(outcomes: NDArray[np.str_]) -> NDArray[np.bool_]:
    return np.isin(outcomes, [Speed.FASTER, Speed.SLOWER])


def _cost(evidence: Evidence) -> str:
    detectable = np.median(detectable_effects(evidence, LOOKS, ALPHA))
    return f"blocks of an arm: {evidence.counts.mean():.1f}; median MDE at 5 %: {detectable:.1%}"


def _interval(happened: NDArray[np.bool_]) -> str:
    """Say a rate with its 95 % binomial interval; runs are independent, comparisons are not."""
    low, high = binomtest(int(happened.sum()), len(happened)).proportion_ci(method="exact")
    return f"{happened.mean():.2%} ({low:.2%} to {high:.2%})"


if __name__ == "__main__":
    main()
