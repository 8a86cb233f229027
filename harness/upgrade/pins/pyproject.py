"""``pyproject.toml``: PEP 621, dependency groups (PEP 735), Poetry, and uv's own lists.

All extras and groups count. So an ``include-group`` brings nothing that is not read anyway.
"""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from packaging.markers import InvalidMarker, Marker
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from harness.upgrade.pins.pin import (
    NAMES,
    PYTHON,
    Pin,
    Reading,
    find_line,
    refuse,
    try_requirement,
)
from harness.upgrade.pins.ranges import read_poetry_range


def read_pyproject(text: str, file: str) -> Reading:
    """Return the pins; ValueError where the text is no TOML."""
    document = tomllib.loads(text)
    pins: list[Pin] = []
    skipped = 0
    for requirement in _list_requirements(document):
        pin, read = try_requirement(requirement, file, find_line(text, requirement))
        pins += [pin] if pin else []
        skipped += not read
    required = _table(document, "project").get("requires-python")
    if isinstance(required, str):
        pins += read_python(required, file, find_line(text, "requires-python"))
    for table in _list_poetry(document):
        for name, stated in table.items():
            pins += _read_poetry(name, stated, text, file)
    return Reading(pins=tuple(pins), skipped=skipped)


def read_python(text: str, file: str, line: int) -> list[Pin]:
    """Return what is said of Python itself, in PEP 440's words or Poetry's; none if in others'."""
    try:
        ranges = read_poetry_range(text)
    except InvalidSpecifier:
        return []
    return [Pin(name=PYTHON, ranges=ranges, text=f"python {text}", file=file, line=line)]


def _list_requirements(document: Mapping[str, Any]) -> Iterator[str]:
    project, uv = _table(document, "project"), _table(_table(document, "tool"), "uv")
    lists = [project.get("dependencies"), *_table(project, "optional-dependencies").values()]
    lists += _table(document, "dependency-groups").values()
    lists += [uv.get("dev-dependencies"), uv.get("constraint-dependencies")]
    for one in lists:
        if isinstance(one, list):
            # A table in a group is an include-group, and that group is read by itself.
            yield from (item for item in one if isinstance(item, str))


def _list_poetry(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    poetry = _table(_table(document, "tool"), "poetry")
    yield _table(poetry, "dependencies")
    yield _table(poetry, "dev-dependencies")
    for group in _table(poetry, "group").values():
        if isinstance(group, dict):
            yield _table(group, "dependencies")


def _read_poetry(key: str, stated: Any, text: str, file: str) -> Iterator[Pin]:
    """Yield the pins of one dependency, which may be stated for several environments apart."""
    name = canonicalize_name(key)
    if name not in NAMES:
        return
    line = find_line(text, f"\n{key} =") + 1
    for one in stated if isinstance(stated, list) else [stated]:
        row = one if isinstance(one, dict) else {"version": one}
        version = row.get("version")
        try:
            if not isinstance(version, str):
                refuse(name, f"{key} = {one}", file, line, "it is not taken by version")
                continue
            ranges, marker = read_poetry_range(version), _read_markers(row)
        except (InvalidSpecifier, InvalidMarker) as error:
            refuse(name, f"{key} = {one}", file, line, str(error))
            continue
        words = f"{key} = {version}"
        yield Pin(name=name, ranges=ranges, marker=marker, text=words, file=file, line=line)


def _read_markers(row: Mapping[str, Any]) -> Marker | None:
    parts = [f"({row['markers']})"] if isinstance(row.get("markers"), str) else []
    if isinstance(row.get("python"), str):
        ranges = [_python_marker(range_) for range_ in read_poetry_range(row["python"])]
        parts.append(f"({' or '.join(ranges)})")
    if isinstance(row.get("platform"), str):
        parts.append(f"sys_platform == '{row['platform']}'")
    return Marker(" and ".join(parts)) if parts else None


def _python_marker(range_: SpecifierSet) -> str:
    each = [f"python_full_version {one.operator} '{one.version}'" for one in range_]
    return " and ".join(sorted(each)) or "python_full_version >= '0'"


def _table(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = document.get(key)
    return found if isinstance(found, dict) else {}
