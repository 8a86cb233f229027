"""The process that draws: real ones, which live, fail and die."""

import os
import signal
import subprocess
import sys
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest

from harness.errors import MaskmatrixError
from harness.judge.runs import Throughputs
from harness.publish import charts, drawing
from harness.publish.drawing import draw_beside
from tests.timed_runs import IMPORT, example, sitting

from .sittings import judged
from .test_charts import RELEASES, draw

ROOT = Path(__file__).parents[2]


def refused() -> MaskmatrixError:
    """Return what is said where the charts are taken."""
    with draw_beside(judged(example()), RELEASES) as found, pytest.raises(MaskmatrixError) as told:
        list(found)
    return told.value


def die(_: dict[str, Any]) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


def test_charts_drawn_beside_are_those_drawn_here() -> None:
    with draw_beside(judged(example()), RELEASES) as found:
        (drawer,) = active_children()
        assert tuple(found) == draw()
    assert active_children() == []
    assert drawer.exitcode == 0


@pytest.mark.parametrize(
    "throughputs",
    [
        None,
        Throughputs(told=(), untold=()),
        judged(sitting({"tf-2.10.1": 1.0}, cases=(IMPORT,))),
    ],
    ids=["no timings", "none told", "no kernel"],
)
def test_where_nothing_is_timed_no_process_begins(throughputs: Throughputs | None) -> None:
    with draw_beside(throughputs, RELEASES) as found:
        assert active_children() == []
        assert list(found) == []


def test_without_timings_nothing_of_statistics_or_charts_is_loaded() -> None:
    code = (
        "import sys; from harness.publish.drawing import draw_beside\n"
        "with draw_beside(None, ()) as charts: print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "harness.publish.svg" in done.stdout
    assert not {"numpy", "scipy", "vl_convert"} & set(done.stdout.split())


def test_what_cannot_be_drawn_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "_specify", lambda _: {})
    told = refused()
    assert str(told).startswith(
        "the charts of throughput cannot be drawn\n  why: Vega-Lite to SVG conversion failed:"
    )
    assert "Invalid specification {}" in str(told)
    assert "please report this" in str(told)
    assert "    at " not in told.why


def test_a_process_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "draw_svg", die)
    assert "the process that draws them died" in refused().why
    assert active_children() == []


def test_what_is_not_taken_is_given_up() -> None:
    with pytest.raises(LookupError), draw_beside(judged(example()), RELEASES):
        raise LookupError
    assert active_children() == []
