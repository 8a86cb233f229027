"""Parts of a folder: files that use nothing of those in another part, read and gone through.

A part can be scanned in a process of its own: it is given paths, and gives back plain values.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.upgrade.sightings import Sighting
from harness.upgrade.source.files import NOTEBOOK, read_bytes
from harness.upgrade.source.interpreter import interpret
from harness.upgrade.source.modules import Modules
from harness.upgrade.source.notebook import read_notebook
from harness.upgrade.source.program import NotReadableError, Program, decode_source, read_program

_OBJECTS_BETWEEN_COLLECTIONS = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Files to be read together; those that are not ``concerned`` are read for their faults."""

    paths: tuple[str, ...]
    letters: int
    concerned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen in some parts, how many files were read, and what was skipped and why."""

    sightings: tuple[Sighting, ...]
    files: int
    skipped: tuple[tuple[str, str], ...]


def read_text(folder: Path, path: str) -> str:
    """Return the text of a file, for a first look; NotReadableError where it has none."""
    data = read_bytes(folder, path)
    if Path(path).suffix.lower() == NOTEBOOK:
        return "\n".join(read_notebook(path, data)[0].lines)
    return decode_source(data)


def scan_parts(folder: Path, modules: Modules, parts: Sequence[Part]) -> Seen:
    """Return what is seen in some parts, one after the other: trees of many take much memory."""
    sightings: list[Sighting] = []
    skipped: list[tuple[str, str]] = []
    files = 0
    with _few_collections():
        for part in parts:
            programs = {path: one for path in part.paths if (one := _read(folder, path, skipped))}
            files += len(programs)
            if part.concerned:
                found = interpret(programs, modules)
                sightings += found.sightings
                skipped += [(path, "parts of it are nested too deeply") for path in found.too_deep]
    return Seen(sightings=tuple(sightings), files=files, skipped=tuple(skipped))


def _read(folder: Path, path: str, skipped: list[tuple[str, str]]) -> Program | None:
    """Return a program or notebook; None where it is skipped, which is noted."""
    try:
        data = read_bytes(folder, path)
        if Path(path).suffix.lower() == NOTEBOOK:
            program, broken = read_notebook(path, data)
            skipped += [(path, reason) for reason in broken]
            return program
        return read_program(path, data)
    except NotReadableError as error:
        skipped.append((path, str(error)))
        return None


@contextmanager
def _few_collections() -> Iterator[None]:
    """Collect garbage seldom: trees are none, and going through them takes a fifth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
