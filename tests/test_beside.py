"""The process that tells the timings: real ones, which live, fail and die."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest

from harness.commands import beside
from harness.commands.beside import describe, tell_beside
from harness.commands.stored import stored_throughputs
from harness.errors import MaskmatrixError, UsageError
from harness.model import Timing
from harness.publish.charts import draw_throughput
from harness.publish.timed import CALIBRATION, Timed
from harness.store import write_timings
from tests.publish.matrices import release
from tests.publish.sittings import ORDER
from tests.timed_runs import IMPORT, example, sitting

ROOT = Path(__file__).parents[1]
RELEASES = tuple(release(name) for name in ORDER)


def store(folder: Path, rows: Sequence[Timing]) -> Path:
    write_timings(folder / "timings", rows)
    return folder


def take_all(timed: Callable[[], Timed | None]) -> None:
    told = timed()
    assert told
    list(told.charts)


def refused(results: Path) -> MaskmatrixError:
    """Return what is said where the timings, or their charts, are taken."""
    with (
        tell_beside(results, RELEASES) as timed,
        pytest.raises(MaskmatrixError) as told,
    ):
        take_all(timed)
    assert active_children() == []
    return told.value


def die(*_: object) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def draw_what_is_none(*_: object) -> Any:
    raise ValueError("Vega-Lite to SVG conversion failed\n    at line 1")


def test_what_is_told_beside_is_what_is_told_here(tmp_path: Path) -> None:
    results = store(tmp_path, example())
    (results / CALIBRATION).touch()
    with tell_beside(results, RELEASES) as timed:
        (process,) = active_children()
        told = timed()
        assert told
        charts = tuple(told.charts)
        assert timed()
    assert active_children() == []
    assert process.exitcode == 0
    throughputs = stored_throughputs(results, RELEASES)
    assert throughputs
    assert replace(told, charts=()) == describe(throughputs, RELEASES, CALIBRATION)
    assert charts == tuple(draw_throughput(throughputs, RELEASES))
    assert charts


def test_where_nothing_is_stored_no_process_begins(tmp_path: Path) -> None:
    with tell_beside(tmp_path, RELEASES) as timed:
        assert active_children() == []
        assert timed() is None


def test_where_no_kernel_is_timed_nothing_is_drawn(tmp_path: Path) -> None:
    results = store(tmp_path, sitting({"tf-2.10.1": 1.0}, cases=(IMPORT,)))
    with tell_beside(results, RELEASES) as timed:
        told = timed()
        assert told
        assert tuple(told.charts) == ()


def test_the_process_that_publishes_loads_no_statistics_and_no_charts(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from harness.commands.beside import tell_beside\n"
        "if __name__ == '__main__':\n"
        "    with tell_beside(Path(sys.argv[1]), ()) as timed:\n"
        "        assert timed()\n"
        "    print(*sys.modules)"
    )
    script = tmp_path / "publish.py"
    script.write_text(code)
    done = subprocess.run(
        [sys.executable, script, store(tmp_path / "results", example())],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "harness.publish.timed" in done.stdout
    assert not {"scipy", "vl_convert", "jinja2"} & set(done.stdout.split())


def test_what_cannot_be_drawn_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.publish.charts.draw_throughput", draw_what_is_none)
    with pytest.raises(MaskmatrixError) as told:
        beside._draw(store(tmp_path, example()), RELEASES)
    assert str(told.value) == (
        "the charts of throughput cannot be drawn\n"
        "  why: Vega-Lite to SVG conversion failed\n"
        "  do:  What is stored is not at fault: please report this, with these lines."
    )


def test_timings_that_cannot_be_read_are_told_as_they_are_here(tmp_path: Path) -> None:
    (file,) = (store(tmp_path, example()) / "timings").iterdir()
    file.write_bytes(file.read_bytes()[:-9])
    said = refused(tmp_path)
    assert isinstance(said, UsageError)
    assert file.name in said.what
    with pytest.raises(UsageError) as here:
        stored_throughputs(tmp_path, RELEASES)
    assert str(said) == str(here.value)


@pytest.mark.parametrize("step", ["_tell", "_draw"])
def test_a_process_that_dies_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(beside, step, die)
    assert "the process that reads and draws them died" in refused(store(tmp_path, example())).why


def test_what_is_not_taken_is_given_up(tmp_path: Path) -> None:
    with (
        pytest.raises(LookupError),
        tell_beside(store(tmp_path, example()), RELEASES),
    ):
        raise LookupError
    assert active_children() == []
