"""Time releases beside a reference until every comparison is decided or the budget is spent."""

import fcntl
import os
import secrets
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from harness.errors import InconclusiveError, UsageError
from harness.judge.speed import Comparison, find_unfinished
from harness.judge.timings import compare_timings, plan_looks
from harness.measure.block import Arm, Sitting, time_block
from harness.measure.design import Design, choose_block, plan_again
from harness.measure.machine import machine_name
from harness.model import Case, Release, Speed, Timing
from harness.store import read_timings

BYTES_A_PROCESS = 1_000_000_000
MOST_PLACES = 6
BUSY_SHARE = 0.25
"""Above this share of the cores, a load is worth a warning before it is timed beside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What there is to tell after a block."""

    block: int
    arms: tuple[str, ...]
    elapsed_s: float
    comparisons: int
    undecided: int


def is_timed(timings: Path) -> bool:
    """Return whether a store holds timings that were taken on this machine."""
    machine = machine_name()
    return any(timing.machine == machine for timing in read_timings(timings))


def count_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def count_places(meminfo: Path = Path("/proc/meminfo")) -> int:
    """Return how many processes of a block fit beside each other into the memory available."""
    lines = dict(line.split(":", 1) for line in meminfo.read_text().splitlines())
    available = int(lines["MemAvailable"].split()[0]) * 1024
    return max(2, min(MOST_PLACES, available // BYTES_A_PROCESS))


def announce(
    design: Design, cases: int, arms: Sequence[Arm], reference: Release, budget_s: float
) -> str:
    """Say what is about to be timed, and what the budget leaves out."""
    said = (
        f"{len(arms) - 1} releases and {reference.id}, the reference, once more; "
        f"{len(design.cases)} of {cases} cases, {design.planned_blocks} blocks each, "
        f"in up to {budget_s / 60:g} min"
    )
    if len(design.cases) < cases:
        said += "\n  for all cases, give more time: --budget MINUTES, or fewer releases"
    load, cores = os.getloadavg()[0], count_cores()
    if load > cores * BUSY_SHARE:
        said += f"\n  other work is going on: a load of {load:.1f} on {cores} cores"
    return said


@contextmanager
def hold_cores() -> Iterator[None]:
    """Keep another run from timing on this machine meanwhile; UsageError where one does already."""
    path = Path(tempfile.gettempdir(), f"maskmatrix-throughput-{os.getuid()}.lock")
    # Not to write: the name is known, and may be a link of somebody else's to a file of ours.
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(
                "another run is timing on this machine",
                why=f"it holds {path}",
                do="Wait for it: two at once would time each other.",
            ) from None
        yield


def begin_sitting(
    timings: Path, reference: str, planned_blocks: int, cases: tuple[Case, ...]
) -> Sitting:
    """Return a sitting of this moment; its random order is told by the end of its name."""
    seed = secrets.randbits(32)
    return Sitting(
        run_id=f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{seed:08x}",
        timings=timings,
        reference=reference,
        planned_blocks=planned_blocks,
        cases=cases,
        cores=count_cores(),
        random=Random(seed),  # noqa: S311 - an order of play, not a secret
    )


def run_throughput(
    arms: Sequence[Arm],
    reference: str,
    design: Design,
    *,
    timings: Path,
    budget_s: float,
    places: int,
    tell: Callable[[Progress], None],
) -> tuple[Comparison, ...]:
    """Time block after block; return what the comparisons say in the end.

    ``arms`` hold the reference. How many blocks are planned follows the pace of the first ones. A
    block is not begun where the longest so far would not fit into the budget any more, but for the
    first.
    """
    sitting = begin_sitting(timings, reference, design.planned_blocks, design.cases)
    named = {arm.name: arm for arm in arms}
    blocks: Counter[str] = Counter()
    others, paced = len(named) - 1, False
    rows: list[Timing] = []
    comparisons: tuple[Comparison, ...] = ()
    unfinished = set(named)
    started, longest_s = time.monotonic(), 0.0
    while chosen := choose_block(
        reference, unfinished, blocks, places=places, random=sitting.random
    ):
        begun = time.monotonic()
        if blocks and begun - started + longest_s > budget_s:
            break
        number = blocks[reference] + 1
        rows += time_block(sitting, [named[name] for name in chosen], number)
        blocks.update(chosen)
        had = blocks.total() - blocks[reference]
        if not paced and 2 * had >= others:
            # Half of the arms have had a block, none a second: nothing was looked at yet.
            paced = True
            pace_s = (time.monotonic() - started) / had
            sitting = replace(sitting, planned_blocks=plan_again(others, budget_s, pace_s))
        looks = plan_looks(sitting.planned_blocks)
        comparisons = compare_timings(rows, named, reference, looks)
        # An arm that loses a case again and again has had its blocks all the same.
        unfinished = {
            arm
            for _, arm in find_unfinished(comparisons, looks)
            if blocks[arm] < sitting.planned_blocks
        }
        now = time.monotonic()
        longest_s = max(longest_s, now - begun)
        tell(
            Progress(
                block=number,
                arms=chosen,
                elapsed_s=now - started,
                comparisons=len(comparisons),
                undecided=sum(one.outcome is Speed.UNDECIDED for one in comparisons),
            )
        )
    first = plan_looks(sitting.planned_blocks).first
    if all(one.blocks < first for one in comparisons):
        raise InconclusiveError(
            "nothing can be said of any release",
            why="the budget ended before the first look"
            if comparisons
            else f"{reference} could not be timed",
            do=f"What was timed is stored. Give more than {budget_s / 60:g} min: --budget MINUTES",
        )
    return comparisons


def say(progress: Progress) -> None:
    """Print a line a block, on a terminal or not: blocks take half a minute."""
    print(
        f"[{progress.elapsed_s:5.0f} s] block {progress.block}: {', '.join(progress.arms)}; "
        f"{progress.undecided} of {progress.comparisons} comparisons undecided",
        flush=True,
    )
