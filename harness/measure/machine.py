"""Which machine this is, without naming it."""

import hashlib
import os
import platform
import uuid
from pathlib import Path


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
