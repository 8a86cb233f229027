import csv
import io
from unicodedata import normalize

import pytest
from hypothesis import given, settings

from harness.model import Matrix
from harness.publish.cells_csv import HEADER, make_harmless, render_csv
from harness.publish.export import build_export
from harness.publish.wording import make_visible

from .matrices import LOCK, SHA, example
from .strategies import HOSTILE, matrices


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), strict=True))


def test_the_first_lines() -> None:
    first, second, *_ = render_csv(build_export(example())).splitlines()
    assert first == (
        "release,tensorflow,keras,keras_api,python,released,scenario,question,status,answer,"
        "reason,recorded_at,scenario_sha256,lock_sha256,reproduce"
    )
    assert second == (
        "tf-1.4.1,1.4.1,2.10.0,tf.keras,3.8.20,2022-09-06,dense_masking,"
        "dense_masking.loss_denominator,answered,total,,2026-11-21T12:00:00+00:00,"
        f'{SHA},{LOCK},"nox -s ""matrix(tf-1.4.1)"" -- --scenario dense_masking --again"'
    )


@settings(deadline=None)
@given(matrices())
def test_there_is_a_harmless_line_for_each_cell_in_order(drawn: Matrix) -> None:
    export = build_export(drawn)
    rows = read(render_csv(export))
    assert [(row["release"], row["question"]) for row in rows] == [
        (cell["release"], cell["question"]) for cell in export["cells"]
    ]
    for row, cell in zip(rows, export["cells"], strict=True):
        assert tuple(row) == HEADER
        assert row["reason"].removeprefix("'") == make_visible(cell["reason"]).removeprefix("'")
        assert row["answer"] == (cell["answer"] or "")
        for value in row.values():
            assert value.isprintable()
            assert not normalize("NFKC", value).lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1+2",
        "@SUM(1)",
        " =1+1",
        "\uff1d1+1",
        '=HYPERLINK("http://a.b","x")',
        "=cmd|' /C calc'!A0",
    ],
)
def test_no_spreadsheet_takes_it_for_a_formula(text: str) -> None:
    assert make_harmless(text).startswith("'")


@pytest.mark.parametrize("text", ["", "tf-2.10.1", "2.2.4-tf", "ValueError: a = b", "'=1"])
def test_what_is_harmless_stays(text: str) -> None:
    assert make_harmless(text) == text


@given(HOSTILE)
def test_a_text_comes_back_as_it_was_shown(text: str) -> None:
    shown = make_harmless(text)
    assert shown in (make_visible(text), f"'{make_visible(text)}")
