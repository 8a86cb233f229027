import itertools
import re
from pathlib import Path

from hypothesis import given, settings
from markdown_it import MarkdownIt

from harness.model import Matrix
from harness.publish.report import pivot_grids, render_files
from harness.publish.wording import make_visible

from .matrices import Said, example, matrix, question, release
from .strategies import matrices
from .tables import find_torn_rows, list_tables

EXPECTED = Path(__file__).with_name("expected") / "COMPATIBILITY.md"
ASKED = question("dense_masking.loss_denominator")
VALID = {("tf-1", ASKED.id): Said(answer="valid")}
FOLD = re.compile(r"<details>\n<summary>[\w ,]+</summary>\n")
"""The only block of HTML there is; nothing from outside stands in it."""
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def test_the_whole_document() -> None:
    assert render_files(example())["COMPATIBILITY.md"] == EXPECTED.read_text(encoding="utf-8")


@settings(deadline=None)
@given(matrices())
def test_no_text_changes_the_outline(drawn: Matrix) -> None:
    text = render_files(drawn)["COMPATIBILITY.md"]
    assert all(line.isprintable() for line in text.removesuffix("\n").split("\n"))
    tokens = PARSER.parse(text)
    headings = [
        after.content for token, after in itertools.pairwise(tokens) if token.type == "heading_open"
    ]
    series = dict.fromkeys(name for row in drawn.releases for name in row.series)
    assert headings == [
        "What each release does with masks, weights and reductions",
        "What a candidate would change",
        "Where the answers change",
        *sorted(series, key=lambda name: name != "tensorflow"),
        "What the answers mean",
        "Every release",
        "one",
        "two",
        "What has no answer, and why",
        "Measure a cell again",
    ]
    html = {
        child.content
        for token in tokens
        for child in token.children or []
        if child.type in {"html_inline", "image"}
    }
    assert html <= {"<br>"}
    blocks = [token.content for token in tokens if token.type == "html_block"]
    opened = [FOLD.fullmatch(block) for block in blocks[::2]]
    assert all(opened)
    assert {block.strip() for block in blocks[1::2]} <= {"</details>"}
    assert len(blocks) == 2 * len(opened)


@settings(deadline=None)
@given(matrices())
def test_no_text_breaks_a_cell_of_any_table(drawn: Matrix) -> None:
    text = render_files(drawn)["COMPATIBILITY.md"]
    assert find_torn_rows(text) == []
    tables = list(list_tables(text))
    for grid in pivot_grids(drawn):
        shown = [[make_visible(cell).strip() for cell in row] for row in (grid.header, *grid.rows)]
        assert shown in tables


def test_nothing_is_unknown() -> None:
    known = matrix([release("tf-1")], [ASKED], VALID)
    text = render_files(known)["COMPATIBILITY.md"]
    assert "## What has no answer, and why\n\nThe state of every cell is known.\n" in text
    assert "observed 2026-11-20 to 2026-11-21 (UTC)" in text


def test_without_a_candidate_it_says_so() -> None:
    text = render_files(matrix([release("tf-1")], [ASKED], VALID))["COMPATIBILITY.md"]
    assert (
        "## What a candidate would change\n\nNo release in the catalogue is a candidate.\n" in text
    )
