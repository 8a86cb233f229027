"""What of a user's code the changes concern: read, never imported or run.

Matched is what a name was imported as, followed through assignments, functions, classes and the
modules of the folder; `harness.upgrade.source` says how.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from harness.errors import UsageError
from harness.upgrade.sightings import Scan
from harness.upgrade.source.files import PROGRAM, find_sources
from harness.upgrade.source.modules import Modules, group_files
from harness.upgrade.source.parts import Part, read_text, scan_parts
from harness.upgrade.source.processes import count_cores, spread
from harness.upgrade.source.program import NotReadableError

_HINT = "keras"
"""A file without this word can be concerned only by what it imports, or what imports it."""
_LETTERS_FOR_PROCESSES = 2**20
"""Fewer are read in less time than it takes to start a process."""
_SHARES_PER_CORE = 8
"""A share is a second or so: the last one must not keep the others waiting for long."""


def scan_source(folder: Path, cores: int | None = None) -> Scan:
    """Return what is seen in the programs and notebooks under a folder.

    Not walked are hidden folders, environments, site-packages, node_modules and __pycache__, and
    no symbolic link is followed. What cannot be read is skipped, with its reason. UsageError where
    the folder does not exist, or has neither a program nor a notebook. A large folder is read by a
    process on each of so many ``cores``, None being all that are ours; what is seen is the same.
    """
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "does not exist"
        raise UsageError(f"{folder} {what}", do="Give the folder of your code.")
    found = find_sources(folder)
    if not found.paths:
        raise UsageError(
            f"there is no Python code in {folder}",
            why="no file ends in .py or .ipynb; hidden folders, environments, site-packages and "
            "node_modules are not looked into, and symbolic links not followed",
            do="Give the folder of your code.",
        )
    modules = Modules(path for path in found.paths if Path(path).suffix.lower() == PROGRAM)
    parts, unreadable = _divide(folder, found.paths, modules)
    large = sum(part.letters for part in parts) >= _LETTERS_FOR_PROCESSES
    used = (cores or count_cores()) if large else 1
    shares = _share_out(parts, used * _SHARES_PER_CORE if used > 1 else 1)
    seen = spread(partial(scan_parts, folder, modules), shares, used)
    return Scan(
        tuple(sorted(one for share in seen for one in share.sightings)),
        sum(share.files for share in seen),
        tuple(
            sorted({*found.skipped, *unreadable, *(one for share in seen for one in share.skipped)})
        ),
    )


def _divide(
    folder: Path, paths: Sequence[str], modules: Modules
) -> tuple[list[Part], list[tuple[str, str]]]:
    """Return the parts that know nothing of each other, and the files that have no text."""
    imports: dict[str, tuple[str, ...]] = {}
    letters: dict[str, int] = {}
    direct: list[str] = []
    unreadable: list[tuple[str, str]] = []
    for path in paths:
        try:
            text = read_text(folder, path)
        except NotReadableError as error:
            unreadable.append((path, str(error)))
            continue
        imports[path] = tuple(modules.imported(path, text))
        letters[path] = len(text)
        direct += [path] if _HINT in text else []
    groups = group_files(direct, imports)
    others = sorted(imports.keys() - {path for group in groups for path in group})
    return [
        Part(paths=group, letters=sum(letters.get(path, 0) for path in group), concerned=concerned)
        for concerned, listed in ((True, groups), (False, [(path,) for path in others]))
        for group in listed
    ], unreadable


def _share_out(parts: Sequence[Part], count: int) -> list[tuple[Part, ...]]:
    """Return so many shares at most, each of about as many letters."""
    largest_first = sorted(parts, key=lambda part: (-part.letters, part.paths))
    return [tuple(largest_first[at::count]) for at in range(min(count, len(parts)))]
