"""The timings, read, judged and drawn by a process of its own while the observations are read.

A thread would not do: to judge is Python, and vl-convert keeps the interpreter's lock while it
draws. The process is spawned and not forked, since numpy and pyarrow have threads.
"""

import gc
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from harness.commands.stored import stored_throughputs
from harness.errors import MaskmatrixError
from harness.model import Release
from harness.publish.timed import CALIBRATION, Chart, Timed

if TYPE_CHECKING:  # scipy takes a fifth of a second, and only the other process needs it
    from harness.judge.runs import Throughputs

_T = TypeVar("_T")


@contextmanager
def tell_beside(
    results: Path, releases: tuple[Release, ...]
) -> Iterator[Callable[[], Timed | None]]:
    """Yield what waits for what the stored timings say, and returns it; None without any timings.

    Waiting raises what reading them does, and
    MaskmatrixError where the process dies; taking the charts does, too, where one cannot be drawn.
    No process begins where nothing is stored. What is not done when the context ends is given up.
    """
    if not any((results / "timings").glob("*.parquet")):
        yield lambda: None
        return
    with ProcessPoolExecutor(
        max_workers=1, mp_context=get_context("spawn"), initializer=_begin
    ) as process:
        told = process.submit(_tell, results, releases)
        drawn = process.submit(_draw, results, releases)

        def wait() -> Timed | None:
            timed = _take(told)
            return timed and replace(timed, charts=_take_each(drawn))

        try:
            yield wait
        finally:
            process.shutdown(cancel_futures=True)


def _begin() -> None:
    """Leave Ctrl-C to the process that waits; what is read here lives to the end, as there."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()


@cache
def _read(results: Path, releases: tuple[Release, ...]) -> "Throughputs | None":
    """Read and judge, once for both that follow."""
    return stored_throughputs(results, releases)


def _tell(results: Path, releases: tuple[Release, ...]) -> Timed | None:
    calibration = CALIBRATION if (results / CALIBRATION).is_file() else ""
    throughputs = _read(results, releases)
    return describe(throughputs, releases, calibration) if throughputs else None


def describe(throughputs: "Throughputs", releases: Sequence[Release], calibration: str) -> Timed:
    """Return what the timings say, but for their charts; ``calibration`` is the page of one."""
    from harness.publish.page.sheets import list_sheets
    from harness.publish.speed_export import list_throughput
    from harness.publish.speed_markdown import render_throughput
    from harness.publish.speed_text import render_speed

    return Timed(
        rows=list_throughput(throughputs.told, [release.id for release in releases]),
        document=render_throughput(throughputs, releases, calibration=calibration),
        summary=render_speed(throughputs),
        sheets=tuple(list_sheets(throughputs, releases)),
    )


def _draw(results: Path, releases: tuple[Release, ...]) -> tuple[Chart, ...]:
    if not (throughputs := _read(results, releases)):
        return ()
    from harness.publish.charts import draw_throughput

    try:
        return tuple(draw_throughput(throughputs, releases))
    except ValueError as error:
        raise MaskmatrixError(
            "the charts of throughput cannot be drawn",
            why=str(error).partition("\n    at ")[0],
            do="What is stored is not at fault: please report this, with these lines.",
        ) from error


def _take_each(drawn: "Future[tuple[Chart, ...]]") -> Iterator[Chart]:
    yield from _take(drawn)


def _take(told: "Future[_T]") -> _T:
    try:
        return told.result()
    except BrokenProcessPool as error:
        raise MaskmatrixError(
            "what the timings say cannot be told",
            why="the process that reads and draws them died, as it does where memory runs out",
            do="Free some memory, and run it again: nox -s report",
        ) from error
