"""What cannot be read is skipped with its reason, and the rest goes on."""

from pathlib import Path

import pytest

from tests.upgrade.scanned import BAD, MASKED, scan_text


def test_what_cannot_be_read_is_skipped_and_the_rest_goes_on(tmp_path: Path) -> None:
    for name, (data, _) in BAD.items():
        (tmp_path / name).write_bytes(data)
    scan = scan_text(tmp_path, MASKED)
    assert [one.concern for one in scan.sightings] == ["keras.layers.Masking"]
    assert scan.files == 1
    reasons = dict(scan.skipped)
    assert list(reasons) == sorted(BAD)
    for name, (_, reason) in BAD.items():
        assert reason in reasons[name], (name, reasons[name])


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + MASKED,
        MASKED.replace("\n", "\r\n"),
        MASKED.replace("\n", "\r"),
        "# -*- coding: utf-8 -*-\n" + MASKED,
        MASKED + "x = '\f\x1c\u2028\\d'\n",
    ],
)
def test_encodings_and_line_ends(text: str, tmp_path: Path) -> None:
    (one,) = scan_text(tmp_path, text).sightings
    assert one.what == "keras.layers.Masking()"


def test_a_cookie_is_heeded(tmp_path: Path) -> None:
    for encoding in ("latin-1", "utf-16", "cp1252", "shift_jis"):
        text = f"# coding: {encoding}\n{MASKED}# Jos\xe9\n"
        data = text.encode(encoding, errors="replace")
        scan = scan_text(tmp_path, data)
        # UTF-16 cannot be told by a cookie that is in UTF-16 itself.
        assert len(scan.sightings) == (0 if encoding == "utf-16" else 1)
        assert len(scan.skipped) == (1 if encoding == "utf-16" else 0)


@pytest.mark.parametrize(
    "text",
    [
        "x = " + " + ".join(["1"] * 900),
        "if x:\n    y = 1\n" + "elif x:\n    y = 2\n" * 900,
        "x = [" + "[], " * 20000 + "]",
    ],
    ids=["sum", "elif", "list"],
)
def test_long_chains_are_no_depth(text: str, tmp_path: Path) -> None:
    scan = scan_text(tmp_path, f"{MASKED}{text}\nkeras.layers.Masking()\n")
    assert len(scan.sightings) == 2
    assert not scan.skipped


def test_nesting_within_an_expression_is_said(tmp_path: Path) -> None:
    dots = "x = keras" + ".a" * 900
    scan = scan_text(tmp_path, f"{MASKED}{dots}\n")
    assert [one.concern for one in scan.sightings] == ["keras.layers.Masking"]
    assert not scan.skipped or scan.skipped == (
        ("program.py", "parts of it are nested too deeply"),
    )
