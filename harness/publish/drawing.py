"""The charts, drawn by a process of its own while the store is read and the rest is rendered.

A thread would not do: vl-convert keeps the interpreter's lock while it draws. The process is
spawned and not forked, since numpy and pyarrow have threads, and loads next to nothing of ours.
"""

import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from harness.errors import MaskmatrixError
from harness.model import Release
from harness.publish.page.render import Chart
from harness.publish.svg import draw_svg

if TYPE_CHECKING:  # scipy takes a fifth of a second, and is needed only where there are timings
    from harness.judge.runs import Throughputs

_WHAT = "the charts of throughput cannot be drawn"


@contextmanager
def draw_beside(
    throughputs: "Throughputs | None", releases: Sequence[Release]
) -> Iterator[Iterable[Chart]]:
    """Yield the charts, to be taken once and as late as possible: until then they are being drawn.

    None, and no process, where nothing was timed. Whoever takes them gets a MaskmatrixError where
    one cannot be drawn. What is not drawn when the context ends is given up.
    """
    if not throughputs:
        yield ()
        return
    from harness.publish.charts import draw_throughput

    # The process begins with the first chart that it is given. Ctrl-C is for the one that waits.
    with ProcessPoolExecutor(
        max_workers=1,
        mp_context=get_context("spawn"),
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),
    ) as drawers:

        def draw(specifications: Iterable[dict[str, Any]]) -> Iterator[str]:
            return _explain(drawers.map(draw_svg, specifications))

        try:
            yield draw_throughput(throughputs, releases, draw)
        finally:
            drawers.shutdown(cancel_futures=True)


def _explain(drawings: Iterable[str]) -> Iterator[str]:
    try:
        yield from drawings
    except BrokenProcessPool as error:
        raise MaskmatrixError(
            _WHAT,
            why="the process that draws them died, as it does where memory runs out",
            do="Free some memory, and run it again: nox -s report",
        ) from error
    except ValueError as error:
        raise MaskmatrixError(
            _WHAT,
            why=str(error).partition("\n    at ")[0],
            do="What is stored is not at fault: please report this, with these lines.",
        ) from error
