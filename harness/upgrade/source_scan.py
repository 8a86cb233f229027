"""What of a user's code the changes concern: read, never imported or run.

Matched is what a name was imported as, followed through assignments, functions, classes and the
modules of the folder; `harness.upgrade.source` says how.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.errors import UsageError
from harness.upgrade.sightings import Scan, Sighting
from harness.upgrade.source.files import NOTEBOOK, PROGRAM, find_sources, read_bytes
from harness.upgrade.source.interpreter import interpret
from harness.upgrade.source.modules import Modules, group_files
from harness.upgrade.source.notebook import read_notebook
from harness.upgrade.source.program import (
    NotReadableError,
    Program,
    decode_source,
    read_program,
)

_OBJECTS_BETWEEN_COLLECTIONS = 50_000
_HINT = "keras"
"""A file without this word can be concerned only by what it imports, or what imports it."""


def scan_source(folder: Path) -> Scan:
    """Return what is seen in the programs and notebooks under a folder.

    Not walked are hidden folders, environments, site-packages, node_modules and __pycache__, and
    no symbolic link is followed. What cannot be read is skipped, with its reason. UsageError where
    the folder does not exist, or has neither a program nor a notebook.
    """
    with _few_collections():
        return _scan(folder)


def _scan(folder: Path) -> Scan:
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "does not exist"
        raise UsageError(f"{folder} {what}", do="Give the folder of your code.")
    sources = find_sources(folder)
    if not sources.paths:
        raise UsageError(
            f"there is no Python code in {folder}",
            why="no file ends in .py or .ipynb; hidden folders, environments, site-packages and "
            "node_modules are not looked into, and symbolic links not followed",
            do="Give the folder of your code.",
        )
    reader = _Reader(folder, dict.fromkeys(sources.skipped))
    modules = Modules(path for path in sources.paths if Path(path).suffix.lower() == PROGRAM)
    imports: dict[str, tuple[str, ...]] = {}
    direct: list[str] = []
    for path in sources.paths:
        if (text := reader.read_text(path)) is not None:
            imports[path] = tuple(modules.imported(path, text))
            direct += [path] if _HINT in text else []
    sightings: list[Sighting] = []
    groups = group_files(direct, imports)
    for group in groups:
        # A group at a time: the trees of them all would take much memory.
        programs = {path: one for path in group if (one := reader.read(path)) is not None}
        found = interpret(programs, modules)
        sightings += found.sightings
        for path in found.too_deep:
            reader.skip(path, "parts of it are nested too deeply")
    for path in imports.keys() - {path for group in groups for path in group}:
        reader.read(path)
    return Scan(tuple(sorted(sightings)), len(reader.whole), tuple(sorted(reader.skipped)))


class _Reader:
    """Reads programs and notebooks, and remembers which were skipped and why."""

    def __init__(self, folder: Path, skipped: dict[tuple[str, str], None]) -> None:
        self._folder = folder
        self.skipped = skipped
        self.whole: set[str] = set()

    def skip(self, path: str, reason: str) -> None:
        """Remember that something of a file was not read."""
        self.skipped[path, reason] = None

    def read_text(self, path: str) -> str | None:
        """Return the text of a file, for a first look at what is in it."""
        try:
            data = read_bytes(self._folder, path)
            if Path(path).suffix.lower() == NOTEBOOK:
                return "\n".join(read_notebook(path, data)[0].lines)
            return decode_source(data)
        except NotReadableError as error:
            self.skip(path, str(error))
            return None

    def read(self, path: str) -> Program | None:
        """Return a program or notebook; None where it is skipped."""
        broken: tuple[str, ...] = ()
        try:
            data = read_bytes(self._folder, path)
            if Path(path).suffix.lower() == NOTEBOOK:
                program, broken = read_notebook(path, data)
            else:
                program = read_program(path, data)
        except NotReadableError as error:
            self.skip(path, str(error))
            return None
        for reason in broken:
            self.skip(path, reason)
        self.whole.add(path)
        return program


@contextmanager
def _few_collections() -> Iterator[None]:
    """Collect garbage seldom: trees are none, and going through them takes a fifth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
