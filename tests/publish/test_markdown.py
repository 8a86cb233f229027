import itertools
from pathlib import Path

from hypothesis import given
from markdown_it import MarkdownIt

from harness.model import Matrix
from harness.publish.report import render_files

from .matrices import Said, example, matrix, question, release
from .strategies import matrices

EXPECTED = Path(__file__).with_name("expected") / "COMPATIBILITY.md"
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def test_the_whole_document() -> None:
    assert render_files(example())["COMPATIBILITY.md"] == EXPECTED.read_text(encoding="utf-8")


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


def test_nothing_is_unanswered() -> None:
    asked = question("dense_masking.loss_denominator")
    known = matrix([release("tf-1")], [asked], {("tf-1", asked.id): Said(answer="valid")})
    text = render_files(known)["COMPATIBILITY.md"]
    assert "## What has no answer, and why\n\nEvery cell is answered.\n" in text
    assert "observed 2026-11-20 to 2026-11-21 (UTC)" in text
