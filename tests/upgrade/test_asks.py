"""What comes with the target, from whole locks."""

import pytest

from harness.releases.catalogue import load_catalogue
from harness.releases.lock import verify_lock
from harness.upgrade.asks import list_asked, read_locked
from harness.upgrade.pins.requirements import read_requirements

OLD = "# release: a\nnumpy==1.23.5 \\\n    --hash=sha256:00\nprotobuf==3.19.6 \\\n    --hash=sha256:00\n"
NEW = "numpy==1.26.4 \\\n    --hash=sha256:00\nother==1\n"


def ask(pins: str) -> list[tuple[str, str, str, bool | None]]:
    found = list_asked([OLD, NEW], ["3.9.18", "3.11.7"], read_requirements(pins, "r.txt").pins)
    return [(one.name, one.before, one.after, one.allowed) for one in found]


def test_without_pins_nothing_is_ruled_out() -> None:
    assert ask("") == [
        ("python", "3.9.18", "3.11.7", None),
        ("numpy", "1.23.5", "1.26.4", None),
        ("protobuf", "3.19.6", "", None),
    ]


@pytest.mark.parametrize(
    ("pins", "allowed"),
    [
        ("numpy<1.24", False),
        ("numpy>=1.20", True),
        ("numpy>=1.20\nnumpy<1.24", False),
        ("numpy<1.24; python_version < '3.10'", None),
        ("numpy<1.24; sys_platform == 'win32'", None),
    ],
)
def test_a_pin_is_held_against_the_targets_version(pins: str, allowed: bool | None) -> None:  # noqa: FBT001 - a column of the table
    assert {name: said for name, _, _, said in ask(pins)}["numpy"] is allowed


def test_python_is_held_against_it_too() -> None:
    assert ask("python<3.11")[0][3] is False


def test_every_lock_names_the_numpy_of_its_release() -> None:
    for release in load_catalogue():
        found = read_locked(verify_lock(release).read_text())
        assert {"numpy", "protobuf"} <= found.keys(), release.id
