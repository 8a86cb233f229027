"""``pyproject.toml`` in each of its dialects: whole files, with the pins they must give."""

import pytest

from harness.errors import UsageError
from harness.upgrade.pins.pyproject import read_pyproject

PEP_621 = """
[project]
name = "model"
requires-python = ">=3.9,<3.12"
dependencies = [
    "tensorflow>=2.10,<2.12; sys_platform == 'linux'",
    "requests",
]
[project.optional-dependencies]
legacy = ["tf-keras==2.16.0"]
[dependency-groups]
test = ["numpy<1.24", {include-group = "base"}]
base = ["protobuf==3.19.6"]
[tool.uv]
constraint-dependencies = ["keras<2.11"]
"""
POETRY = """
[tool.poetry.dependencies]
python = "^3.9"
tensorflow = "~2.10"
numpy = {version = ">=1.20,<1.24", markers = "platform_machine == 'x86_64'"}
protobuf = [
    {version = "3.19.6", python = "<3.10"},
    {version = "^4.21", python = "^3.10 || ~2.7", platform = "linux"},
]
requests = {git = "https://example.org/requests"}
[tool.poetry.group.legacy.dependencies]
tf_keras = "2.16.*"
[tool.poetry.dev-dependencies]
keras = "*"
"""
TWO_RANGES = (
    '(python_full_version < "4" and python_full_version >= "3.10" or '
    'python_full_version < "2.8" and python_full_version >= "2.7") and sys_platform == "linux"'
)


def test_pep_621_groups_and_uv() -> None:
    found = read_pyproject(PEP_621, "pyproject.toml")
    assert [(pin.name, str(pin.ranges[0]), pin.line) for pin in found.pins] == [
        ("tensorflow", "<2.12,>=2.10", 6),
        ("tf-keras", "==2.16.0", 10),
        ("numpy", "<1.24", 12),
        ("protobuf", "==3.19.6", 13),
        ("keras", "<2.11", 15),
        ("python", "<3.12,>=3.9", 4),
    ]


def test_poetry() -> None:
    found = read_pyproject(POETRY, "pyproject.toml")
    assert [
        (pin.name, str(pin.ranges[0]), str(pin.marker or ""), pin.line) for pin in found.pins
    ] == [
        ("python", "<4,>=3.9", "", 3),
        ("tensorflow", "<2.11,>=2.10", "", 4),
        ("numpy", "<1.24,>=1.20", 'platform_machine == "x86_64"', 5),
        ("protobuf", "==3.19.6", 'python_full_version < "3.10"', 6),
        (
            "protobuf",
            "<5,>=4.21",
            TWO_RANGES,
            6,
        ),
        ("keras", "", "", 14),
        ("tf-keras", "==2.16.*", "", 12),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '[tool.poetry.dependencies]\ntensorflow = {git = "https://example.org/tensorflow"}',
        '[tool.poetry.dependencies]\ntensorflow = "two"',
        '[tool.poetry.dependencies]\ntensorflow = {version = "2.10.1", markers = "nonsense"}',
        '[project]\ndependencies = ["tensorflow>=2.10.*"]',
    ],
)
def test_what_it_hangs_on_and_cannot_be_read(text: str) -> None:
    with pytest.raises(UsageError, match="names no version"):
        read_pyproject(text, "pyproject.toml")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "project = 3",
        "[project]\ndependencies = 3\nrequires-python = 3",
        '[project]\ndependencies = ["numpy @ git+https://example.org/numpy"]',
        "[tool.poetry]\ndependencies = []\ngroup = {a = 3}",
        '[project]\nrequires-python = "whenever"',
    ],
)
def test_odd_files_say_nothing(text: str) -> None:
    assert read_pyproject(text, "pyproject.toml").pins == ()


def test_no_toml() -> None:
    with pytest.raises(ValueError, match="Invalid"):
        read_pyproject("[", "pyproject.toml")
