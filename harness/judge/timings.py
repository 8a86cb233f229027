"""From the stored samples of a run to what is said of each arm in each case. Pure."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from harness.judge.blocks import fit_blocks
from harness.judge.change_points import Step, find_steps
from harness.judge.evidence import ALPHA
from harness.judge.processes import Process, centre_rounds, tabulate_processes
from harness.judge.sequential import Looks
from harness.judge.speed import Comparison, Sentinel, compare_arms, judge_sentinel
from harness.model import Case, Status, Timing

FIRST_LOOK = 4
"""Before the fourth block, a t statistic of a pair has too few degrees of freedom to decide."""
BUSY = 0.1
"""A sample during which other work kept this much of a core busy is flagged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One arm in one case: times are medians over its processes of the median of each.

    ``comparison`` is None for the reference and where nothing was timed; ``unlike`` says that the
    kernel divides by something else than the reference's, so that the two do different work.
    ``bandwidth_share`` is what a call must at least move over what memory copies in the same time.
    ``loaded`` of the samples were taken while other work went on, ``voided`` are those left out
    because the release traced anew. ``blocks`` gave a sample, ``lost`` were tried and gave none;
    ``reason`` is why, also beside an answer. ``peak_rss_bytes`` is the median of the processes, 0
    where none lived to tell.
    """

    case: Case
    arm: str
    release: str
    status: Status
    reason: str = ""
    denominator: str = ""
    unlike: bool = False
    seconds: float = math.nan
    bandwidth_share: float = math.nan
    peak_rss_bytes: int = 0
    blocks: int = 0
    lost: int = 0
    samples: int = 0
    loaded: int = 0
    voided: int = 0
    comparison: Comparison | None = None

    @property
    def elements_per_s(self) -> float:
        """Steps of the masked mean a second."""
        return self.case.batch * self.case.timesteps / self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughput:
    """All that one run says; ``twin`` is the second installation of the reference, if any."""

    run_id: str
    machine: str
    began: datetime
    ended: datetime
    reference: str
    twin: str
    sentinel: Sentinel
    blocks: int
    looks: Looks
    timed: tuple[Timed, ...]
    steps: Mapping[tuple[Case, str], tuple[Step, ...]]
    """By case and series."""


def name_case(case: Case) -> str:
    """Return a case as one word for people: ``reduction_raw graph 256x400``."""
    shape = f"{case.batch}x{case.timesteps}" if case.batch else ""
    return " ".join(filter(None, (case.kernel, case.mode, shape)))


def plan_looks(planned: int) -> Looks:
    """Return when the comparisons of a run of so many blocks an arm are looked at."""
    planned = max(planned, 2)
    return Looks(first=min(FIRST_LOOK, planned), planned=planned)


def is_valid(timing: Timing) -> bool:
    """Whether a row is a sample that counts: it was timed, and nothing was traced meanwhile."""
    return timing.status is Status.ANSWERED and not timing.traces


def collect_processes(timings: Iterable[Timing]) -> tuple[Process, ...]:
    """Return each process of each case by the median of its rounds' log seconds per call."""
    rounds: dict[tuple[Case, int], dict[str, dict[int, float]]] = defaultdict(dict)
    for one in filter(is_valid, timings):
        values = rounds[one.case, one.block].setdefault(one.arm, {})
        values[one.round] = math.log(one.seconds_per_call)
    return tuple(
        Process(case=name_case(case), arm=arm, block=block, log_seconds=median(values))
        for (case, block), arms in rounds.items()
        for arm, values in centre_rounds(arms).items()
    )


def compare_timings(
    timings: Sequence[Timing], arms: Iterable[str], reference: str, looks: Looks
) -> tuple[Comparison, ...]:
    """Compare every arm with the reference in every case, those not timed yet included.

    Left out are an arm that has been in a block and has no time of a case, and a case in which the
    reference has none: else a release that cannot be imported would be waited for to the end.
    """
    return _compare(timings, collect_processes(timings), arms, reference, looks)


def _compare(
    timings: Sequence[Timing],
    processes: Iterable[Process],
    arms: Iterable[str],
    reference: str,
    looks: Looks,
) -> tuple[Comparison, ...]:
    begun = {timing.arm for timing in timings}
    tried: dict[tuple[Case, str], bool] = {}
    for timing in timings:
        key = timing.case, timing.arm
        tried[key] = tried.get(key, False) or is_valid(timing)
    arms = list(arms)
    planned = {
        name_case(case): [
            arm for arm in arms if arm != reference and tried.get((case, arm), arm not in begun)
        ]
        for case in dict.fromkeys(case for case, _ in tried)
        if tried.get((case, reference))
    }
    planned = {case: others for case, others in planned.items() if others}
    there = {(case, arm) for case, others in planned.items() for arm in (reference, *others)}
    processes = [one for one in processes if (one.case, one.arm) in there]
    counted = _hold_to_plan(processes, reference, looks.planned)
    return compare_arms(counted, planned=planned, reference=reference, looks=looks)


def _hold_to_plan(processes: Iterable[Process], reference: str, planned: int) -> Iterator[Process]:
    """Yield what may be looked at: of each arm in each case the first blocks, as many as planned.

    An arm that lost a sample of one case has more blocks than that of the others once it is timed
    again; no error was kept for looks at those.
    """
    ordered = sorted(processes, key=lambda one: one.block)
    met = {(one.case, one.block) for one in ordered if one.arm == reference}
    blocks: Counter[tuple[str, str]] = Counter()
    for one in ordered:
        blocks[one.case, one.arm] += (one.case, one.block) in met
        if one.arm == reference or blocks[one.case, one.arm] <= planned:
            yield one


def judge_run(timings: Sequence[Timing], series: Mapping[str, Sequence[str]]) -> Throughput:
    """Return what the timings of one run say; ``series`` are release ids in their order."""
    first = timings[0]
    looks = plan_looks(max(timings, key=lambda one: one.block).planned_blocks)
    arms = list(dict.fromkeys(timing.arm for timing in timings))
    processes = collect_processes(timings)
    comparisons = _compare(timings, processes, arms, first.reference, looks)
    by_pair = {(one.case, one.arm): one for one in comparisons}
    grouped: dict[tuple[Case, str], list[Timing]] = defaultdict(list)
    for timing in timings:
        grouped[timing.case, timing.arm].append(timing)
    denominators = {
        case: _denominator(rows) for (case, arm), rows in grouped.items() if arm == first.reference
    }
    timed = [
        _timed(rows, denominators.get(case, ""), by_pair.get((name_case(case), arm)))
        for (case, arm), rows in grouped.items()
    ]
    timed += _list_missing(timings, grouped)
    twin = next((row.arm for row in timings if row.release == first.reference != row.arm), "")
    return Throughput(
        run_id=first.run_id,
        machine=first.machine,
        began=min(timing.recorded_at for timing in timings),
        ended=max(timing.recorded_at for timing in timings),
        reference=first.reference,
        twin=twin,
        sentinel=judge_twin(comparisons, twin),
        blocks=len({timing.block for timing in timings}),
        looks=looks,
        timed=tuple(timed),
        steps=_find_steps(timings, processes, first.reference, series),
    )


def judge_twin(comparisons: Iterable[Comparison], twin: str) -> Sentinel:
    """Return what became of the sentinel; it fails by its own cases, not by those of the run.

    Where a thousand comparisons differ truly, one in twenty of the rest may be called so as well:
    of a sentinel's 36 cases nearly always one (7 of 8 simulated catalogues). So its cases must
    differ as a family of their own (Simes, Biometrika 73, 1986): once in twenty runs by chance.
    """
    own = [one for one in comparisons if one.arm == twin]
    found = judge_sentinel(own, twin)
    ordered = sorted(one.p_value for one in own)
    levels = (ALPHA * rank / len(own) for rank in range(1, len(own) + 1))
    differs = any(p_value <= level for p_value, level in zip(ordered, levels, strict=True))
    return Sentinel.OPEN if found is Sentinel.FAILED and not differs else found


def _timed(rows: Sequence[Timing], usual: str, comparison: Comparison | None) -> Timed:
    valid = [row for row in rows if is_valid(row)]
    voided = [row for row in rows if row.status is Status.ANSWERED and row.traces]
    blocks: dict[int, list[float]] = defaultdict(list)
    for row in valid:
        blocks[row.block].append(row.seconds_per_call)
    lost = [row for row in rows if row.block not in blocks and row.status is not Status.NOT_RUN]
    shares = [
        row.bytes_per_call / row.seconds_per_call / row.bandwidth_bytes_per_s
        for row in valid
        if row.bandwidth_bytes_per_s and row.bytes_per_call
    ]
    peaks = {row.block: row.peak_rss_bytes for row in rows if row.peak_rss_bytes}
    status, reason = _explain(lost or rows)
    denominator = _denominator(valid)
    return Timed(
        case=rows[0].case,
        arm=rows[0].arm,
        release=rows[0].release,
        status=Status.ANSWERED if valid else status,
        reason=reason if lost or not valid else "",
        denominator=denominator,
        unlike=bool(valid and usual) and denominator != usual,
        seconds=median(map(median, blocks.values())) if valid else math.nan,
        bandwidth_share=median(shares) if shares else math.nan,
        peak_rss_bytes=int(median(peaks.values())) if peaks else 0,
        blocks=len(blocks),
        lost=len({row.block for row in lost}),
        samples=len(valid),
        loaded=sum(row.load > BUSY for row in valid),
        voided=len(voided),
        comparison=comparison,
    )


def _explain(rows: Sequence[Timing]) -> tuple[Status, str]:
    """Return why there is no sample, by the first row that says more than that it was not run."""
    told = next((row for row in rows if row.status is not Status.NOT_RUN), rows[0])
    if told.status is Status.ANSWERED:
        return Status.UNEXPLAINED, "it was traced anew at every sample"
    return told.status, told.reason


def _denominator(rows: Iterable[Timing]) -> str:
    return next((row.denominator for row in rows if row.denominator), "")


def _list_missing(timings: Iterable[Timing], there: Iterable[tuple[Case, str]]) -> Iterator[Timed]:
    """Yield the arms without a row of a case: what is timed once a process has none if it fails."""
    known = set(there)
    failed: dict[str, list[Timing]] = defaultdict(list)
    answered: set[str] = set()
    for row in timings:
        if row.status is Status.ANSWERED:
            answered.add(row.arm)
        else:
            failed[row.arm].append(row)
    releases = {row.arm: row.release for row in timings}
    for case in sorted({case for case, _ in known}):
        for arm, release in releases.items():
            if (case, arm) in known:
                continue
            lost = [] if arm in answered else failed[arm]
            why = _explain(lost) if lost else (Status.NOT_RUN, "it was not reached")
            yield Timed(case=case, arm=arm, release=release, status=why[0], reason=why[1])


def _find_steps(
    timings: Iterable[Timing],
    processes: Sequence[Process],
    reference: str,
    series: Mapping[str, Sequence[str]],
) -> dict[tuple[Case, str], tuple[Step, ...]]:
    cases: dict[str, Case] = {name_case(timing.case): timing.case for timing in timings}
    arms: dict[str, list[str]] = defaultdict(lambda: [reference])
    for one in processes:
        if one.arm not in arms[one.case]:
            arms[one.case].append(one.arm)
    met = {one.case for one in processes if one.arm == reference}
    tables = tabulate_processes(
        [one for one in processes if one.case in met],
        {name: found for name, found in arms.items() if name in met},
    )
    found = {}
    for name, table in tables.items():
        fit = fit_blocks(table.log_seconds)
        for label, releases in series.items():
            if steps := find_steps(fit, table.arms, releases):
                found[cases[name], label] = steps
    return found
