"""``requirements.txt``: whole files, with the pins they must give."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.upgrade.pins.requirements import read_requirements

FILE = r"""
# TensorFlow as in production
--index-url https://example.org/simple
-e ./local
tensorflow==2.10.1 \
    --hash=sha256:0123 \
    --hash=sha256:4567
numpy >= 1.20, \
    < 1.24  # the last that works
requests[socks]==2.0 ; python_version >= "3.8"
protobuf<3.20;sys_platform == "linux"   # no blank
./wheels/keras-2.10.0-py2.py3-none-any.whl
https://example.org/other-1.0.tar.gz
-r more/base.txt
-cconstraints.txt
--requirement=third.txt
--constraint fourth.txt
not a requirement

"""


def test_a_whole_file() -> None:
    found = read_requirements(FILE, "r.txt")
    assert [(pin.name, str(pin.ranges[0]), pin.line) for pin in found.pins] == [
        ("tensorflow", "==2.10.1", 5),
        ("numpy", "<1.24,>=1.20", 8),
        ("protobuf", "<3.20", 11),
        ("keras", "==2.10.0", 12),
    ]
    assert str(found.pins[2].marker) == 'sys_platform == "linux"'
    assert found.includes == ("more/base.txt", "constraints.txt", "third.txt", "fourth.txt")
    assert found.skipped == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("tensorflow>=2.10.*", "r.txt:2"),
        ("tensorflow=2.10", "r.txt:2"),
        ("keras 2.10", "r.txt:2"),
        ("tensorflow==2.10.1; python_vversion < '3'", "r.txt:2"),
    ],
)
def test_what_it_hangs_on_and_cannot_be_read(line: str, said: str) -> None:
    with pytest.raises(UsageError, match="names no version") as caught:
        read_requirements(f"\n{line}", "r.txt")
    assert caught.value.what.startswith(said)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends(ending: str) -> None:
    text = ending.join(["a==1", "tensorflow==2.10.1", ""])
    assert [pin.line for pin in read_requirements(text, "r.txt").pins] == [2]


def test_a_last_line_that_goes_on_nowhere() -> None:
    assert read_requirements("tensorflow==2.10.1 \\", "r.txt").pins


@settings(deadline=None)  # the machine may be busy
@given(st.text())
def test_whatever_a_file_holds(text: str) -> None:
    """A file of anything gives pins or an error that is explained."""
    with suppress(UsageError):
        read_requirements(text, "r.txt")
