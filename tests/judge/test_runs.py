"""Of the stored runs the widest and the newest are told; no two of them are ever one."""

from datetime import timedelta

import pytest

from harness.judge.runs import choose_runs, judge_timings, list_runs
from harness.model import Timing
from tests.builders import NOON
from tests.timed_runs import failed, timing


def run(name: str, day: int, *releases: str, machine: str = "here") -> list[Timing]:
    at = NOON + timedelta(days=day)
    return [timing(one, run_id=name, recorded_at=at, machine=machine) for one in releases]


WHOLE = [f"tf-2.{minor}.0" for minor in range(9)]


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        ([], []),
        ([run("a", 1, *WHOLE)], ["a"]),
        ([run("a", 1, *WHOLE), run("b", 2, *WHOLE[:3])], ["a", "b"]),
        ([run("a", 1, *WHOLE[:3]), run("b", 2, *WHOLE)], ["b"]),
        ([run("a", 1, *WHOLE), run("b", 2, *WHOLE)], ["b"]),
        ([run("a", 1, *WHOLE), run("b", 2, "x"), run("c", 3, "y")], ["a", "c"]),
        ([run("a", 1, *WHOLE), run("b", 2, *WHOLE[:3], machine="there")], ["a", "b"]),
        ([run("a", 1, *WHOLE), [failed(one) for one in run("b", 2, *WHOLE)]], ["a", "b"]),
    ],
)
def test_the_widest_run_and_the_newest_are_told(runs: list[list[Timing]], told: list[str]) -> None:
    for order in (runs, runs[::-1]):
        listed = list_runs([one for rows in order for one in rows])
        assert [one.run_id for one in choose_runs(listed)] == told


def test_the_rest_is_named() -> None:
    rows = run("a", 1, "x") + run("b", 2, "x", "y") + run("b", 3, "x", machine="there")
    said = judge_timings(rows, {})
    assert [(one.run_id, one.machine) for one in said.told] == [("b", "here"), ("b", "there")]
    (rest,) = said.untold
    assert (rest.run_id, rest.releases, rest.timed, rest.ended.day) == ("a", 1, 1, 21)
