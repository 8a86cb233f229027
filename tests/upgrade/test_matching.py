"""Which measured release a project is on: whole requirement files, with what must be found."""

import pytest

from harness.errors import UsageError
from harness.upgrade.matching import match_end, name_pinned
from harness.upgrade.pins.requirements import read_requirements

from .records import record

BY_PLATFORM = """
tensorflow-macos==2.9.3; sys_platform == 'darwin'
tensorflow==2.10.1; sys_platform != 'darwin'
"""
BY_PYTHON = """
tensorflow==2.9.3; python_version < '3.9'
tensorflow>=2.10,<2.12; python_version >= '3.9'
"""


def match(text: str, *, legacy: bool = False) -> tuple[str, tuple[str, ...]]:
    found = match_end(record(), read_requirements(text, "r.txt").pins, legacy=legacy)
    return found.release.id, found.notes


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("tensorflow==2.10.1", "tf-2.10.1"),
        ("tensorflow-gpu==2.10.1", "tf-2.10.1"),
        ("tensorflow==2.10.1\nkeras==2.10.0", "tf-2.10.1"),
        ("tensorflow==2.10.1\nnumpy==1.23", "tf-2.10.1"),
        ("tensorflow==2.16.2\nkeras==3.4.1", "tf-2.16.2"),
        ("tensorflow==2.16.2\nkeras==3.9.2", "tf-2.16.2+keras-3.9.2"),
        ("tensorflow==2.17.0rc0", "tf-2.17.0rc0"),
        ("tensorflow-macos==2.10.1; sys_platform == 'darwin'", "tf-2.10.1"),
        (
            BY_PLATFORM,
            "tf-2.10.1",
        ),
    ],
)
def test_exact_pins(text: str, meant: str) -> None:
    found, notes = match(text)
    assert found == meant
    assert not any("range" in note for note in notes)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("tensorflow==2.10.*", "tf-2.10.1"),
        ("tensorflow~=2.9", "tf-2.16.2"),
        ("tensorflow>=2.9,<2.12", "tf-2.11.1"),
        ("tensorflow", "tf-2.16.2"),
        ("tensorflow>=2.9,<2.12\ntensorflow-cpu<2.11", "tf-2.10.1"),
        ("tensorflow==2.16.2\nkeras>=3,<3.9", "tf-2.16.2"),
        (
            BY_PYTHON,
            "tf-2.11.1",
        ),
    ],
)
def test_a_range_is_taken_at_its_newest_and_said_to_be(text: str, meant: str) -> None:
    found, notes = match(text)
    assert found == meant
    assert any("is a range" in note and meant in note for note in notes)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("tensorflow==2.16.2\ntf-keras==2.16.0", "tf-2.16.2+tf-keras-2.16.0"),
        ("tensorflow==2.16.2", "tf-2.16.2+tf-keras-2.16.0"),
        ("tensorflow==2.10.1", "tf-2.10.1"),
        ("tensorflow==2.10.1\ntf-keras==2.15.0", "tf-2.10.1"),
    ],
)
def test_tf_keras_by_the_switch(text: str, meant: str) -> None:
    assert match(text, legacy=True)[0] == meant


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tensorflow==2.16.2", "Keras is not pinned: measured with that of its day, 3.4.1"),
        ("tensorflow==2.16.2\nkeras==3.4.1\ntf-keras==2.16.0", "say --legacy-keras"),
        ("tensorflow==2.9.3; sys_platform == 'win32'", "pinned for Windows only"),
    ],
)
def test_what_is_read_into_pins_is_said(text: str, words: str) -> None:
    assert any(words in note for note in match(text)[1])


def test_python_decides_which_marker_counts() -> None:
    text = "tensorflow==2.9.3; python_version < '3.9'\ntensorflow==2.11.1; python_version >= '3.9'"
    pins = read_requirements(text, "r.txt").pins
    old = read_requirements("python<3.9", "r.txt").pins
    assert match_end(record(), pins).release.id == "tf-2.11.1"
    assert match_end(record(), (*pins, *old)).release.id == "tf-2.9.3"


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("tensorflow==2.10.0", "--from tf-2.10.1"),
        ("tensorflow==2.16.2\nkeras==3.8.0", "--from tf-2.16.2 (Keras 3.4.1)"),
        ("tensorflow==2.16.2\nkeras==3.8.0", "--from tf-2.16.2+keras-3.9.2 (Keras 3.9.2)"),
        ("tensorflow<2", "--from tf-2.9.3"),
        ("tensorflow==2.9.3\ntensorflow-cpu==2.10.1", "--from tf-2.9.3"),
    ],
)
def test_pins_that_no_measured_release_meets(text: str, near: str) -> None:
    with pytest.raises(UsageError, match="no measured release meets") as caught:
        match(text)
    assert near in caught.value.do
    assert all(line in caught.value.why for line in text.splitlines())


@pytest.mark.parametrize(
    ("text", "legacy", "name"),
    [
        ("tensorflow==2.10.0", False, "tf-2.10.0"),
        ("tensorflow==2.10.0\nkeras==2.10.0", False, "tf-2.10.0"),
        ("tensorflow==2.16.1\nkeras==3.4.0", False, "tf-2.16.1+keras-3.4.0"),
        ("tensorflow==2.16.1\nkeras>=3.4", False, "tf-2.16.1"),
        ("tensorflow==2.16.1\ntf-keras==2.16.0", True, "tf-2.16.1+tf-keras-2.16.0"),
        ("tensorflow==2.16.1\ntf-keras==2.16.0", False, "tf-2.16.1"),
        ("tensorflow-macos==2.10.0 ; sys_platform == 'darwin'", False, "tf-2.10.0"),
        ("tensorflow~=2.10.0", False, ""),
        ("keras==3.4.0", False, ""),
    ],
)
def test_what_is_pinned_to_one_version_has_a_name(text: str, name: str, *, legacy: bool) -> None:
    pins = read_requirements(text, "r.txt").pins
    assert name_pinned(pins, legacy=legacy) == name
