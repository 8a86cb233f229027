import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from harness.model import Release, Timing
from harness.publish.speed_points import FEWEST, Plot, list_plots
from tests.timed_runs import EAGER, GRAPH, REFERENCE, example, failed, sitting

from .matrices import release
from .sittings import ORDER, judged

RELEASES = [release(name) for name in ORDER]


def plots(timings: list[Timing], releases: Sequence[Release] = RELEASES) -> list[Plot]:
    return list(list_plots(judged(timings).told[0], releases))


def test_a_plot_has_every_release_and_mode_that_was_timed() -> None:
    (plot,) = plots(example())
    assert plot.case.kernel == "reduction_raw"
    assert (plot.series, plot.held, plot.modes) == ("tensorflow", "", ("eager", "graph", "xla"))
    assert plot.releases == ("1.4.1", "2.10.1", "2.11.1", "2.16.2", "2.17.0rc0")
    stretches = {
        mode: [(one.release, one.stretch) for one in plot.points if one.mode == mode]
        for mode in plot.modes
    }
    gap = [("1.4.1", 0), ("2.10.1", 0), ("2.16.2", 1), ("2.17.0rc0", 1)]
    assert stretches["eager"] == stretches["graph"] == gap
    assert stretches["xla"] == [("2.10.1", 1), ("2.16.2", 2), ("2.17.0rc0", 2)]


def test_the_twin_of_the_reference_is_no_release() -> None:
    (plot,) = plots(sitting({"tf-2.10.1": 1.5}))
    assert [one.release for one in plot.points] == ["2.10.1", "2.16.2"]


def test_a_speed_is_the_references_divided_by_the_ratio() -> None:
    (plot,) = plots(sitting({"tf-2.10.1": 2.0}, spread=0.0))
    slow, reference = plot.points
    assert reference.low is reference.high is None
    assert slow.speed == pytest.approx(reference.speed / 2, rel=1e-3)
    (noisy, _) = plots(sitting({"tf-2.10.1": 2.0}, spread=0.02))[0].points
    assert noisy.low
    assert noisy.high
    assert noisy.low < noisy.speed < noisy.high
    assert noisy.says.startswith("2.10.1 graph; 2.5")
    assert noisy.says.endswith("; beside the reference slower")


def test_one_block_has_no_interval() -> None:
    (plot,) = plots(sitting({"tf-2.10.1": 2.0}, blocks=1))
    assert {(one.low, one.high) for one in plot.points} == {(None, None)}


def test_other_work_is_told() -> None:
    (plot,) = plots(example())
    (odd,) = {one.release for one in plot.points if not one.alike}
    assert odd == "2.10.1"
    assert all(one.alike or one.says.endswith("divides by total") for one in plot.points)


def test_the_limit_is_what_memory_copies_in_the_time() -> None:
    # 512 steps of 4096 bytes a call at 2e10 bytes/s: 2e10 / 4096 calls a second.
    (plot,) = plots(sitting({"tf-2.10.1": 1.0}, spread=0.0))
    assert plot.limit == pytest.approx(512 * 2e10 / 4096, rel=0.1)
    (plot,) = plots(sitting({"tf-2.10.1": 1.0}, bandwidth_bytes_per_s=0.0))
    assert plot.limit is None


def test_without_a_time_there_is_no_plot() -> None:
    assert plots(sitting({"tf-2.10.1": 1.0}, change=failed)) == []
    rows = sitting({"tf-2.10.1": 1.0}, change=lambda one: failed(one) if one.case == EAGER else one)
    assert [plot.modes for plot in plots(rows)] == [("graph",)]


def test_a_reference_without_a_time_leaves_the_medians() -> None:
    rows = sitting(
        {"tf-2.10.1": 2.0},
        change=lambda one: failed(one) if one.release == REFERENCE else one,
    )
    ((point,),) = [plot.points for plot in plots(rows)]
    assert (point.release, point.low) == ("2.10.1", None)
    assert math.isclose(point.speed, 512 / 2e-4, rel_tol=0.1)


def test_a_series_needs_enough_releases_or_the_most() -> None:
    names = [f"tf-2.{minor}.0" for minor in range(FEWEST)]
    rows = sitting(dict.fromkeys(names, 1.0), blocks=1)
    catalogue = [
        release(name, "wide", *(["narrow"] if at else [])) for at, name in enumerate(names)
    ]
    assert [plot.series for plot in plots(rows, catalogue)] == ["wide"]
    both = [replace(row, series=("wide", "narrow")) for row in catalogue]
    assert [plot.series for plot in plots(rows, both)] == ["wide", "narrow"]
    assert [plot.series for plot in plots(rows, both[:2])] == ["wide"]


def test_what_is_held_is_told_once() -> None:
    names = ["tf-2.16.2+keras-3.0.5", "tf-2.16.2+keras-3.9.2"]
    rows = sitting(dict.fromkeys(names, 1.0), blocks=1, cases=(GRAPH,))
    (plot,) = plots(rows, [release(name, "keras-3") for name in names])
    assert (plot.held, plot.releases) == ("2.16.2", ("keras-3.0.5", "keras-3.9.2"))
