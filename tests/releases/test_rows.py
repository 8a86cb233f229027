"""Rows of any kind, as hypothesis draws them: a release, or a refusal that says where."""

import re
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.model import Release
from harness.releases.catalogue import SERIES, load_catalogue

VALID: dict[str, Any] = {
    "id": "tf-2.18.1+keras-3.9.2",
    "tensorflow": "2.18.1",
    "package": "tensorflow-cpu",
    "keras": "keras==3.9.2",
    "api": "keras",
    "python": "3.11",
    "released": date(2025, 4, 2),
    "as_of": date(2025, 4, 16),
    "series": ["keras-3"],
    "tags": ["keras3"],
}
TEXT = st.text(max_size=12) | st.sampled_from([*SERIES, "tf.keras", "3.11", "keras==3.9.2", "\0"])
SCALARS = st.one_of(
    TEXT, st.booleans(), st.integers(), st.floats(), st.dates(), st.times(), st.datetimes()
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
)
KEYS = st.sampled_from(sorted(VALID)) | TEXT
CHANGES = st.dictionaries(KEYS, VALUES, max_size=3)
MISSING = st.sets(st.sampled_from(sorted(VALID)), max_size=2)


def to_toml(value: object) -> str:
    """Write a value as TOML; tables are written inline."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        # Not json.dumps: a pair of surrogates is no escape in TOML.
        return '"' + "".join(f"\\U{ord(letter):08x}" for letter in value) + '"'
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(to_toml, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{to_toml(k)} = {to_toml(v)}' for k, v in value.items())}}}"
    return repr(value)


def load(folder: Path, rows: object) -> tuple[Release, ...]:
    path = folder / "rows.toml"
    path.write_text(f"release = {to_toml(rows)}\n", encoding="utf-8")
    return load_catalogue(path)


@given(changes=CHANGES, missing=MISSING)
def test_any_row_is_a_release_or_refused(
    tmp_path_factory: pytest.TempPathFactory, changes: dict[str, Any], missing: set[str]
) -> None:
    row = {key: value for key, value in (VALID | changes).items() if key not in missing}
    said = ""
    releases: tuple[Release, ...] = ()
    try:
        releases = load(tmp_path_factory.getbasetemp(), [row])
    except UsageError as error:
        said = str(error)
    if said:
        assert row != VALID
        assert "rows.toml: row 1 (" in said
        assert "\n  why: " in said
    for release in releases:
        lists = {key: tuple(row[key]) for key in ("series", "tags")}
        assert {key: getattr(release, key) for key in row} == row | lists


@given(rows=VALUES)
def test_any_document_is_a_catalogue_or_refused(
    tmp_path_factory: pytest.TempPathFactory, rows: object
) -> None:
    with pytest.raises(UsageError):
        load(tmp_path_factory.getbasetemp(), rows)


def test_the_second_row_is_counted(tmp_path: Path) -> None:
    second = {("pakage" if key == "package" else key): value for key, value in VALID.items()}
    with pytest.raises(UsageError, match=re.escape("row 2 (tf-2.18.1+keras-3.9.2)")) as caught:
        load(tmp_path, [VALID, second])
    assert caught.value.why == "unknown key 'pakage'; did you mean 'package'?"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("tensorflow", ""),
        ("tensorflow", "banana"),
        ("tensorflow", "2.18"),
        ("keras", ""),
        ("keras", "keras"),
        ("keras", "keras-3.9.2"),
        ("keras", "numpy==3.9.2"),
    ],
)
def test_a_version_that_is_none_is_refused(tmp_path: Path, key: str, value: str) -> None:
    row = VALID | {key: value}
    keras = f"+{row['keras'].replace('==', '-')}" if row["keras"] else ""
    with pytest.raises(UsageError, match="is not valid") as caught:
        load(tmp_path, [row | {"id": f"tf-{row['tensorflow']}{keras}"}])
    assert caught.value.why.startswith(key)


def test_a_file_nested_beyond_reading_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.toml").write_text(f"release = {'[' * 5000}{']' * 5000}\n")
    with pytest.raises(UsageError, match="cannot be read"):
        load_catalogue(tmp_path / "rows.toml")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.toml").write_bytes(b"\xff\xfe[[release]]")
    with pytest.raises(UsageError, match="cannot be read"):
        load_catalogue(tmp_path / "rows.toml")
