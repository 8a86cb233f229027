"""The catalogue: one row a release, loaded so that a mistyped key fails loudly.

Standard library only: the noxfile reads it at every call.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import MISSING, fields
from datetime import date
from pathlib import Path
from typing import Any

from harness.errors import UsageError
from harness.model import Release
from harness.names import reject_key, suggest_of_all, suggest_several

CATALOGUE = Path(__file__).parent / "releases.toml"
MAIN_SERIES = "tensorflow"
SERIES = (MAIN_SERIES, "keras-3", "tensorflow-at-keras-3", "standalone", "legacy")
APIS = ("tf.keras", "keras", "tf_keras")
PACKAGES = ("tensorflow", "tensorflow-cpu")
_VERSION = r"[0-9]+\.[0-9]+\.[0-9]+(?:rc[0-9]+)?"
_TAG = re.compile(r"[a-z0-9][a-z0-9_-]*")
_FORMS = {
    "tensorflow": (re.compile(_VERSION), "a whole version such as 2.10.1"),
    "keras": (re.compile(rf"(?:tf-)?keras=={_VERSION}"), "keras==VERSION or tf-keras==VERSION"),
    "python": (re.compile(r"3\.[0-9]+"), "a minor version such as 3.9"),
}
_TYPES = {
    **dict.fromkeys(("id", "tensorflow", "package", "api", "python", "keras"), str),
    **dict.fromkeys(("released", "as_of"), date),
    **dict.fromkeys(("series", "tags"), list),
}
_REQUIRED = {field.name for field in fields(Release) if field.default is MISSING}


def load_catalogue(path: Path = CATALOGUE) -> tuple[Release, ...]:
    """Return every release in the order of the file, which is the order within each series.

    UsageError names the file, the row and the key that are wrong.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path} cannot be read", why=str(error)) from None
    rows = document.get("release")
    if not isinstance(rows, list) or not rows or set(document) != {"release"}:
        raise UsageError(f"{path} must hold [[release]] tables and nothing else")
    releases = tuple(_release(path, number, row) for number, row in enumerate(rows, start=1))
    seen: set[str] = set()
    for release in releases:
        if release.id in seen:
            raise UsageError(f"{path}: {release.id} is there twice")
        seen.add(release.id)
    return releases


def _release(path: Path, number: int, row: Any) -> Release:
    name = row.get("id", "which has no id") if isinstance(row, dict) else row
    fault = next(_faults_of_shape(row), None)
    if fault is None:
        release = Release(**{**row, "series": tuple(row["series"]), "tags": tuple(row["tags"])})
        fault = next(_faults_of_value(release), None)
        if fault is None:
            return release
    raise UsageError(f"{path}: row {number} ({name}) is not valid", why=fault)


def _faults_of_shape(row: Any) -> Iterator[str]:
    if not isinstance(row, dict):
        yield "each row is a table"
        return
    for key, value in row.items():
        if key not in _TYPES:
            yield reject_key(key, _TYPES)
        elif type(value) is not _TYPES[key]:
            yield f"{key} must be a {_TYPES[key].__name__}"
        elif isinstance(value, list) and any(not isinstance(word, str) for word in value):
            yield f"{key} must be a list of strings"
    if missing := _REQUIRED - row.keys():
        yield f"it lacks {', '.join(sorted(missing))}"


def _faults_of_value(release: Release) -> Iterator[str]:
    for key, (form, words) in _FORMS.items():
        value = getattr(release, key)
        if value is not None and not form.fullmatch(value):
            yield f"{key} must be {words}, not {value!r}"
    for tag in release.tags:
        if not _TAG.fullmatch(tag):
            yield f"the tag {tag!r} must be of lower-case letters, digits, - and _"
    if release.id != release_id(release):
        yield f"by its versions its id is {release_id(release)}"
    choices = [("package", release.package, PACKAGES), ("api", release.api, APIS)]
    choices += [("series", series, SERIES) for series in release.series]
    for key, value, known in choices:
        if value not in known:
            yield f"unknown {key} {value!r}: it must be one of {', '.join(known)}"
    if release.as_of < release.released:
        yield "it is resolved as of a day before it was released"


def release_id(release: Release) -> str:
    """Return the id that follows from the versions: ``tf-2.18.1+keras-3.9.2``."""
    keras = "+" + release.keras.replace("==", "-") if release.keras else ""
    return f"tf-{release.tensorflow}{keras}"


def find_release(catalogue: Sequence[Release], name: str) -> Release:
    """Return the release of an id, or of a version in the main series; "2.10" is its last patch.

    UsageError suggests the nearest names.
    """
    main = [release for release in catalogue if MAIN_SERIES in release.series]
    for release in catalogue:
        if name == release.id:
            return release
    for release in reversed(main):
        if release.tensorflow == name or release.tensorflow.rpartition(".")[0] == name:
            return release
    known = [release.id for release in catalogue] + [release.tensorflow for release in main]
    raise UsageError(
        f"there is no release {name!r} in the catalogue",
        do=suggest_several(name, known, otherwise="nox -l names them."),
    )


def tagged_releases(catalogue: Iterable[Release], tag: str) -> tuple[Release, ...]:
    """Return the releases that carry a tag; UsageError suggests the nearest."""
    catalogue = tuple(catalogue)
    chosen = tuple(release for release in catalogue if tag in release.tags)
    if not chosen:
        known = sorted({tag for release in catalogue for tag in release.tags})
        raise UsageError(f"no release is tagged {tag!r}", do=suggest_of_all(tag, known))
    return chosen
