import itertools
import re

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from harness.publish.markup import escape, render_table
from harness.publish.wording import make_visible

from .strategies import HOSTILE

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def cells(tokens: list[Token]) -> list[list[tuple[str, str]]]:
    """Return what each table cell holds: the kinds of its tokens, and their text."""
    return [
        [(child.type, child.content) for child in token.children or []]
        for before, token in itertools.pairwise(tokens)
        if before.type in {"th_open", "td_open"}
    ]


@given(st.lists(HOSTILE, min_size=1, max_size=4))
def test_no_text_breaks_out_of_its_cell(texts: list[str]) -> None:
    table = render_table(["h"] * len(texts), [[escape(text) for text in texts], ["z"] * len(texts)])
    tokens = PARSER.parse(table)
    assert [token.type for token in tokens if token.level == 0] == ["table_open", "table_close"]
    shown = [make_visible(text).strip() for text in texts]
    parsed = cells(tokens)[len(texts) :]
    assert parsed[: len(texts)] == [[("text", text)] if text else [] for text in shown]
    assert parsed[len(texts) :] == [[("text", "z")]] * len(texts)


@given(HOSTILE)
def test_no_text_breaks_out_of_a_paragraph(text: str) -> None:
    tokens = PARSER.parse(f"About {escape(text)}.")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert [(child.type, child.content) for child in children] == [
        ("text", f"About {make_visible(text)}.")
    ]


@given(HOSTILE)
def test_no_text_ends_the_mark_around_it(text: str) -> None:
    tokens = PARSER.parse(f"| a |\n| --- |\n| tf-1 **÷ {escape(text)}x** |")
    kinds = [kind for kind, content in cells(tokens)[1] if kind != "text" or content]
    assert kinds == ["text", "strong_open", "text", "strong_close"]


@given(HOSTILE | st.text("_*~(wW.:/x ", max_size=12))
def test_no_address_becomes_a_link_that_swallows_what_follows(text: str) -> None:
    """The parser here makes no links of bare addresses; those that do look for these signs."""
    assert not re.search(r"://|www\.", escape(text), re.IGNORECASE)


def test_what_needs_no_escape_stays_readable() -> None:
    text = "dense_masking.loss_denominator (Σ l·m·w ÷ 3)"
    assert escape(text) == text


def test_an_escape_by_kind() -> None:
    assert escape("a|b <i> & [x](y) `c` *d* _e_ \\ f\ng http://h www.i") == (
        "a&#124;b &lt;i&gt; &amp; \\[x\\](y) \\`c\\` \\*d\\* \\_e\\_ \\\\ f\\\\ng "
        "http:/&#47;h www&#46;i"
    )
