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

from harness.files import begin_file, explain_failure, sweep_unfinished
from harness.measure.protocol import Event, parse_lines

MOST_RESULTS = 2_000_000
"""Bytes that an experiment may report, and a line may have; the largest of ours reports 20,000."""
_PATIENCE_S = 2.0
_REMEDY = "Free some space, or choose another folder; what was measured is stored by the next run."


def append_event(journal: Path, event: Event) -> None:
    """Add one line, on the disk when this returns; a line that was cut off is ended first.

    UsageError where the disk is full.
    """
    with explain_failure(journal, _REMEDY), journal.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(json.dumps(event, allow_nan=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def new_journal(folder: Path, name: str, plan: Event) -> Iterator[Path]:
    """Create a journal with its plan and hold it; it stays behind, to be stored and discarded.

    It is there with its plan or not at all: a run that looks for leftovers meanwhile finds none.
    """
    journal = folder / f"{name}.jsonl"
    with explain_failure(journal, _REMEDY):
        file, begun = begin_file(folder)
    with file:
        try:
            append_event(begun, plan)
            with explain_failure(journal, _REMEDY):
                os.link(begun, journal)
        finally:
            begun.unlink(missing_ok=True)
        yield journal


def read_events(journal: Path) -> Iterator[Event]:
    """Yield the events of a journal, whatever its length; see :func:`parse_lines`."""
    with journal.open("rb") as file:
        yield from parse_lines(_lines(file))


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the whole lines; of one that is too long to be an event, a part."""
    plan = file.readline()  # our own, as long as there is to be asked
    if plan.endswith(b"\n"):
        yield plan[:-1]
    while line := file.readline(MOST_RESULTS + 1):
        if line.endswith(b"\n"):
            yield line[:-1]
        elif len(line) > MOST_RESULTS:
            yield b""


def leftover_journals(folder: Path) -> Iterator[Path]:
    """Yield the journals that nobody writes any more, each held while it is looked at."""
    sweep_unfinished(folder)
    for journal in sorted(folder.glob("*.jsonl")):
        try:
            file = journal.open("rb")
        except (FileNotFoundError, IsADirectoryError):
            continue
        with file:
            # Whoever had it may have stored and removed it while it was waited for.
            if _acquire(file) and os.fstat(file.fileno()).st_nlink:
                yield journal
    for log in folder.glob("*.log"):
        if not log.with_suffix(".jsonl").exists():
            log.unlink(missing_ok=True)


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


class Tail:
    """What is new in a journal that grows: whole lines, each given once, never more than it may."""

    def __init__(self, journal: Path, tasks: int) -> None:
        self.offset = 0
        """How many bytes were read, in whole lines."""
        self._journal = journal
        self._tasks = tasks
        self._lines = 0

    def read(self) -> list[Event]:
        """Return the next events; those of tasks that were never given are left out."""
        with self._journal.open("rb") as file:
            file.seek(self.offset)
            plan = b"" if self.offset else file.readline()
            text = plan + file.read(MOST_RESULTS + 1)
        lines = text[: text.rfind(b"\n") + 1].split(b"\n")[:-1]
        events = list(parse_lines(lines, self._lines + 1))
        self.offset += sum(map(len, lines)) + len(lines)
        self._lines += len(lines)
        return [event for event in events if event.get("task") in (None, *range(self._tasks))]

    def unread_bytes(self) -> int:
        """Return how much more there is."""
        return self._journal.stat().st_size - self.offset

    def cut(self) -> None:
        """Drop what was not read; nobody may be writing any more."""
        os.truncate(self._journal, self.offset)
