"""A conda ``environment.yml``: its own packages, and those that pip installs into it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import yaml
from packaging.specifiers import InvalidSpecifier
from packaging.utils import canonicalize_name

from harness.upgrade.pins.pin import NAMES, Pin, Reading, find_line, refuse
from harness.upgrade.pins.ranges import read_conda_range
from harness.upgrade.pins.requirements import read_requirements

_REFUSALS = (
    *(yaml.YAMLError, RecursionError, OverflowError),
    *(AttributeError, IndexError, KeyError, TypeError),
)
"""What PyYAML raises; the last four for a value that is not of its tag: ``!!bool maybe``."""
_ALIASES = {"tensorflow-base": "tensorflow", "tensorflow-mkl": "tensorflow"}
"""Conda's names for builds of TensorFlow; their versions are TensorFlow's."""


def read_environment(text: str, file: str) -> Reading:
    """Return the pins; ValueError where the text is no YAML."""
    try:
        document = yaml.safe_load(text)
    except _REFUSALS as error:
        raise ValueError(" ".join(str(error).split()) or repr(error)) from None
    listed = document.get("dependencies") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise ValueError("it has no list of dependencies")  # noqa: TRY004 - one error for any text
    pins: list[Pin] = []
    includes: list[str] = []
    skipped = 0
    for item in listed:
        if isinstance(item, str):
            pins += _read_spec(item, file, find_line(text, item))
        else:
            for line in _list_pip(item):
                found = read_requirements(line, file)
                number = find_line(text, line)
                pins += [replace(pin, line=number) for pin in found.pins]
                includes += found.includes
                skipped += found.skipped
    return Reading(pins=tuple(pins), includes=tuple(includes), skipped=skipped)


def _list_pip(item: Any) -> Iterator[str]:
    listed = item.get("pip") if isinstance(item, dict) else None
    if isinstance(listed, list):
        yield from (line for line in listed if isinstance(line, str))


def _read_spec(text: str, file: str, line: int) -> Iterator[Pin]:
    name, version = split_spec(text)
    name = _ALIASES.get(canonicalize_name(name), canonicalize_name(name))
    if name not in NAMES:
        return
    try:
        ranges = read_conda_range(version)
    except InvalidSpecifier as error:
        refuse(name, text, file, line, str(error))
        return
    yield Pin(name=name, ranges=ranges, text=text, file=file, line=line)


def split_spec(text: str) -> tuple[str, str]:
    """Return the name and the range of a match specification, without channel and build."""
    bare = text.strip().rpartition("::")[2]
    if "[" in bare:
        name, _, keys = bare.partition("[")
        found = re.search(r"version\s*=\s*(?:'([^']*)'|\"([^\"]*)\"|([^,\]]*))", keys)
        return name.strip(), next(filter(None, found.groups()), "") if found else ""
    found = re.match(r"[\w.-]+", bare)
    if not found:
        return bare, ""
    name, rest = found[0], bare[found.end() :].strip()
    # A build follows the version behind a blank or a second "=": 2.10.1=cpu_py39, 2.10.1 cpu_*
    version = re.match(r"(?:[<>!~=]=?)?\s*[^\s=]*", rest)
    if "," in rest or "|" in rest:
        return name, rest.replace(" ", "")
    return name, version[0].strip() if version else ""
