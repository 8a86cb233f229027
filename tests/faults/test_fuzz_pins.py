"""The files that a project pins its packages in, whichever tool wrote them, at random."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.upgrade.asks import list_asked
from harness.upgrade.matching import match_end
from harness.upgrade.pins.files import read_pins
from tests.faults.fuzzing import damage, explained, fuzz
from tests.upgrade.pins.test_conda import FILE
from tests.upgrade.pins.test_locks import PIPFILE, POETRY, UV
from tests.upgrade.records import record

RECORD = record()
REQUIREMENTS = """\
-r sub/more.txt
--index-url https://example.org/simple
tensorflow==2.9.3; python_version < "3.9" and sys_platform == "linux" \\
    --hash=sha256:0000
tensorflow-cpu>=2.10,<2.12 ; extra == "gpu" or os_name != 'nt'  # why
keras @ https://example.org/keras-2.10.0-py3-none-any.whl#sha256=0
./wheels/tensorflow-2.10.1-cp39-cp39-linux_x86_64.whl
numpy<2
tf_keras[x]~=2.16
"""
PYPROJECT = """\
[project]
name = "model"
requires-python = ">=3.9"
dependencies = ["tensorflow==2.10.1; python_version < '3.11'", "numpy<2"]
[project.optional-dependencies]
old = ["keras>=2.10,<3"]
[dependency-groups]
dev = ["protobuf==3.19.6", {include-group = "test"}]
[tool.uv]
constraint-dependencies = ["numpy<2"]
[tool.poetry.dependencies]
python = "^3.9 || ~3.12"
tensorflow = [
    {version = "^2.10", python = "<3.11", platform = "linux"},
    {version = "2.16.*", markers = "os_name == 'nt'", extras = ["and-cuda"]},
]
[tool.poetry.group.dev.dependencies]
keras = {git = "https://example.org/keras"}
"""
SAMPLES = {
    "requirements.txt": REQUIREMENTS,
    "pyproject.toml": PYPROJECT,
    "uv.lock": UV,
    "poetry.lock": POETRY,
    "Pipfile.lock": json.dumps(PIPFILE, indent=1),
    "environment.yml": FILE,
}
NAMES = st.sampled_from(
    ["tensorflow", "TensorFlow_CPU", "keras", "tf-keras", "python", "numpy", "protobuf", "x", ""]
)
OPERATORS = st.sampled_from(
    ["==", "===", "~=", "!=", ">=", "<=", "<", ">", "^", "~", "=", "", "@ "]
)
VERSIONS = st.one_of(
    st.sampled_from(
        ["2.10.1", "2.10.*", "*", "2", "2.17.0rc0", "1!2", "2.10.1+cpu", "v2", "x", ""]
    ),
    st.text(max_size=6),
    st.integers(1, 5000).map(lambda digits: "9" * digits),
)
VARIABLES = [
    "os_name",
    "python_version",
    "platform_release",
    "extra",
    "extras",
    "implementation_version",
]
MARKERS = st.builds(
    "{} {} '{}'".format,
    st.sampled_from(VARIABLES),
    st.sampled_from(["==", "~=", "<", ">=", "in", "not in", "==="]),
    VERSIONS,
)
RANGES = st.builds("{}{}".format, OPERATORS, VERSIONS)
SPECS = st.one_of(
    st.builds(
        lambda name, ranges, marker: name + ",".join(ranges) + (f"; {marker}" if marker else ""),
        NAMES,
        st.lists(RANGES, max_size=2),
        st.none() | MARKERS,
    ),
    st.builds("{}; {}".format, st.sampled_from(["tensorflow>2", "keras<3"]), MARKERS),
)
PATHS = st.sampled_from(
    ["ring", "a\0b", "x" * 300, "..", "/dev/zero", "requirements.txt", "é", "~"]
)
LINES = st.one_of(
    SPECS, PATHS.map("-r {}".format), PATHS.map("./{}.whl".format), st.text(max_size=20)
)
TAGGED = st.builds(
    "!!{} {}".format,
    st.sampled_from(["int", "float", "bool", "timestamp", "binary", "set", "omap", "null", "str"]),
    st.sampled_from(["x", "''", "[x]", "{a: b}", "2001-99-99", "0x_", "1:99"]),
)
PINNED = st.none() | st.integers() | SPECS | RANGES | st.lists(SPECS, max_size=2)
ROWS = st.dictionaries(
    st.sampled_from(
        ["version", "markers", "python", "platform", "git", "name", "resolution-markers"]
    ),
    RANGES | MARKERS | st.lists(MARKERS, max_size=2) | st.dictionaries(st.just("main"), MARKERS),
    max_size=3,
)


def quote(value: object) -> str:
    """Write a value as TOML has it, which for these is as JSON has it but for the tables."""
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{json.dumps(key)} = {quote(one)}" for key, one in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(quote, value)) + "]"
    return json.dumps(value) if value is not None else "{}"


def assign(tables: Mapping[str, Any]) -> str:
    return "\n".join(
        f"[{head}]\n" + "\n".join(f"{json.dumps(key)} = {quote(one)}" for key, one in table.items())
        for head, table in tables.items()
    )


STRUCTURED = {
    "requirements.txt": st.lists(LINES, max_size=5).map("\n".join),
    "pyproject.toml": st.fixed_dictionaries(
        {},
        optional={
            "project": st.dictionaries(
                st.sampled_from(["dependencies", "requires-python"]), PINNED
            ),
            "dependency-groups": st.dictionaries(NAMES, PINNED, max_size=2),
            "tool.uv": st.dictionaries(st.just("constraint-dependencies"), PINNED),
            "tool.poetry.dependencies": st.dictionaries(NAMES, RANGES | ROWS | st.lists(ROWS)),
        },
    ).map(assign),
    **dict.fromkeys(
        ("uv.lock", "poetry.lock"),
        st.lists(ROWS, max_size=3).map(
            lambda rows: "\n".join(
                assign({"[package]": {"name": "tensorflow", **row}}) for row in rows
            )
        ),
    ),
    "Pipfile.lock": st.dictionaries(
        st.sampled_from(["_meta", "default", "develop"]),
        st.dictionaries(NAMES | st.just("requires"), ROWS | PINNED, max_size=3) | PINNED,
    ).map(json.dumps),
    "environment.yml": st.lists(
        LINES.map(json.dumps)
        | TAGGED
        | st.lists(LINES, max_size=2).map(lambda pip: json.dumps({"pip": pip})),
        max_size=4,
    ).map(lambda items: "dependencies:\n" + "".join(f"- {item}\n" for item in items)),
}


def use(path: Path) -> None:
    """Read the pins and go on as an upgrade check does: find the release, and what it asks for."""
    (path.parent / "ring").symlink_to("ring")
    pins = read_pins(path).pins
    match_end(RECORD, pins)
    list_asked(("numpy==1.23.5", "numpy==2.0.0"), ("3.9", "3.12"), pins)


@pytest.mark.parametrize("name", SAMPLES)
def test_any_damage_to_a_file_of_pins_is_read_or_refused_with_a_reason(name: str) -> None:
    @fuzz
    @given(damage([SAMPLES[name].encode()], [b"^", b"||", b" ~= ", b"!!bool x", b"!!timestamp x"]))
    def run(content: bytes) -> None:
        explained(f"pins: {name}, damaged", use, name, content)

    run()


@pytest.mark.parametrize("name", STRUCTURED)
def test_any_pins_are_read_or_refused_with_a_reason(name: str) -> None:
    @fuzz
    @given(STRUCTURED[name])
    def run(text: str) -> None:
        explained(f"pins: {name}", use, name, text.encode(errors="surrogatepass"))

    run()
