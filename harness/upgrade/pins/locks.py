"""Lock files, in which every package has one version, or one for each kind of machine."""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from packaging.markers import InvalidMarker, Marker
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from harness.upgrade.pins.pin import NAMES, PYTHON, Pin, Reading, find_line, refuse
from harness.upgrade.pins.pyproject import read_python


def read_uv_lock(text: str, file: str) -> Reading:
    """Return the pins of ``uv.lock``; ValueError where the text is no TOML."""
    document = tomllib.loads(text)
    pins = _read_packages(document, text, file)
    required = document.get("requires-python")
    if isinstance(required, str):
        pins += read_python(required, file, find_line(text, "requires-python"))
    return Reading(pins=tuple(pins))


def read_poetry_lock(text: str, file: str) -> Reading:
    """Return the pins of ``poetry.lock``; ValueError where the text is no TOML."""
    document = tomllib.loads(text)
    pins = _read_packages(document, text, file)
    metadata = document.get("metadata")
    required = metadata.get("python-versions") if isinstance(metadata, dict) else None
    if isinstance(required, str):
        line = find_line(text, "python-versions", behind="[metadata]")
        pins += read_python(required, file, line)
    return Reading(pins=tuple(pins))


def _read_packages(document: Mapping[str, Any], text: str, file: str) -> list[Pin]:
    rows = document.get("package")
    pins: list[Pin] = []
    for row in rows if isinstance(rows, list) else []:
        # A lock has hundreds of packages; only those of interest are worth a look for their line.
        if isinstance(row, dict) and _is_of_interest(row.get("name")):
            version, line = row.get("version"), find_line(text, f'name = "{row["name"]}"')
            markers = row.get("resolution-markers", row.get("markers"))
            pins += _read_row(row["name"], f"=={version}", markers, file, line)
    return pins


def read_pipfile_lock(text: str, file: str) -> Reading:
    """Return the pins of ``Pipfile.lock``; ValueError where the text is no JSON."""
    document = json.loads(text)
    if not isinstance(document, dict):
        raise ValueError("it holds no table")  # noqa: TRY004 - one error for whatever it holds
    pins: list[Pin] = []
    for name, section in document.items():
        if name == "_meta" or not isinstance(section, dict):
            continue
        for package, row in section.items():
            if isinstance(row, dict) and _is_of_interest(package):
                line = find_line(text, f'"{package}"')
                pins += _read_row(package, row.get("version"), row.get("markers"), file, line)
    meta = document.get("_meta")
    requires = meta.get("requires") if isinstance(meta, dict) else None
    if isinstance(requires, dict):
        pins += _list_pythons(requires, file, find_line(text, '"requires"'))
    return Reading(pins=tuple(pins))


def _is_of_interest(name: object) -> bool:
    return isinstance(name, str) and canonicalize_name(name) in NAMES - {PYTHON}


def _list_pythons(requires: Mapping[str, Any], file: str, line: int) -> Iterator[Pin]:
    full, minor = requires.get("python_full_version"), requires.get("python_version")
    for version in (full, f"{minor}.*" if minor else None):
        if isinstance(version, str):
            yield from read_python(f"=={version}", file, line)
            return


def _read_row(key: str, version: object, markers: object, file: str, line: int) -> Iterable[Pin]:
    name = canonicalize_name(key)
    try:
        if not isinstance(version, str):
            refuse(name, key, file, line, "it is not taken by version")
            return
        range_ = SpecifierSet(version)
        marker = _join_markers(markers)
    except (InvalidSpecifier, InvalidMarker) as error:
        refuse(name, f"{key} {version}", file, line, str(error))
        return
    text = f"{key}{version}"
    yield Pin(name=name, ranges=(range_,), marker=marker, text=text, file=file, line=line)


def _join_markers(markers: object) -> Marker | None:
    """Return the marker that holds where any of several does; Poetry has one for each group."""
    if isinstance(markers, dict):
        markers = list(markers.values())
    each = [markers] if isinstance(markers, str) else markers
    words = [one for one in each if isinstance(one, str) and one] if isinstance(each, list) else []
    return Marker(" or ".join(f"({one})" for one in words)) if words else None
