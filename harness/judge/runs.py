"""Which of the stored runs are told, and what they say. Pure.

A run is one sitting: nothing is compared across runs or machines, since a shift of one percent
between two sittings turns most comparisons of a release with itself into findings. Of the runs that
are stored two are told: the widest, so that a look at three releases does not take a whole
catalogue off the page, and the newest, so that whoever has just timed something finds it there.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from harness.judge.timings import Throughput, is_valid, judge_run
from harness.model import Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stored run, whether it is told or not; ``timed`` pairs of an arm and a case have a time."""

    run_id: str
    machine: str
    ended: datetime
    releases: int
    timed: int
    timings: tuple[Timing, ...] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughputs:
    """What is told of a store: the widest run, then the newest if it is another; and the rest."""

    told: tuple[Throughput, ...]
    untold: tuple[Run, ...]


def list_runs(timings: Iterable[Timing]) -> tuple[Run, ...]:
    """Return the runs, the newest first; one on two machines is two."""
    grouped: dict[tuple[str, str], list[Timing]] = defaultdict(list)
    for timing in timings:
        grouped[timing.run_id, timing.machine].append(timing)
    runs = [
        Run(
            run_id=run_id,
            machine=machine,
            ended=max(row.recorded_at for row in rows),
            releases=len({row.release for row in rows}),
            timed=len({(row.arm, row.case) for row in rows if is_valid(row)}),
            timings=tuple(rows),
        )
        for (run_id, machine), rows in grouped.items()
    ]
    return tuple(sorted(runs, key=lambda run: (run.ended, run.run_id, run.machine), reverse=True))


def choose_runs(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return the run with the most times, of equals the newest; then the newest of all.

    One run if they are the same, none of none. ``runs`` are in the order of ``list_runs``.
    """
    widest = max(runs, key=lambda run: run.timed, default=None)
    return tuple(run for run in dict.fromkeys((widest, *runs[:1])) if run)


def judge_timings(timings: Iterable[Timing], series: Mapping[str, Sequence[str]]) -> Throughputs:
    """Return what the stored timings say; ``series`` are release ids in their order."""
    runs = list_runs(timings)
    chosen = choose_runs(runs)
    return Throughputs(
        told=tuple(judge_run(run.timings, series) for run in chosen),
        untold=tuple(run for run in runs if run not in chosen),
    )
