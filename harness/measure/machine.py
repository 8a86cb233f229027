"""Which machine this is, without naming it, and what else keeps it busy."""

import hashlib
import os
import platform
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Self


def machine_name() -> str:
    """Return a name that is the same on every run here and different elsewhere.

    Platform and cores are readable; the rest is a hash, since a published table must not tell
    whose machine it was.
    """
    machine_id = Path("/etc/machine-id")
    seed = machine_id.read_text() if machine_id.exists() else ""
    seed += f"{uuid.getnode():x} {platform.node()} {_processor()}"
    system, architecture = platform.system().lower(), platform.machine().lower()
    digest = hashlib.sha256(seed.encode()).hexdigest()[:8]
    return f"{system}-{architecture}-{os.cpu_count()}cpu-{digest}"


def _processor() -> str:
    """Return the processor's model; Linux keeps it in a file, elsewhere Python may know it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line for line in lines if line.startswith("model name")), "")


_IDLE = slice(3, 5)
"""In the numbers of /proc/stat: what was idle, and what waited for a disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What the cores and some processes had done by a moment, in seconds of one core."""

    at_s: float
    all_s: float
    own_s: float

    @classmethod
    def of(cls, *pids: int) -> Self:
        """Return what Linux says now; OSError where a process is gone."""
        ticks = os.sysconf("SC_CLK_TCK")
        spent = [int(word) for word in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
        # The name, in brackets, may hold anything; user and system time are 12th and 13th after it.
        own = [
            int(word)
            for pid in pids
            for word in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        ]
        return cls(
            at_s=time.monotonic(),
            all_s=(sum(spent) - sum(spent[_IDLE])) / ticks,
            own_s=sum(own) / ticks,
        )

    def load_since(self, before: Self) -> float:
        """Return how many cores other processes have kept busy since then, on average."""
        others = (self.all_s - before.all_s) - (self.own_s - before.own_s)
        return max(0.0, others / max(self.at_s - before.at_s, 1e-9))
