"""``requirements.txt`` as pip reads it: continuations, comments, options, ``-r`` and ``-c``.

Source: pip's documentation, "Requirements File Format". Variables like ``${NAME}`` stay as they
are: a comparison must not hang on the environment it is made in.
"""

import re
from collections.abc import Iterator

from harness.upgrade.pins.pin import Pin, Reading, read_wheel, try_requirement

_INCLUDE = re.compile(r"(?:-[rc]\s*|--(?:requirement|constraint)(?:\s+|=))(?P<file>.+)")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_OPTIONS = re.compile(r"\s--?[a-zA-Z].*$")
"""What may follow a requirement on its line: ``--hash=…`` and the like."""
_ADDRESS = re.compile(r"[a-z+]+://|[./\\]|.*\.whl$")


def read_requirements(text: str, file: str) -> Reading:
    """Return the pins; a constraint counts as a pin, since nothing else can be installed."""
    pins: list[Pin] = []
    includes: list[str] = []
    skipped = 0
    for number, line in _join_lines(text):
        if found := _INCLUDE.fullmatch(line):
            includes.append(found["file"].strip().strip("'\""))
        elif line and not line.startswith("-"):
            pin, read = read_line(line, file, number)
            pins += [pin] if pin else []
            skipped += not read
    return Reading(pins=tuple(pins), includes=tuple(includes), skipped=skipped)


def read_line(line: str, file: str, number: int) -> tuple[Pin | None, bool]:
    """Return what one line pins, and whether it could be read; a path is a wheel or nothing."""
    line = _OPTIONS.sub("", line).strip()
    if _ADDRESS.match(line) and " @ " not in line:
        return read_wheel(line.partition(";")[0].strip(), file, number), True
    return try_requirement(line, file, number)


def _join_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each logical line with the number of its first physical one, without comments."""
    parts: list[str] = []
    start = 1
    for number, line in enumerate(text.splitlines(), start=1):
        if not parts:
            start = number
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            parts.append(line[:-1])
            continue
        yield start, _COMMENT.sub("", "".join([*parts, line])).strip()
        parts = []
    if parts:
        yield start, _COMMENT.sub("", "".join(parts)).strip()
