"""Judged runs of timings for the tests of what is published of them."""

from collections.abc import Callable, Mapping, Sequence

from harness.commands.beside import describe
from harness.judge.runs import Throughputs, judge_timings
from harness.model import Release, Timing
from harness.publish.timed import Timed
from tests.timed_runs import REFERENCE

ORDER = ("tf-1.4.1", "tf-2.10.1", "tf-2.11.1", REFERENCE, "tf-2.17.0rc0")
SERIES: Mapping[str, Sequence[str]] = {"tensorflow": ORDER}


def judged(rows: Sequence[Timing]) -> Throughputs:
    """Return what the rows say along a series of five releases."""
    return judge_timings(rows, SERIES)


def told(
    rows: Sequence[Timing], releases: Sequence[Release], calibration: str = ""
) -> Callable[[], Timed]:
    """Return what says what the rows say, without charts."""
    return lambda: describe(judged(rows), releases, calibration)
