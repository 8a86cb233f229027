"""The Markdown of a verdict, read back: its tables are tables, and nothing breaks out of them."""

import pytest
from markdown_it import MarkdownIt

from harness.upgrade.render_markdown import render_markdown

from .tellings import PAGE, TELLINGS

READER = MarkdownIt("commonmark", {"html": True}).enable("table")


@pytest.mark.parametrize("name", TELLINGS)
def test_tables_are_whole(name: str) -> None:
    """A pipe from outside has split no cell: the command is still in the last of five."""
    rows: list[list[str]] = []
    for token in READER.parse(render_markdown(TELLINGS[name]())):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and token.level == 4:
            rows[-1].append(token.content)
    assert rows
    for row in rows:
        assert len(row) in {4, 5}
        assert len(row) == 4 or row[4] == "Remedy" or "<code>nox -s" in row[4]


@pytest.mark.parametrize("name", TELLINGS)
def test_no_markup_comes_from_outside(name: str) -> None:
    """What is there of HTML are our own line breaks, commands and folds."""
    own = {"<br>", "<code>", "</code>", "<details>", "</details>", "<summary>", "</summary>"}
    for token in READER.parse(render_markdown(TELLINGS[name]())):
        for child in token.children or ():
            if child.type == "html_inline":
                assert child.content in own
            if child.type == "link_open":
                assert str(child.attrs["href"]).startswith(PAGE)
        if token.type == "html_block":
            words = token.content.replace("<summary>", "").replace("</summary>", "")
            assert set(words.split("\n")[:1]) <= {"<details>", "</details>"}


def test_what_is_told() -> None:
    text = render_markdown(TELLINGS["full"]())
    for said in (
        "**Findings: 2 changed",
        "**Expected, and not so**",
        "1 accepted",
        "1 unknown",
        "1 files that could not be read",
        "Not accepted any more: it was until 2.16 (for now)",
    ):
        assert said in text.replace("\\", "")


def test_slower_cases_have_their_interval() -> None:
    text = render_markdown(TELLINGS["plain"]())
    assert "| × 1.50 | 1.47 to 1.53 (90 %) | ÷ total → ÷ valid |" in text
