"""The files of a user's code: found without leaving their folder, and read within bounds."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.upgrade.source.program import NotReadableError

PROGRAM, NOTEBOOK = ".py", ".ipynb"
LARGEST_BYTES = {PROGRAM: 4 * 2**20, NOTEBOOK: 64 * 2**20}
"""No program is larger that a person wrote; a notebook may be, for the pictures in it."""
NOT_WALKED = frozenset({"__pycache__", "node_modules", "site-packages", "dist-packages"})
"""Folders of what others wrote. Those whose name begins with a dot, and environments, are too."""
_ENVIRONMENT_MARKS = ("pyvenv.cfg", "conda-meta")


@dataclass(frozen=True, slots=True)
class Found:
    """The programs and notebooks of a folder, by their relative paths, and what was left out."""

    paths: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]


def find_sources(folder: Path) -> Found:
    """Return the programs and notebooks under a folder; no symbolic link is followed.

    Not walked: hidden folders (.git, .venv, .ipynb_checkpoints), environments, site-packages,
    node_modules, __pycache__.
    """
    paths: list[str] = []
    skipped: list[tuple[str, str]] = []

    def unreadable(error: OSError) -> None:
        place = os.path.relpath(error.filename, folder)
        skipped.append((_posix(place), f"it cannot be read: {error.strerror}"))

    for here, folders, names in os.walk(folder, onerror=unreadable):
        relative = os.path.relpath(here, folder)
        prefix = "" if relative == os.curdir else f"{_posix(relative)}/"
        folders[:] = sorted(_walked(here, folders))
        for name in [*folders]:
            if Path(here, name).is_symlink():
                folders.remove(name)
                skipped.append((f"{prefix}{name}", "it is a symbolic link, which is not followed"))
        for name in sorted(names):
            if Path(name).suffix.lower() in LARGEST_BYTES:
                if Path(here, name).is_symlink():
                    reason = "it is a symbolic link, which is not followed"
                    skipped.append((f"{prefix}{name}", reason))
                else:
                    paths.append(f"{prefix}{name}")
    return Found(tuple(sorted(paths)), tuple(sorted(skipped)))


def read_bytes(folder: Path, path: str) -> bytes:
    """Return the bytes of a file; NotReadableError where it is none, too large, or not ours."""
    largest = LARGEST_BYTES[Path(path).suffix.lower()]
    try:
        # A pipe would keep us waiting, and a link that came since would lead out of the folder.
        descriptor = os.open(folder / path, os.O_RDONLY | _flag("O_NONBLOCK") | _flag("O_NOFOLLOW"))
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor is no path
            facts = os.fstat(descriptor)
            if not stat.S_ISREG(facts.st_mode):
                raise NotReadableError("it is no regular file")
            data = file.read(largest + 1)
    except OSError as error:
        raise NotReadableError(f"it cannot be read: {error.strerror}") from None
    if len(data) > largest:
        raise NotReadableError(f"it is larger than {largest // 2**20} MB")
    return data


def _walked(here: str, folders: list[str]) -> Iterator[str]:
    for name in folders:
        if name.startswith(".") or name in NOT_WALKED:
            continue
        if not any(Path(here, name, mark).exists() for mark in _ENVIRONMENT_MARKS):
            yield name


def _posix(path: str) -> str:
    return path.replace(os.sep, "/")


def _flag(name: str) -> int:
    return int(getattr(os, name, 0))
