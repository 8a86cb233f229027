"""Read what a project pins from its files. What touches the disk is here, the formats beside it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from harness.errors import UsageError
from harness.upgrade.pins.locks import read_pipfile_lock, read_poetry_lock, read_uv_lock
from harness.upgrade.pins.pin import TENSORFLOW, Pin, Reading
from harness.upgrade.pins.pyproject import read_pyproject
from harness.upgrade.pins.requirements import read_requirements

Reader: TypeAlias = Callable[[str, str], Reading]


def _read_environment(text: str, file: str) -> Reading:
    # YAML takes 20 ms to import, and few need it.
    from harness.upgrade.pins.conda import read_environment

    return read_environment(text, file)


READERS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile(r"pyproject\.toml"), read_pyproject),
    (re.compile(r"uv\.lock"), read_uv_lock),
    (re.compile(r"poetry\.lock"), read_poetry_lock),
    (re.compile(r"Pipfile\.lock"), read_pipfile_lock),
    (re.compile(r".*\.ya?ml"), _read_environment),
    (re.compile(r".*"), read_requirements),
)
"""By the name of the file; the first that fits reads it."""
LARGEST = 50_000_000
"""Bytes; no file of pins is larger, and a device or a pipe would never end."""


def read_pins(path: Path) -> Reading:
    """Return all that a file and those it includes pin.

    UsageError for a file that cannot be read, one that includes itself, and one that does not
    name TensorFlow.
    """
    reading = _read(path, ())
    if not any(pin.name in TENSORFLOW for pin in reading.pins):
        raise UsageError(
            f"{path} does not name TensorFlow",
            why="nothing else says which release the project is on",
            do="Name the file that pins it, or say the release: --from 2.10.1",
        )
    return reading


def _read(path: Path, within: tuple[Path, ...]) -> Reading:
    try:
        real = path.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a ring of links, a name with a NUL
        raise UsageError(f"{path} cannot be read", why=str(error)) from None
    if real in within:
        ring = [*within[within.index(real) :], real]
        raise UsageError(f"{path} includes itself", why=" → ".join(file.name for file in ring))
    text = _read_text(path)
    reader = next(reader for name, reader in READERS if name.fullmatch(path.name))
    try:
        reading = reader(text, str(path))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} cannot be understood", why=str(error)) from None
    pins: list[Pin] = list(reading.pins)
    skipped = reading.skipped
    for name in reading.includes:
        included = _read(path.parent / name, (*within, real))
        pins += included.pins
        skipped += included.skipped
    return Reading(pins=tuple(dict.fromkeys(pins)), skipped=skipped)


def _read_text(path: Path) -> str:
    try:
        if path.is_file() and path.stat().st_size > LARGEST:
            raise UsageError(f"{path} is too large to be a file of pins")
        if path.exists() and not path.is_file():
            raise UsageError(f"{path} is no file")
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read", why=str(error)) from None
