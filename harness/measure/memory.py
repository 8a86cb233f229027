"""How much memory a worker holds, all it has started included, and how much it may."""

import os
import time
from contextlib import suppress
from pathlib import Path

from harness.measure.keeper import descendants

_SHARE = 0.8
"""Of the machine's memory, for all workers together: the rest is for whoever else works on it."""
_FAMILY_S = 0.25
"""How often descendants are looked for, which takes milliseconds: all of /proc is read."""


def share_memory(workers: int, least: int) -> int:
    """Return the bytes that each of so many workers may hold on this machine, ``least`` at least.

    The limit is watched and not set as one of the kernel's: an allocation that the kernel refuses
    raises in the release, which would look like the release's own answer.
    """
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(least, int(there * _SHARE / workers))


def resident_bytes(process: int) -> int:
    """Return what a process holds in memory; 0 for one that is gone."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


class MemoryWatch:
    """Looks at a process often, and at its descendants from time to time."""

    def __init__(self, process: int, limit_bytes: int) -> None:
        self._process = process
        self._limit_bytes = limit_bytes
        self._family: list[int] = []
        self._looked_at = time.monotonic()

    def find_excess(self) -> str:
        """Say that they hold too much; nothing where they do not."""
        if time.monotonic() - self._looked_at > _FAMILY_S:
            self._looked_at = time.monotonic()
            self._family = descendants(self._process)
        held = sum(map(resident_bytes, (self._process, *self._family)))
        if held <= self._limit_bytes:
            return ""
        return f"out of memory: more than {self._limit_bytes / 1e9:.1f} GB in use"


def count_oom_kills(vmstat: Path = Path("/proc/vmstat")) -> int:
    """Return how many processes the kernel has killed because memory ran out, since it started."""
    with suppress(OSError):
        for line in vmstat.read_text().splitlines():
            name, _, count = line.partition(" ")
            if name == "oom_kill":
                return int(count)
    return 0
