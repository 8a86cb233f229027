"""Files that are there whole or not at all, whoever is killed and whoever else is writing."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from harness.errors import UsageError

_SUFFIX = ".tmp"


@contextmanager
def explain_failure(path: Path, do: str) -> Iterator[None]:
    """Turn an OSError, of a disk that is full or read-only, into a UsageError that names the file.

    FileExistsError passes: it is somebody else's file, and no fault of the disk.
    """
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written", why=error.strerror or str(error), do=do
        ) from error


def begin_file(folder: Path) -> tuple[BinaryIO, Path]:
    """Make a file without its name yet, to be linked to that when it is whole.

    It is locked (shared) as long as it is open: what is not locked was left by a killed process.
    """
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=".", suffix=_SUFFIX)
        os.fchmod(descriptor, 0o644)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        if os.fstat(descriptor).st_nlink:
            return os.fdopen(descriptor, "r+b"), Path(name)
        os.close(descriptor)  # somebody swept between the two


def sweep_unfinished(folder: Path) -> None:
    """Remove what killed processes had begun and nobody holds."""
    for temporary in folder.glob(f".*{_SUFFIX}"):
        with suppress(OSError), temporary.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            temporary.unlink()


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk when this returns."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
