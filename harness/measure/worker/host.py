"""What the timer asks of the operating system: threads, cores, memory, and how fast it copies."""

import contextlib
import ctypes
import glob
import mmap
import os
import re
import resource
import time

BANDWIDTH_BYTES = 256 * 2**20
"""At most this for both arrays of a copy together."""
BANDWIDTH_ROUNDS = 5


def thread_count():
    """Return how many threads the process has, by the kernel's own count."""
    return int(re.search(r"^Threads:\s+(\d+)", _read("/proc/self/status"), re.MULTILINE).group(1))


def pin(core):
    """Bind every thread that the process has by now to one core; later ones inherit it."""
    for thread in os.listdir("/proc/self/task"):
        with contextlib.suppress(ProcessLookupError):  # ended since it was listed
            os.sched_setaffinity(int(thread), {core})


def spin(started, slowdown):
    """Keep the core busy until ``slowdown`` times what has passed since ``started``."""
    until = started + slowdown * (time.perf_counter() - started)
    while time.perf_counter() < until:
        pass


def page_faults():
    """Return how many pages the kernel has handed to the process without reading any from disk."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def keep_memory():
    """Have glibc keep what is freed, in one heap; return whether it will.

    Else a kernel that frees and takes an array of 16 MB in each call gets it back at once or has
    4,096 pages faulted in, which is half of its time, by the luck of what was allocated before: a
    process is of the one kind or the other as long as it lives. Call it before any thread starts.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    arena_max, mmap_max, trim_threshold = -8, -4, -1
    settings = ((arena_max, 1), (mmap_max, 0), (trim_threshold, 2**31 - 1))
    return all(mallopt(*setting) for setting in settings)


class Peak:
    """The largest resident memory, without what measuring the bandwidth takes."""

    def __init__(self):
        self._before = 0
        self._spoilt = False

    def read(self):
        """Return it in bytes."""
        if not self._spoilt:
            # Not by getrusage, which begins with the size of the process that forked this one.
            now = int(re.search(r"VmHWM:\s+(\d+) kB", _read("/proc/self/status")).group(1)) * 1024
            self._before = max(self._before, now)
        return self._before

    def leave_out(self, work, *arguments):
        """Call ``work``, whose memory is not to count, and let the kernel forget its own peak.

        Where the kernel cannot, the peak stays at what it was before.
        """
        self.read()
        try:
            return work(*arguments)
        finally:
            try:
                with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
                    file.write("5")
            except OSError:
                self._spoilt = True


def last_level_cache_bytes():
    """Return the size of the largest cache of the first core; 32 MB where nothing is said."""
    sizes = [32 * 2**20]
    for path in glob.glob("/sys/devices/system/cpu/cpu0/cache/index*/size"):
        found = re.match(r"(\d+)([KMG]?)", _read(path))
        if found:
            sizes.append(int(found.group(1)) << {"": 0, "K": 10, "M": 20, "G": 30}[found.group(2)])
    return max(sizes[1:] or sizes)


def measure_bandwidth():
    """Copy an array of four times the last-level cache; return bytes read and written a second.

    The best of several copies counts, since whatever disturbs one makes it slower. The pages are
    touched before. They are taken past the heap, which would keep them.
    """
    import numpy as np

    size = min(4 * last_level_cache_bytes(), BANDWIDTH_BYTES // 2)
    pages = [mmap.mmap(-1, size) for _ in range(2)]
    source, target = (np.frombuffer(page, np.uint8) for page in pages)
    source.fill(1)
    np.copyto(target, source)
    seconds = []
    for _ in range(BANDWIDTH_ROUNDS):
        started = time.perf_counter()
        np.copyto(target, source)
        seconds.append(time.perf_counter() - started)
    del source, target
    for page in pages:
        page.close()
    return {"array_bytes": size, "bytes_per_s": 2 * size / min(seconds)}


def _read(path):
    with open(path, encoding="ascii", errors="replace") as file:
        return file.read()
