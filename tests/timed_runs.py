"""Runs of timings with a known truth: what the kernels of made-up releases take, block by block."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from harness.model import Case, Status, Timing
from tests.builders import LOCK, MACHINE, NOON

GRAPH = Case(kernel="reduction_raw", mode="graph", batch=32, timesteps=16)
EAGER = replace(GRAPH, mode="eager")
XLA = replace(GRAPH, mode="xla")
IMPORT = Case(kernel="import", mode="", batch=0, timesteps=0)
REFERENCE = "tf-2.16.2"
AGAIN = f"{REFERENCE} again"
BLOCKS = 6
SECONDS = {"import": 2.0, "graph": 1e-4, "eager": 4e-4, "xla": 5e-5}
BANDWIDTH = 2e10


def timing(arm: str = REFERENCE, **changed: Any) -> Timing:
    """Return one sample; every field can be changed."""
    usual = Timing(
        run_id="20261120T120000Z-00000001",
        recorded_at=NOON,
        machine=MACHINE,
        release=arm.removesuffix(" again"),
        tensorflow="2.16.2",
        keras="3.3.3",
        python="3.12.4",
        lock_sha256=LOCK,
        arm=arm,
        reference=REFERENCE,
        planned_blocks=BLOCKS,
        case=GRAPH,
        block=1,
        process=0,
        round=0,
        status=Status.ANSWERED,
        denominator="valid",
        calls=100,
        seconds_per_call=1e-4,
        cpu_seconds=1e-4,
        threads=1,
        bytes_per_call=4096,
        bandwidth_bytes_per_s=BANDWIDTH,
        peak_rss_bytes=600_000_000,
    )
    return replace(usual, **changed)


def failed(one: Timing, status: Status = Status.CRASHED, reason: str = "signal 11") -> Timing:
    """Return the row of a case that has no sample."""
    nothing: dict[str, Any] = dict.fromkeys(("calls", "threads", "bytes_per_call", "traces"), 0)
    nothing |= {"seconds_per_call": 0.0, "cpu_seconds": 0.0, "denominator": ""}
    return replace(one, status=status, reason=reason, **nothing)


def sitting(
    ratios: Mapping[str, float],
    *,
    cases: Sequence[Case] = (GRAPH,),
    blocks: int = BLOCKS,
    others: int | None = None,
    rounds: int = 2,
    spread: float = 0.004,
    seed: int = 1,
    change: Callable[[Timing], Timing] = lambda one: one,
    **common: Any,
) -> list[Timing]:
    """Return the samples of a run: each arm in so many blocks, ``others`` beside the reference.

    ``ratios`` are the times of each arm, but for the reference and its twin, to the reference's.
    ``change`` is given every row, and may make another of it.
    """
    random = Random(seed)
    truth = {REFERENCE: 1.0, AGAIN: 1.0, **ratios}
    rest = [arm for arm in truth if arm != REFERENCE]
    queue = rest * blocks
    size = others or len(rest)
    rows: list[Timing] = []
    for block, start in enumerate(range(0, len(queue), size), start=1):
        shared = random.gauss(0, 0.03)
        for process, arm in enumerate([REFERENCE, *queue[start : start + size]]):
            for case in cases:
                process_log = shared + random.gauss(0, spread)
                once = {"calls": 1, "denominator": "", "bytes_per_call": 0} if not case.mode else {}
                rows += [
                    change(
                        timing(
                            arm,
                            case=case,
                            block=block,
                            process=process,
                            round=number,
                            planned_blocks=blocks,
                            seconds_per_call=SECONDS[case.mode or "import"]
                            * truth[arm]
                            * math.exp(process_log + random.gauss(0, spread / 4)),
                            **{**once, **common},
                        )
                    )
                    for number in range(rounds if case.mode else 1)
                ]
    return rows


def example() -> list[Timing]:
    """Return a run with each outcome, other work, voids, loads, a crash, and a missing mode.

    The releases are among those of ``tests.publish.matrices.example``.
    """

    def change(one: Timing) -> Timing:
        if one.arm == "tf-1.4.1" and one.case == XLA:
            return failed(one, Status.NOT_APPLICABLE, "no jit_compile | in *this* release")
        if one.arm == "tf-2.11.1":
            return failed(one, Status.CRASHED, "signal 11\x1b[2J")
        if one.arm == "tf-2.10.1" and one.case.mode:
            one = replace(one, denominator="total")
            if one.case == XLA and one.round:
                return replace(one, traces=1, seconds_per_call=9.0)
        if one.arm == "tf-2.17.0rc0":
            if one.case == GRAPH and one.block == 2:
                return failed(one, Status.RAISED, "ValueError: <b>odd</b>")
            return replace(one, load=0.5 if one.case == EAGER and not one.round else 0.0)
        return one

    ratios = {"tf-1.4.1": 0.6, "tf-2.10.1": 1.3, "tf-2.11.1": 1.0, "tf-2.17.0rc0": 1.02}
    rows = sitting(ratios, cases=(GRAPH, EAGER, XLA, IMPORT), spread=0.01, change=change)
    return [one for one in rows if one.case.mode or one.status is Status.ANSWERED]
