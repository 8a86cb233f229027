"""From samples to what is said: planted truths are found, and what is no sample does not count."""

import math
from dataclasses import replace

import pytest

from harness.judge.sequential import Looks
from harness.judge.speed import Comparison, Sentinel
from harness.judge.timings import (
    Throughput,
    Timed,
    compare_timings,
    judge_run,
    judge_twin,
    plan_looks,
)
from harness.model import Case, Speed, Status, Timing
from tests.timed_runs import (
    AGAIN,
    BANDWIDTH,
    BLOCKS,
    EAGER,
    GRAPH,
    IMPORT,
    REFERENCE,
    failed,
    sitting,
    timing,
)

SLOW, TWIN = "tf-2.17.1", "tf-2.15.1"
RATIOS = {SLOW: 1.25, TWIN: 1.0}
SERIES = {"tensorflow": [TWIN, REFERENCE, SLOW, "tf-9.9.9"]}


def judge(rows: list[Timing]) -> Throughput:
    return judge_run(rows, SERIES)


def find(throughput: Throughput, arm: str, case: Case = GRAPH) -> Timed:
    (found,) = [one for one in throughput.timed if (one.arm, one.case) == (arm, case)]
    return found


def outcome(throughput: Throughput, arm: str, case: Case = GRAPH) -> Speed:
    found = find(throughput, arm, case).comparison
    assert found
    return found.outcome


def test_a_planted_slowdown_is_found() -> None:
    said = judge(sitting(RATIOS, cases=[GRAPH, EAGER]))
    for case in (GRAPH, EAGER):
        found = find(said, SLOW, case).comparison
        assert found
        assert (found.outcome, found.blocks) == (Speed.SLOWER, BLOCKS)
        assert found.low < 1.25 < found.high
        assert outcome(said, TWIN, case) is Speed.SAME
        (step,) = said.steps[case, "tensorflow"]
        assert (step.before, step.after) == (REFERENCE, SLOW)
        assert step.low < 1.25 < step.high
    assert (said.sentinel, said.twin, said.reference) == (Sentinel.HELD, AGAIN, REFERENCE)
    assert find(said, REFERENCE).comparison is None


def test_blocks_may_be_incomplete() -> None:
    said = judge(sitting(RATIOS, others=2, blocks=8))
    assert said.blocks == 12
    assert [find(said, arm).blocks for arm in (REFERENCE, AGAIN, SLOW, TWIN)] == [12, 8, 8, 8]
    assert outcome(said, SLOW) is Speed.SLOWER


def test_what_is_said_of_a_release() -> None:
    rows = sitting({}, blocks=1)
    middle = sorted(one.seconds_per_call for one in rows if one.arm == REFERENCE)
    said = find(judge(rows), REFERENCE)
    assert said.seconds == pytest.approx(sum(middle) / 2)
    assert said.elements_per_s == pytest.approx(32 * 16 / said.seconds)
    assert said.bandwidth_share == pytest.approx(4096 / said.seconds / BANDWIDTH, rel=0.01)
    assert (said.samples, said.blocks, said.peak_rss_bytes) == (2, 1, 600_000_000)


def test_a_median_of_processes_not_of_samples() -> None:
    rows = [
        timing(block=block, round=number, seconds_per_call=seconds)
        for block, seconds, rounds in ((1, 1.0, 9), (2, 2.0, 1), (3, 3.0, 1))
        for number in range(rounds)
    ]
    assert find(judge(rows), REFERENCE).seconds == 2.0


def test_one_block_decides_nothing() -> None:
    for planned in (1, BLOCKS):
        said = judge([replace(one, planned_blocks=planned) for one in sitting(RATIOS, blocks=1)])
        assert {outcome(said, arm) for arm in (AGAIN, SLOW, TWIN)} == {Speed.UNDECIDED}
        assert said.sentinel is Sentinel.OPEN
        assert said.steps == {}


def test_voided_samples_do_not_count() -> None:
    def trace(one: Timing) -> Timing:
        traced = one.arm == SLOW and one.round == 1
        return replace(one, traces=1, seconds_per_call=1.0) if traced else one

    said = judge(sitting({SLOW: 1.0}, change=trace))
    found = find(said, SLOW)
    assert (found.samples, found.voided, found.lost) == (BLOCKS, BLOCKS, 0)
    assert outcome(said, SLOW) is Speed.SAME


def test_nothing_but_voided_samples_is_a_state() -> None:
    rows = sitting(RATIOS, change=lambda one: replace(one, traces=one.arm == SLOW))
    found = find(judge(rows), SLOW)
    assert (found.status, found.reason) == (
        Status.UNEXPLAINED,
        "it was traced anew at every sample",
    )
    assert (found.voided, found.samples, found.comparison) == (2 * BLOCKS, 0, None)
    assert math.isnan(found.seconds)


def test_other_work_is_told_by_the_denominator_of_the_reference() -> None:
    def divide(one: Timing) -> Timing:
        return replace(one, denominator="total") if one.arm == SLOW else one

    said = judge(sitting(RATIOS, cases=[GRAPH, IMPORT], change=divide))
    assert {one.arm for one in said.timed if one.unlike} == {SLOW}
    assert find(said, SLOW).denominator == "total"
    assert not find(said, AGAIN, IMPORT).unlike


def test_loaded_samples_are_counted() -> None:
    rows = sitting(RATIOS, change=lambda one: replace(one, load=0.3 if one.round else 0.1))
    assert {one.loaded for one in judge(rows).timed} == {BLOCKS}


def test_a_release_that_crashes_is_not_compared() -> None:
    rows = sitting(RATIOS, change=lambda one: failed(one) if one.arm == SLOW else one)
    said = judge(rows)
    found = find(said, SLOW)
    assert (found.status, found.reason, found.comparison) == (Status.CRASHED, "signal 11", None)
    assert (found.lost, found.unlike) == (BLOCKS, False)
    assert outcome(said, TWIN) is Speed.SAME


def test_a_process_that_was_lost_takes_its_block_with_it() -> None:
    def crash(one: Timing) -> Timing:
        return failed(one) if (one.arm, one.block) == (SLOW, 2) else one

    said = judge(sitting(RATIOS, change=crash))
    found = find(said, SLOW)
    assert (found.status, found.reason) == (Status.ANSWERED, "signal 11")
    assert (found.blocks, found.lost) == (BLOCKS - 1, 1)
    assert outcome(said, SLOW) is Speed.SLOWER


def test_an_interrupt_is_no_failure() -> None:
    def stop(one: Timing) -> Timing:
        return failed(one, Status.NOT_RUN, "the run ended before") if one.block == BLOCKS else one

    found = find(judge(sitting(RATIOS, change=stop)), SLOW)
    assert (found.blocks, found.lost, found.reason) == (BLOCKS - 1, 0, "")


def test_the_reason_is_a_failure_rather_than_an_interrupt() -> None:
    rows = [failed(timing(SLOW), Status.NOT_RUN, "the run ended before")]
    rows += [failed(timing(SLOW, block=2)), timing()]
    assert find(judge(rows), SLOW).status is Status.CRASHED
    assert find(judge([rows[0], timing()]), SLOW).status is Status.NOT_RUN


def test_a_reference_that_fails_leaves_its_case_without_comparisons() -> None:
    def crash(one: Timing) -> Timing:
        return failed(one) if (one.arm, one.case) == (REFERENCE, GRAPH) else one

    said = judge(sitting(RATIOS, cases=[GRAPH, EAGER], change=crash))
    assert find(said, SLOW).comparison is None
    assert find(said, SLOW).seconds > 0
    assert not find(said, SLOW).unlike
    assert outcome(said, SLOW, EAGER) is Speed.SLOWER
    assert {case for case, _ in said.steps} == {EAGER}
    nothing = judge([failed(one) for one in sitting(RATIOS)])
    assert (nothing.sentinel, nothing.steps) == (Sentinel.OPEN, {})


def test_what_is_timed_once_a_process_is_missed_where_it_is_not_there() -> None:
    """A release that cannot be imported has no row of its import; neither a blank nor a wait."""

    def crash(one: Timing) -> Timing:
        return failed(one) if one.arm == SLOW else one

    rows = sitting(RATIOS, cases=[GRAPH, IMPORT], change=crash)
    rows = [one for one in rows if (one.arm, one.case) not in {(SLOW, IMPORT), (TWIN, IMPORT)}]
    said = judge(rows)
    found = find(said, SLOW, IMPORT)
    assert (found.status, found.reason) == (Status.CRASHED, "signal 11")
    assert find(said, TWIN, IMPORT).status is Status.NOT_RUN
    compared = compare_timings(rows, [REFERENCE, *RATIOS], REFERENCE, plan_looks(BLOCKS))
    assert [(one.case, one.arm) for one in compared] == [("reduction_raw graph 32x16", TWIN)]


def test_an_arm_that_has_not_begun_counts() -> None:
    arms = [REFERENCE, AGAIN, *RATIOS, "tf-2.18.1"]
    compared = compare_timings(sitting(RATIOS), arms, REFERENCE, plan_looks(BLOCKS))
    assert {one.arm: one.blocks for one in compared}["tf-2.18.1"] == 0


def test_an_arm_is_looked_at_no_more_than_planned() -> None:
    """One that lost a sample of a case is timed again, and then has too many of the others."""
    rows = [replace(one, planned_blocks=BLOCKS) for one in sitting(RATIOS, blocks=BLOCKS + 2)]
    compared = judge(rows)
    assert {one.comparison.blocks for one in compared.timed if one.comparison} == {BLOCKS}


def test_without_a_second_installation_nothing_is_proved() -> None:
    said = judge([one for one in sitting(RATIOS) if one.arm != AGAIN])
    assert (said.twin, said.sentinel) == ("", Sentinel.OPEN)


def test_the_peak_is_the_median_of_the_processes_that_told_it() -> None:
    peaks = {1: 0, 2: 100, 3: 300, 4: 200}
    rows = [timing(block=block, peak_rss_bytes=peak) for block, peak in peaks.items()]
    assert find(judge(rows), REFERENCE).peak_rss_bytes == 200
    assert find(judge(rows[:1]), REFERENCE).peak_rss_bytes == 0


def twins(*outcomes: tuple[Speed, float]) -> list[Comparison]:
    others = [replace(one, arm=SLOW) for one in twins((Speed.SLOWER, 0.0))] if outcomes[1:] else []
    return others + [
        Comparison(
            case=str(number),
            arm=AGAIN,
            blocks=6,
            ratio=1.1,
            low=1.0,
            high=1.2,
            p_value=p_value,
            outcome=said,
            minimum_detectable_effect=0.1,
        )
        for number, (said, p_value) in enumerate(outcomes)
    ]


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ([(Speed.SLOWER, 0.04)], Sentinel.FAILED),
        ([(Speed.SAME, 0.04)], Sentinel.HELD),
        ([(Speed.SLOWER, 0.04), (Speed.SAME, 0.5)], Sentinel.OPEN),
        ([(Speed.SLOWER, 0.02), (Speed.SAME, 0.5)], Sentinel.FAILED),
        ([(Speed.SLOWER, 0.04), (Speed.FASTER, 0.045)], Sentinel.FAILED),
        ([(Speed.UNDECIDED, 0.3), (Speed.SAME, 0.5)], Sentinel.OPEN),
        ([(Speed.SAME, 0.3), (Speed.SAME, 0.5)], Sentinel.HELD),
    ],
)
def test_the_sentinel_fails_by_its_own_cases(
    outcomes: list[tuple[Speed, float]], said: Sentinel
) -> None:
    assert judge_twin(twins(*outcomes), AGAIN) is said


@pytest.mark.parametrize(("planned", "first"), [(1, 2), (2, 2), (3, 3), (4, 4), (15, 4)])
def test_when_it_is_looked(planned: int, first: int) -> None:
    assert plan_looks(planned) == Looks(first=first, planned=max(planned, 2))
