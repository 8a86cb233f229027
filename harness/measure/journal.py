"""The journals on the disk: one for each release of a run, locked by whoever is writing it.

The worker shares the lock, so that a journal is only taken up again when both it and the
controller are gone.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from harness.measure.protocol import Event

_PATIENCE_S = 2.0


def append_event(journal: Path, event: Event) -> None:
    """Add one line, on the disk when this returns; a line that was cut off is ended first."""
    with journal.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(json.dumps(event, allow_nan=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def new_journal(folder: Path, name: str, plan: Event) -> Iterator[Path]:
    """Create a journal with its plan and hold it; it stays behind, to be stored and discarded."""
    folder.mkdir(parents=True, exist_ok=True)
    journal = folder / f"{name}.jsonl"
    with journal.open("xb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        append_event(journal, plan)
        yield journal


def leftover_journals(folder: Path) -> Iterator[Path]:
    """Yield the journals that nobody writes any more, each held while it is looked at."""
    for journal in sorted(folder.glob("*.jsonl")):
        with journal.open("rb") as file:
            if _acquire(file):
                yield journal


def _acquire(file: BinaryIO) -> bool:
    """Take a journal for oneself; a worker whose controller died needs a moment to notice."""
    patience = time.monotonic() + _PATIENCE_S
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > patience:
                return False
            time.sleep(0.05)
        else:
            return True


def discard_journal(journal: Path) -> None:
    """Remove a journal that has been stored, and its log."""
    journal.with_suffix(".log").unlink(missing_ok=True)
    journal.unlink(missing_ok=True)
