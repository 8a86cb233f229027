"""A conda ``environment.yml``: whole files, with the pins they must give."""

import pytest

from harness.errors import UsageError
from harness.upgrade.pins.conda import read_environment, split_spec

FILE = """
name: model
channels: [conda-forge]
dependencies:
  - python=3.9
  - conda-forge::numpy>=1.20,<1.24
  - tensorflow-gpu=2.10.1=cuda112py39
  - conda-forge/linux-64::protobuf 3.19.*
  - pip
  - pip:
      - -r requirements.txt
      - keras==2.10.0; python_version < "3.10"
"""


def test_a_whole_file() -> None:
    found = read_environment(FILE, "environment.yml")
    assert [(pin.name, str(pin.ranges[0]), pin.line) for pin in found.pins] == [
        ("python", "==3.9.*", 5),
        ("numpy", "<1.24,>=1.20", 6),
        ("tensorflow-gpu", "==2.10.1.*", 7),
        ("protobuf", "==3.19.*", 8),
        ("keras", "==2.10.0", 12),
    ]
    assert found.includes == ("requirements.txt",)


@pytest.mark.parametrize(
    ("spec", "parts"),
    [
        ("tensorflow", ("tensorflow", "")),
        ("tensorflow 2.10.1", ("tensorflow", "2.10.1")),
        ("tensorflow 2.10.1 cpu_py39", ("tensorflow", "2.10.1")),
        ("tensorflow=2.10", ("tensorflow", "=2.10")),
        ("tensorflow = 2.10", ("tensorflow", "= 2.10")),
        ("tensorflow==2.10.1", ("tensorflow", "==2.10.1")),
        ("tensorflow=2.10.1=cpu_py39", ("tensorflow", "=2.10.1")),
        ("tensorflow >=2.10, <2.12", ("tensorflow", ">=2.10,<2.12")),
        ("tensorflow=2.10.1|2.11.1", ("tensorflow", "=2.10.1|2.11.1")),
        (
            "conda-forge::tensorflow[version='>=2.10,<2.12', build=cpu*]",
            ("tensorflow", ">=2.10,<2.12"),
        ),
        ("tensorflow[version=2.10.1]", ("tensorflow", "2.10.1")),
        ("tensorflow[build=cpu*]", ("tensorflow", "")),
    ],
)
def test_specifications(spec: str, parts: tuple[str, str]) -> None:
    assert split_spec(spec) == parts


def test_conda_has_names_of_its_own() -> None:
    (pin,) = read_environment("dependencies: [tensorflow-base=2.10.1]", "e.yml").pins
    assert pin.name == "tensorflow"


def test_what_it_hangs_on_and_cannot_be_read() -> None:
    with pytest.raises(UsageError, match="names no version"):
        read_environment("dependencies: [tensorflow=two]", "e.yml")


@pytest.mark.parametrize(
    "text",
    [
        *("", "3", "dependencies: 3", "a: [", "!!python/object/apply:os.system [x]", "x: &a [*a]"),
        *("!!timestamp x", "!!bool x", "!!int ''", "!!float x", "2001-99-99", "0x_", "!!set x"),
    ],
)
def test_what_is_no_environment(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_environment(text, "e.yml")


def test_odd_entries_say_nothing() -> None:
    text = "dependencies: [3, null, {pip: 3}, {pip: [3]}, {other: [x]}, '::', '']"
    assert read_environment(text, "e.yml").pins == ()


def test_many_aliases_are_read_once() -> None:
    """Entries that stand for lists of lists of entries are no packages, however many they are."""
    lines = ["a0: &a0 [tensorflow]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert read_environment("\n".join([*lines, "dependencies: *a11"]), "e.yml").pins == ()
