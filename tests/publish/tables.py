"""Tables of a Markdown document, by a parser and by their signs."""

import itertools
from collections.abc import Iterator

from markdown_it import MarkdownIt

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def list_tables(text: str) -> Iterator[list[list[str]]]:
    """Yield the rows of each table, its header first; a cell is what a reader sees of it."""
    rows: list[list[str]] = []
    for before, token in itertools.pairwise(PARSER.parse(text)):
        if token.type == "table_open":
            rows = []
        elif token.type == "tr_open":
            rows.append([])
        elif before.type in {"th_open", "td_open"}:
            rows[-1].append("".join(child.content for child in token.children or []))
        elif token.type == "table_close":
            yield rows


def find_torn_rows(text: str) -> list[str]:
    """Return the rows with other cells than their header: a parser would cut or fill them up."""
    torn, pipes = [], 0
    for line in text.splitlines():
        if not line.startswith("|"):
            pipes = 0
        elif not pipes:
            pipes = line.count("|")
        elif line.count("|") != pipes:
            torn.append(line)
    return torn
