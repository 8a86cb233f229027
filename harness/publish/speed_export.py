"""``throughput[]`` of ``compatibility.json``: one row an arm and case, a number or null."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from harness.judge.speed import Comparison
from harness.judge.timings import Throughput, Timed
from harness.model import Status
from harness.publish.speed import sort_timed

DIGITS = 5
"""Of what is published: more than is known, and fewer than linear algebra differs in by machine."""


def list_throughput(told: Iterable[Throughput], order: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rows, run by run, in the ``order`` of the catalogue."""
    return [row for throughput in told for row in _list_rows(throughput, order)]


def _list_rows(throughput: Throughput, order: Sequence[str]) -> Iterator[dict[str, Any]]:
    for one in sort_timed(throughput.timed, order, by_arm=True):
        yield {
            "run_id": throughput.run_id,
            "machine": throughput.machine,
            "reference": throughput.reference,
            **_measured(one),
            **_compared(one.comparison),
        }


def _measured(one: Timed) -> dict[str, Any]:
    answered = one.status is Status.ANSWERED
    blocks = one.comparison.blocks if one.comparison else one.blocks
    return {
        "release": one.release,
        "arm": one.arm,
        "kernel": one.case.kernel,
        "mode": one.case.mode or None,
        "batch": one.case.batch or None,
        "timesteps": one.case.timesteps or None,
        "status": one.status.value,
        "reason": one.reason,
        "denominator": one.denominator or None,
        "unlike": one.unlike,
        "seconds_per_call": _number(one.seconds),
        "elements_per_s": _number(one.elements_per_s) if answered and one.case.batch else None,
        "bandwidth_share": _number(one.bandwidth_share),
        "blocks": blocks,
        "samples": one.samples,
        "loaded": one.loaded,
        "voided": one.voided,
        "peak_rss_bytes": one.peak_rss_bytes or None,
    }


def _compared(one: Comparison | None) -> dict[str, Any]:
    if one is None:
        names = ("outcome", "ratio", "low", "high", "p_value", "minimum_detectable_effect")
        return dict.fromkeys(names)
    looked = math.isfinite(one.high)
    bounded = looked and one.low <= one.high
    return {
        "outcome": one.outcome.value,
        "ratio": _number(one.ratio) if one.blocks else None,
        "low": _number(one.low) if bounded else None,
        "high": _number(one.high) if bounded else None,
        "p_value": _number(one.p_value) if looked else None,
        "minimum_detectable_effect": _number(one.minimum_detectable_effect),
    }


def _number(value: float) -> float | None:
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
