"""Markdown that no text from outside can break out of."""

import re
from collections.abc import Iterable, Sequence

from harness.publish.wording import make_visible

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}
_MARKS = re.compile(r"(?<![^\W_])_|_(?![^\W_])|[\\`*\[\]~$#]")
_LINKS = re.compile(r"://|www\.", re.IGNORECASE)


def escape(text: str) -> str:
    r"""Return text that renders as itself, on one line, inside a table cell or a paragraph.

    A pipe becomes an entity, since parsers disagree on ``\\|``; an underscore within a word is
    no mark and stays readable; an address is kept from becoming a link, whose end would take
    the escapes after it for its own. An e-mail address may still become one: GitHub looks for
    those when all else is done, so that such a link is all that it changes.
    """
    text = _MARKS.sub(r"\\\g<0>", make_visible(text))
    text = "".join(_ENTITIES.get(sign, sign) for sign in text)
    return _LINKS.sub(lambda match: f"{match[0][:-1]}&#{ord(match[0][-1])};", text)


def render_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of escaped texts; its cells are not padded, so a diff shows what changed.

    Measuring widths is left out on purpose: it depends on what else is installed.
    """
    rule = ["---"] * len(header)
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, rule, *rows))


def fold(summary: str, body: str) -> str:
    """Return a section that is closed until it is asked for.

    ``summary`` is our own words: neither Markdown nor an escape of it means anything there.
    """
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"
