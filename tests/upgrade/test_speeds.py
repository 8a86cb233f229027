"""How two releases compare that were both timed beside a third, with a known truth."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from harness.judge.evidence import MARGIN
from harness.judge.runs import judge_timings
from harness.model import Speed
from harness.publish.speed_export import list_throughput
from harness.upgrade.speeds import SAME_WITHIN, compare_speeds
from tests.timed_runs import sitting


def rows(ratios: dict[str, float], **how: Any) -> list[dict[str, Any]]:
    told = judge_timings(sitting(ratios, **how), {}).told
    return list_throughput(told, list(ratios))


def row(release: str, ratio: float, spread: float = 1.01, **changed: Any) -> dict[str, Any]:
    usual = {
        "run_id": "run-1",
        "machine": "here",
        "reference": "tf-2.9.3",
        "release": release,
        "arm": release,
        "kernel": "train_step",
        "mode": "graph",
        "batch": 32,
        "timesteps": 16,
        "status": "answered",
        "denominator": "valid",
        "outcome": "slower",
        "ratio": ratio,
        "low": ratio / spread,
        "high": ratio * spread,
    }
    return {**usual, **changed}


def test_the_margin_is_that_of_the_judge() -> None:
    assert pytest.approx(math.exp(MARGIN)) == SAME_WITHIN


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        (1.0, 1.5, Speed.SLOWER),
        (1.5, 1.0, Speed.FASTER),
        (1.2, 1.2, Speed.SAME),
    ],
)
def test_a_known_truth_is_found(old: float, new: float, outcome: Speed) -> None:
    found = compare_speeds(rows({"a": old, "b": new}, blocks=12, spread=0.001), "a", "b")
    (change,) = found.changes
    assert change.outcome is outcome
    assert change.low <= new / old <= change.high
    assert change.ratio == pytest.approx(new / old, rel=0.01)


def test_beside_the_reference_the_interval_is_its_own() -> None:
    table = rows({"b": 1.5}, blocks=12, spread=0.001)
    (change,) = compare_speeds(table, "tf-2.16.2", "b").changes
    assert change.confidence == 0.95
    own = next(row for row in table if row["release"] == "b")
    assert (change.low, change.high) == (own["low"], own["high"])


def test_the_interval_covers_the_truth_at_least_as_often_as_it_says() -> None:
    """Each bound at its own 95 %: of 400 simulated pairs no more than a tenth are missed."""
    rng = np.random.default_rng(1)
    missed = 0
    for _ in range(400):
        noise = rng.normal(0, 0.01, 2)
        bounds = np.exp(1.96 * 0.01)
        table = [
            row(n, r * math.exp(e), bounds) for n, r, e in zip("ab", (1, 2), noise, strict=True)
        ]
        (change,) = compare_speeds(table, "a", "b").changes
        missed += not change.low <= 2 <= change.high
    assert missed <= 40


@settings(deadline=None)  # the machine may be busy
@given(st.floats(0.2, 5), st.floats(0.2, 5), st.floats(1, 1.5), st.floats(1, 1.5))
def test_there_and_back_mirror_each_other(a: float, b: float, wide_a: float, wide_b: float) -> None:
    table = [row("a", a, wide_a), row("b", b, wide_b)]
    (there,), (back,) = (compare_speeds(table, *way).changes for way in (("a", "b"), ("b", "a")))
    # At the very edge of the margin the last bit decides, and may do so otherwise on the way back.
    assume(abs(max(there.high, 1 / there.low) - SAME_WITHIN) > 1e-9)
    assert there.low <= there.ratio * 1.000001
    assert there.ratio <= there.high * 1.000001
    assert there.low == pytest.approx(1 / back.high)
    mirror = {Speed.SLOWER: Speed.FASTER, Speed.FASTER: Speed.SLOWER}
    assert back.outcome is mirror.get(there.outcome, there.outcome)


def test_across_sittings_nothing_is_compared() -> None:
    table = [row("a", 1.0), row("b", 2.0, run_id="run-2")]
    found = compare_speeds(table, "a", "b")
    assert not found.changes
    assert found.missing == "not measured: not timed in one sitting"
    assert not compare_speeds([row("a", 1.0), row("b", 2.0, machine="there")], "a", "b").changes


@pytest.mark.parametrize(
    ("table", "missing"),
    [
        ([], "not measured: no timings are stored"),
        ([row("a", 1.0)], "not measured: b not timed"),
        ([row("c", 1.0)], "not measured: a and b not timed"),
        (
            [row("a", 1.0), row("b", 1.0, status="crashed", low=None, high=None)],
            "not measured: not timed in one sitting",
        ),
        (
            [row("a", 1.0), row("b", 1.0, low=None, high=None)],
            "not measured: not timed in one sitting",
        ),
    ],
)
def test_what_is_not_measured_is_said_to_be(table: list[dict[str, Any]], missing: str) -> None:
    assert compare_speeds(table, "a", "b").missing == missing


def test_a_sitting_with_more_cases_counts() -> None:
    wide = [row(name, 1.0, kernel=kernel) for name in "ab" for kernel in ("one", "two")]
    newer = [row(name, 2.0, run_id="run-9") for name in "ab"]
    assert compare_speeds([*wide, *newer], "a", "b").run_id == "run-1"
    assert compare_speeds([*wide[::2], *newer], "a", "b").run_id == "run-9"


def test_other_work_is_said() -> None:
    table = [row("a", 1.0, denominator="total"), row("b", 2.0)]
    assert compare_speeds(table, "a", "b").changes[0].other_work == "÷ total → ÷ valid"


def test_where_the_reference_differs_from_itself_nothing_is_slower() -> None:
    twin = row("tf-2.9.3", 1.2, arm="tf-2.9.3 again")
    table = [row("a", 1.0), row("b", 2.0), twin]
    (change,) = compare_speeds(table, "a", "b").changes
    assert change.outcome is Speed.UNDECIDED
    assert change.doubt == "the reference, timed twice, differed from itself by × 1.2"
    held = [row("a", 1.0), row("b", 2.0), {**twin, "outcome": "same"}]
    assert compare_speeds(held, "a", "b").changes[0].outcome is Speed.SLOWER
