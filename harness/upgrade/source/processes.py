"""Work spread over as many processes as there are cores."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from typing import TypeVar

_Task = TypeVar("_Task")
_Done = TypeVar("_Done")
_MOST_PROCESSES = 32


def count_cores() -> int:
    """Return how many cores this process may use, which can be fewer than the machine has."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(work: Callable[[_Task], _Done], tasks: Sequence[_Task], cores: int) -> list[_Done]:
    """Return what each task gives, in their order; the work must be pure, and can be pickled.

    Where processes cannot be had, or one of them is killed, all is done in this one.
    """
    processes = min(cores, len(tasks), _MOST_PROCESSES)
    if processes > 1:
        try:
            # A fork would copy the locks of other libraries' threads; a new process has none.
            fresh = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(processes, fresh, initializer=_stand_by) as pool:
                return list(pool.map(work, tasks))
        except (BrokenExecutor, ImportError, NotImplementedError, OSError):
            pass  # no semaphores here, no memory for another process, or a main that has no guard
    return [work(task) for task in tasks]


def _stand_by() -> None:
    """Leave Ctrl-C to the process that asked, and end with it, even if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
