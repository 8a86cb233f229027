"""The text of a verdict, whole; and what a terminal must never be given."""

from pathlib import Path

import pytest

from harness.upgrade.render_text import WIDTH, render_text

from .tellings import CODES, TELLINGS

EXPECTED = Path(__file__).parent / "expected"


@pytest.mark.parametrize("name", TELLINGS)
def test_the_whole_text(name: str) -> None:
    assert render_text(TELLINGS[name]()) == (EXPECTED / f"{name}.txt").read_text()


@pytest.mark.parametrize("name", TELLINGS)
def test_a_line_is_visible_and_no_wider_than_it_may_be(name: str) -> None:
    for line in render_text(TELLINGS[name]()).splitlines():
        assert line.isprintable()
        copied = line.strip().startswith(("Evidence:", "Again:"))
        assert len(line) <= WIDTH or copied


@pytest.mark.parametrize("name", TELLINGS)
def test_the_verdict_comes_first(name: str) -> None:
    head = render_text(TELLINGS[name]()).splitlines()[1]
    assert head.startswith({0: "Nothing at or above breaks", 1: "Findings"}[CODES[name]])


def test_what_is_not_seen_is_listed_all_the_same() -> None:
    text = render_text(TELLINGS["full"]())
    for change in TELLINGS["full"]().verdict.changes:
        assert change.question.id in text
