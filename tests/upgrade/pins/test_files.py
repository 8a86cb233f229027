"""Files of pins on the disk: which format a name means, and where one goes on in another."""

import os
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.upgrade.pins.files import read_pins


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "tensorflow==2.10.1"),
        ("requirements-dev.in", "tensorflow==2.10.1"),
        ("constraints", "tensorflow==2.10.1"),
        ("pyproject.toml", '[project]\ndependencies = ["tensorflow==2.10.1"]'),
        ("uv.lock", '[[package]]\nname = "tensorflow"\nversion = "2.10.1"'),
        ("poetry.lock", '[[package]]\nname = "tensorflow"\nversion = "2.10.1"'),
        ("Pipfile.lock", '{"default": {"tensorflow": {"version": "==2.10.1"}}}'),
        ("environment.yml", "dependencies: [tensorflow==2.10.1]"),
        ("conda.yaml", "dependencies: [tensorflow==2.10.1]"),
    ],
)
def test_a_name_means_a_format(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    (pin,) = read_pins(tmp_path / name).pins
    assert (pin.name, str(pin.ranges[0])) == ("tensorflow", "==2.10.1")
    assert pin.where.startswith(str(tmp_path / name))


def test_includes_are_found_beside_the_file_that_names_them(tmp_path: Path) -> None:
    write(
        tmp_path,
        r_txt="-r sub/a.txt\n-r sub/a.txt\nnumpy<2",
        sub__a_txt="-r b.txt\nkeras==2.10.0",
        sub__b_txt="tensorflow==2.10.1",
    )
    assert sorted(pin.name for pin in read_pins(tmp_path / "r.txt").pins) == [
        "keras",
        "numpy",
        "tensorflow",
    ]


def test_a_ring_is_named(tmp_path: Path) -> None:
    write(tmp_path, r_txt="-r sub/a.txt", sub__a_txt="-r b.txt", sub__b_txt="-c ../r.txt")
    with pytest.raises(UsageError, match="includes itself") as caught:
        read_pins(tmp_path / "r.txt")
    assert caught.value.why == "r.txt → a.txt → b.txt → r.txt"


def test_what_is_included_and_not_there(tmp_path: Path) -> None:
    write(tmp_path, r_txt="tensorflow==2.10.1\n-r gone.txt")
    with pytest.raises(UsageError, match=r"gone\.txt cannot be read"):
        read_pins(tmp_path / "r.txt")


def test_without_tensorflow_nothing_is_known(tmp_path: Path) -> None:
    write(tmp_path, r_txt="keras==3.0\nnumpy")
    with pytest.raises(UsageError, match="does not name TensorFlow") as caught:
        read_pins(tmp_path / "r.txt")
    assert "--from" in caught.value.do


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("r.txt", b"\xff\xfe\x00", "cannot be read"),
        ("pyproject.toml", b"[", "cannot be understood"),
        ("uv.lock", b"a = [" + b"[" * 5000, "cannot be understood"),
        ("Pipfile.lock", b"[" * 100_000, "cannot be understood"),
        ("e.yml", b"a: [", "cannot be understood"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=said):
        read_pins(tmp_path / name)


def test_a_byte_order_mark_is_no_name(tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text("tensorflow==2.10.1", encoding="utf-8-sig")
    assert read_pins(tmp_path / "r.txt").pins


def test_a_folder_and_a_pipe_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(UsageError, match="is no file"):
            read_pins(path)


@pytest.mark.parametrize("name", ["ring", "a\0b", "x" * 5000])
def test_what_is_included_and_no_name_of_a_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "ring").symlink_to("ring")
    write(tmp_path, r_txt=f"tensorflow==2.10.1\n-r {name}")
    with pytest.raises(UsageError, match="cannot be read") as caught:
        read_pins(tmp_path / "r.txt")
    assert caught.value.why
