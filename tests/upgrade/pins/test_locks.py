"""Lock files of three tools: whole files, with the pins they must give."""

import json

import pytest

from harness.errors import UsageError
from harness.upgrade.pins.locks import read_pipfile_lock, read_poetry_lock, read_uv_lock

UV = """
version = 1
requires-python = ">=3.9"
[[package]]
name = "model"
version = "0.1.0"
source = { virtual = "." }
[[package]]
name = "numpy"
version = "1.23.5"
resolution-markers = ["python_full_version < '3.10'", "sys_platform == 'win32'"]
[[package]]
name = "numpy"
version = "1.26.4"
resolution-markers = ["python_full_version >= '3.10'"]
[[package]]
name = "tensorflow"
version = "2.10.1"
"""
POETRY = """
[[package]]
name = "keras"
version = "2.10.0"
python-versions = ">=3.8"
[[package]]
name = "tensorflow"
version = "2.10.1"
markers = 'sys_platform == "linux"'
[[package]]
name = "protobuf"
version = "3.19.6"
[package.markers]
main = 'sys_platform == "linux"'
dev = 'sys_platform == "darwin"'
[metadata]
python-versions = "~3.9"
"""
PIPFILE = {
    "_meta": {"requires": {"python_version": "3.9"}},
    "default": {
        "tensorflow": {"version": "==2.10.1", "markers": "python_version >= '3.7'"},
        "requests": {"version": "==2.0"},
        "numpy": {"git": "https://example.org/numpy"},
    },
    "develop": {"keras": {"version": "==2.10.0"}},
}


def test_uv() -> None:
    pins = read_uv_lock(UV, "uv.lock").pins
    assert [(pin.name, str(pin.ranges[0]), str(pin.marker or ""), pin.line) for pin in pins] == [
        ("numpy", "==1.23.5", 'python_full_version < "3.10" or sys_platform == "win32"', 9),
        ("numpy", "==1.26.4", 'python_full_version >= "3.10"', 9),
        ("tensorflow", "==2.10.1", "", 17),
        ("python", ">=3.9", "", 3),
    ]


def test_poetry() -> None:
    pins = read_poetry_lock(POETRY, "poetry.lock").pins
    assert [(pin.name, str(pin.ranges[0]), str(pin.marker or ""), pin.line) for pin in pins] == [
        ("keras", "==2.10.0", "", 3),
        ("tensorflow", "==2.10.1", 'sys_platform == "linux"', 7),
        ("protobuf", "==3.19.6", 'sys_platform == "linux" or sys_platform == "darwin"', 11),
        ("python", "<3.10,>=3.9", "", 17),
    ]


def test_pipfile() -> None:
    pins = read_pipfile_lock(json.dumps(PIPFILE, indent=1), "Pipfile.lock").pins
    assert [(pin.name, str(pin.ranges[0]), pin.line) for pin in pins] == [
        ("tensorflow", "==2.10.1", 8),
        ("keras", "==2.10.0", 20),
        ("python", "==3.9.*", 3),
    ]


def test_the_whole_version_of_python_is_preferred() -> None:
    meta = {"_meta": {"requires": {"python_version": "3.9", "python_full_version": "3.9.7"}}}
    (pin,) = read_pipfile_lock(json.dumps(meta), "Pipfile.lock").pins
    assert str(pin.ranges[0]) == "==3.9.7"


@pytest.mark.parametrize(
    "row", [{"git": "https://example.org"}, {"version": "two"}, {"version": 2}, {}]
)
def test_what_it_hangs_on_and_cannot_be_read(row: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="names no version"):
        read_pipfile_lock(json.dumps({"default": {"tensorflow": row}}), "Pipfile.lock")


@pytest.mark.parametrize("text", ["[]", "3", '"x"', "{", "null"])
def test_what_is_no_pipfile_lock(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_pipfile_lock(text, "Pipfile.lock")


@pytest.mark.parametrize(
    "text",
    ["", "package = 3", "[[package]]\nname = 3", "metadata = 3", "[metadata]\npython-versions = 3"],
)
def test_odd_files_say_nothing(text: str) -> None:
    assert read_uv_lock(text, "uv.lock").pins == read_poetry_lock(text, "poetry.lock").pins == ()
